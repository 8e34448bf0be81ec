package editorial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// JobBatch goes on with the batch that Job.Note names.
const JobBatch catalog.JobKind = "batch"

const (
	// MostOfBatch is how many works one batch may change.
	MostOfBatch = 20_000
	// batchWorks is how many works are changed in one transaction, and batchTurn how long one job is at work before it makes room for others.
	batchWorks = 25
	batchTurn  = 20 * time.Second
)

// PlanBatch begins a batch: its works are looked at by a job, and nothing changes before ApplyBatch. A credit names its agent by Name; one that the
// archive does not know is made. The errors are those of Viewer.May, Invalid "batch-empty", TooLarge "batch-too-large", and those of a value that
// the field cannot hold.
func (d *Desk) PlanBatch(ctx context.Context, edit archive.BatchEdit, works []archive.WorkID) (archive.BatchID, error) {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return "", err
	}
	switch {
	case len(works) == 0 && edit.Field != archive.BatchMerge: // an agent may stand nowhere
		return "", archive.Fail(archive.Invalid, "batch-empty")
	case len(works) > MostOfBatch:
		return "", archive.Fail(archive.TooLarge, "batch-too-large", MostOfBatch)
	}
	b := catalog.Batch{ID: archive.NewID[archive.BatchID](), Account: d.viewer.Account, Stage: catalog.BatchChecking, Next: 1}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		var err error
		if b.Edit, err = settled(ctx, tx, edit); err != nil {
			return err
		}
		if err := tx.AddBatch(ctx, b, works); err != nil {
			return err
		}
		return nextTurn(ctx, tx, b.ID)
	})
	if err != nil {
		return "", fmt.Errorf("plan a batch: %w", err)
	}
	return b.ID, nil
}

func nextTurn(ctx context.Context, tx *catalog.Tx, id archive.BatchID) error {
	return tx.Enqueue(ctx, catalog.Job{Kind: JobBatch, Note: string(id), Unique: true})
}

// settled is the edit as it is kept, checked.
func settled(ctx context.Context, tx *catalog.Tx, e archive.BatchEdit) (archive.BatchEdit, error) {
	var err error
	e.Value, e.Name = viet.Clean(e.Value), viet.Clean(e.Name)
	switch e.Field {
	case archive.BatchGenre:
		_, err = tx.Group(ctx, archive.GenreID(e.Value))
		if err != nil {
			err = archive.Fail(archive.Invalid, "genre-unknown", e.Value).Because(err)
		}
	case archive.BatchDate:
		var date archive.Date
		date, err = archive.ParseDate(e.Value)
		e.Value = string(date)
	case archive.BatchLanguage:
		if _, parseErr := language.Parse(e.Value); e.Value != "" && parseErr != nil {
			err = archive.Fail(archive.Invalid, "language-unknown", e.Value).Because(parseErr)
		}
	case archive.BatchAudience:
		if !slices.Contains([]archive.Audience{archive.AudiencePublic, archive.AudienceMembers, archive.AudienceStaff}, archive.Audience(e.Value)) {
			err = archive.Fail(archive.Invalid, "audience-unknown", e.Value)
		}
	case archive.BatchGather, archive.BatchScatter:
		err = tx.KnownCollection(ctx, archive.CollectionID(e.Value))
	case archive.BatchCredit:
		return creditOf(ctx, tx, e)
	case archive.BatchUncredit:
		var known archive.Agent
		known, err = tx.AgentByName(ctx, e.Name)
		e.Value = string(known.ID)
	case archive.BatchStatement:
		_, err = archive.ParseStatement(e.Value)
	case archive.BatchMerge:
		return mergeOf(ctx, tx, e)
	case archive.BatchHolder:
	default:
		err = archive.Fail(archive.Invalid, "batch-field", string(e.Field))
	}
	return e, err
}

func creditOf(ctx context.Context, tx *catalog.Tx, e archive.BatchEdit) (archive.BatchEdit, error) {
	if e.Name == "" {
		return e, archive.Fail(archive.Invalid, "name-missing")
	}
	if !slices.Contains(archive.Relators(), e.Relator) {
		return e, archive.Fail(archive.Invalid, "relator-unknown", string(e.Relator))
	}
	c, err := credit(ctx, tx, SaidCredit{Name: e.Name, Relator: e.Relator})
	e.Value = string(c.Agent)
	return e, err
}

// ApplyBatch makes the change with the rights and under the name of whoever asks for it. Conflict "batch-stage" unless all works were looked at;
// Forbidden "act-forbidden" for the batch of another who may do more.
func (d *Desk) ApplyBatch(ctx context.Context, id archive.BatchID) error {
	return d.turnBatch(ctx, id, catalog.BatchChecked, catalog.BatchApplying)
}

