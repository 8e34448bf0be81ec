package desk

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// SignInPage asks for six digits, or name and password.
func (h *Handler) SignInPage(c *fiber.Ctx) error {
	if request.Viewer(c).SignedIn() {
		return respond.SeeOther(c, next(c, c.Query(nextField)))
	}
	return h.signIn(c, fiber.StatusOK, ui.SignIn{Next: c.Query(nextField)})
}

func (h *Handler) signIn(c *fiber.Ctx, status int, view ui.SignIn) error {
	text, page, err := h.Frame(c, "sign-in.title", SignInPath)
	if err != nil {
		return err
	}
	if view.Digits, err = h.Use.SecondFactor(request.Context(c)); err != nil {
		return err
	}
	if !isLocal(view.Next) {
		view.Next = ""
	}
	return send(c, status, ui.SignInPage(text, page, view))
}

// SignIn lets in by name and password. Who has yet to set a second factor up goes on to that.
func (h *Handler) SignIn(c *fiber.Ctx) error {
	view := ui.SignIn{Name: c.FormValue("ten"), Next: c.FormValue(nextField), Kept: carried(c)}
	given := account.Proof{Name: view.Name, Password: c.FormValue("mat-khau"), Digits: c.FormValue("so-ung-dung")}
	entry, link, err := h.Use.SignIn(request.Context(c), given, h.client(c))
	if err == nil && link != "" {
		return respond.SeeOther(c, invitationURL(path(c, InvitationPath), link))
	}
	if err == nil {
		return h.welcome(c, entry, next(c, view.Next))
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	view.WrongPassword = sentence
	return h.signIn(c, status, view)
}

// EnterCode lets in by six digits. Staff go on to choose a password.
func (h *Handler) EnterCode(c *fiber.Ctx) error {
	view := ui.SignIn{Next: c.FormValue(nextField), Kept: carried(c)}
	entry, link, err := h.Use.EnterCode(request.Context(c), c.FormValue("so"), h.client(c))
	if err == nil && link != "" {
		return respond.SeeOther(c, invitationURL(path(c, InvitationPath), link))
	}
	if err == nil {
		return h.welcome(c, entry, next(c, view.Next))
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	view.WrongCode = sentence
	return h.signIn(c, status, view)
}

// SignOut ends the device.
func (h *Handler) SignOut(c *fiber.Ctx) error {
	if v := request.Viewer(c); v.Session != "" {
		if err := h.Use.SignOut(request.Context(c), v); err != nil {
			return err
		}
	}
	Forget(c, h.Address)
	return respond.SeeOther(c, path(c, "/"))
}
