package desk

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// PasswordPage asks for the present password and another.
func (h *Handler) PasswordPage(c *fiber.Ctx) error {
	return h.password(c, fiber.StatusOK, ui.Password{Done: c.Query(doneField) != ""})
}

// doneField is the query that says that it was done.
const doneField = "xong"

func (h *Handler) password(c *fiber.Ctx, status int, view ui.Password) error {
	v := request.Viewer(c)
	if !v.Staff() {
		return archive.Fail(archive.Forbidden, "role-needed")
	}
	text, page, err := h.Frame(c, "password.title", address.Password)
	if err != nil {
		return err
	}
	view.Name, view.MinPassword = v.Name, account.MinPassword
	return send(c, status, ui.PasswordPage(text, page, view))
}

// ChangePassword gives whoever asks another password. Their other devices are signed out.
func (h *Handler) ChangePassword(c *fiber.Ctx) error {
	entry, err := h.changePassword(c)
	if err == nil {
		Keep(c, h.Address, entry.Secret, entry.Expires)
		return respond.SeeOther(c, path(c, address.Password)+"?"+doneField+"=1")
	}
	if archive.ReasonOf(err) == "role-needed" {
		return err
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	return h.password(c, status, ui.Password{Wrong: sentence})
}

func (h *Handler) changePassword(c *fiber.Ctx) (account.Entry, error) {
	chosen := c.FormValue("mat-khau")
	if chosen != c.FormValue("lan-nua") {
		return account.Entry{}, archive.Fail(archive.Invalid, "password-differs")
	}
	return h.Use.ChangePassword(request.Context(c), request.Viewer(c), c.FormValue("hien-nay"), chosen, h.client(c))
}
