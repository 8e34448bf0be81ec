package desk

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/account"
	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Mailbox shows where somebody gets letters and about what: one's own, or for administrators those of another.
func (h *Handler) Mailbox(c *fiber.Ctx) error { return h.mailbox(c, fiber.StatusOK, ui.Mailbox{}) }

// mailOwner is whose mailbox a page is about, and where it lies.
func mailOwner(c *fiber.Ctx) (id archive.AccountID, base, back string) {
	if id := accountID(c); id != "" {
		return id, address.AccountMailbox(id), address.Account(id)
	}
	return request.Viewer(c).Account, address.Mailbox, address.Desk
}

func (h *Handler) mailbox(c *fiber.Ctx, status int, view ui.Mailbox) error {
	id, base, back := mailOwner(c)
	text, page, err := h.Frame(c, "mailbox.title", base)
	if err != nil {
		return err
	}
	m, err := h.Use.Mailbox(request.Context(c), request.Viewer(c), id)
	if err != nil {
		return err
	}
	view.Base, view.On, view.Back = text.Path(base), h.Mails, ui.Link{Label: text.Text("desk.back"), URL: text.Path(back)}
	if back != address.Desk {
		owner, err := h.Use.One(request.Context(c), request.Viewer(c), id)
		if err != nil {
			return err
		}
		page.Title, view.Back.Label = text.Text("mailbox.title-of", owner.Shown), owner.Shown
	} else if !m.Confirmed.IsZero() {
		view.Topics, view.Languages = topics(text, request.Viewer(c), m.Choices), languages(text, m.Language)
	}
	if c.Query(doneField) != "" {
		view.Done = text.Text("form.done")
	}
	stands(text, &view, m)
	return send(c, status, ui.MailboxPage(text, page, view))
}

// stands says how an address stands.
func stands(text ui.Text, view *ui.Mailbox, m catalog.Mailbox) {
	view.Address, view.Confirmed, view.Refused = m.Address, m.Confirmed, m.Refused
	view.Waits = m.Address != "" && m.Confirmed.IsZero()
	view.Over = view.Waits && !m.Expires.IsZero() && m.Letter == "" && m.Expires.Before(time.Now())
	if !m.Refused.IsZero() {
		view.Why = text.Sentence(archive.Fail(archive.Invalid, m.Reason))
	}
	if view.Wrong == "" {
		view.Typed = m.Address
	}
}

func topics(text ui.Text, v archive.Viewer, chosen archive.Choices) (list []ui.MailTopic) {
	for _, topic := range archive.Topics() {
		if !topic.Concerns(v) {
			continue
		}
		one := ui.MailTopic{Topic: topic}
		for _, p := range archive.Paces() {
			one.Paces = append(one.Paces, ui.Option{Value: string(p), Label: text.Text("pace." + string(p)), Chosen: chosen.Of(topic) == p})
		}
		list = append(list, one)
	}
	return list
}

func languages(text ui.Text, chosen string) (list []ui.Option) {
	for _, l := range message.Languages() {
		list = append(list, ui.Option{Value: l, Label: text.Text("language." + l), Chosen: l == chosen})
	}
	return list
}

// EnterMailbox takes an address and has a letter sent to it.
func (h *Handler) EnterMailbox(c *fiber.Ctx) error {
	id, base, _ := mailOwner(c)
	typed := c.FormValue("dia-chi")
	err := h.Use.EnterMailbox(request.Context(c), request.Viewer(c), account.Entered{Account: id, Address: typed, Language: string(request.Language(c)), From: request.Address(c)})
	if err == nil {
		return respond.SeeOther(c, path(c, base))
	}
	if code := archive.CodeOf(err); code == archive.NotFound || code == archive.Forbidden {
		return err
	}
	sentence, status, err := wrong(c, err)
	if err != nil {
		return err
	}
	return h.mailbox(c, status, ui.Mailbox{Wrong: sentence, Typed: typed})
}

// ChooseLetters notes what somebody wants to be written about. What does not concern them stays as it was chosen.
func (h *Handler) ChooseLetters(c *fiber.Ctx) error {
	v := request.Viewer(c)
	m, err := h.Use.Mailbox(request.Context(c), v, v.Account)
	if err != nil {
		return err
	}
	choices := archive.Choices{}
	for _, topic := range archive.Topics() {
		if p := archive.Pace(c.FormValue("ve-" + string(topic))); p != "" {
			choices[topic] = p
		} else if p, ok := m.Choices[topic]; ok {
			choices[topic] = p
		}
	}
	language := message.For(c.FormValue("ngon-ngu")).Language()
	if err := h.Use.ChooseLetters(request.Context(c), v, choices, language); err != nil {
		return err
	}
	return respond.SeeOther(c, path(c, address.Mailbox)+"?"+doneField+"=1")
}

// DropMailbox forgets where somebody gets letters.
func (h *Handler) DropMailbox(c *fiber.Ctx) error {
	id, base, _ := mailOwner(c)
	if err := h.Use.DropMailbox(request.Context(c), request.Viewer(c), id); err != nil {
		return err
	}
	return respond.SeeOther(c, path(c, base)+"?"+doneField+"=1")
}

// ConfirmPage asks whoever follows the link in a letter whether the mailbox is theirs. Nobody has to be signed in.
func (h *Handler) ConfirmPage(c *fiber.Ctx) error {
	m, err := h.Use.MailboxOf(request.Context(c), c.Query(SecretField))
	if err != nil {
		return err
	}
	return h.mailLink(c, address.ConfirmMailbox, "confirm", m.Address, true)
}

// Confirm uses the link up.
func (h *Handler) Confirm(c *fiber.Ctx) error {
	m, err := h.Use.MailboxOf(request.Context(c), c.Query(SecretField))
	if err == nil {
		err = h.Use.ConfirmMailbox(request.Context(c), c.Query(SecretField))
	}
	if err != nil {
		return err
	}
	return h.mailLink(c, address.ConfirmMailbox, "confirm", m.Address, false)
}

// LeavePage asks whether somebody wants no more letters.
func (h *Handler) LeavePage(c *fiber.Ctx) error {
	m, err := h.Use.LeaverOf(request.Context(c), c.Query(SecretField))
	if err != nil {
		return err
	}
	return h.mailLink(c, address.LeaveLetters, "leave", m.Address, true)
}

// Leave ends the letters. It answers itself: a program that acts for a reader (RFC 8058) follows no redirect and has no cookie.
func (h *Handler) Leave(c *fiber.Ctx) error {
	m, err := h.Use.LeaverOf(request.Context(c), c.Query(SecretField))
	if err == nil {
		err = h.Use.LeaveLetters(request.Context(c), c.Query(SecretField))
	}
	if err != nil {
		return err
	}
	return h.mailLink(c, address.LeaveLetters, "leave", m.Address, false)
}

// mailLink is a page about an address to which a letter leads: what its button would do, or that it is done.
func (h *Handler) mailLink(c *fiber.Ctx, at, what, address string, asks bool) error {
	text, page, err := h.Frame(c, what+".title", at)
	if err != nil {
		return err
	}
	query := "?" + url.Values{SecretField: {c.Query(SecretField)}}.Encode()
	page.OtherLanguage.URL += query
	view := ui.MailLink{Title: page.Title, Lead: text.Text(what+".done", address)}
	if asks {
		view.Lead, view.Go, view.Action = text.Text(what+".lead", address), text.Text(what+".go"), text.Path(at)+query
	}
	return send(c, fiber.StatusOK, ui.MailLinkPage(text, page, view))
}
