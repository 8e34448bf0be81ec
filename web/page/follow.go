package page

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// secretField is the name under which the secret of a link travels.
const secretField = "ma"

// FollowLink tells whether a link leads to the work.
func (h *Handler) FollowLink(c *fiber.Ctx) error { return h.followLink(c, false) }

// MakeFollowLink makes a link and shows it this once: to load the page again makes another.
func (h *Handler) MakeFollowLink(c *fiber.Ctx) error { return h.followLink(c, true) }

func (h *Handler) followLink(c *fiber.Ctx, makes bool) error {
	v, own, err := h.own(c)
	if err != nil {
		return err
	}
	id, desk := own.Work.ID, h.Editorial.As(v.viewer)
	path := v.text.Path(address.Follow(id))
	view := ui.FollowLink{Title: own.Work.Title, Path: path, End: path + "/het", Renew: path + "/them", Back: v.text.Path(address.Sent(id))}
	if makes {
		secret, err := desk.Follow(v.ctx, id)
		if err != nil {
			return err
		}
		view.Link = h.Address.Of(c) + v.text.Path(address.Followed) + "?" + url.Values{secretField: {secret}}.Encode()
		if view.Size, view.Code, err = h.QR(view.Link); err != nil {
			return err
		}
	}
	if view.Until, err = desk.FollowEnds(v.ctx, id); err != nil {
		return err
	}
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	return respond.Unkept(c, fiber.StatusOK, ui.FollowLinkPage(v.text, v.deskPage(v.text.Text("follow.title"), address.Follow(id)), view))
}

// EndFollowLink ends the link of a work.
func (h *Handler) EndFollowLink(c *fiber.Ctx) error {
	v, own, err := h.own(c)
	if err != nil {
		return err
	}
	if err := h.Editorial.As(v.viewer).EndFollow(v.ctx, own.Work.ID); err != nil {
		return err
	}
	return v.seeOther(address.Follow(own.Work.ID))
}

// RenewFollowLink lets the link of a work lead to it for longer.
func (h *Handler) RenewFollowLink(c *fiber.Ctx) error {
	v, own, err := h.own(c)
	if err != nil {
		return err
	}
	if err := h.Editorial.As(v.viewer).RenewFollow(v.ctx, own.Work.ID); err != nil {
		return err
	}
	return v.seeOther(address.Follow(own.Work.ID))
}

// Followed shows whoever has its link where a work stands and what the editors wrote.
func (h *Handler) Followed(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	own, err := h.Editorial.Followed(v.ctx, c.Query(secretField))
	if err != nil {
		return err
	}
	w := &own.Work
	view := ui.Followed{Title: w.Title, State: w.State, Opens: v.opens(w), Notes: toldOutside(v.text, own.Events)}
	for _, e := range slices.Backward(own.Events) {
		if e.Type == archive.EventSubmission {
			view.Sent = e.Time
			break
		}
	}
	for _, r := range own.Comments {
		view.Comments = append(view.Comments, ui.FollowedComment{Name: r.Name, Time: r.Time, Text: r.Text, Done: !r.Done.IsZero()})
	}
	if _, err := h.Catalog.Reader(archive.Public()).Work(v.ctx, w.ID); err == nil {
		view.Public = v.text.Path(address.Work(w.ID, w.Title))
	}
	page := v.deskPage(w.Title, address.Followed)
	page.OtherLanguage = ui.Link{} // its address would hold the secret
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return respond.Unkept(c, fiber.StatusOK, ui.FollowedPage(v.text, page, view))
}

// toldOutside are the notes that a link shows: why a work is shown again is told to its sender alone.
func toldOutside(t ui.Text, events []archive.Event) []ui.Told {
	return slices.DeleteFunc(notes(t, events), func(n ui.Told) bool { return n.Type == archive.EventRestoration })
}
