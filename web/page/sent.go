package page

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Sent is a work as its sender may follow it: where it stands, and what the editors wrote.
func (h *Handler) Sent(c *fiber.Ctx) error {
	v, own, err := h.own(c)
	if err != nil {
		return err
	}
	return v.sent(own, refusal{done: archive.Act(c.Query("xong"))})
}

// own begins the visit of a sender. Forbidden "account-needed"; NotFound "work-missing" for a work of others.
func (h *Handler) own(c *fiber.Ctx) (*visit, editorial.Own, error) {
	v, err := h.open(c)
	if err != nil {
		return nil, editorial.Own{}, err
	}
	if !v.viewer.SignedIn() {
		return nil, editorial.Own{}, archive.Fail(archive.Forbidden, "account-needed")
	}
	id, err := namedWork(c)
	if err != nil {
		return nil, editorial.Own{}, err
	}
	own, err := h.Editorial.As(v.viewer).Own(v.ctx, id)
	return v, own, err
}

func (v *visit) sent(own editorial.Own, said refusal) error {
	w, path := &own.Work, address.Sent(own.Work.ID)
	view := ui.Sent{Title: w.Title, State: w.State, Opens: v.opens(w), Notes: notes(v.text, own.Events)}
	if v.viewer.MayDo(archive.ActSubmit, w.State, v.viewer.Owns(own.Events)) == nil {
		view.Submit = v.text.Path(path + "/gui")
	}
	if v.viewer.MayDo(archive.ActFiles, w.State, v.viewer.Owns(own.Events)) == nil {
		view.Edit = v.text.Path(address.SendWork(w.ID))
	}
	if v.viewer.Owns(own.Events) {
		view.Follow = v.text.Path(address.Follow(w.ID))
	}
	view.Review = ui.Review{Base: v.text.Path(path), Comments: remarks(v.text, w, own.Comments), Spots: spots(v.text, w, nil)}
	view.Review.Timed, view.Review.Pictured = senses(w)
	status := fiber.StatusOK
	if said.done == archive.ActEdit || said.done == archive.ActSubmit {
		view.Review.Done = said.done
	}
	if said.cause != nil {
		status, view.Review.Wrong = respond.Refused(v.c, said.cause)
		view.Review.Given = v.given()
	}
	return respond.Unkept(v.c, status, ui.SentPage(v.text, v.deskPage(w.Title, path), view))
}

// notes are what editors wrote to the sender; what they note among themselves when approving is not.
func notes(t ui.Text, events []archive.Event) []ui.Told {
	told := []archive.EventType{archive.EventRequest, archive.EventWithdrawal, archive.EventRestoration}
	return slices.DeleteFunc(history(t, events, nil), func(h ui.Told) bool { return h.Note == "" || !slices.Contains(told, h.Type) })
}

// doOwn does something for the sender and leads back, or says on the page why it was not done.
func (h *Handler) doOwn(c *fiber.Ctx, act archive.Act, do func(v *visit, d *editorial.Desk, w *archive.Work) error) error {
	v, own, err := h.own(c)
	if err != nil {
		return err
	}
	err = do(v, h.Editorial.As(v.viewer), &own.Work)
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Sent(own.Work.ID) + "?xong=" + string(act))
	case archive.Invalid, archive.Conflict, archive.Forbidden:
		return v.sent(own, refusal{act: act, cause: err})
	default:
		return err
	}
}

// SubmitOwn hands the work in again.
func (h *Handler) SubmitOwn(c *fiber.Ctx) error {
	return h.doOwn(c, archive.ActSubmit, func(v *visit, d *editorial.Desk, w *archive.Work) error { return d.Submit(v.ctx, w.ID, "") })
}

// CommentOwn answers the editors.
func (h *Handler) CommentOwn(c *fiber.Ctx) error {
	return h.doOwn(c, archive.ActEdit, func(v *visit, d *editorial.Desk, w *archive.Work) error {
		remark, err := remarkOf(c, w)
		if err != nil {
			return err
		}
		_, err = d.Comment(v.ctx, remark)
		return err
	})
}
