package editorial

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// WorkMerge is two works that are one, as a person saw them: Other is merged into Keep.
type WorkMerge struct {
	Keep, Other         archive.WorkID
	SeenKeep, SeenOther string // as Seen returns it
	Picks               archive.Picks
}

// Pair is two works that may become one, as they stand.
type Pair struct {
	Keep, Other archive.Work
	Events      [2][]archive.Event // of Keep and Other
	Refused     error              // why they may not, as far as is known before: the errors of MergeWorks
}

// Pair returns two works side by side for whoever describes works. The errors are those of May, NotFound "work-missing" and Invalid "merge-same".
func (d *Desk) Pair(ctx context.Context, keep, other archive.WorkID) (Pair, error) {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return Pair{}, err
	}
	if keep == other {
		return Pair{}, archive.Fail(archive.Invalid, "merge-same")
	}
	var p Pair
	reader := d.catalog.Reader(d.viewer)
	for i, id := range []archive.WorkID{keep, other} {
		w, err := reader.Work(ctx, id)
		if err != nil {
			return Pair{}, err
		}
		if p.Events[i], err = reader.Events(ctx, id); err != nil {
			return Pair{}, err
		}
		*[]*archive.Work{&p.Keep, &p.Other}[i] = w
	}
	p.Refused = d.mayMerge(&p)
	return p, nil
}

// mayMerge decides by both works whether the person may make them one.
func (d *Desk) mayMerge(p *Pair) error {
	for i, w := range []*archive.Work{&p.Keep, &p.Other} {
		if archive.WasPurged(p.Events[i]) {
			return archive.Fail(archive.Conflict, "work-purged")
		}
		err := d.viewer.MayDo(archive.ActMerge, w.State, d.viewer.Owns(p.Events[i]))
		if archive.ReasonOf(err) == "act-state" {
			return archive.Fail(archive.Conflict, "merge-state").Because(err)
		}
		if err != nil {
			return err
		}
	}
	return archive.MergeState(p.Keep.State, p.Other.State)
}

// MergeWorks makes two works one, in one transaction: Keep has everything of both, as archive.Joined has it, and whatever leads to Other leads there.
// Approvals of what then says something else are void. The bytes follow as a job, which writes them into the object of Keep before that of Other says that
// it was merged; until then they are read where they are. It cannot be undone. The errors are those of Pair, of MayDo for ActMerge, and Conflict
// "merge-state" (in that state they are for others, or for nobody), "work-changed", "work-purged", "merge-published" (one of the two only), "merge-purge" (to destroy one was proposed) and "merge-busy" (files of Other are
// still being taken in or made ready); Invalid "merge-pick".
func (d *Desk) MergeWorks(ctx context.Context, m WorkMerge) error {
	if err := d.viewer.May(archive.DescribeWorks); err != nil {
		return err
	}
	if m.Keep == m.Other {
		return archive.Fail(archive.Invalid, "merge-same")
	}
	err := d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		p, err := d.pair(ctx, tx, m)
		if err != nil {
			return err
		}
		return d.merge(ctx, tx, &p, m.Picks)
	})
	if err != nil {
		return fmt.Errorf("merge work %s into %s: %w", m.Other, m.Keep, err)
	}
	d.log.Info("two works were merged", "kept", m.Keep, "other", m.Other)
	return nil
}

