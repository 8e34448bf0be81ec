package derive

import (
	"context"
	"errors"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// Recover enqueues a job for everything that is still to be made and that no job is going to make, whatever became of its job: for
// derivatives that are pending, or that an earlier version of the program gave up although their files are not at fault, and
// for files that were never looked into. It belongs after catalog.StartJobs.
func (d *Deriver) Recover(ctx context.Context) error {
	derivatives, err := d.inBatches(ctx, d.recoverDerivatives)
	if err != nil {
		return fmt.Errorf("recover derivatives: %w", err)
	}
	works, err := d.inBatches(ctx, d.recoverPlans)
	if err != nil {
		return fmt.Errorf("recover plans: %w", err)
	}
	if derivatives+works > 0 {
		d.log.Warn("what no job was going to make is made now", "derivatives", derivatives, "works", works)
	}
	return nil
}

// batch is how many things one transaction takes up, so that others get their turn.
const batch = 200

// inBatches runs step in transactions until it finds less than a batch, and returns how much it found in all.
func (d *Deriver) inBatches(ctx context.Context, step func(context.Context, *catalog.Tx) (int, error)) (int, error) {
	for total := 0; ; {
		found := 0
		err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) (err error) {
			found, err = step(ctx, tx)
			return err
		})
		if total += found; err != nil || found < batch {
			return total, err
		}
	}
}

func (d *Deriver) recoverDerivatives(ctx context.Context, tx *catalog.Tx) (int, error) {
	lost, err := tx.UnservedDerivatives(ctx, JobDerive, batch)
	if err != nil {
		return 0, err
	}
	for _, m := range lost {
		if m.State != archive.DerivativePending {
			m.State, m.Problem = archive.DerivativePending, ""
			if err := tx.PutDerivative(ctx, m); err != nil {
				return 0, err
			}
		}
		j := recovered(m).job(m)
		j.Unique = true
		if err := tx.Enqueue(ctx, j); err != nil {
			return 0, fmt.Errorf("enqueue %s of file %s: %w", m.Recipe, m.File, err)
		}
	}
	return len(lost), nil
}

func (d *Deriver) recoverPlans(ctx context.Context, tx *catalog.Tx) (int, error) {
	works, err := tx.UnplannedWorks(ctx, editorial.JobPlan, batch)
	if err != nil {
		return 0, err
	}
	for _, id := range works {
		if err := tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: id, Unique: true, Priority: 3}); err != nil {
			return 0, fmt.Errorf("enqueue the plan of work %s: %w", id, err)
		}
	}
	return len(works), nil
}

// giveUpPlan says of every file that could not be inspected that it is so, and settles the work.
func (d *Deriver) giveUpPlan(ctx context.Context, id archive.WorkID, problem archive.Reason) error {
	err := d.remarkFiles(ctx, id, problem)
	if err != nil {
		return err
	}
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return editorial.Settle(ctx, tx, id) })
}

// remarkFiles sets the problem of every file of the work that nothing is planned for.
func (d *Deriver) remarkFiles(ctx context.Context, id archive.WorkID, problem archive.Reason) error {
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		made, err := d.reader().DerivativeVersions(ctx, id)
		if err != nil {
			return err
		}
		for _, f := range files(&w) {
			if f.State != archive.FileArchived || f.Problem == problem || d.planned(f, made) {
				continue
			}
			f.Problem = problem
			if err := tx.SetFile(ctx, f); err != nil {
				return fmt.Errorf("say that file %s could not be inspected: %w", f.ID, err)
			}
		}
		return nil
	})
}

// remark says beside a pending derivative why it is not made yet.
func (d *Deriver) remark(ctx context.Context, j catalog.Job, problem archive.Reason) error {
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if _, err := tx.Work(ctx, j.Work); err != nil {
			return err
		}
		m, err := d.current(ctx, j)
		if errors.Is(err, errDone) || err == nil && (m.State != archive.DerivativePending || m.Problem == problem) {
			return nil
		}
		if err != nil {
			return err
		}
		m.Problem = problem
		return tx.PutDerivative(ctx, m)
	})
}
