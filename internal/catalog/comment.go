package catalog

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
)

const commentColumns = "id, work, file, locator, text, account, name, at, done"

func scanComment(row scanner) (archive.Comment, error) {
	var c archive.Comment
	var at int64
	var done *int64
	err := row.Scan(&c.ID, &c.Work, &c.File, &c.Locator, &c.Text, &c.Account, &c.Name, &at, &done)
	c.Time, c.Done = moment(&at), moment(done)
	return c, err
}

// Comments returns what was written about a work, oldest first. Forbidden "staff-only": editorial.Desk.Own shows them to the sender.
func (r *Reader) Comments(ctx context.Context, work archive.WorkID) ([]archive.Comment, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT "+commentColumns+" FROM comment WHERE work = ? ORDER BY at, id", work)
	list, err := collect(ctx, r.c.db.read(), s, scanComment)
	return list, r.c.fail(ctx, "read comments", err)
}

// PutComment stores a comment, new or changed. NotFound "work-missing".
func (tx *Tx) PutComment(ctx context.Context, c archive.Comment) error {
	if _, err := one(ctx, tx.q, sql("SELECT id FROM work WHERE id = ?", c.Work), value[string]); err != nil {
		return missing(err, "work-missing")
	}
	_, err := run(ctx, tx.q, upsert("comment", "id", []string{"id", "work", "file", "locator", "text", "account", "name", "at", "done"},
		c.ID, c.Work, text(c.File), text(c.Locator), text(c.Text), text(c.Account), text(c.Name), c.Time.UnixMicro(), micros(c.Done)))
	if err != nil {
		return fmt.Errorf("store a comment on work %s: %w", c.Work, err)
	}
	tx.oweWork(c.Work)
	return nil
}

// Comment returns a comment as it stands in this transaction. NotFound "comment-missing".
func (tx *Tx) Comment(ctx context.Context, id archive.CommentID) (archive.Comment, error) {
	c, err := one(ctx, tx.q, sql("SELECT "+commentColumns+" FROM comment WHERE id = ?", id), scanComment)
	return c, missing(err, "comment-missing")
}
