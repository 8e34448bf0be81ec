package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

const eventColumns = "work, sequence, type, agent, time, outcome, detail, previous, hash"

func scanEvent(row scanner) (archive.Event, error) {
	var e archive.Event
	var at int64
	err := row.Scan(&e.Work, &e.Sequence, &e.Type, &e.Agent, &at, &e.Outcome, &e.Detail, &e.Previous, &e.Hash)
	e.Time = moment(&at)
	return e, err
}

// Events returns the record of a work from its first event, for archive.CheckChain. Forbidden "staff-only" to others than
// staff; NotFound "work-missing".
func (r *Reader) Events(ctx context.Context, id archive.WorkID) ([]archive.Event, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	v := r.sight()
	var events []archive.Event
	err := r.c.view(ctx, "read the events of a work", func(q querier) error {
		if err := v.sees(ctx, q, id); err != nil {
			return err
		}
		var err error
		events, err = readEvents(ctx, q, id)
		return err
	})
	return events, err
}

// WithdrawnAt returns when a withdrawn work was withdrawn, for whoever may know of its withdrawal: the viewers to whom Work
// answers Gone, and staff. The zero time when that is not on record; NotFound "work-missing" for any other work.
func (r *Reader) WithdrawnAt(ctx context.Context, id archive.WorkID) (time.Time, error) {
	v := r.sight()
	var at time.Time
	err := r.c.view(ctx, "read when a work was withdrawn", func(q querier) error {
		f, err := one(ctx, q, sql("SELECT "+factColumns+" FROM work w WHERE w.id = ?", id), scanFacts)
		if err != nil {
			return missing(err, "work-missing")
		}
		if archive.CodeOf(v.check(f)) == archive.NotFound || f.work.State != archive.Withdrawn {
			return archive.Fail(archive.NotFound, "work-missing")
		}
		last, err := one(ctx, q, sql("SELECT max(time) FROM event WHERE work = ? AND type = ?", id, archive.EventWithdrawal), value[*int64])
		at = moment(last)
		return err
	})
	return at, err
}

// Events returns the record of a work as it stands in this transaction.
func (tx *Tx) Events(ctx context.Context, id archive.WorkID) ([]archive.Event, error) {
	return readEvents(ctx, tx.q, id)
}

func readEvents(ctx context.Context, q querier, id archive.WorkID) ([]archive.Event, error) {
	return collect(ctx, q, sql("SELECT "+eventColumns+" FROM event WHERE work = ? ORDER BY sequence", id), scanEvent)
}

// ChainHead is where the chain of a work ended when its newest event was appended: it is kept beside the events, so that a chain which lost its end is
// told from one that never was longer.
type ChainHead struct {
	Sequence int64 // 0: there is no event
	Hash     string
}

// Chain returns the record of a work, as Events does, with the end that it must have.
func (r *Reader) Chain(ctx context.Context, id archive.WorkID) (events []archive.Event, head ChainHead, err error) {
	if err := r.staffOnly(); err != nil {
		return nil, ChainHead{}, err
	}
	v := r.sight()
	err = r.c.view(ctx, "read the chain of a work", func(q querier) error {
		if err := v.sees(ctx, q, id); err != nil {
			return err
		}
		if events, err = readEvents(ctx, q, id); err != nil {
			return err
		}
		head, err = chainHead(ctx, q, id)
		return err
	})
	return events, head, err
}

func chainHead(ctx context.Context, q querier, id archive.WorkID) (ChainHead, error) {
	head, err := one(ctx, q, sql("SELECT sequence, hash FROM chain WHERE work = ?", id), func(row scanner) (ChainHead, error) {
		var h ChainHead
		err := row.Scan(&h.Sequence, &h.Hash)
		return h, err
	})
	if errors.Is(err, errNoRow) {
		return ChainHead{}, nil
	}
	return head, err
}

// AddEvent appends an event to the record of e.Work. Sequence, Previous and Hash are set here, Time when it is zero and
// Outcome when it is empty (success). NotFound "work-missing".
func (tx *Tx) AddEvent(ctx context.Context, e archive.Event) error {
	// The row's lock makes two who append to the same chain do so one after the other.
	if _, err := one(ctx, tx.q, sql("SELECT id FROM work WHERE id = ?"+tx.c.db.dialect().lockRow, e.Work), value[string]); err != nil {
		return missing(err, "work-missing")
	}
	// Not the newest row but what the chain was told of it: where events were lost, the gap stays.
	last, err := chainHead(ctx, tx.q, e.Work)
	if err != nil {
		return fmt.Errorf("read where the chain of work %s ends: %w", e.Work, err)
	}
	if e.Time.IsZero() {
		e.Time = tx.now
	}
	if e.Outcome == "" {
		e.Outcome = archive.Success
	}
	// What is hashed must be what will be read.
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	e.Agent, e.Detail, e.Type = text(e.Agent), text(e.Detail), archive.EventType(text(e.Type))
	e.Sequence = last.Sequence + 1
	e.Seal(last.Hash)
	_, err = run(ctx, tx.q, sql("INSERT INTO event ("+eventColumns+") VALUES ").
		values(e.Work, e.Sequence, e.Type, e.Agent, e.Time.UnixMicro(), e.Outcome, e.Detail, e.Previous, e.Hash))
	if err != nil {
		return fmt.Errorf("append an event to work %s: %w", e.Work, err)
	}
	tx.oweWork(e.Work)
	return nil
}
