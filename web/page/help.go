package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// AskHelp makes a code by which an archivist finishes the draft, and shows it.
func (h *Handler) AskHelp(c *fiber.Ctx) error {
	v, own, err := h.drafting(c)
	if err != nil {
		return h.notDrafting(v, own, err)
	}
	code, until, err := h.Editorial.As(v.viewer).AskHelp(v.ctx, own.Work.ID)
	if err != nil {
		return err
	}
	view := ui.HelpCode{Code: code, Until: until, Back: v.text.Path(address.SendWork(own.Work.ID))}
	return respond.Unkept(c, fiber.StatusOK, ui.HelpCodePage(v.text, v.deskPage(v.text.Text("help.title"), address.SendWork(own.Work.ID)), view))
}

// HelpOut asks an archivist for a code.
func (h *Handler) HelpOut(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	return v.helpEntry("", nil)
}

func (v *visit) helpEntry(code string, refused error) error {
	view := ui.HelpEntry{Path: v.text.Path(address.HelpOut), Code: code}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
	}
	return respond.Unkept(v.c, status, ui.HelpEntryPage(v.text, v.deskPage(v.text.Text("help.enter"), address.HelpOut), view))
}

// TakeOver leads to the draft of a code. Each account has so many tries; a right one counts as well.
func (h *Handler) TakeOver(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	code := c.FormValue("ma")
	if !h.codes.allow(string(v.viewer.Account), time.Now()) {
		return v.helpEntry(code, archive.Fail(archive.TooMany, "help-tries"))
	}
	id, err := h.Editorial.As(v.viewer).TakeOver(v.ctx, code)
	if archive.CodeOf(err) == archive.NotFound {
		return v.helpEntry(code, err)
	}
	if err != nil {
		return err
	}
	return v.seeOther(address.SendWork(id))
}
