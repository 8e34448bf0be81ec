// Package catalogtest is the suite that the catalogue passes on every database, and the databases to run it on.
package catalogtest

import (
	"testing"

	"vannghe/internal/catalog"
)

// Open returns an empty catalogue on SQLite in a temporary folder, closed when the test ends.
func Open(t testing.TB) *catalog.Catalog {
	t.Helper()
	dir := t.TempDir()
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + dir + "/catalog.db", Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}
