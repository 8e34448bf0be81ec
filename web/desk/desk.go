// Package desk is what people sign in for: signing in and out, accepting an invitation, one's devices, and the accounts of an archive. One file per
// page and what it does.
//
// It parses, calls the use cases of internal/account and answers. It must not decide who may do what (archive does) or read the catalogue.
package desk

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Where people sign in and out, in Vietnamese and after /en in English.
const (
	SignInPath     = "/dang-nhap"
	CodePath       = "/dang-nhap/so"
	SignOutPath    = "/dang-xuat"
	InvitationPath = "/loi-moi" // with the secret in the query, which no log has
)

// SecretField is the name under which an invitation's secret travels.
const SecretField = "ma"

// Handler answers the pages.
type Handler struct {
	Use *account.Accounts
	// Frame returns what stands around a page at a path, whose title is a sentence of the catalogue.
	Frame func(c *fiber.Ctx, title, path string) (ui.Text, ui.Page, error)
	// Unseen is how many notices somebody has not looked at.
	Unseen  func(ctx context.Context, v archive.Viewer) (int, error)
	Address request.Base
	Mails   bool // the archive sends letters
	// Mine lists the works that who asks has sent or begun.
	Mine func(c *fiber.Ctx) ([]ui.Mine, error)
}

// May lets pass who may do an action. Who has not signed in is led to where one does, and back.
func (h *Handler) May(action archive.Action) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := request.Viewer(c).May(action)
		if archive.ReasonOf(err) == "account-needed" {
			if carried, err := h.ended(c); carried || err != nil {
				return err
			}
			to := path(c, SignInPath)
			if c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead {
				to += "?" + url.Values{nextField: {c.Path()}}.Encode()
			}
			return respond.SeeOther(c, to)
		}
		if err != nil {
			return err
		}
		return c.Next()
	}
}

// path is a path in the language of the request.
func path(c *fiber.Ctx, p string) string { return ui.Speak(string(request.Language(c))).Path(p) }

// send answers with a page that nobody keeps, and of whose address nobody else is told: it may hold a secret.
func send(c *fiber.Ctx, status int, page respond.Component) error {
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	return respond.Unkept(c, status, page)
}

// nextField is the query that says where to go after signing in.
const nextField = "toi"

// next is where to go after signing in: a path of ours, else the desk.
func next(c *fiber.Ctx, asked string) string {
	if isLocal(asked) {
		return asked
	}
	return path(c, address.Desk)
}

// isLocal reports whether an address is a path of this site. A browser reads "//host", "/\host" and what hides them behind control characters as other
// hosts.
func isLocal(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && !strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}

// wrong is what a form says about an error of the person who filled it: the sentence and the status. The error itself is given back when it is not theirs.
func wrong(c *fiber.Ctx, err error) (sentence string, status int, _ error) {
	failure := respond.FailureOf(err)
	if failure.Status >= fiber.StatusInternalServerError && failure.Cause.Code != archive.Busy {
		return "", 0, err
	}
	status, sentence = respond.Refused(c, err)
	return sentence, status, nil
}

// client is from where the request comes.
func (h *Handler) client(c *fiber.Ctx) account.Client {
	return account.Client{Address: request.Address(c), Device: Device(c.Get(fiber.HeaderUserAgent)), Former: Secret(c, h.Address)}
}

// welcome lets a device in and leads it on, back to what it was sending when its session ended.
func (h *Handler) welcome(c *fiber.Ctx, e account.Entry, to string) error {
	Keep(c, h.Address, e.Secret, e.Expires)
	if k := carried(c); k.Action != "" {
		return h.resume(c, k)
	}
	return respond.SeeOther(c, to)
}