// UndoBatch gives every work that the batch changed what it held before, unless somebody changed that since. The errors are those of ApplyBatch.
func (d *Desk) UndoBatch(ctx context.Context, id archive.BatchID) error {
	return d.turnBatch(ctx, id, catalog.BatchApplied, catalog.BatchUndoing)
}

func (d *Desk) turnBatch(ctx context.Context, id archive.BatchID, from, to catalog.BatchStage) error {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return err
	}
	b, err := d.catalog.Reader(d.viewer).Batch(ctx, id)
	if err != nil {
		return err
	}
	if b.Stage != from {
		return archive.Fail(archive.Conflict, "batch-stage")
	}
	if err := d.takesOver(b); err != nil {
		return err
	}
	next := b
	next.Account, next.Stage, next.Next = d.viewer.Account, to, 1
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutBatch(ctx, b, next); err != nil {
			return err
		}
		return nextTurn(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("turn batch %s: %w", id, err)
	}
	return nil
}

// takesOver decides whether the person may go on with a batch that may be another's: only with what they may do to works before the public too, or
// else their turn would refuse the works that only its planner may change, and use the batch up.
func (d *Desk) takesOver(b catalog.Batch) error {
	if b.Account == d.viewer.Account {
		return nil
	}
	return d.viewer.MayDo(b.Edit.Act(archive.Published), archive.Published, false)
}

// RunBatch goes on with a batch for a while as the person who asked for its stage, and enqueues its next turn when more is left. It may be ended and begun again at any instant: works are
// changed together with their rows.
func (e *Editorial) RunBatch(ctx context.Context, id archive.BatchID) error {
	system := archive.System("batch")
	b, err := e.catalog.Reader(system).Batch(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	account, err := e.catalog.Reader(system).AccountOf(ctx, b.Account)
	if err != nil {
		return err
	}
	viewer := account.Viewer()
	if !account.Ended.IsZero() {
		viewer.Roles = nil // then every work refuses
	}
	for until := time.Now().Add(batchTurn); slices.Contains([]catalog.BatchStage{catalog.BatchChecking, catalog.BatchApplying, catalog.BatchUndoing}, b.Stage); {
		if time.Now().After(until) {
			return e.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return nextTurn(ctx, tx, id) })
		}
		if b, err = e.batchPart(ctx, &Desk{e, viewer}, b); err != nil {
			return fmt.Errorf("batch %s: %w", id, err)
		}
	}
	return nil
}

// batchPart settles the next works of a batch in one transaction.
func (e *Editorial) batchPart(ctx context.Context, d *Desk, b catalog.Batch) (catalog.Batch, error) {
	works, err := e.catalog.Reader(archive.System("batch")).BatchWorks(ctx, b.ID, nil, b.Next-1, batchWorks)
	if err != nil {
		return b, err
	}
	next := b
	if len(works) == 0 {
		next.Stage, next.Next = map[catalog.BatchStage]catalog.BatchStage{catalog.BatchChecking: catalog.BatchChecked,
			catalog.BatchApplying: catalog.BatchApplied, catalog.BatchUndoing: catalog.BatchUndone}[b.Stage], 1
	} else {
		next.Next = works[len(works)-1].Number + 1
	}
	err = e.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		rows := slices.Clone(works) // the transaction may be run again
		for n := range rows {
			if err := d.batchWork(ctx, tx, b, &rows[n]); err != nil {
				return err
			}
		}
		if err := tx.PutBatchWorks(ctx, b.ID, rows); err != nil {
			return err
		}
		if err := mergeTurn(ctx, tx, b, next); err != nil {
			return err
		}
		return tx.PutBatch(ctx, b, next)
	})
	return next, err
}

