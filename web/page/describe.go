package page

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
)

// describing is a visit to the form of a work.
type describing struct {
	*visit
	work   archive.Work
	events []archive.Event
	form   url.Values
	edited editorial.Edited
	wrong  error
	// unanswered are the clashes of which nothing was chosen.
	unanswered []archive.Field
	kept       time.Time
	done       string
}

// describe begins a visit to the form. The errors are those of archive.Viewer.May and NotFound "work-missing".
func (h *Handler) describe(c *fiber.Ctx) (*describing, error) {
	v, err := h.openDesk(c)
	if err != nil {
		return nil, err
	}
	if err := v.viewer.May(archive.DescribeWorks); err != nil {
		return nil, err
	}
	d := &describing{visit: v}
	if d.work, err = v.reviewed(); err != nil {
		return nil, err
	}
	d.events, err = v.reader.Events(v.ctx, d.work.ID)
	return d, err
}

// may decides whether the form may be used as the work stands.
func (d *describing) may() error {
	return d.viewer.MayDo(archive.ActEdit, d.work.State, archive.Sent(d.events, d.viewer.Account))
}

// Describe is the form of a work, as the viewer left it or as the work stands.
func (h *Handler) Describe(c *fiber.Ctx) error {
	d, err := h.describe(c)
	if err != nil {
		return err
	}
	if err := d.may(); err != nil {
		return err
	}
	kept, err := d.reader.Edit(d.ctx, d.work.ID)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return err
	}
	if d.form = keptForm(kept.Form); len(d.form) > 0 {
		d.kept = kept.Time
	} else {
		d.form = d.written(d.work.Said())
	}
	if c.Query("xong") != "" {
		d.done = d.text.Text("describe.saved")
	}
	return d.draw(fiber.StatusOK)
}

func (d *describing) written(said archive.Said) url.Values {
	return written(d.text, said, d.formOf(said[archive.FieldGenre]).Expected)
}

// Redescribe saves the form, or changes only the form where a button asks for that.
func (h *Handler) Redescribe(c *fiber.Ctx) error {
	d, err := h.describe(c)
	if err != nil {
		return err
	}
	d.form = postForm(c)
	send := d.form.Get(formAct) == "gui"
	if send {
		d.form.Del(formAct)
	}
	if rearrange(d.form) {
		reassign(d.form, d.formOf(d.form.Get(string(archive.FieldGenre))))
		if err := h.Editorial.As(d.viewer).Keep(d.ctx, d.work.ID, d.form.Encode()); err != nil {
			return err
		}
		return d.draw(fiber.StatusOK)
	}
	return d.save(send)
}

// save saves the form and, when that is asked, hands the work to the editors.
func (d *describing) save(send bool) error {
	t, unanswered := typed(d.form)
	if len(unanswered) > 0 {
		d.unanswered, d.wrong = unanswered, archive.Fail(archive.Invalid, "clash-unanswered")
		if err := d.keep(); err != nil {
			return err
		}
		return d.draw(fiber.StatusBadRequest)
	}
	var err error
	desk := d.Editorial.As(d.viewer)
	if d.edited, err = desk.Edit(d.ctx, d.work.ID, t); err == nil && send {
		err = desk.Submit(d.ctx, d.work.ID, "")
	}
	switch archive.CodeOf(err) {
	case "":
		return d.seeOther(d.next(send))
	case archive.Invalid, archive.Conflict, archive.Forbidden:
	default:
		return err
	}
	d.wrong = err
	if len(d.edited.Clashes) > 0 {
		d.rebase()
	}
	if err := d.keep(); err != nil {
		return err
	}
	status, _ := respond.Refused(d.c, err)
	return d.draw(status)
}

// next is where the person goes on.
func (d *describing) next(sent bool) string {
	if sent {
		return address.Review(d.work.ID) + "?xong=" + string(archive.ActSubmit)
	}
	return address.Edit(d.work.ID) + "?xong=1"
}

// keep keeps what could not be saved, as far as the state of the work still lets the person edit.
func (d *describing) keep() error {
	err := d.Editorial.As(d.viewer).Keep(d.ctx, d.work.ID, d.form.Encode())
	if code := archive.CodeOf(err); code == archive.Conflict || code == archive.Forbidden {
		return nil
	}
	return err
}

// rebase makes the form anew from what the work says by now, with what both wrote otherwise marked and kept.
func (d *describing) rebase() {
	old := d.form
	said := d.work.Said()
	for f, text := range d.edited.Current {
		said[f] = text
	}
	d.form = written(d.text, said, nil)
	for f, text := range d.edited.Merged {
		writeField(d.text, d.form, f, text)
	}
	credits, relations := d.edited.Merged[archive.FieldCredits], d.edited.Merged[archive.FieldRelations]
	setRows(d.form, creditParts, nil)
	writeCredits(d.form, credits, nil)
	setRows(d.form, relationParts, nil)
	writeRelations(d.form, relations)
	for _, clash := range d.edited.Clashes {
		f := string(clash.Field)
		d.form.Set("xung-"+f, "1")
		switch clash.Field {
		case archive.FieldCredits:
			setRows(d.form, creditParts, rows(old, creditParts))
		case archive.FieldRelations:
			setRows(d.form, relationParts, rows(old, relationParts))
		default:
			d.form[f] = old[f]
		}
	}
}

// postForm is what a form sent, without what is none of its fields.
func postForm(c *fiber.Ctx) url.Values {
	form := url.Values{}
	for key, value := range c.Request().PostArgs().All() {
		form.Add(string(key), string(value))
	}
	return form
}

// KeepDescription keeps what has been typed so far; the script sends it. It answers nothing.
func (h *Handler) KeepDescription(c *fiber.Ctx) error {
	id, err := namedWork(c)
	if err != nil {
		return err
	}
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	form := postForm(c)
	form.Del(formAct)
	if err := h.Editorial.As(v.viewer).Keep(v.ctx, id, form.Encode()); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// StepBack takes back the last step of an unfinished edit.
func (h *Handler) StepBack(c *fiber.Ctx) error {
	return h.unfinished(c, func(v *visit, d *editorial.Desk, id archive.WorkID) error { return d.StepBack(v.ctx, id) })
}

// Discard drops an unfinished edit.
func (h *Handler) Discard(c *fiber.Ctx) error {
	return h.unfinished(c, func(v *visit, d *editorial.Desk, id archive.WorkID) error { return d.Discard(v.ctx, id) })
}

func (h *Handler) unfinished(c *fiber.Ctx, do func(v *visit, d *editorial.Desk, id archive.WorkID) error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	id, err := namedWork(c)
	if err != nil {
		return err
	}
	if err := do(v, h.Editorial.As(v.viewer), id); err != nil {
		return err
	}
	return v.seeOther(address.Edit(id))
}

// foundAgent is what the look-up by name answers.
type foundAgent struct {
	ID    archive.AgentID `json:"id"`
	Name  string          `json:"name"`
	About string          `json:"about"`
}

// mostFound is how many people a look-up by name offers.
const mostFound = 8

// FindAgents looks people and bodies up by any of their names, for the script of the form.
func (h *Handler) FindAgents(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	typed := strings.ToValidUTF8(c.Query("q"), "")
	found, err := v.reader.FindAgents(v.ctx, typed, mostFound)
	if err != nil {
		return err
	}
	list := []foundAgent{}
	for i := range found {
		list = append(list, foundAgent{ID: found[i].ID, Name: nameLike(&found[i], typed), About: aboutAgent(v.text, &found[i], typed)})
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(map[string]any{"agents": list})
}
