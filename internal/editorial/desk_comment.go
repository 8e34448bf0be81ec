package editorial

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Remark is what somebody writes about a work or a spot of it.
type Remark struct {
	Work    archive.WorkID
	File    archive.FileID // "": the whole work
	Locator string         // "": the whole file
	Text    string
}

// Comment writes a comment; staff and the sender of the work may. The errors are Invalid "text-missing", "text-long",
// "spot-unknown" (no such file in the work, or no such form of a locator), NotFound "work-missing" for everybody else.
func (d *Desk) Comment(ctx context.Context, r Remark) (archive.Comment, error) {
	text, err := said(r.Text, "text-missing")
	if err != nil {
		return archive.Comment{}, err
	}
	made := archive.Comment{ID: archive.NewID[archive.CommentID](), Work: r.Work, File: r.File, Locator: r.Locator, Text: text,
		Account: d.viewer.Account, Name: d.viewer.Name}
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, r.Work)
		if err != nil {
			return err
		}
		events, err := tx.Events(ctx, r.Work)
		if err != nil {
			return err
		}
		if err := d.discusses(events); err != nil {
			return err
		}
		if !holds(&w, r) {
			return archive.Fail(archive.Invalid, "spot-unknown", r.Locator)
		}
		made.Time = tx.Now()
		return tx.PutComment(ctx, made)
	})
	if err != nil {
		return archive.Comment{}, fmt.Errorf("comment on work %s: %w", r.Work, err)
	}
	return made, nil
}

// discusses lets staff and the sender take part; others do not learn that the work exists.
func (d *Desk) discusses(events []archive.Event) error {
	if d.viewer.Staff() || d.viewer.Owns(events) {
		return nil
	}
	return archive.Fail(archive.NotFound, "work-missing")
}

func holds(w *archive.Work, r Remark) bool {
	if r.File == "" {
		return r.Locator == ""
	}
	for _, form := range w.Representations {
		for _, f := range form.Files {
			if f.ID == r.File {
				return r.Locator == "" || archive.ValidLocator(r.Locator)
			}
		}
	}
	return false
}

// TickOff marks a comment as done. Forbidden "staff-only"; NotFound "comment-missing". A second time changes nothing.
func (d *Desk) TickOff(ctx context.Context, id archive.CommentID) error {
	if !d.viewer.Staff() {
		return archive.Fail(archive.Forbidden, "staff-only")
	}
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		c, err := tx.Comment(ctx, id)
		if err != nil || !c.Done.IsZero() {
			return err
		}
		c.Done = tx.Now()
		return tx.PutComment(ctx, c)
	})
}
