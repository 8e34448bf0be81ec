package find_test

import (
	"path/filepath"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/index"
	"vannghe/search"
	"vannghe/web/find"
)

// BenchmarkRelated is what related works cost the page of a work among 2,000, when the index is asked and when its answer is remembered.
func BenchmarkRelated(b *testing.B) {
	c := catalogtest.OpenWith(b, catalogtest.SQLite(b))
	catalogtest.Fill(b, c, 2000)
	x, err := index.Open(b.Context(), index.Options{Catalog: c, Dir: filepath.Join(b.TempDir(), "index")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = x.Close() })
	last, err := c.LastChange(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := x.CatchUp(b.Context(), last); err != nil {
		b.Fatal(err)
	}
	page, err := c.Reader(archive.Public()).Works(b.Context(), catalog.WorkFilter{Size: 1})
	if err != nil {
		b.Fatal(err)
	}
	for name, nearby := range map[string]*find.Nearby{"asked": nil, "remembered": {}} {
		b.Run(name, func(b *testing.B) {
			f := find.Finder{Catalog: c, Index: func() *search.Index { return x.Search() }, Nearby: nearby}
			for b.Loop() {
				works, err := f.Related(b.Context(), &page.Works[0], nil)
				if err != nil || len(works) != find.RelatedWorks {
					b.Fatal(len(works), err)
				}
			}
		})
	}
}
