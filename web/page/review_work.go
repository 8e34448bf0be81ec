package page

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Review is a work as the public sees it beside what is to be decided about it.
func (h *Handler) Review(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.review(refusal{done: archive.Act(c.Query("xong"))})
}

// refusal is what is said on the page about the act before.
type refusal struct {
	done  archive.Act // that was done
	act   archive.Act // that was refused
	cause error
}

// review draws the page, also after an act was refused: then with what was typed and why.
func (v *visit) review(said refusal) error {
	w, err := v.reviewed()
	if err != nil {
		return err
	}
	view, err := v.reviewView(&w)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if slices.Contains(archive.Acts(), said.done) && v.text.Has("review.done."+string(said.done)) {
		view.Done = said.done
	}
	if said.cause != nil {
		status, view.Wrong = respond.Refused(v.c, said.cause)
		view.WrongAct, view.Given, view.WrongItem = said.act, v.given(), itemOf(said.cause)
	}
	return respond.Unkept(v.c, status, ui.ReviewPage(v.text, v.deskPage(v.text.Text("review.of", w.Title), address.Review(w.ID)), view))
}

// itemOf is the question of the checklist that an error is about; "" for none.
func itemOf(err error) archive.CheckItem {
	e, ok := errors.AsType[*archive.Error](err)
	if !ok || len(e.Args) == 0 || !strings.HasPrefix(string(e.Reason), "check-") {
		return ""
	}
	return archive.CheckItem(fmt.Sprint(e.Args[0]))
}

// given is what was typed into a form, by the name of its field.
func (v *visit) given() map[string]string {
	fields := map[string]string{}
	for key, value := range v.c.Request().PostArgs().All() {
		fields[string(key)] = string(value)
	}
	return fields
}

// act does something for the person and leads back to the work, or says on its page why it was not done. What went wrong on our side
// has the page of every error.
func (h *Handler) act(c *fiber.Ctx, act archive.Act, do func(v *visit, d *editorial.Desk, id archive.WorkID) error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	w, err := v.reviewed()
	if err != nil {
		return err
	}
	err = do(v, h.Editorial.As(v.viewer), w.ID)
	if err == nil {
		return v.seeOther(address.Review(w.ID) + "?xong=" + string(act))
	}
	switch archive.CodeOf(err) {
	case archive.Invalid, archive.Conflict, archive.Forbidden, archive.Busy:
		return v.review(refusal{act: act, cause: err})
	default:
		return err
	}
}

// Approve takes the answers of the checklist.
func (h *Handler) Approve(c *fiber.Ctx) error {
	return h.act(c, archive.ActApprove, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		var checks []archive.Check
		for _, item := range archive.CheckItems() {
			checks = append(checks, archive.Check{Item: item, Answer: archive.Answer(c.FormValue("kiem-" + string(item))), Remark: c.FormValue("vi-sao-" + string(item))})
		}
		_, err := d.Approve(v.ctx, id, editorial.Approval{Seen: c.FormValue("thay"), Checks: checks, Note: c.FormValue("ghi-chu")})
		return err
	})
}

// RequestChanges sends the work back.
func (h *Handler) RequestChanges(c *fiber.Ctx) error {
	return h.act(c, archive.ActReturn, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		return d.RequestChanges(v.ctx, id, c.FormValue("thay"), c.FormValue("ly-do"))
	})
}

// Publish shows the work.
func (h *Handler) Publish(c *fiber.Ctx) error {
	return h.act(c, archive.ActPublish, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		access, err := accessOf(c)
		if err != nil {
			return err
		}
		return d.Publish(v.ctx, id, access)
	})
}

// Arrange changes when and to whom the work is shown.
func (h *Handler) Arrange(c *fiber.Ctx) error {
	return h.act(c, archive.ActArrange, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		access, err := accessOf(c)
		if err != nil {
			return err
		}
		return d.Arrange(v.ctx, id, access)
	})
}

// Withdraw takes the work from the public.
func (h *Handler) Withdraw(c *fiber.Ctx) error {
	return h.act(c, archive.ActWithdraw, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		return d.Withdraw(v.ctx, id, c.FormValue("thay"), c.FormValue("ly-do"))
	})
}

// Restore shows the work again.
func (h *Handler) Restore(c *fiber.Ctx) error {
	return h.act(c, archive.ActRestore, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		return d.Restore(v.ctx, id, c.FormValue("thay"), c.FormValue("ly-do"))
	})
}

// Comment writes a comment.
func (h *Handler) Comment(c *fiber.Ctx) error {
	return h.act(c, archive.ActEdit, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		w, err := v.reader.Work(v.ctx, id)
		if err != nil {
			return err
		}
		remark, err := remarkOf(c, &w)
		if err != nil {
			return err
		}
		_, err = d.Comment(v.ctx, remark)
		return err
	})
}

// TickOff marks a comment as done.
func (h *Handler) TickOff(c *fiber.Ctx) error {
	return h.act(c, archive.ActEdit, func(v *visit, d *editorial.Desk, _ archive.WorkID) error {
		return d.TickOff(v.ctx, archive.CommentID(c.Params("comment")))
	})
}

// localTime is how a form writes a moment, in the zone of the association.
const localTime = "2006-01-02T15:04"

func accessOf(c *fiber.Ctx) (editorial.Access, error) {
	from, err := parseLocal(c.FormValue("tu"))
	if err != nil {
		return editorial.Access{}, err
	}
	until, err := parseLocal(c.FormValue("den"))
	return editorial.Access{Seen: c.FormValue("thay"), From: from, Until: until, Audience: archive.Audience(c.FormValue("ai")), Note: c.FormValue("ghi-chu")}, err
}

// parseLocal reads a moment as a form writes it. Invalid "date-invalid".
func parseLocal(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(localTime, s, archive.Vietnam)
	if err != nil {
		return time.Time{}, archive.Fail(archive.Invalid, "date-invalid", s).Because(err)
	}
	return at, nil
}

func writeLocal(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(archive.Vietnam).Format(localTime)
}
