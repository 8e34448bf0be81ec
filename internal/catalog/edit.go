package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// mostSteps is how far an unfinished edit can be undone.
const mostSteps = 50

// forgotten is how long an unfinished edit is kept that nobody comes back to.
const forgotten = 180 * 24 * time.Hour

// Edit is what somebody typed into the form of a work and has not saved yet.
type Edit struct {
	Form string // as the browser sent it
	Step int64  // from 1
	Time time.Time
	More bool // there is a step before this one
}

// Edit returns the last step of the viewer's own unfinished edit of a work. NotFound "edit-missing".
func (r *Reader) Edit(ctx context.Context, work archive.WorkID) (Edit, error) {
	s := sql(`SELECT form, step, at, EXISTS (SELECT 1 FROM edit o WHERE o.account = e.account AND o.work = e.work AND o.step < e.step)
		FROM edit e WHERE e.account = ? AND e.work = ? ORDER BY e.step DESC LIMIT 1`, r.viewer.Account, work)
	e, err := one(ctx, r.c.db.read(), s, scanEdit)
	return e, r.c.fail(ctx, "read an unfinished edit", missing(err, "edit-missing"))
}

func scanEdit(row scanner) (Edit, error) {
	var e Edit
	var at int64
	err := row.Scan(&e.Form, &e.Step, &at, &e.More)
	e.Time = moment(&at)
	return e, err
}

// KeepEdit adds a step to an unfinished edit, unless it is what the last step holds; steps of long ago are forgotten. It is no change of the work and
// is not announced.
func (tx *Tx) KeepEdit(ctx context.Context, account archive.AccountID, work archive.WorkID, form string) error {
	if err := tx.lockName(ctx, "edit "+string(account)+string(work)); err != nil {
		return err
	}
	last, err := one(ctx, tx.q, sql("SELECT form, step, at, 1 = 1 FROM edit WHERE account = ? AND work = ? ORDER BY step DESC LIMIT 1", account, work), scanEdit)
	if err != nil && !errors.Is(err, errNoRow) {
		return fmt.Errorf("read the last step of an edit: %w", err)
	}
	if err == nil && last.Form == text(form) {
		return nil
	}
	s := sql("INSERT INTO edit (account, work, step, form, at) VALUES ").values(account, work, last.Step+1, text(form), tx.now.UnixMicro())
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("keep an unfinished edit: %w", err)
	}
	_, err = run(ctx, tx.q, sql("DELETE FROM edit WHERE (account = ? AND work = ? AND step <= ?) OR at < ?", account, work, last.Step+1-mostSteps,
		tx.now.Add(-forgotten).UnixMicro()))
	return err
}

// UndoEdit takes back the last step of an unfinished edit; without one nothing happens.
func (tx *Tx) UndoEdit(ctx context.Context, account archive.AccountID, work archive.WorkID) error {
	_, err := run(ctx, tx.q, sql(`DELETE FROM edit WHERE account = ? AND work = ?
		AND step = (SELECT max(o.step) FROM edit o WHERE o.account = ? AND o.work = ?)`, account, work, account, work))
	return err
}

// DropEdit forgets an unfinished edit: it was saved, or is not wanted any more.
func (tx *Tx) DropEdit(ctx context.Context, account archive.AccountID, work archive.WorkID) error {
	_, err := run(ctx, tx.q, sql("DELETE FROM edit WHERE account = ? AND work = ?", account, work))
	return err
}

// WorksByTitle returns, for staff, the works in whatever state whose title begins so, compared as a dictionary orders, at most so many. Forbidden
// "staff-only".
func (r *Reader) WorksByTitle(ctx context.Context, title string, limit int) ([]archive.Work, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	key := viet.SortKey(title)
	var works []archive.Work
	err := r.c.view(ctx, "find works by title", func(q querier) error {
		ids, err := collect(ctx, q, sql("SELECT w.id FROM work w WHERE w.title_sort >= ? AND w.title_sort < ? ORDER BY w.title_sort, w.id LIMIT ?",
			key, key+"\U0010ffff", limit), value[archive.WorkID])
		if err == nil {
			works, err = r.sight().worksByID(ctx, q, ids)
		}
		return err
	})
	return works, err
}
