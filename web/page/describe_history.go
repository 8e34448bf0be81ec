package page

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Changes is the history of what is said of a work: who, when, what, and the way back.
func (h *Handler) Changes(c *fiber.Ctx) error {
	d, err := h.describe(c)
	if err != nil {
		return err
	}
	if c.Query("xong") != "" {
		d.done = d.text.Text("describe.undone")
	}
	return d.changes()
}

func (d *describing) changes() error {
	w, status := &d.work, fiber.StatusOK
	view := ui.DescribeHistory{Title: w.Title, Paths: d.describePaths(w), Done: d.done}
	if d.wrong != nil {
		status, view.Wrong = respond.Refused(d.c, d.wrong)
	}
	may := d.may() == nil
	for _, e := range slices.Backward(d.events) {
		if slices.Contains(quietEvents(), e.Type) {
			continue
		}
		row := ui.DescribeChange{Time: e.Time, Event: e.Type, Name: e.Agent, Note: e.Detail}
		if decision, ok := archive.ParseDecision(e.Detail); ok {
			row.Name, row.Note = decision.Name, decision.Note
		}
		if m, ok := archive.ParseMerger(e.Detail); ok {
			row.Name, row.Note = m.Name, m.Title
		}
		if correction, ok := archive.ParseCorrection(e.Detail); ok {
			d.correction(&row, e, correction)
			if may {
				row.Undo = d.text.Path(address.Changes(w.ID)) + "/" + strconv.FormatInt(e.Sequence, 10)
			}
		}
		view.Rows = append(view.Rows, row)
	}
	return respond.Unkept(d.c, status, ui.DescribeHistoryPage(d.text, d.deskPage(d.text.Text("describe.history-of", w.Title), address.Changes(w.ID)), view))
}

func (d *describing) correction(row *ui.DescribeChange, e archive.Event, c archive.Correction) {
	row.Name, row.Note = c.Name, ""
	for _, ch := range c.Changes {
		row.Fields = append(row.Fields, ui.DescribeDiff{Label: d.text.Text("field." + string(ch.Field)), Before: d.said(ch.Field, ch.Before), After: d.said(ch.Field, ch.After)})
	}
	for _, undone := range d.events {
		if c.Undoes != 0 && undone.Sequence == c.Undoes && undone.Sequence < e.Sequence {
			row.Undoes = undone.Time
		}
	}
}

// UndoChange takes one change back.
func (h *Handler) UndoChange(c *fiber.Ctx) error {
	d, err := h.describe(c)
	if err != nil {
		return err
	}
	sequence, err := strconv.ParseInt(c.Params("change"), 10, 64)
	if err != nil {
		return archive.Fail(archive.NotFound, "change-missing").Because(err)
	}
	err = h.Editorial.As(d.viewer).Undo(d.ctx, d.work.ID, sequence)
	switch archive.CodeOf(err) {
	case "":
		return d.seeOther(address.Changes(d.work.ID) + "?xong=1")
	case archive.Invalid, archive.Conflict, archive.Forbidden:
		d.wrong = err
		return d.changes()
	default:
		return err
	}
}
