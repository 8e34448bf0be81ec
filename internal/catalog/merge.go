package catalog

import (
	"context"
	"errors"
	"fmt"

	"vannghe/internal/archive"
)

// Led returns the identifier and title of the work into which another was merged, for whoever may know of that. NotFound "work-missing" when it was
// merged into none.
func (r *Reader) Led(ctx context.Context, id archive.WorkID) (archive.WorkID, string, error) {
	v := r.sight()
	var into archive.WorkID
	var title string
	s := sql("SELECT w.id, w.title, "+factColumns+" FROM work m JOIN work w ON w.id = m.merged WHERE m.id = ?", text(id))
	_, err := one(ctx, r.c.db.read(), s, func(row scanner) (bool, error) {
		f := &facts{}
		if err := row.Scan(append([]any{&into, &title}, f.into()...)...); err != nil {
			return false, err
		}
		err := v.check(f)
		if archive.CodeOf(err) == archive.Gone { // its tombstone is what now stands there
			title, err = "", nil
		}
		return true, err
	})
	return into, title, r.c.fail(ctx, "look up where a work was merged", missing(err, "work-missing"))
}

// WorkOrLed is Work for programs that name works by their identifiers alone: of a work that was merged into another it returns that one.
func (r *Reader) WorkOrLed(ctx context.Context, id archive.WorkID) (archive.Work, error) {
	w, err := r.Work(ctx, id)
	if archive.CodeOf(err) != archive.NotFound {
		return w, err
	}
	into, _, led := r.Led(ctx, id)
	if archive.CodeOf(led) == archive.NotFound {
		return w, err
	}
	if led != nil {
		return w, led
	}
	return r.Work(ctx, into)
}

// Merged lists the works that were merged into one, by their identifiers, with nothing but their own rows; for staff. Forbidden "staff-only".
func (r *Reader) Merged(ctx context.Context, into archive.WorkID) ([]archive.Work, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := merged(ctx, r.c.db.read(), into)
	return list, r.c.fail(ctx, "list what was merged into a work", err)
}

// Merged lists the works that were merged into one as they stand in this transaction, as Reader.Merged does.
func (tx *Tx) Merged(ctx context.Context, into archive.WorkID) ([]archive.Work, error) {
	list, err := merged(ctx, tx.q, into)
	if err != nil {
		return nil, fmt.Errorf("list what was merged into work %s: %w", into, err)
	}
	return list, nil
}

func merged(ctx context.Context, q querier, into archive.WorkID) ([]archive.Work, error) {
	found, err := collect(ctx, q, sql("SELECT "+workColumns+" FROM work w WHERE w.merged = ? ORDER BY w.id", text(into)), scanWork)
	var list []archive.Work
	for _, w := range found {
		list = append(list, *w)
	}
	return list, err
}

// TakeOver gives one work what belongs to another and stands beside its record: what was made of its files, comments, cases, places in collections,
// what listeners marked and heard, and the link by which it is followed unless the one has its own. The records are the caller's to put, that of from
// first: with PutWork the representations of into, and their files, become its own.
func (tx *Tx) TakeOver(ctx context.Context, from, into archive.WorkID) error {
	cases, err := collect(ctx, tx.q, sql("SELECT id FROM work_case WHERE work = ?", from), value[archive.CaseID])
	if err != nil {
		return fmt.Errorf("read the cases of work %s: %w", from, err)
	}
	shelves, err := collect(ctx, tx.q, sql("SELECT collection FROM collection_work WHERE work = ?", from), value[string])
	if err != nil {
		return fmt.Errorf("read the collections of work %s: %w", from, err)
	}
	for _, s := range takingOver(from, into) {
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("give work %s what %s has: %w", into, from, err)
		}
	}
	for _, id := range cases {
		tx.owe("case:" + string(id))
	}
	for _, id := range shelves {
		tx.changed(ChangeCollection, id)
		tx.owe("collection:" + id)
	}
	return nil
}

// takingOver moves rows; of what each may have once only, the one of into stays.
func takingOver(from, into archive.WorkID) []*statement {
	return []*statement{
		sql("UPDATE derivative SET work = ? WHERE work = ?", into, from),
		sql("UPDATE comment SET work = ? WHERE work = ?", into, from),
		sql("UPDATE work_case SET work = ? WHERE work = ?", into, from),
		sql(`UPDATE collection_work SET work = ? WHERE work = ?
			AND collection NOT IN (SELECT collection FROM collection_work WHERE work = ?)`, into, from, into),
		sql("UPDATE star SET thing = ? WHERE thing = ? AND account NOT IN (SELECT account FROM star WHERE thing = ?)", into, from, into),
		sql("DELETE FROM star WHERE thing = ?", from),
		sql("UPDATE play SET work = ? WHERE work = ?", into, from),
		sql("UPDATE follow SET work = ? WHERE work = ? AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.work = ?)", into, from, into),
		sql("DELETE FROM follow WHERE work = ?", from),
	}
}

// Purging reports whether it was proposed, and is not done, to destroy the bytes of a work; one that lapsed does not count.
func (tx *Tx) Purging(ctx context.Context, id archive.WorkID) (bool, error) {
	p, err := tx.Purge(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return p.Waits(tx.now) || p.Due(), nil
}

// Unsettled reports whether something of the files of a work is still under way: taken into the archive of record, looked into or made.
func (tx *Tx) Unsettled(ctx context.Context, id archive.WorkID) (bool, error) {
	staged, err := one(ctx, tx.q, sql("SELECT count(*) FROM file WHERE work = ? AND state = 'staged'", id), value[int])
	if err != nil {
		return false, fmt.Errorf("count the staged files of work %s: %w", id, err)
	}
	pending, err := one(ctx, tx.q, sql("SELECT count(*) FROM derivative WHERE work = ? AND state = 'pending'", id), value[int])
	unplanned, later := tx.UnplannedFiles(ctx, id)
	return staged+pending+unplanned > 0, errors.Join(err, later)
}
