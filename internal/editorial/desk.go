package editorial

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/internal/viet"
)

// RulesSetting is the name of the setting that holds what the association decides for itself, an archive.Rules.
const RulesSetting = archive.RulesSetting

// longest bounds a note, a reason, a comment, in bytes.
const longest = 20_000

// Desk is the acts of one person. Each is checked against the table of archive.Viewer.MayDo, stands in the record of the work with
// the name of the person, and is written to the archive of record. The errors of all are those of MayDo and NotFound "work-missing".
type Desk struct {
	*Editorial
	viewer archive.Viewer
}

// As returns the acts of a person.
func (e *Editorial) As(v archive.Viewer) *Desk { return &Desk{e, v} }

// Seen returns what stands in a form for the state and content of the work that the person has before their eyes: an act with
// another Seen is refused with Conflict "work-changed", so that nobody decides about what they did not see.
func Seen(w *archive.Work) string { return string(w.State) + "." + w.Content()[:32] }

// agent is who stands in the events.
func (d *Desk) agent() string { return cmp.Or(string(d.viewer.Account), d.viewer.Name, "vannghe") }

// sitting is one act under way: a work as it stands in the transaction, with its record.
type sitting struct {
	*Desk
	tx     *catalog.Tx
	work   *archive.Work
	events []archive.Event
}

// decides reports whether an act is about a work that the person has before their eyes: it is refused when it names no state of the work.
// Its sender hands a work in and takes it back as it is.
func decides(act archive.Act) bool {
	return act != archive.ActSubmit && act != archive.ActRecall && act != archive.ActEdit
}

// sit runs fn when the person may do the act and still looks at what is there.
func (d *Desk) sit(ctx context.Context, id archive.WorkID, act archive.Act, seen string, fn func(context.Context, *sitting) error) error {
	return d.change(ctx, id, func(ctx context.Context, tx *catalog.Tx, w *archive.Work) error {
		events, err := tx.Events(ctx, id)
		if err != nil {
			return err
		}
		if err := d.viewer.MayDo(act, w.State, d.viewer.OwnFor(act, w, events)); err != nil {
			return err
		}
		if archive.WasPurged(events) {
			return archive.Fail(archive.Conflict, "work-purged")
		}
		if (seen != "" || decides(act)) && seen != Seen(w) {
			return archive.Fail(archive.Conflict, "work-changed")
		}
		return fn(ctx, &sitting{d, tx, w, events})
	})
}

// step takes the work to a state with the person's decision.
func (s *sitting) step(ctx context.Context, to archive.State, event archive.EventType, decision archive.Decision) error {
	return step(ctx, s.tx, s.work, move{to: to, event: event, by: s.by(decision)})
}

// record notes a decision that leaves the state as it is.
func (s *sitting) record(ctx context.Context, event archive.EventType, decision archive.Decision) error {
	by := s.by(decision)
	return s.tx.AddEvent(ctx, archive.Event{Work: s.work.ID, Type: event, Agent: by.Agent, Detail: by.Reason, Outcome: archive.Success})
}

func (s *sitting) by(decision archive.Decision) By {
	decision.Name = s.viewer.Name
	if decision.Content == "" {
		decision.Content = s.work.Content()
	}
	return By{Agent: s.agent(), Reason: decision.Detail()}
}

// needed is how many approvals the work needs.
func (s *sitting) needed(ctx context.Context) (int, error) {
	group, err := s.tx.Group(ctx, s.work.Genre)
	if err != nil {
		return 0, err
	}
	var rules archive.Rules
	err = s.tx.Setting(ctx, RulesSetting, &rules)
	return rules.Needed(group), err
}

// said is what a person typed, tidied. Invalid with the reason when it must not be missing, Invalid "text-long".
func said(text string, missing archive.Reason) (string, error) {
	text = strings.TrimSpace(viet.Normalize(text))
	if text == "" && missing != "" {
		return "", archive.Fail(archive.Invalid, missing)
	}
	if len(text) > longest {
		return "", archive.Fail(archive.Invalid, "text-long")
	}
	return text, nil
}

// Submit hands a work to the editors. Invalid "title-missing" before somebody gave it one, "work-empty" without files or a description.
func (d *Desk) Submit(ctx context.Context, id archive.WorkID, seen string) error {
	return d.SubmitSaying(ctx, id, seen, "")
}

