package catalog_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// works is how many works the benchmarks run on: few where they only must not rot, VANNGHE_BENCH_WORKS to measure.
func works(b *testing.B) int {
	b.Helper()
	s := os.Getenv("VANNGHE_BENCH_WORKS")
	if s == "" {
		return 500
	}
	n, err := strconv.Atoi(s)
	must(b, err)
	return n
}

func BenchmarkCatalog(b *testing.B) {
	for name, opt := range map[string]catalog.Options{"SQLite": catalogtest.SQLite(b), "PostgreSQL": catalogtest.OnPostgres(b)} {
		c := catalogtest.OpenWith(b, opt)
		refs := catalogtest.Fill(b, c, works(b))
		must(b, catalog.Exec(b.Context(), c, "ANALYZE"))
		b.Run(name, func(b *testing.B) { benchmark(b, c, refs) })
	}
}

func benchmark(b *testing.B, c *catalog.Catalog, refs []catalog.DerivativeRef) {
	r := c.Reader(archive.Public())
	ctx := b.Context()
	b.Run("derivative", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, err := r.Derivative(ctx, refs[i%len(refs)])
			must(b, err)
		}
	})
	b.Run("work", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			_, err := r.Work(ctx, refs[i%len(refs)].Work)
			must(b, err)
		}
	})
	for _, f := range []catalog.WorkFilter{{}, {Genre: "tho"}, {Genre: "tho", Order: catalog.Title}, {Group: "van-xuoi", Medium: archive.Audio}} {
		b.Run(fmt.Sprintf("page/%s%s%s%s", f.Genre, f.Group, f.Medium, f.Order), func(b *testing.B) {
			for b.Loop() {
				_, err := r.Works(ctx, f)
				must(b, err)
			}
		})
	}
	for name, f := range map[string]catalog.ReportFilter{"own": {From: 1950, Until: 2019}, "admitted": {From: 1990, Until: 2023, Admitted: true}} {
		staff := c.Reader(archive.System("bench"))
		b.Run("report/"+name, func(b *testing.B) {
			for b.Loop() {
				_, err := staff.ReportCounts(ctx, f)
				must(b, err)
			}
		})
		b.Run("report/agents-"+name, func(b *testing.B) {
			for b.Loop() {
				_, err := staff.AgentCounts(ctx, f)
				must(b, err)
			}
		})
	}
	b.Run("genres/counted", func(b *testing.B) {
		for b.Loop() {
			_, err := r.Genres(ctx)
			must(b, err)
		}
	})
	b.Run("genres/afresh", func(b *testing.B) {
		for b.Loop() {
			catalog.ForgetCounts(c)
			_, err := r.Genres(ctx)
			must(b, err)
		}
	})
	b.Run("agents", func(b *testing.B) {
		for b.Loop() {
			_, err := r.Agents(ctx, catalog.AgentFilter{})
			must(b, err)
		}
	})
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			w := catalogtest.Work("Mới")
			put(b, c, w)
		}
	})
}
