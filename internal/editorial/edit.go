package editorial

import (
	"context"
	"errors"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Typed is what a person typed into the form of a work.
type Typed struct {
	// Base is what the form was made from: what others changed since is merged, not overwritten.
	Base archive.Said
	// Fields are as typed. Those that are missing were not asked and stay as they are.
	Fields archive.Said
	// Credits and Relations are the rows of theirs when Rows is set.
	Credits   []TypedCredit
	Relations []archive.Relation
	Rows      bool
}

// Edited is what became of an edit.
type Edited struct {
	Changes []archive.Change
	// Wrong is what is wrong with a field, or with a row of one: see Row.
	Wrong   map[string]error
	Clashes []Clash
	// Current is what the work said before the edit, whether it was taken or not.
	Current archive.Said
	// Merged is what it says by the edit, as far as that could be taken.
	Merged archive.Said
}

// Clash is a field that somebody else changed otherwise meanwhile, and who that was as far as it is on record.
type Clash struct {
	archive.Clash
	Name string
	Time time.Time
}

// errUnchanged ends a transaction in which there is nothing to do.
var errUnchanged = errors.New("nothing has changed")

// Edit changes what is said of a work. Nothing is changed unless all can be: the errors are those of Desk, Invalid "fields-wrong" with
// Edited.Wrong, and Conflict "fields-clash" with Edited.Clashes. Of an approved work that then says something else approvals are void; a published one
// shows the change at once. What was kept of the person's unfinished edit is dropped.
func (d *Desk) Edit(ctx context.Context, id archive.WorkID, t Typed) (Edited, error) {
	var out Edited
	err := d.sit(ctx, id, archive.ActEdit, "", func(ctx context.Context, s *sitting) error {
		e := &edit{sitting: s, typed: t, made: map[string]archive.AgentID{}, out: Edited{Wrong: map[string]error{}, Current: s.work.Said()}}
		defer func() { out = e.out }()
		mine, err := e.read(ctx)
		if err != nil {
			return err
		}
		return e.say(ctx, t.Base, mine, archive.Correction{})
	})
	if errors.Is(err, errUnchanged) {
		return out, d.Discard(ctx, id)
	}
	if place := out.placeOf(err, t); place != "" {
		out.Wrong[place] = err
		err = archive.Fail(archive.Invalid, "fields-wrong").Because(err)
	}
	return out, err
}

// Undo takes back what an event of the work changed, where nobody has changed it since. The errors are those of Edit, NotFound "change-missing"
// and Conflict "undo-overtaken".
func (d *Desk) Undo(ctx context.Context, id archive.WorkID, sequence int64) error {
	err := d.sit(ctx, id, archive.ActEdit, "", func(ctx context.Context, s *sitting) error {
		i := slices.IndexFunc(s.events, func(e archive.Event) bool { return e.Sequence == sequence })
		if i < 0 {
			return archive.Fail(archive.NotFound, "change-missing")
		}
		c, ok := archive.ParseCorrection(s.events[i].Detail)
		if !ok || s.events[i].Type != archive.EventModification {
			return archive.Fail(archive.NotFound, "change-missing")
		}
		base, mine := archive.Said{}, archive.Said{}
		for _, change := range c.Changes {
			base[change.Field], mine[change.Field] = change.After, change.Before
		}
		e := &edit{sitting: s, out: Edited{Wrong: map[string]error{}, Current: s.work.Said()}}
		err := e.say(ctx, base, mine, archive.Correction{Undoes: sequence})
		if len(e.out.Clashes) > 0 || errors.Is(err, errUnchanged) {
			return archive.Fail(archive.Conflict, "undo-overtaken")
		}
		return err
	})
	return err
}

// edit is one edit under way.
type edit struct {
	*sitting
	typed Typed
	made  map[string]archive.AgentID // by name: who is new twice in a form is one
	out   Edited
}

// say merges what the person says with what the work says, and changes the work, or says in out why not.
func (e *edit) say(ctx context.Context, base, mine archive.Said, c archive.Correction) error {
	merged, clashes := archive.Merge(base, mine, e.out.Current)
	e.out.Merged = merged
	for _, clash := range clashes {
		name, at := lastChanged(e.events, clash.Field)
		e.out.Clashes = append(e.out.Clashes, Clash{clash, name, at})
	}
	changes := archive.Changes(e.out.Current, merged)
	_, titled := mine[archive.FieldTitle]
	accepted := titled && e.work.TitleGuessed // whoever saves a form has read its title
	own := e.viewer.Owns(e.events)
	for _, change := range changes {
		if err := e.viewer.MaySay(change.Field, e.work.State, own); err != nil {
			e.out.Wrong[string(change.Field)] = err
			continue
		}
		if err := e.work.Say(change.Field, change.After); err != nil {
			e.out.Wrong[string(change.Field)] = err
		}
	}
	switch {
	case len(e.out.Wrong) > 0:
		return archive.Fail(archive.Invalid, "fields-wrong")
	case len(clashes) > 0:
		return archive.Fail(archive.Conflict, "fields-clash")
	case len(changes) == 0 && !accepted:
		return errUnchanged
	}
	e.work.TitleGuessed = e.work.TitleGuessed && !accepted
	e.out.Changes = changes
	if len(changes) == 0 {
		return e.tx.DropEdit(ctx, e.viewer.Account, e.work.ID)
	}
	c.Name, c.Changes = e.viewer.Name, changes
	return e.correct(ctx, c)
}

// correct records a change of the work that is made in memory.
func (s *sitting) correct(ctx context.Context, c archive.Correction) error {
	by := By{Agent: s.agent(), Reason: c.Detail()}
	event := archive.Event{Work: s.work.ID, Type: archive.EventModification, Agent: by.Agent, Detail: by.Reason, Outcome: archive.Success}
	if err := s.tx.AddEvent(ctx, event); err != nil {
		return err
	}
	void := s.by(archive.Decision{})
	if err := Corrected(ctx, s.tx, s.work, void); err != nil {
		return err
	}
	return s.tx.DropEdit(ctx, s.viewer.Account, s.work.ID)
}

// lastChanged is who changed a field last, and when.
func lastChanged(events []archive.Event, f archive.Field) (string, time.Time) {
	for _, e := range slices.Backward(events) {
		c, ok := archive.ParseCorrection(e.Detail)
		if ok && slices.ContainsFunc(c.Changes, func(ch archive.Change) bool { return ch.Field == f }) {
			return c.Name, e.Time
		}
	}
	return "", time.Time{}
}

// placeOf is the field, or row, of which the catalogue says that it points at nothing; "" when the error is about none.
func (e *Edited) placeOf(err error, t Typed) string {
	failure, ok := errors.AsType[*archive.Error](err)
	if !ok || e.Wrong == nil {
		return ""
	}
	switch failure.Reason {
	case "genre-unknown":
		return string(archive.FieldGenre)
	case "collection-unknown":
		return string(archive.FieldCollections)
	case "agent-unknown":
		return string(archive.FieldCredits)
	case "relation-unknown":
		for i, r := range t.Relations {
			if len(failure.Args) > 0 && failure.Args[0] == string(r.Target) {
				return Row(archive.FieldRelations, i)
			}
		}
		return string(archive.FieldRelations)
	default:
		return ""
	}
}

// longestForm bounds an unfinished edit, in bytes.
const longestForm = 512 << 10

// Keep keeps what a person has typed so far into the form of a work and not saved; it is theirs alone and stands in no record. Invalid "text-long".
func (d *Desk) Keep(ctx context.Context, id archive.WorkID, form string) error {
	if len(form) > longestForm {
		return archive.Fail(archive.Invalid, "text-long")
	}
	return d.unfinished(ctx, id, func(tx *catalog.Tx) error { return tx.KeepEdit(ctx, d.viewer.Account, id, form) })
}

// StepBack takes back the last step of the person's unfinished edit.
func (d *Desk) StepBack(ctx context.Context, id archive.WorkID) error {
	return d.unfinished(ctx, id, func(tx *catalog.Tx) error { return tx.UndoEdit(ctx, d.viewer.Account, id) })
}

// Discard drops the person's unfinished edit.
func (d *Desk) Discard(ctx context.Context, id archive.WorkID) error {
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.DropEdit(ctx, d.viewer.Account, id) })
}

func (d *Desk) unfinished(ctx context.Context, id archive.WorkID, fn func(*catalog.Tx) error) error {
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		events, err := tx.Events(ctx, id)
		if err != nil {
			return err
		}
		if err := d.viewer.MayDo(archive.ActEdit, w.State, d.viewer.Owns(events)); err != nil {
			return err
		}
		return fn(tx)
	})
}
