package editorial

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// JobPurge destroys the bytes of Job.Work, of which a purge was confirmed.
const JobPurge catalog.JobKind = "purge"

// PurgePlan is what an administrator proposes.
type PurgePlan struct {
	Seen   string // as Seen returns it of the work that they looked at
	Cause  archive.PurgeCause
	Reason string // an authority's order with number and date, or who asked
}

// SeenPurge names the very proposal that a person looks at: a confirmation of another is refused.
func SeenPurge(p archive.Purge) string { return strconv.FormatInt(p.Proposed.UnixMicro(), 36) }

// ProposePurge proposes that the bytes of a work be destroyed; another administrator has seven days to confirm. The errors are those of
// May, Invalid "reason-missing", "text-long", "purge-cause", Conflict "work-changed", "purge-published" (it has to be withdrawn first),
// "purge-waits" (somebody proposed it before, and the work is still what they saw) and "work-purged".
func (d *Desk) ProposePurge(ctx context.Context, id archive.WorkID, plan PurgePlan) error {
	reason, err := said(plan.Reason, "reason-missing")
	if err != nil {
		return err
	}
	if !slices.Contains(archive.PurgeCauses(), plan.Cause) {
		return archive.Fail(archive.Invalid, "purge-cause")
	}
	return d.purge(ctx, id, func(ctx context.Context, s *sitting, before archive.Purge) error {
		switch {
		case plan.Seen != Seen(s.work):
			return archive.Fail(archive.Conflict, "work-changed")
		case before.Waits(s.tx.Now()) && !before.Overtaken(plan.Seen):
			return archive.Fail(archive.Conflict, "purge-waits")
		}
		p := archive.Purge{Work: id, Cause: plan.Cause, Reason: reason, Proposed: s.tx.Now(), ProposedBy: d.viewer.Account, ProposedName: d.viewer.Name, Seen: plan.Seen}
		if err := s.tx.PutPurge(ctx, p); err != nil {
			return err
		}
		return s.record(ctx, archive.EventPurgePlan, archive.Decision{Note: string(p.Cause) + ": " + reason})
	})
}

// DropPurge takes a proposal back; any administrator may. Conflict "purge-lapsed" when none waits.
func (d *Desk) DropPurge(ctx context.Context, id archive.WorkID) error {
	return d.purge(ctx, id, func(ctx context.Context, s *sitting, before archive.Purge) error {
		if before.Proposed.IsZero() {
			return archive.Fail(archive.Conflict, "purge-lapsed")
		}
		if err := s.tx.DropPurge(ctx, id); err != nil {
			return err
		}
		return s.record(ctx, archive.EventPurgeDropped, archive.Decision{})
	})
}

// ConfirmPurge confirms the proposal that seen names (SeenPurge). From this transaction on nobody is given anything of the work, its
// texts are gone from the catalogue, and every node builds its index anew; the bytes follow as a job. The errors are those of
// Confirms, Forbidden "purge-tied" when one person could be both (sitting.apart), and Conflict "purge-lapsed" when the proposal is
// another by now, "purge-overtaken" when the work is.
func (d *Desk) ConfirmPurge(ctx context.Context, id archive.WorkID, seen string) error {
	return d.purge(ctx, id, func(ctx context.Context, s *sitting, p archive.Purge) error {
		if err := Confirms(d.viewer, p, s.tx.Now()); err != nil {
			return err
		}
		if err := s.apart(ctx, p); err != nil {
			return err
		}
		if seen != SeenPurge(p) {
			return archive.Fail(archive.Conflict, "purge-lapsed")
		}
		if p.Overtaken(Seen(s.work)) {
			return archive.Fail(archive.Conflict, "purge-overtaken")
		}
		p.Confirmed, p.ConfirmedBy, p.ConfirmedName = s.tx.Now(), d.viewer.Account, d.viewer.Name
		if err := s.tx.PutPurge(ctx, p); err != nil {
			return err
		}
		note := fmt.Sprintf("%s: %s (proposed by %s)", p.Cause, p.Reason, p.ProposedName)
		if err := s.record(ctx, archive.EventPurge, archive.Decision{Note: note}); err != nil {
			return err
		}
		return s.destroy(ctx)
	})
}

// destroy empties the catalogue of the work's content and has its bytes destroyed. The work is put by whoever calls.
func (s *sitting) destroy(ctx context.Context) error {
	s.work.Purge()
	if err := s.tx.Forget(ctx, s.work.ID); err != nil {
		return err
	}
	merged, err := s.tx.Merged(ctx, s.work.ID)
	if err != nil {
		return err
	}
	for _, w := range merged {
		if err := s.tx.Forget(ctx, w.ID); err != nil {
			return err
		}
	}
	if _, err := s.tx.AskReindex(ctx); err != nil { // the words of deleted documents stay in an index until its segments are merged
		return err
	}
	return s.tx.Enqueue(ctx, catalog.Job{Kind: JobPurge, Work: s.work.ID, Unique: true, Priority: 1})
}

// purge runs fn on a work that may be purged, with what was planned before (the zero Purge for nothing).
func (d *Desk) purge(ctx context.Context, id archive.WorkID, fn func(context.Context, *sitting, archive.Purge) error) error {
	if err := d.viewer.May(archive.PurgeWorks); err != nil {
		return err
	}
	return d.change(ctx, id, func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
		before, err := tx.Purge(ctx, id)
		if err != nil && archive.CodeOf(err) != archive.NotFound {
			return err
		}
		events, err := tx.Events(ctx, id)
		switch {
		case err != nil:
			return err
		case archive.WasPurged(events):
			return archive.Fail(archive.Conflict, "work-purged")
		case w.State == archive.Published:
			return archive.Fail(archive.Conflict, "purge-published")
		}
		return fn(ctx, &sitting{d, tx, w, events}, before)
	})
}
