package derive

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// noFailures are reasons that stand beside a file with which nothing is wrong.
func noFailures() []archive.Reason { return []archive.Reason{problemUnknown} }

// mostFailed is how much Failed tells.
const mostFailed = 1000

// Failed lists what could not be made and may be tried again: of one work, or of all ("").
func Failed(ctx context.Context, r *catalog.Reader, work archive.WorkID) ([]catalog.Failed, error) {
	list, err := r.Failed(ctx, catalog.FailedFilter{Work: work, Except: noFailures(), Limit: mostFailed})
	if err != nil {
		return nil, fmt.Errorf("list what could not be made: %w", err)
	}
	return list, nil
}

// Retry enqueues anew what could not be made of a work, or of all ("") and returns how much that is. Each work's record says who wanted
// it. What is public stays so; nothing that is ready is touched.
func Retry(ctx context.Context, c *catalog.Catalog, work archive.WorkID, by editorial.By) (int, error) {
	for total := 0; ; {
		found := 0
		err := c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			failed, err := tx.Failed(ctx, catalog.FailedFilter{Work: work, Except: noFailures(), Limit: batch})
			found = len(failed)
			if err != nil {
				return err
			}
			for _, f := range failed {
				if err := retry(ctx, tx, f, by); err != nil {
					return err
				}
			}
			return nil
		})
		if total += found; err != nil || found < batch {
			if err != nil {
				err = fmt.Errorf("try again what could not be made: %w", err)
			}
			return total, err
		}
	}
}

func retry(ctx context.Context, tx *catalog.Tx, f catalog.Failed, by editorial.By) error {
	what := f.Recipe
	if what == "" {
		what = "inspection"
	}
	event := archive.Event{Work: f.Work, Type: archive.EventModification, Agent: by.Agent, Outcome: archive.Success,
		Detail: fmt.Sprintf("%s of %q is tried again after %s", what, f.Name, f.Problem)}
	if by.Reason != "" {
		event.Detail += ": " + by.Reason
	}
	if err := tx.AddEvent(ctx, event); err != nil {
		return fmt.Errorf("record that %s of file %s is tried again: %w", what, f.File, err)
	}
	if f.Recipe == "" {
		return lookAgain(ctx, tx, f)
	}
	again := f.Derivative
	again.State, again.Problem = archive.DerivativePending, ""
	if err := tx.PutDerivative(ctx, again); err != nil {
		return err
	}
	return tx.Enqueue(ctx, recovered(again).job(again))
}

// lookAgain forgets what was said against a file, so that it is looked into once more.
func lookAgain(ctx context.Context, tx *catalog.Tx, f catalog.Failed) error {
	w, err := tx.Work(ctx, f.Work)
	if err != nil {
		return err
	}
	file, ok := fileOf(&w, f.File)
	if !ok {
		return archive.Fail(archive.NotFound, "file-missing")
	}
	file.Problem = ""
	if err := tx.SetFile(ctx, file); err != nil {
		return err
	}
	return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: f.Work, Unique: true})
}
