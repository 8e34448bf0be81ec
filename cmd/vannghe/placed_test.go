package main

import (
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/preserve"
	"vannghe/storage"
)

// An import that dies before it has recorded anything leaves an original in the archive of record beside an empty catalogue. That is no catalogue that
// was lost, as long as the original is written down.
func TestAnImportDiesBeforeItsFirstWork(t *testing.T) {
	data := []string{"--data", t.TempDir()}
	p := openParts(t, data)
	keep := preserve.New(preserve.Options{Catalog: p.catalog, Bucket: p.bucket, Root: p.root})
	work, file := archive.NewID[archive.WorkID](), archive.NewID[archive.FileID]()
	key, _ := keep.Reserve(work, file, "phim.mp4")
	if _, err := p.bucket.Put(t.Context(), key, strings.NewReader("phim"), 4, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := p.checkNothingLost(t.Context()); archive.ReasonOf(err) != "catalog-lost" {
		t.Errorf("an original that nobody has written down: %v", err)
	}
	register := map[string]any{"placed": map[archive.FileID]any{file: map[string]any{"work": work, "key": key}}}
	err := p.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutSetting(ctx, "catalog.staging", register)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.checkNothingLost(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.in.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.bucket.Head(t.Context(), key); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("after a sweep: %v", err)
	}
}
