// Package catalogtest is the suite that the catalogue passes on every database, and the databases to run it on: an SQLite
// file in a temporary folder and a throw-away PostgreSQL server. It is for tests only and knows nothing of what stands
// above the catalogue.
package catalogtest

import (
	"path/filepath"
	"testing"
	"time"

	"vannghe/internal/catalog"
)

// Poll is how often a catalogue of a test looks for what other processes do: often, so that tests end soon.
const Poll = 10 * time.Millisecond

// SQLite returns an empty database in a temporary folder of its own.
func SQLite(t testing.TB) catalog.Options {
	t.Helper()
	dir := t.TempDir()
	return catalog.Options{DSN: "sqlite:" + filepath.Join(dir, "catalog.db"), Dir: dir, Poll: Poll}
}

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
