package ingest

import (
	"fmt"
	"testing"

	"vannghe/internal/catalog/catalogtest"
)

// BenchmarkStage stages 64 MiB on a disk: reading, both digests, writing, fsync.
func BenchmarkStage(b *testing.B) {
	in := benchOn(b, catalogtest.Open(b), openDisk(b))
	const size = 64 << 20
	b.SetBytes(size)
	for b.Loop() {
		s, err := in.Stage(b.Context(), "a.bin", newReader(size, nil))
		if err != nil {
			b.Fatal(err)
		}
		in.discard(b.Context(), []EntryFile{{Staged: s}})
	}
}

// BenchmarkImport brings in a folder of 200 small texts, first anew, then again.
func BenchmarkImport(b *testing.B) {
	const files = 200
	contents := map[string]string{}
	for i := range files {
		contents[fmt.Sprintf("Thơ/%03d.txt", i)] = fmt.Sprint("Trăng sáng ", i)
	}
	dir := tree(b, contents)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			in := benchOn(b, catalogtest.Open(b), openDisk(b))
			if _, _, totals := in.bring(b, ImportOptions{Folder: dir, Publish: true}); totals.Added != files {
				b.Fatalf("%+v", totals)
			}
		}
		b.ReportMetric(float64(files*b.N)/b.Elapsed().Seconds(), "files/s")
	})
	b.Run("again", func(b *testing.B) {
		in := benchOn(b, catalogtest.Open(b), openDisk(b))
		in.bring(b, ImportOptions{Folder: dir, Publish: true})
		for b.Loop() {
			if _, _, totals := in.bring(b, ImportOptions{Folder: dir, Publish: true}); totals.Exists != files {
				b.Fatalf("%+v", totals)
			}
		}
		b.ReportMetric(float64(files*b.N)/b.Elapsed().Seconds(), "files/s")
	})
}
