package desk

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// invitationURL is the address of an invitation. The secret stands in the query, which the access log leaves out.
func invitationURL(path, secret string) string {
	return path + "?" + url.Values{SecretField: {secret}}.Encode()
}

// InvitationURL is the link that is handed to whoever is invited. base is as Base.Of returns it.
func InvitationURL(base, secret string) string { return invitationURL(base+InvitationPath, secret) }

// Invitation shows for whom a link is, and a button. It uses nothing up: programs that preview links and scanners of mail open them before people do.
func (h *Handler) Invitation(c *fiber.Ctx) error {
	secret := c.Query(SecretField)
	offered, err := h.Use.Offered(request.Context(c), secret)
	if err != nil {
		return err
	}
	return h.invitation(c, fiber.StatusOK, offered, ui.Invitation{Secret: secret})
}

func (h *Handler) invitation(c *fiber.Ctx, status int, offered account.Offered, view ui.Invitation) error {
	text, page, err := h.Frame(c, "invitation.title", InvitationPath)
	if err != nil {
		return err
	}
	page.OtherLanguage.URL = invitationURL(ui.Speak(page.OtherLanguage.Language).Path(InvitationPath), view.Secret)
	view.For, view.Setup, view.Password, view.MinPassword = offered.Account.Shown, offered.Setup, offered.NeedsPassword(), account.MinPassword
	if !offered.Setup {
		view.Name = offered.Account.Name
	}
	if err := h.offerKey(c, &view, page.Site.Title); err != nil {
		return err
	}
	return send(c, status, ui.InvitationPage(text, page, view))
}

// maxKey bounds the key that a form sends back, in characters; ours have 32.
const maxKey = 64

// offerKey shows the key of a second factor where the setting asks for one: a new one, or that which the form was sent with.
func (h *Handler) offerKey(c *fiber.Ctx, view *ui.Invitation, site string) error {
	asked, err := h.Use.SecondFactor(request.Context(c))
	if err != nil || !asked || !view.Password {
		return err
	}
	if view.Key == "" {
		view.Key = account.NewKey()
	}
	code, err := QR(account.KeyURI(view.Key, site, view.Name))
	view.Size, view.Path = code.Size, code.Path
	return err
}

// Accept uses an invitation up and lets the device in.
func (h *Handler) Accept(c *fiber.Ctx) error {
	view := ui.Invitation{Secret: c.FormValue(SecretField), Name: c.FormValue("ten"), Shown: c.FormValue("ten-hien-thi"), Key: c.FormValue("khoa")}
	if len(view.Key) > maxKey {
		return archive.Fail(archive.Invalid, "digits-wrong")
	}
	given := account.Acceptance{
		Secret: view.Secret, Name: view.Name, Shown: view.Shown, Password: c.FormValue("mat-khau"), Key: view.Key, Digits: c.FormValue("so-ung-dung"),
	}
	offered, err := h.Use.Offered(request.Context(c), view.Secret)
	if archive.ReasonOf(err) == "invitation-missing" && request.Viewer(c).SignedIn() { // the button was pressed twice
		return respond.SeeOther(c, path(c, address.Desk))
	}
	if err != nil {
		return err
	}
	var entry account.Entry
	if offered.NeedsPassword() && given.Password != c.FormValue("lan-nua") {
		err = archive.Fail(archive.Invalid, "password-differs")
	} else {
		entry, err = h.Use.Accept(request.Context(c), given, h.client(c))
	}
	if err == nil {
		return h.welcome(c, entry, path(c, address.Desk))
	}
	if archive.CodeOf(err) == archive.NotFound {
		return err
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	view.Wrong = sentence
	return h.invitation(c, status, offered, view)
}
