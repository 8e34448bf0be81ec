package catalog

import (
	"cmp"
	"context"
	"errors"
	"time"

	"vannghe/internal/archive"
)

// DeskFilter chooses what waits for editors.
type DeskFilter struct {
	State archive.State // submitted, approved, changes-requested, …
	Group string        // report group; "": all
	Skip  int
	Size  int // 1 to MaxSize; 0: DefaultSize
}

// Waiting is a work that waits, since it was last handed in.
type Waiting struct {
	Work   archive.Work
	Since  time.Time
	Events []archive.Event // its whole record
}

// Desk is a page of what waits, longest first.
type Desk struct {
	Works  []Waiting
	Groups map[string]int // how many wait in each report group, whatever the filter's
	More   bool
}

// Desk returns what waits for editors. Forbidden "staff-only".
func (r *Reader) Desk(ctx context.Context, f DeskFilter) (Desk, error) {
	if err := r.staffOnly(); err != nil {
		return Desk{}, err
	}
	f.Size = min(cmp.Or(max(f.Size, 0), DefaultSize), MaxSize)
	found := Desk{Groups: map[string]int{}}
	err := r.c.view(ctx, "read the queue", func(q querier) error {
		counts := sql("SELECT report_group, count(*) FROM work WHERE state = ? GROUP BY report_group", f.State)
		err := each(ctx, q, counts, func(row scanner) error {
			var group string
			var n int
			err := row.Scan(&group, &n)
			found.Groups[group] = n
			return err
		})
		if err != nil {
			return err
		}
		return r.waiting(ctx, q, f, &found)
	})
	return found, err
}

// waiting reads one work more than the page has, to know whether there is another page.
func (r *Reader) waiting(ctx context.Context, q querier, f DeskFilter, found *Desk) error {
	s := sql(`SELECT w.id, coalesce((SELECT max(e.time) FROM event e WHERE e.work = w.id AND e.type = ?), w.created) AS since
		FROM work w WHERE w.state = ?`, archive.EventSubmission, f.State)
	if f.Group != "" {
		s.add(" AND w.report_group = ?", f.Group)
	}
	var ids []archive.WorkID
	since := map[archive.WorkID]time.Time{}
	err := each(ctx, q, s.add(" ORDER BY since, w.id LIMIT ? OFFSET ?", f.Size+1, max(f.Skip, 0)), func(row scanner) error {
		var id archive.WorkID
		var at int64
		err := row.Scan(&id, &at)
		ids, since[id] = append(ids, id), moment(&at)
		return err
	})
	if err != nil {
		return err
	}
	if found.More = len(ids) > f.Size; found.More {
		ids = ids[:f.Size]
	}
	works, err := r.sight().worksByID(ctx, q, ids)
	if err != nil {
		return err
	}
	for _, w := range works {
		events, err := readEvents(ctx, q, w.ID)
		if err != nil {
			return err
		}
		found.Works = append(found.Works, Waiting{Work: w, Since: since[w.ID], Events: events})
	}
	return nil
}

// Lapsing returns the published works whose licence ends in that time from now, the first to end first. Forbidden "staff-only".
func (r *Reader) Lapsing(ctx context.Context, within time.Duration, limit int) ([]archive.Work, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	v := r.sight()
	var works []archive.Work
	err := r.c.view(ctx, "read which licences end", func(q querier) error {
		ids, err := collect(ctx, q, sql("SELECT id FROM work WHERE state = 'published' AND licence_until > ? AND licence_until <= ? ORDER BY licence_until, id LIMIT ?",
			v.now.UnixMicro(), v.now.Add(within).UnixMicro(), limit), value[archive.WorkID])
		if err != nil {
			return err
		}
		works, err = v.worksByID(ctx, q, ids)
		return err
	})
	return works, err
}

// Decisions returns what persons decided from one instant until before another, in its order. Forbidden "staff-only".
func (r *Reader) Decisions(ctx context.Context, from, until time.Time, limit int) ([]archive.Event, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	// The condition is word for word that of the index.
	s := sql("SELECT "+eventColumns+` FROM event WHERE substr(detail, 1, 14) = '{"decision":1,' AND time >= ? AND time < ?
		ORDER BY time, work, sequence LIMIT ?`, from.UnixMicro(), until.UnixMicro(), limit)
	list, err := collect(ctx, r.c.db.read(), s, scanEvent)
	return list, r.c.fail(ctx, "read decisions", err)
}

// Group returns the report group of a genre. Invalid "genre-unknown".
func (tx *Tx) Group(ctx context.Context, genre archive.GenreID) (string, error) {
	group, err := one(ctx, tx.q, sql("SELECT report_group FROM genre WHERE id = ?", genre), value[string])
	if errors.Is(err, errNoRow) {
		err = archive.Fail(archive.Invalid, "genre-unknown", string(genre))
	}
	return group, err
}

// Setting reads a setting as it stands in this transaction; into is untouched when there is none.
func (tx *Tx) Setting(ctx context.Context, name string, into any) error {
	return tx.setting(ctx, name, into)
}