// batchWork looks at one work, changes it, or changes it back. What the person may not do is told in the row and is no error; it is asked before
// anything is written.
func (d *Desk) batchWork(ctx context.Context, tx *catalog.Tx, b catalog.Batch, row *catalog.BatchWork) error {
	undo := b.Stage == catalog.BatchUndoing
	if b.Stage == catalog.BatchApplying && row.Fate != catalog.BatchChanges || undo && row.Fate != catalog.BatchDone {
		return nil
	}
	w, events, err := d.editable(ctx, tx, b.Edit, row.Work)
	if told, ok := errors.AsType[*archive.Error](err); ok && slices.Contains([]archive.Code{archive.NotFound, archive.Forbidden, archive.Conflict, archive.Gone}, told.Code) {
		row.Remark = catalog.Remark(told)
		row.Fate = catalog.BatchRefused
		if undo {
			row.Fate = catalog.BatchKept
		}
		return nil
	}
	if err != nil {
		return err
	}
	before := b.Edit.Of(&w)
	if undo {
		if before != row.After {
			row.Fate, row.Remark = catalog.BatchKept, catalog.Remark(archive.Fail(archive.Conflict, "batch-overtaken"))
			return nil
		}
		row.Fate, row.Remark = catalog.BatchBack, catalog.IntakeRemark{}
		if err := b.Edit.Restore(&w, row.Before); err != nil {
			return err
		}
		return d.putPointing(ctx, tx, b, batchTurned{row, &w, events, catalog.BatchKept})
	}
	b.Edit.Apply(&w)
	row.Before, row.After, row.Remark = before, b.Edit.Of(&w), catalog.IntakeRemark{}
	switch {
	case row.Before == row.After:
		row.Fate = catalog.BatchSame
		return nil
	case b.Stage == catalog.BatchChecking:
		row.Fate = catalog.BatchChanges
		return nil
	}
	row.Fate = catalog.BatchDone
	return d.putPointing(ctx, tx, b, batchTurned{row, &w, events, catalog.BatchRefused})
}

// batchTurned is a work as a batch changed it, with its row, its record, and what becomes of the row when it cannot be put.
type batchTurned struct {
	row     *catalog.BatchWork
	work    *archive.Work
	events  []archive.Event
	refused catalog.BatchFate
}

// putPointing puts a changed work, unless what it would be given has gone since the batch was looked at: that is told in its row.
func (d *Desk) putPointing(ctx context.Context, tx *catalog.Tx, b catalog.Batch, turned batchTurned) error {
	gone := pointsAt(ctx, tx, b.Edit, turned.work)
	if told, ok := errors.AsType[*archive.Error](gone); ok {
		turned.row.Fate, turned.row.Remark = turned.refused, catalog.Remark(told)
		return nil
	}
	if gone != nil {
		return gone
	}
	return d.putBatchWork(ctx, tx, b, turned.work, turned.events)
}

// pointsAt checks that the genre and the collections which a work is given are there: they may have gone since the batch took them away, or since it was
// looked at. NotFound "collection-missing", Invalid "genre-unknown".
func pointsAt(ctx context.Context, tx *catalog.Tx, edit archive.BatchEdit, w *archive.Work) error {
	switch edit.Field {
	case archive.BatchGenre:
		_, err := tx.Group(ctx, w.Genre)
		return err
	case archive.BatchGather, archive.BatchScatter:
		for _, id := range w.Collections {
			if err := tx.KnownCollection(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// editable returns a work with its record if the person may make the edit.
func (d *Desk) editable(ctx context.Context, tx *catalog.Tx, edit archive.BatchEdit, id archive.WorkID) (archive.Work, []archive.Event, error) {
	w, err := tx.Work(ctx, id)
	if err != nil {
		return w, nil, err
	}
	events, err := tx.Events(ctx, id)
	if err != nil {
		return w, nil, err
	}
	own := archive.Sent(events, d.viewer.Account)
	if edit.Field == archive.BatchStatement {
		return w, events, d.viewer.MaySay(archive.FieldStatement, w.State, own)
	}
	return w, events, d.viewer.MayDo(edit.Act(w.State), w.State, own)
}

// putBatchWork records the change of one work: one event, and approvals of what changed are void.
func (d *Desk) putBatchWork(ctx context.Context, tx *catalog.Tx, b catalog.Batch, w *archive.Work, events []archive.Event) error {
	what := "changed"
	if b.Stage == catalog.BatchUndoing {
		what = "given back"
	}
	s := &sitting{d, tx, w, events}
	if b.Edit.Act(w.State) == archive.ActArrange {
		note := fmt.Sprintf("batch %s", b.ID)
		if err := s.record(ctx, archive.EventArrangement, Access{}.decision(w, note)); err != nil {
			return err
		}
		return put(ctx, tx, w)
	}
	detail := strings.TrimSpace(fmt.Sprintf("%s %s with others (batch %s): %s %s %s", b.Edit.Field, what, b.ID, b.Edit.Value, b.Edit.Name, b.Edit.Relator))
	event := archive.Event{Work: w.ID, Type: archive.EventModification, Agent: d.agent(), Outcome: archive.Success, Detail: detail}
	if err := tx.AddEvent(ctx, event); err != nil {
		return err
	}
	if err := Corrected(ctx, tx, w, By{Agent: d.agent()}); err != nil {
		return err
	}
	return put(ctx, tx, w)
}
