package desk

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/ui"
)

// The fields of the forms of signing in that carry what was being sent when the session ended: to where, and what.
const (
	keptAction = "giu-toi"
	keptBody   = "giu"
)

// maxKept bounds what is carried through signing in, in bytes; a longer text is kept on its device (data-kept).
const maxKept = 512 << 10

// ended answers a form whose session has ended: signing in comes first, and what was written goes through it. It reports false where there is
// nothing to carry: whoever never was signed in wrote nothing that was theirs to send.
func (h *Handler) ended(c *fiber.Ctx) (bool, error) {
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	body := c.Body()
	if c.Method() != fiber.MethodPost || !carriable(c.Path()) || Secret(c, h.Address) == "" || kind != fiber.MIMEApplicationForm || len(body) > maxKept || c.Get("Sec-Fetch-Dest") == "empty" {
		return false, nil // a script that saves keeps what it has
	}
	view := ui.SignIn{Kept: ui.Kept{Action: c.Path(), Body: string(body)}}
	return true, h.signIn(c, fiber.StatusForbidden, view)
}

// carried is what a form of signing in carries; nothing where it leads elsewhere than to the desk.
func carried(c *fiber.Ctx) ui.Kept {
	k := ui.Kept{Action: c.FormValue(keptAction), Body: c.FormValue(keptBody)}
	if isLocal(k.Action) && !strings.ContainsAny(k.Action, "?#") && carriable(k.Action) {
		return k
	}
	return ui.Kept{}
}

// carriable reports whether what is sent to a path may go through signing in, where it stands in a page: what people write, no password, nor what
// decides over accounts.
func carriable(path string) bool {
	path = strings.TrimPrefix(path, request.English.Prefix())
	under := func(root string) bool { return strings.HasPrefix(path, root+"/") || path == root }
	secret := slices.ContainsFunc([]string{address.Password, address.Accounts, address.Devices, address.SetSecurity}, under)
	return !secret && (under(address.Desk) || under(address.Operate))
}

// resume shows whoever is in again what they were sending, with a button that sends it: nobody else may have it sent by signing them in.
func (h *Handler) resume(c *fiber.Ctx, k ui.Kept) error {
	text, page, err := h.Frame(c, "kept.title", SignInPath)
	if err != nil {
		return err
	}
	page.SignedIn = true
	fields, err := url.ParseQuery(k.Body)
	if err != nil {
		return err
	}
	view := ui.Resume{Action: k.Action, Back: text.Path(address.Desk)}
	for name, values := range fields {
		for _, value := range values {
			view.Fields = append(view.Fields, ui.ResumeField{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(view.Fields, func(a, b ui.ResumeField) int { return strings.Compare(a.Name, b.Name) })
	return send(c, fiber.StatusOK, ui.ResumePage(text, page, view))
}
