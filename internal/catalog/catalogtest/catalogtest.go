// Package catalogtest is the suite that the catalogue passes on every database, and the databases to run it on: an SQLite
// file in a temporary folder and a throw-away PostgreSQL server. It is for tests only and knows nothing of what stands
// above the catalogue.
package catalogtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/catalog"
)

// Poll is how often a catalogue of a test looks for what other processes do: often, so that tests end soon.
const Poll = 10 * time.Millisecond

// SQLite returns a catalogue without works, already at the newest schema, in a temporary folder of its own.
func SQLite(t testing.TB) catalog.Options {
	t.Helper()
	opt := NoFile(t)
	made, err := template()
	if err == nil {
		err = os.WriteFile(strings.TrimPrefix(opt.DSN, "sqlite:"), made, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return opt
}

// NoFile returns an address on SQLite where there is no database yet.
func NoFile(t testing.TB) catalog.Options {
	t.Helper()
	dir := t.TempDir()
	return catalog.Options{DSN: "sqlite:" + filepath.Join(dir, "catalog.db"), Poll: Poll}
}

// template is the file of an empty catalogue. Under the race detector its dozen migrations take seconds, and the tests of
// a package open dozens of catalogues.
var template = sync.OnceValues(func() (made []byte, err error) {
	dir, err := os.MkdirTemp("", "catalog")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "catalog.db")
	c, err := catalog.Open(context.Background(), catalog.Options{DSN: "sqlite:" + path})
	if err != nil {
		return nil, err
	}
	if err := c.Close(); err != nil { // the last to close moves everything out of the write-ahead log
		return nil, err
	}
	return os.ReadFile(path)
})

// Open returns an empty catalogue on SQLite, closed when the test ends.
func Open(t testing.TB) *catalog.Catalog {
	t.Helper()
	return OpenWith(t, SQLite(t))
}

// OpenWith opens the catalogue and closes it when the test ends.
func OpenWith(t testing.TB, opt catalog.Options) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the catalogue: %v", err)
		}
	})
	return c
}
