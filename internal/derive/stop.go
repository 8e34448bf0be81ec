package derive

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// Stop ends what is being made, or waits to be, under the number of its job (catalog.OpenJob). It then counts as failed, with the reason that somebody
// stopped it, until somebody has it tried again. Forbidden to others than who operate the archive; NotFound "job-missing".
func Stop(ctx context.Context, c *catalog.Catalog, by archive.Viewer, number int64) error {
	if err := by.May(archive.OperateArchive); err != nil {
		return err
	}
	err := c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		j, out, err := tx.StopJob(ctx, number, JobDerive)
		if err != nil {
			return err
		}
		w, err := tx.Work(ctx, j.Work)
		if err != nil {
			return err
		}
		changed := archive.Changed{Field: "job", Before: j.Recipe}
		if err := tx.AddDeed(ctx, archive.NewDeed(by, archive.DeedJobStopped, changed).Of(string(j.Work), w.Title)); err != nil {
			return err
		}
		if !out { // the process that runs it settles it
			return nil
		}
		return stopWaiting(ctx, tx, &w, j)
	})
	if err != nil {
		return fmt.Errorf("stop a job: %w", err)
	}
	return nil
}

// stopWaiting settles what a job was to make that is taken out.
func stopWaiting(ctx context.Context, tx *catalog.Tx, w *archive.Work, j catalog.Job) error {
	f, ok := fileOf(w, j.File)
	if !ok {
		return nil
	}
	failed := archive.Derivative{Work: j.Work, File: j.File, Recipe: j.Recipe, Version: j.Version, State: archive.DerivativeFailed,
		Problem: catalog.ReasonStopped, Prefix: Prefix(f, j.Recipe, j.Version), Made: tx.Now()}
	if err := tx.PutDerivative(ctx, failed); err != nil {
		return err
	}
	return editorial.Settle(ctx, tx, j.Work)
}
