package desk

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/viet"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Accounts lists the accounts and asks whom to invite.
func (h *Handler) Accounts(c *fiber.Ctx) error {
	return h.accounts(c, fiber.StatusOK, ui.Accounts{})
}

func (h *Handler) accounts(c *fiber.Ctx, status int, view ui.Accounts) error {
	text, page, err := h.Frame(c, "accounts.title", address.Accounts)
	if err != nil {
		return err
	}
	list, err := h.Use.All(request.Context(c), request.Viewer(c))
	if err != nil {
		return err
	}
	for _, a := range list {
		view.List = append(view.List, ui.AccountEntry{
			URL: text.Path(address.Account(a.ID)), Name: a.Name, Shown: a.Shown, Roles: a.Roles, Ended: a.Ended,
		})
	}
	view.Roles = account.Roles()
	return send(c, status, ui.AccountsPage(text, page, view))
}

// maxName is the greatest length of a login name in characters.
const maxName = 32

// AddAccount makes an account and shows its invitation. Without a login name one is made of the shown name.
func (h *Handler) AddAccount(c *fiber.Ctx) error {
	view := ui.Accounts{Shown: c.FormValue("ten-hien-thi"), Name: c.FormValue("ten"), Chosen: roles(c)}
	name := view.Name
	if name == "" {
		name = viet.Slug(view.Shown)
		name = name[:min(len(name), maxName)]
	}
	invited, err := h.Use.AddInvited(request.Context(c), request.Viewer(c), name, view.Shown, view.Chosen...)
	if err == nil {
		return h.invited(c, invited)
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	view.Wrong = sentence
	return h.accounts(c, status, view)
}

// roles are those ticked in a form.
func roles(c *fiber.Ctx) (list []archive.Role) {
	for _, r := range c.Request().PostArgs().PeekMulti("vai") {
		list = append(list, archive.Role(r))
	}
	return list
}

// Account shows an account and what can be done with it.
func (h *Handler) Account(c *fiber.Ctx) error { return h.account(c, fiber.StatusOK, "") }

func (h *Handler) account(c *fiber.Ctx, status int, wrong string) error {
	id := accountID(c)
	a, err := h.Use.One(request.Context(c), request.Viewer(c), id)
	if err != nil {
		return err
	}
	devices, err := h.Use.Devices(request.Context(c), request.Viewer(c), id)
	if err != nil {
		return err
	}
	text, page, err := h.Frame(c, "account.title", address.Account(id))
	if err != nil {
		return err
	}
	page.Title = a.Shown
	view := ui.Account{
		Base: text.Path(address.Account(id)), Name: a.Name, Shown: a.Shown, Roles: account.Roles(), Chosen: a.Roles, Ended: a.Ended,
		Wrong: wrong,
	}
	if a.Agent != "" {
		who, err := h.Use.Agent(request.Context(c), request.Viewer(c), a.Agent, "")
		if err != nil {
			return err
		}
		view.Agent = &ui.Link{Label: who.Name(), URL: text.Path(address.Agent(who.ID, who.Name()))}
	}
	view.AgentGiven = c.FormValue("tac-gia")
	for _, s := range devices {
		view.Devices = append(view.Devices, ui.Device{ID: s.ID, Label: s.Label, Since: s.Created, Used: s.Used})
	}
	return send(c, status, ui.AccountPage(text, page, view))
}

func accountID(c *fiber.Ctx) archive.AccountID { return archive.AccountID(c.Params("account")) }

// SetRoles gives an account roles.
func (h *Handler) SetRoles(c *fiber.Ctx) error {
	return h.change(c, h.Use.SetRoles(request.Context(c), request.Viewer(c), accountID(c), roles(c)...))
}

// SetAgent says who the account is among the agents: a name, or the address of a page where two bear one name; nothing takes it back.
func (h *Handler) SetAgent(c *fiber.Ctx) error {
	given := viet.Clean(c.FormValue("tac-gia"))
	var who archive.Agent
	if given != "" {
		var id archive.AgentID
		if _, last, page := strings.Cut(given, "/tac-gia/"); page {
			id, _ = address.ID[archive.AgentID](last)
		}
		var err error
		if who, err = h.Use.Agent(request.Context(c), request.Viewer(c), id, given); archive.CodeOf(err) == archive.NotFound {
			err = archive.Fail(archive.Invalid, "agent-missing").Because(err)
		}
		if err != nil {
			return h.change(c, err)
		}
	}
	return h.change(c, h.Use.SetAgent(request.Context(c), request.Viewer(c), accountID(c), who.ID))
}

// EndDevices signs out every device of an account: one was lost or stolen.
func (h *Handler) EndDevices(c *fiber.Ctx) error {
	return h.change(c, h.Use.EndDevices(request.Context(c), request.Viewer(c), accountID(c), ""))
}

// EndAccount ends an account.
func (h *Handler) EndAccount(c *fiber.Ctx) error {
	return h.change(c, h.Use.End(request.Context(c), request.Viewer(c), accountID(c)))
}

// change leads back to the account after something was done, or says there why it was not.
func (h *Handler) change(c *fiber.Ctx, err error) error {
	if err == nil {
		return respond.SeeOther(c, path(c, address.Account(accountID(c))))
	}
	if archive.CodeOf(err) == archive.NotFound {
		return err
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	return h.account(c, status, sentence)
}

// Invite invites an account anew and shows the invitation, which is told this once: to load the page again makes another.
func (h *Handler) Invite(c *fiber.Ctx) error {
	invited, err := h.Use.Invite(request.Context(c), request.Viewer(c), accountID(c))
	if err != nil {
		return err
	}
	return h.invited(c, invited)
}

func (h *Handler) invited(c *fiber.Ctx, i account.Invited) error {
	text, page, err := h.Frame(c, "invited.title", address.Accounts)
	if err != nil {
		return err
	}
	link := InvitationURL(h.Address.Of(c), i.Secret)
	code, err := QR(link)
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, ui.InvitedPage(text, page, ui.Invited{
		Shown: i.Account.Shown, Link: link, Size: code.Size, Path: code.Path, Code: i.Code, Until: i.Expires, CodeUntil: i.CodeUntil,
		Back: text.Path(address.Account(i.Account.ID)),
	}))
}
