// Package editorial is every change of a work's state: submitting, approving, publishing, withdrawing, restoring. Each step
// is checked against the state machine of internal/archive and leaves an event with who did it and why.
//
// The steps are functions inside a catalogue transaction, so that a use case can join them with its own changes; the acts of
// a person are methods of Editorial. It must not know how bytes are stored, derived or shown.
package editorial

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// The jobs that hand a work on from one use case to the next.
const (
	// JobPreserve writes the catalogue's present record of Job.Work into the archive of record.
	JobPreserve = catalog.JobPreserve
	// JobPlan decides what is to be made from the archived files of Job.Work.
	JobPlan catalog.JobKind = "plan"
)

// Options are what New needs.
type Options struct {
	Catalog *catalog.Catalog
	Log     *slog.Logger // nil: slog.Default
}

// Editorial carries out the acts of editors. Safe for concurrent use.
type Editorial struct {
	catalog *catalog.Catalog
	log     *slog.Logger
}

// New returns an Editorial.
func New(opt Options) *Editorial {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Editorial{catalog: opt.Catalog, log: opt.Log}
}

// By says who takes a step and why. It becomes the event's agent and detail.
type By struct {
	Agent  string // an account, or a part of the program such as "import"; never empty
	Reason string // for the record, not for the public
}

// decision is by as a decision of a person, for the minutes: a command acts for somebody whom it names.
func (b By) decision(w *archive.Work) By {
	return By{Agent: b.Agent, Reason: archive.Decision{Name: b.Agent, Note: b.Reason, Content: w.Content()}.Detail()}
}

// Submit takes a draft (or a work sent back) to submitted, in memory and in the record of events; the caller puts w.
// The error is Conflict "state-step".
func Submit(ctx context.Context, tx *catalog.Tx, w *archive.Work, by By) error {
	return step(ctx, tx, w, move{to: archive.Submitted, event: archive.EventSubmission, by: by})
}

// Approve takes a submitted work to approved, in memory and in the record of events; the caller puts w, and has set
// PublishWhenReady when it is to publish itself (see Settle). The error is Conflict "state-step".
func Approve(ctx context.Context, tx *catalog.Tx, w *archive.Work, by By) error {
	return step(ctx, tx, w, move{to: archive.Approved, event: archive.EventApproval, by: by})
}

// Publish takes an approved work to published, puts it and enqueues its preservation. The error is Conflict "state-step".
func Publish(ctx context.Context, tx *catalog.Tx, w *archive.Work, by By) error {
	if err := step(ctx, tx, w, move{to: archive.Published, event: archive.EventPublication, by: by}); err != nil {
		return err
	}
	w.PublishWhenReady = false
	if w.Published.IsZero() {
		w.Published = tx.Now()
	}
	return put(ctx, tx, w)
}

// Settle publishes the work if it waits only for that: approved, PublishWhenReady, every file archived (or purged) and looked
// into, and no derivative pending that is waited for. Otherwise it does nothing. Called in the transaction that settles the last thing it may wait
// for. The event names the one who approved.
func Settle(ctx context.Context, tx *catalog.Tx, id archive.WorkID) error {
	w, err := tx.Work(ctx, id)
	if err != nil {
		return fmt.Errorf("settle work %s: %w", id, err)
	}
	if w.State != archive.Approved || !w.PublishWhenReady || staged(&w) {
		return nil
	}
	pending, err := tx.PendingDerivatives(ctx, id)
	if err != nil {
		return fmt.Errorf("settle work %s: %w", id, err)
	}
	unplanned, err := tx.UnplannedFiles(ctx, id)
	if err != nil {
		return fmt.Errorf("settle work %s: %w", id, err)
	}
	if pending+unplanned > 0 {
		return nil
	}
	by, err := approver(ctx, tx, id)
	if err != nil {
		return fmt.Errorf("settle work %s: %w", id, err)
	}
	return Publish(ctx, tx, &w, by)
}

// approver returns who approved the work last and why: on that word it is published.
func approver(ctx context.Context, tx *catalog.Tx, id archive.WorkID) (By, error) {
	events, err := tx.Events(ctx, id)
	if err != nil {
		return By{}, err
	}
	for _, e := range slices.Backward(events) {
		if e.Type == archive.EventApproval && e.Outcome == archive.Success {
			return By{Agent: e.Agent, Reason: e.Detail}, nil
		}
	}
	return By{Agent: "vannghe", Reason: "approved before approvals were recorded"}, nil
}

