package catalog_test

import (
	"context"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// TestUnserved: what waits for a job that is there is left to it, whatever other jobs there are.
func TestUnserved(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		w, other := catalogtest.Work("Một"), catalogtest.Work("Hai")
		put(t, c, w)
		put(t, c, other)
		file := w.Representations[0].Files[0].ID
		unserved := func() (derivatives, works int) {
			must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
				made, err := tx.UnservedDerivatives(ctx, "derive", 9)
				must(t, err)
				owed, err := tx.UnservedWorks(ctx, "preserve", 9)
				derivatives, works = len(made), len(owed)
				return err
			}))
			return derivatives, works
		}
		enqueue := func(j catalog.Job) {
			must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.Enqueue(ctx, j) }))
		}
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			must(t, tx.PutDerivative(ctx, archive.Derivative{Work: w.ID, File: file, Recipe: "text", Version: 3, State: archive.DerivativePending}))
			return tx.PutDerivative(ctx, archive.Derivative{Work: w.ID, File: file, Recipe: "pages", Version: 1, State: archive.DerivativeReady})
		}))
		enqueue(catalog.Job{Kind: "derive", Work: w.ID, File: file, Recipe: "text", Version: 2})
		enqueue(catalog.Job{Kind: "other", Work: w.ID, File: file, Recipe: "text", Version: 3})
		enqueue(catalog.Job{Kind: "preserve", Note: "genres"})
		if d, n := unserved(); d != 1 || n != 2 {
			t.Errorf("%d derivatives and %d works, want 1 and 2", d, n)
		}
		give := func(problem archive.Reason) {
			failed := archive.Derivative{Work: w.ID, File: file, Recipe: "pages", Version: 1, State: archive.DerivativeFailed, Problem: problem}
			must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.PutDerivative(ctx, failed) }))
		}
		give("making-no-room")
		if d, _ := unserved(); d != 2 {
			t.Errorf("%d derivatives, want 2: a file that is not at fault is tried again", d)
		}
		give("text-empty")
		enqueue(catalog.Job{Kind: "derive", Work: w.ID, File: file, Recipe: "text", Version: 3})
		enqueue(catalog.Job{Kind: "preserve", Work: w.ID})
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.SetPreserved(ctx, other.ID, other.Version) }))
		if d, n := unserved(); d != 0 || n != 0 {
			t.Errorf("%d derivatives and %d works, want none", d, n)
		}
	})
}