// pair reads both works in the order of their identifiers, so that two who merge them the other way round wait for each other.
func (d *Desk) pair(ctx context.Context, tx *catalog.Tx, m WorkMerge) (p Pair, err error) {
	works, seen := [2]*archive.Work{&p.Keep, &p.Other}, [2]string{m.SeenKeep, m.SeenOther}
	ids, order := [2]archive.WorkID{m.Keep, m.Other}, [2]int{0, 1}
	if m.Other < m.Keep {
		order = [2]int{1, 0}
	}
	for _, i := range order {
		if *works[i], err = tx.Work(ctx, ids[i]); err != nil {
			return p, err
		}
		if works[i].MergedInto != "" {
			return p, archive.Fail(archive.NotFound, "work-missing")
		}
		if p.Events[i], err = tx.Events(ctx, ids[i]); err != nil {
			return p, err
		}
		if seen[i] != Seen(works[i]) {
			return p, archive.Fail(archive.Conflict, "work-changed")
		}
		purging, err := tx.Purging(ctx, ids[i])
		if err != nil {
			return p, err
		}
		if purging {
			return p, archive.Fail(archive.Conflict, "merge-purge")
		}
	}
	busy, err := tx.Unsettled(ctx, m.Other)
	if err == nil && busy {
		err = archive.Fail(archive.Conflict, "merge-busy")
	}
	if err == nil {
		err = d.mayMerge(&p)
	}
	return p, err
}

func (d *Desk) merge(ctx context.Context, tx *catalog.Tx, p *Pair, picks archive.Picks) error {
	joined, err := archive.Joined(&p.Keep, &p.Other, picks)
	if err != nil {
		return err
	}
	keep, other := p.Keep, p.Other
	if !slices.Equal(archive.Senders(p.Events[0]).Began, archive.Senders(p.Events[1]).Began) {
		if err := tx.PutFollow(ctx, "", other.ID); err != nil { // its sender showed it to people to whom the sender of the other did not
			return err
		}
	}
	if err := tx.TakeOver(ctx, other.ID, keep.ID); err != nil {
		return err
	}
	told := archive.Event{Work: other.ID, Type: archive.EventMerge, Agent: d.agent(), Outcome: archive.Success,
		Detail: archive.Merger{Name: d.viewer.Name, Into: keep.ID, Title: keep.Title}.Detail()}
	if err := tx.AddEvent(ctx, told); err != nil {
		return err
	}
	gone := other
	gone.MergeInto(keep.ID)
	if err := put(ctx, tx, &gone); err != nil {
		return err
	}
	if err := leadOn(ctx, tx, other.ID, keep.ID); err != nil {
		return err
	}
	return d.join(ctx, tx, p, &joined)
}

// leadOn makes what was merged into a work before lead to the work into which that is merged now.
func leadOn(ctx context.Context, tx *catalog.Tx, other, keep archive.WorkID) error {
	before, err := tx.Merged(ctx, other)
	if err != nil {
		return err
	}
	for i := range before {
		before[i].MergedInto = keep
		if err := put(ctx, tx, &before[i]); err != nil {
			return err
		}
	}
	return nil
}

// join records what became of the work that is kept, and puts it.
func (d *Desk) join(ctx context.Context, tx *catalog.Tx, p *Pair, joined *archive.Work) error {
	s := &sitting{d, tx, joined, p.Events[0]}
	if changes := archive.Changes(p.Keep.Said(), joined.Said()); len(changes) > 0 {
		if err := s.correct(ctx, archive.Correction{Name: d.viewer.Name, Changes: changes}); err != nil {
			return err
		}
	}
	m := archive.Merger{Name: d.viewer.Name, From: p.Other.ID, Title: p.Other.Title, Said: p.Other.Said(), Sending: archive.Senders(p.Events[1])}
	maps.DeleteFunc(m.Said, func(_ archive.Field, text string) bool { return text == "" })
	for _, r := range p.Other.Representations {
		for _, f := range r.Files {
			m.Files = append(m.Files, f.ID)
		}
	}
	event := archive.Event{Work: joined.ID, Type: archive.EventMerge, Agent: d.agent(), Outcome: archive.Success, Detail: m.Detail()}
	if err := tx.AddEvent(ctx, event); err != nil {
		return err
	}
	joined.PublishWhenReady = false // whoever approved it did not see this
	if joined.State == archive.Approved {
		if err := s.step(ctx, archive.Submitted, archive.EventVoid, archive.Decision{}); err != nil {
			return err
		}
	}
	return put(ctx, tx, joined)
}
