package editorial

import (
	"context"
	"time"

	"vannghe/internal/archive"
)

// Minuted is one decision as a minute tells it. Event.Hash is the head of the work's chain of events as of the decision.
type Minuted struct {
	Event    archive.Event
	Decision archive.Decision
	Work     archive.Work
}

// Minute is what persons decided in a span of time.
type Minute struct {
	Entries []Minuted
	More    bool // there are more than a minute holds
}

// longestMinute is how many decisions a minute holds.
const longestMinute = 500

// Minute returns what was decided from one instant until before another. Forbidden "staff-only".
func (d *Desk) Minute(ctx context.Context, from, until time.Time) (Minute, error) {
	reader := d.catalog.Reader(d.viewer)
	events, err := reader.Decisions(ctx, from, until, longestMinute+1)
	if err != nil {
		return Minute{}, err
	}
	var m Minute
	if m.More = len(events) > longestMinute; m.More {
		events = events[:longestMinute]
	}
	m.Entries, err = d.minuted(ctx, events)
	return m, err
}

// MinuteOf returns what was decided about one work, from its first decision. Forbidden "staff-only"; NotFound "work-missing".
func (d *Desk) MinuteOf(ctx context.Context, work archive.WorkID) (Minute, error) {
	events, err := d.catalog.Reader(d.viewer).Events(ctx, work)
	if err != nil {
		return Minute{}, err
	}
	entries, err := d.minuted(ctx, events)
	return Minute{Entries: entries}, err
}

// minuted keeps the decisions among events and adds their works.
func (d *Desk) minuted(ctx context.Context, events []archive.Event) ([]Minuted, error) {
	var ids []archive.WorkID
	for _, e := range events {
		ids = append(ids, e.Work)
	}
	works, err := d.catalog.Reader(d.viewer).WorksByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	at := map[archive.WorkID]archive.Work{}
	for _, w := range works {
		at[w.ID] = w
	}
	var list []Minuted
	for _, e := range events {
		if decision, ok := archive.ParseDecision(e.Detail); ok {
			list = append(list, Minuted{Event: e, Decision: decision, Work: at[e.Work]})
		}
	}
	return list, nil
}
