package editorial

import (
	"context"
	"slices"
	"time"

	"vannghe/internal/archive"
)

// Access is from when, until when and for whom a work is shown.
type Access struct {
	Seen     string
	From     time.Time        // zero, or past: at once
	Until    time.Time        // zero: without an end
	Audience archive.Audience // "": as it stands
	Note     string
}

// set checks and sets the access of a work.
func (a Access) set(w *archive.Work, now time.Time) error {
	if a.Audience == "" {
		a.Audience = w.Audience
	}
	if !slices.Contains([]archive.Audience{archive.AudiencePublic, archive.AudienceMembers, archive.AudienceStaff}, a.Audience) {
		return archive.Fail(archive.Invalid, "audience-unknown", string(a.Audience))
	}
	if !a.From.After(now) {
		a.From = time.Time{}
	}
	if !a.Until.IsZero() && (!a.Until.After(now) || !a.Until.After(a.From)) {
		return archive.Fail(archive.Invalid, "access-ends-early")
	}
	w.Audience, w.PublicFrom, w.PublicUntil = a.Audience, micro(a.From), micro(a.Until)
	return nil
}

func micro(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

func (a Access) decision(w *archive.Work, note string) archive.Decision {
	return archive.Decision{Note: note, Opens: w.PublicFrom, Closes: w.PublicUntil, Audience: w.Audience}
}

// Publish shows an approved work, at once or from a time on. The errors are Conflict "approvals-void" when it changed after it was
// approved (it then waits for editors again), Busy "files-arriving" while the archive of record does not hold its files yet, Invalid
// "audience-unknown" and "access-ends-early".
func (d *Desk) Publish(ctx context.Context, id archive.WorkID, a Access) error {
	note, err := said(a.Note, "")
	if err != nil {
		return err
	}
	voided := false
	err = d.sit(ctx, id, archive.ActPublish, a.Seen, func(ctx context.Context, s *sitting) error {
		if voided = void(s.events, s.work); voided {
			return s.step(ctx, archive.Submitted, archive.EventVoid, archive.Decision{})
		}
		return s.publish(ctx, a, note)
	})
	if err == nil && voided {
		err = archive.Fail(archive.Conflict, "approvals-void")
	}
	return err
}

func (s *sitting) publish(ctx context.Context, a Access, note string) error {
	if staged(s.work) {
		return archive.Fail(archive.Busy, "files-arriving")
	}
	if err := a.set(s.work, s.tx.Now()); err != nil {
		return err
	}
	s.work.PublishWhenReady = false
	if s.work.Published.IsZero() {
		s.work.Published = s.work.PublicFrom // lists order by the day on which the public first sees it
	}
	if s.work.Published.IsZero() {
		s.work.Published = s.tx.Now()
	}
	return s.step(ctx, archive.Published, archive.EventPublication, a.decision(s.work, note))
}

// Arrange changes from when, until when and for whom an approved or published work is shown. The errors are those of Publish.
func (d *Desk) Arrange(ctx context.Context, id archive.WorkID, a Access) error {
	note, err := said(a.Note, "")
	if err != nil {
		return err
	}
	return d.sit(ctx, id, archive.ActArrange, a.Seen, func(ctx context.Context, s *sitting) error {
		if err := a.set(s.work, s.tx.Now()); err != nil {
			return err
		}
		return s.record(ctx, archive.EventArrangement, a.decision(s.work, note))
	})
}

// Withdraw takes a published work from the public, which is told the reason. Invalid "reason-missing".
func (d *Desk) Withdraw(ctx context.Context, id archive.WorkID, seen, reason string) error {
	reason, err := said(reason, "reason-missing")
	if err != nil {
		return err
	}
	return d.sit(ctx, id, archive.ActWithdraw, seen, func(ctx context.Context, s *sitting) error {
		s.work.WithdrawnReason = reason
		return s.step(ctx, archive.Withdrawn, archive.EventWithdrawal, archive.Decision{Note: reason})
	})
}

// Restore shows a withdrawn work again; the reason is for the record. Invalid "reason-missing".
func (d *Desk) Restore(ctx context.Context, id archive.WorkID, seen, reason string) error {
	reason, err := said(reason, "reason-missing")
	if err != nil {
		return err
	}
	return d.sit(ctx, id, archive.ActRestore, seen, func(ctx context.Context, s *sitting) error {
		s.work.WithdrawnReason = ""
		return s.step(ctx, archive.Published, archive.EventRestoration, archive.Decision{Note: reason})
	})
}
