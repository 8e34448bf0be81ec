package catalog_test

import (
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
)

func TestSmoke(t *testing.T) {
	for range 2 {
		c := catalogtest.Open(t)
		g, err := c.Reader(archive.Public()).Genres(t.Context())
		if err != nil || len(g) != 27 {
			t.Fatal(len(g), err)
		}
		p := catalogtest.OpenWith(t, catalogtest.Postgres(t).Options(t))
		g, err = p.Reader(archive.Public()).Genres(t.Context())
		if err != nil || len(g) != 27 {
			t.Fatal(len(g), err)
		}
	}
}
