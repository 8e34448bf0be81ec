package catalog

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
)

// AdoptEvents gives a work that has no event yet the chain that it had elsewhere, as it is. The error is that of archive.CheckChain, Conflict "work-changed" when
// the work has events, Invalid "chain-foreign" when an event is of another work.
func (tx *Tx) AdoptEvents(ctx context.Context, id archive.WorkID, events []archive.Event) error {
	if err := archive.CheckChain(events); err != nil {
		return err
	}
	head, err := chainHead(ctx, tx.q, id)
	if err != nil {
		return fmt.Errorf("read where the chain of work %s ends: %w", id, err)
	}
	if head.Sequence > 0 {
		return archive.Fail(archive.Conflict, "work-changed")
	}
	for _, e := range events {
		if e.Work != id {
			return archive.Fail(archive.Invalid, "chain-foreign")
		}
		_, err := run(ctx, tx.q, sql("INSERT INTO event ("+eventColumns+") VALUES ").
			values(e.Work, e.Sequence, text(e.Type), text(e.Agent), e.Time.UnixMicro(), e.Outcome, text(e.Detail), e.Previous, e.Hash))
		if err != nil {
			return fmt.Errorf("take over an event of work %s: %w", id, err)
		}
	}
	return nil
}