func staged(w *archive.Work) bool {
	return slices.ContainsFunc(w.Representations, func(r archive.Representation) bool {
		return slices.ContainsFunc(r.Files, func(f archive.File) bool { return f.State == archive.FileStaged })
	})
}

// Withdraw takes a published work from the public. The public is told the reason on its tombstone; by.Reason, when given, is
// for the record. Every process cuts what it is sending of it within the delay of the change sequence. The errors are
// NotFound, Conflict "state-step" and Invalid "reason-missing".
func (e *Editorial) Withdraw(ctx context.Context, id archive.WorkID, by By, reason string) error {
	if reason == "" {
		return archive.Fail(archive.Invalid, "reason-missing")
	}
	if by.Reason == "" {
		by.Reason = reason
	}
	return e.change(ctx, id, func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
		w.WithdrawnReason = reason
		return step(ctx, tx, w, move{to: archive.Withdrawn, event: archive.EventWithdrawal, by: by.decision(w)})
	})
}

// Restore shows a withdrawn work again. The errors are those of Withdraw.
func (e *Editorial) Restore(ctx context.Context, id archive.WorkID, by By, reason string) error {
	if reason == "" {
		return archive.Fail(archive.Invalid, "reason-missing")
	}
	by.Reason = reason
	return e.change(ctx, id, func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
		events, err := tx.Events(ctx, id)
		if err != nil {
			return err
		}
		if archive.WasPurged(events) {
			return archive.Fail(archive.Conflict, "work-purged")
		}
		if w.State != archive.Withdrawn { // approved → published is Publish's step, not this one
			return archive.Fail(archive.Conflict, "state-step", string(w.State), string(archive.Published))
		}
		w.WithdrawnReason = ""
		return step(ctx, tx, w, move{to: archive.Published, event: archive.EventRestoration, by: by.decision(w)})
	})
}

// ChoosePoster puts a work whose Poster and PosterAt somebody has chosen, with an event that says which.
func ChoosePoster(ctx context.Context, tx *catalog.Tx, w *archive.Work, by By) error {
	what := "the picture is what the recipes choose"
	switch {
	case w.Poster != "" && w.PosterAt == archive.PosterAttached:
		what = fmt.Sprintf("the picture is the one attached to file %s", w.Poster)
	case w.Poster != "":
		what = fmt.Sprintf("the picture is file %s at %s", w.Poster, w.PosterAt)
	}
	if by.Reason != "" {
		what += ": " + by.Reason
	}
	event := archive.Event{Work: w.ID, Type: archive.EventModification, Agent: by.Agent, Outcome: archive.Success, Detail: what}
	if err := tx.AddEvent(ctx, event); err != nil {
		return fmt.Errorf("record the picture of work %s: %w", w.ID, err)
	}
	return put(ctx, tx, w)
}

func (e *Editorial) change(ctx context.Context, id archive.WorkID, fn func(context.Context, *catalog.Tx, *archive.Work) error) error {
	err := e.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err == nil && w.MergedInto != "" { // it is another work now, which has its own address
			err = archive.Fail(archive.NotFound, "work-missing")
		}
		if err != nil {
			return err
		}
		if err := fn(ctx, tx, &w); err != nil {
			return err
		}
		return put(ctx, tx, &w)
	})
	if err != nil {
		return fmt.Errorf("change the state of work %s: %w", id, err)
	}
	e.log.Info("the state of a work was changed", "work", id)
	return nil
}

// move is one step of the state machine with its event.
type move struct {
	to    archive.State
	event archive.EventType
	by    By
}

func step(ctx context.Context, tx *catalog.Tx, w *archive.Work, m move) error {
	if err := w.State.To(m.to); err != nil {
		return err
	}
	w.State = m.to
	event := archive.Event{Work: w.ID, Type: m.event, Agent: m.by.Agent, Outcome: archive.Success, Detail: m.by.Reason}
	if err := tx.AddEvent(ctx, event); err != nil {
		return fmt.Errorf("record %s of work %s: %w", m.event, w.ID, err)
	}
	return nil
}

// Keep stores a work that another use case has changed, and has it preserved.
func Keep(ctx context.Context, tx *catalog.Tx, w *archive.Work) error { return put(ctx, tx, w) }

// put stores w and enqueues the version that the archive of record owes it from then on.
func put(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
	if err := tx.PutWork(ctx, w); err != nil {
		return fmt.Errorf("put work %s: %w", w.ID, err)
	}
	if err := tx.Enqueue(ctx, catalog.Job{Kind: JobPreserve, Work: w.ID, Unique: true}); err != nil {
		return fmt.Errorf("enqueue preservation of work %s: %w", w.ID, err)
	}
	return nil
}
