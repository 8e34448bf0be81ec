package catalog

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

const purgeColumns = "work, cause, reason, proposed, proposed_by, proposed_name, confirmed, confirmed_by, confirmed_name, done, seen"

func scanPurge(row scanner) (archive.Purge, error) {
	var p archive.Purge
	var proposed int64
	var confirmed, done *int64
	err := row.Scan(&p.Work, &p.Cause, &p.Reason, &proposed, &p.ProposedBy, &p.ProposedName, &confirmed, &p.ConfirmedBy, &p.ConfirmedName, &done, &p.Seen)
	p.Proposed, p.Confirmed, p.Done = moment(&proposed), moment(confirmed), moment(done)
	return p, err
}

func purgeOf(work archive.WorkID) *statement {
	return sql("SELECT "+purgeColumns+" FROM purge WHERE work = ?", work)
}

// Purge returns what is planned or done to destroy the bytes of a work. NotFound "purge-missing"; Forbidden "staff-only".
func (r *Reader) Purge(ctx context.Context, work archive.WorkID) (archive.Purge, error) {
	if err := r.staffOnly(); err != nil {
		return archive.Purge{}, err
	}
	p, err := one(ctx, r.c.db.read(), purgeOf(work), scanPurge)
	return p, r.c.fail(ctx, "read a purge", missing(err, "purge-missing"))
}

// Purges returns what is planned and done, the last proposed first. Forbidden "staff-only".
func (r *Reader) Purges(ctx context.Context, limit int) ([]archive.Purge, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT "+purgeColumns+" FROM purge ORDER BY proposed DESC, work LIMIT ?", limit), scanPurge)
	return list, r.c.fail(ctx, "list purges", err)
}

// Purge returns the purge of a work as it stands in this transaction, its row locked as by Work. NotFound "purge-missing".
func (tx *Tx) Purge(ctx context.Context, work archive.WorkID) (archive.Purge, error) {
	p, err := one(ctx, tx.q, purgeOf(work).add(tx.c.db.dialect().lockRow), scanPurge)
	return p, missing(err, "purge-missing")
}

// PutPurge stores a purge in place of the one before.
func (tx *Tx) PutPurge(ctx context.Context, p archive.Purge) error {
	_, err := run(ctx, tx.q, upsert("purge", "work", []string{"work", "cause", "reason", "proposed", "proposed_by", "proposed_name",
		"confirmed", "confirmed_by", "confirmed_name", "done", "seen"},
		p.Work, p.Cause, text(p.Reason), p.Proposed.UnixMicro(), p.ProposedBy, text(p.ProposedName),
		micros(p.Confirmed), p.ConfirmedBy, text(p.ConfirmedName), micros(p.Done), text(p.Seen)))
	if err != nil {
		return fmt.Errorf("store the purge of work %s: %w", p.Work, err)
	}
	tx.oweWork(p.Work)
	return nil
}

// DropPurge removes a proposal.
func (tx *Tx) DropPurge(ctx context.Context, work archive.WorkID) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM purge WHERE work = ? AND confirmed IS NULL", work)); err != nil {
		return fmt.Errorf("drop the purge of work %s: %w", work, err)
	}
	tx.oweWork(work)
	return nil
}

// DuePurges returns the works whose bytes are still to be destroyed.
func (tx *Tx) DuePurges(ctx context.Context) ([]archive.WorkID, error) {
	return collect(ctx, tx.q, sql("SELECT work FROM purge WHERE confirmed IS NOT NULL AND done IS NULL"), value[archive.WorkID])
}

// Forget removes what the catalogue holds of the content of a work: its parts, what was made of it, what was written about it or typed
// and not saved, what lists and batches say of it, and the links and codes that lead to it. Uploads whose metadata say
// that they are for it expire: their bytes go with those of other uploads that expired.
func (tx *Tx) Forget(ctx context.Context, work archive.WorkID) error {
	for _, s := range []*statement{
		sql("DELETE FROM part WHERE file IN (SELECT id FROM file WHERE work = ?)", work),
		sql("DELETE FROM derivative WHERE work = ?", work),
		sql("DELETE FROM comment WHERE work = ?", work),
		sql("DELETE FROM edit WHERE work = ?", work),
		sql("DELETE FROM follow WHERE work = ?", work),
		sql("DELETE FROM help WHERE work = ?", work),
		sql("UPDATE intake_file SET path = upload WHERE upload IN (SELECT upload FROM intake_row WHERE work = ?)", work),
		sql("UPDATE intake_row SET cells = '', file = '', remark = '' WHERE work = ?", work),
		sql("UPDATE batch_work SET before = '', after = '', remark = '' WHERE work = ?", work),
		sql("UPDATE upload SET name = id, metadata = '', expires = ? WHERE metadata LIKE ?", tx.now.UnixMicro(), "%work "+base64.StdEncoding.EncodeToString([]byte(work))+"%"),
		sql("UPDATE file SET parts = 0 WHERE work = ?", work),
	} {
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("forget the content of work %s: %w", work, err)
		}
	}
	tx.changed(ChangeWork, string(work))
	return tx.setMedium(ctx, work)
}

// Scrub overwrites what was deleted where the database keeps a journal of its own: SQLite writes its journal into the file, in which
// deleted rows are zeroed, and empties it. PostgreSQL does so in its own time.
func (c *Catalog) Scrub(ctx context.Context) error {
	return c.fail(ctx, "scrub the database", c.db.scrub(ctx))
}

// Destroyed returns the notes of the objects of the archive of record that were made anew on purpose, so that nothing of a former version is left, and
// when that was last asked for; the zero time when it never was.
func (c *Catalog) Destroyed(ctx context.Context) (notes []string, last time.Time, err error) {
	err = c.view(ctx, "look what was destroyed", func(q querier) error {
		if notes, err = collect(ctx, q, sql("SELECT '"+workNotes+"' || work FROM purge WHERE confirmed IS NOT NULL ORDER BY work"), value[string]); err != nil {
			return err
		}
		forgotten, err := collect(ctx, q, sql("SELECT substr(note, 8) FROM record WHERE substr(note, 1, 7) = 'forget:' ORDER BY note"), value[string])
		if err != nil {
			return err
		}
		notes = append(notes, forgotten...)
		at, err := one(ctx, q, sql("SELECT max(at) FROM (SELECT max(done) AS at FROM purge UNION ALL SELECT max(removed) FROM roll) AS x"), value[*int64])
		last = moment(at)
		return err
	})
	return notes, last, err
}
