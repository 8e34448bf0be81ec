package main

import (
	"crypto/sha512"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// ground is where archives and their backups are put: a folder and SQLite, or one MinIO and one PostgreSQL.
type ground struct {
	store    func(t *testing.T) string // an empty place for files
	database func(t *testing.T) string // an empty catalogue
}

// grounds are those of pairs on which everything is tested that concerns files and rows.
func grounds() map[string]func(t *testing.T) ground {
	return map[string]func(t *testing.T) ground{
		"disk": func(*testing.T) ground {
			return ground{
				store:    func(t *testing.T) string { return "disk:" + t.TempDir() },
				database: func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "catalog.db") },
			}
		},
		"minio and postgres": func(t *testing.T) ground {
			minio, postgres, n := miniotest.Start(t), catalogtest.Postgres(t), 0
			return ground{
				store:    func(*testing.T) string { n++; return minio.DSN(fmt.Sprintf("kho-%d", n)) },
				database: func(t *testing.T) string { return postgres.Options(t).DSN },
			}
		},
	}
}

// archive is the settings of an empty archive there.
func (g ground) archive(t *testing.T) []string { return g.beside(t, g.store(t)) }

// beside is the settings of an archive with the files of another and an empty catalogue.
func (g ground) beside(t *testing.T, store string) []string {
	return []string{"--data", t.TempDir(), "--storage", store, "--database", g.database(t)}
}

// openStore opens the place of files that was named.
func openStore(t *testing.T, store string) *storage.Bucket {
	t.Helper()
	b, err := (&Settings{Storage: store}).openBucket(t.Context())
	noError(t, err)
	t.Cleanup(func() { noError(t, b.Close()) })
	return b
}

// openRows opens the catalogue of that name as it lies there.
func openRows(t *testing.T, database string) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: database})
	noError(t, err)
	t.Cleanup(func() { noError(t, c.Close()) })
	return c
}

// prints is the digest of each file below a folder of a store ("": of all), by the rest of its key.
func prints(t *testing.T, b *storage.Bucket, folder storage.Key) map[storage.Key][64]byte {
	t.Helper()
	all := map[storage.Key][64]byte{}
	for o, err := range b.List(t.Context(), string(folder)) {
		noError(t, err)
		body, _, err := b.Open(t.Context(), o.Key)
		noError(t, err)
		sum := sha512.New()
		_, err = io.Copy(sum, body)
		noError(t, err)
		noError(t, body.Close())
		key := o.Key
		if folder != "" {
			key = key[len(folder)+1:]
		}
		all[key] = [64]byte(sum.Sum(nil))
	}
	return all
}

// samePrints fails unless both are the same files.
func samePrints(t *testing.T, what string, want, got map[storage.Key][64]byte) {
	t.Helper()
	for key, sum := range want {
		if is, ok := got[key]; !ok || is != sum {
			t.Errorf("%s: %s is there: %v, the same: %v", what, key, ok, is == sum)
		}
	}
	for key := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %s is too much", what, key)
		}
	}
}
