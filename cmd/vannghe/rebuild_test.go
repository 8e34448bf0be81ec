package main

import (
	"os"
	"testing"
	"time"

	"vannghe/internal/catalog/catalogtest"
)

// TestRebuildOfSamples makes the catalogue of sample works again, as many as VANNGHE_WORKS asks for, from the archive of record alone, and compares every row: on both pairs.
func TestRebuildOfSamples(t *testing.T) {
	t.Parallel()
	works := "30"
	if asked := os.Getenv("VANNGHE_WORKS"); asked != "" {
		works = asked
	}
	for name, there := range grounds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := there(t)
			set := g.archive(t)
			begun := time.Now()
			must(t, append([]string{"demo", "--works", works, "--light"}, set...)...)
			must(t, append([]string{"drain"}, set...)...)
			made := time.Since(begun)
			before := catalogtest.Export(t, openRows(t, set[5]))
			anew := g.beside(t, set[3])
			begun = time.Now()
			must(t, append([]string{"rebuild"}, anew...)...)
			catalogtest.SameRows(t, before, catalogtest.Export(t, openRows(t, anew[5])))
			t.Logf("%d rows of %s works, which took %v, in %v", len(before), works, made.Round(time.Second), time.Since(begun).Round(time.Second))
		})
	}
}