// SubmitSaying is Submit with what the sender says of whose the work is. That is evidence of consent, and stands in the record as such unless something
// else does. Also Invalid "consent-unknown".
func (d *Desk) SubmitSaying(ctx context.Context, id archive.WorkID, seen string, consent archive.Consent) error {
	if consent != "" && !slices.Contains(archive.Consents(), consent) {
		return archive.Fail(archive.Invalid, "consent-unknown")
	}
	return d.sit(ctx, id, archive.ActSubmit, seen, func(ctx context.Context, s *sitting) error {
		if err := complete(s.work); err != nil {
			return err
		}
		if held := s.work.Rights.Evidence; consent != "" && (held == "" || held == evidence(archive.Consented(s.events))) {
			s.work.Rights.Evidence = evidence(consent, d.viewer.Name, s.tx.Now())
		}
		return s.step(ctx, archive.Submitted, archive.EventSubmission, archive.Decision{Consent: consent})
	})
}

// evidence is what a sender said as the record holds it, in the language of the archive; "" where it is no consent.
func evidence(said archive.Consent, name string, at time.Time) string {
	if said != archive.ConsentOwn && said != archive.ConsentGiven {
		return ""
	}
	t := message.For(message.Vietnamese)
	return t.Text("consent.evidence."+string(said), name, t.Day(at))
}

// Recall takes a work back to a draft.
func (d *Desk) Recall(ctx context.Context, id archive.WorkID, seen string) error {
	return d.sit(ctx, id, archive.ActRecall, seen, func(ctx context.Context, s *sitting) error {
		return s.step(ctx, archive.Draft, archive.EventRecall, archive.Decision{})
	})
}

// RequestChanges sends a work back with a note for its sender. Invalid "note-missing".
func (d *Desk) RequestChanges(ctx context.Context, id archive.WorkID, seen, note string) error {
	note, err := said(note, "note-missing")
	if err != nil {
		return err
	}
	return d.sit(ctx, id, archive.ActReturn, seen, func(ctx context.Context, s *sitting) error {
		return s.step(ctx, archive.ChangesRequested, archive.EventRequest, archive.Decision{Note: note})
	})
}

// Approval is what an editor answers when approving.
type Approval struct {
	Seen   string
	Checks []archive.Check // item, answer and remark; name and time are set here
	Note   string
}

// Approve approves a work and returns how many approvals are missing still; with the last it is approved. The errors are those of
// Work.Checked, Forbidden "own-work" and Conflict "approved-already".
func (d *Desk) Approve(ctx context.Context, id archive.WorkID, a Approval) (missing int, err error) {
	note, err := said(a.Note, "")
	if err != nil {
		return 0, err
	}
	err = d.sit(ctx, id, archive.ActApprove, a.Seen, func(ctx context.Context, s *sitting) error {
		checks, err := s.work.Checked(a.Checks, d.viewer.Name, s.tx.Now())
		if err != nil {
			return err
		}
		missing, err = s.approve(ctx, archive.Decision{Note: note, Checks: checks, Content: s.work.Content()})
		return err
	})
	return missing, err
}

func (s *sitting) approve(ctx context.Context, decision archive.Decision) (missing int, err error) {
	had := archive.Approvals(s.events, decision.Content)
	if slices.ContainsFunc(had, func(e archive.Event) bool { return e.Agent == s.agent() }) {
		return 0, archive.Fail(archive.Conflict, "approved-already")
	}
	needed, err := s.needed(ctx)
	if err != nil {
		return 0, err
	}
	if missing = needed - len(had) - 1; missing > 0 {
		return missing, s.record(ctx, archive.EventApproval, decision)
	}
	return 0, s.step(ctx, archive.Approved, archive.EventApproval, decision)
}

// Corrected is called by whoever changes what is said of a work, in the transaction and before the work is put: approvals of a work
// that has changed are void, and it waits for editors again; what a program or a command approved is on its word. Conflict "work-closed" for a withdrawn work, which nobody edits.
func Corrected(ctx context.Context, tx *catalog.Tx, w *archive.Work, by By) error {
	if w.State == archive.Withdrawn {
		return archive.Fail(archive.Conflict, "work-closed")
	}
	if w.State != archive.Approved {
		return nil
	}
	events, err := tx.Events(ctx, w.ID)
	if err != nil || !void(events, w) {
		return err
	}
	return step(ctx, tx, w, move{to: archive.Submitted, event: archive.EventVoid, by: by})
}

// void reports whether nobody approved the work as it stands, while persons approved it before. How many were needed was asked when
// they did.
func void(events []archive.Event, w *archive.Work) bool {
	for _, e := range slices.Backward(events) {
		if e.Type == archive.EventApproval && e.Outcome == archive.Success {
			_, person := archive.ParseDecision(e.Detail)
			return person && len(archive.Approvals(events, w.Content())) == 0
		}
	}
	return false
}
