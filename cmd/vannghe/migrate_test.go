package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/move"
	"vannghe/storage/miniostore/miniotest"
)

// An archive moves from a folder and SQLite to MinIO and PostgreSQL, killed in the middle, and back again onto a disk that is too small at first.
// What comes back is what went, byte for byte and row by row; the old place is only read; at each place the archive is served.
func TestMigrateThereAndBack(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	old := []string{"--data", home}
	must(t, append([]string{"import", gallery(t), "--manifest", "works.csv", "--publish"}, old...)...)
	must(t, append([]string{"user", "add", "van", "--shown", "Lâm Tịnh Vân"}, old...)...)
	var recorded map[string]archive.Work
	t.Run("what there is", func(t *testing.T) { recorded = openParts(t, old).recorded(t) })
	before := tree(t, home)

	minio, pg := miniotest.Start(t), catalogtest.OnPostgres(t)
	database, store := pg.DSN, minio.DSN("vannghe")
	there := []string{"--data", t.TempDir(), "--database", database, "--storage", store}
	going := append([]string{"migrate", "--to-database", database, "--to-storage", store, "--json"}, old...)
	killInTheMiddle(t, going, store)
	if r := vannghe(t, append([]string{"doctor"}, there...)...); r.code == 0 || !strings.Contains(r.out, "“vannghe migrate”") {
		t.Errorf("a half-moved archive is worked with: %d %s%s", r.code, r.out, r.err)
	}
	report := migrate(t, going)
	if report.Objects < 20 || report.Rows < 50 || len(report.Damaged) > 0 {
		t.Errorf("report: %+v", report)
	}
	if !maps.Equal(before, tree(t, home)) {
		t.Error("the old place was written to")
	}
	if r := vannghe(t, going...); r.code != 1 || !strings.Contains(r.err, "database-filled") {
		t.Errorf("moved once more: %d %s", r.code, r.err)
	}

	disk := t.TempDir()
	mount(t, disk, "size=200k")
	back := filepath.Join(t.TempDir(), "catalog.db")
	returning := append([]string{"migrate", "--to-database", "sqlite:" + back, "--to-storage", "disk:" + disk, "--json"}, there...)
	if r := vannghe(t, returning...); r.code != 1 || !strings.Contains(r.err, "storage-full") {
		t.Errorf("onto a full disk: %d %s", r.code, r.err)
	}
	mount(t, disk, "remount,size=64m")
	if came := migrate(t, returning); came != nil && came.Rows != report.Rows {
		t.Errorf("%d rows came back, %d went", came.Rows, report.Rows)
	}
	if !maps.Equal(tree(t, filepath.Join(home, "storage")), tree(t, disk)) {
		t.Error("the files that came back are not those that went")
	}
	if !maps.Equal(sumsOf(t, "sqlite:"+filepath.Join(home, "catalog.db")), sumsOf(t, "sqlite:"+back)) {
		t.Error("the rows that came back are not those that went")
	}
	for _, set := range [][]string{there, {"--data", t.TempDir(), "--database", "sqlite:" + back, "--storage", "disk:" + disk}} {
		s := serve(t, set...)
		s.holdsAll(t, recorded)
		if r := vannghe(t, append([]string{"migrate", "--to-storage", "disk:" + t.TempDir()}, set...)...); r.code != 1 || !strings.Contains(r.err, "database-in-use") {
			t.Errorf("a living archive is moved: %d %s", r.code, r.err)
		}
		s.stop(t)
		inspect(t, set)
	}
}

func migrate(t *testing.T, args []string) *move.Report {
	t.Helper()
	var report move.Report
	if err := json.Unmarshal([]byte(must(t, args...)), &report); err != nil {
		t.Error(err)
	}
	return &report
}

// killInTheMiddle kills the command as soon as there is something at the new place.
func killInTheMiddle(t *testing.T, args []string, store string) {
	t.Helper()
	cmd := program(t, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	bucket, err := (&Settings{Storage: store}).openBucket(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	until(t, time.Minute, "the first file has come", func() bool {
		for range bucket.List(t.Context(), "archive") {
			return true
		}
		return false
	})
	_ = cmd.Process.Kill()
	if cmd.Wait() == nil {
		t.Log("the move had ended before it was killed")
	}
}

// tree is the digest of each file below a folder; what belongs to running programs is left out.
func tree(t *testing.T, folder string) map[string][32]byte {
	t.Helper()
	all := map[string][32]byte{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d.Name() == "process" || d.Name() == ".tmp" {
				err = fs.SkipDir
			}
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, folder)] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sumsOf(t *testing.T, dsn string) map[string]catalog.TableSum {
	t.Helper()
	s, err := catalog.OpenStill(t.Context(), catalog.Options{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	sums, err := s.Sums(t.Context())
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return sums
}

// mount puts a small disk onto a folder, or changes it; it goes with the test.
func mount(t *testing.T, folder, options string) {
	t.Helper()
	flags, size := uintptr(0), options
	if rest, ok := strings.CutPrefix(options, "remount,"); ok {
		flags, size = syscall.MS_REMOUNT, rest
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", flags, size); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to mount a small disk: %v", err)
		}
		t.Skipf("cannot mount a small disk: %v", err)
	}
	if flags == 0 {
		t.Cleanup(func() {
			if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
				t.Errorf("unmount: %v", err)
			}
		})
	}
}

// What cannot be moved is refused, each with a sentence of its own.
func TestMigrateRefuses(t *testing.T) {
	home := t.TempDir()
	must(t, "import", poems(t, 1), "--publish", "--data", home)
	for args, reason := range map[string]archive.Reason{
		"":                                       "setting-invalid",
		"--to-storage disk:" + home + "/storage": "move-same",
		"--to-database sqlite:" + home + "/catalog.db --to-storage disk:" + home + "/new": "move-same",
		"--to-database mysql:x": "database-address",
		"--to-storage ftp:x":    "setting-invalid",
		"--to-storage disk:" + home + "/new --database sqlite:" + home + "/none.db": "database-missing",
		"--to-storage disk:" + home + "/new --storage disk:" + home + "/none":       "data-folder",
	} {
		r := vannghe(t, append([]string{"migrate", "--data", home}, strings.Fields(args)...)...)
		if r.code != 1 || !strings.Contains(r.err, "["+string(reason)+"]") {
			t.Errorf("%q: status %d, %s", args, r.code, r.err)
		}
	}
	if _, err := os.Stat(home + "/none.db"); err == nil {
		t.Error("a database was made where one was to be read")
	}
}
