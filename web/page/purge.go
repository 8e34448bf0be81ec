package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Purges lists what is proposed and was done to destroy content. The route lets administrators in alone.
func (h *Handler) Purges(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	list, err := v.reader.Purges(v.ctx, manyCases)
	if err != nil {
		return err
	}
	var ids []archive.WorkID
	for _, p := range list {
		ids = append(ids, p.Work)
	}
	works, err := v.reader.WorksByID(v.ctx, ids)
	if err != nil {
		return err
	}
	titles := map[archive.WorkID]string{}
	for i := range works {
		titles[works[i].ID] = works[i].Title
	}
	var rows []ui.Purge
	for _, p := range list {
		rows = append(rows, v.purgeView(p, titles[p.Work]))
	}
	return respond.Unkept(c, fiber.StatusOK, ui.PurgesPage(v.text, v.deskPage(v.text.Text("purge.title"), address.Purges), rows))
}

func (v *visit) purgeView(p archive.Purge, title string) ui.Purge {
	view := ui.Purge{Title: title, URL: v.text.Path(address.Purge(p.Work)), List: v.text.Path(address.Purges), Plan: p, Seen: editorial.SeenPurge(p),
		Waits: p.Waits(time.Now()), Until: p.Proposed.Add(archive.PurgePatience)}
	view.May = editorial.Confirms(v.viewer, p, time.Now()) == nil
	return view
}

// Purge is the page of one work.
func (h *Handler) Purge(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	return v.purge(nil)
}

// purge draws the page, also after something was refused.
func (v *visit) purge(refused error) error {
	w, err := v.reviewed()
	if err != nil {
		return err
	}
	p, err := v.reader.Purge(v.ctx, w.ID)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return err
	}
	p.Work = w.ID
	view := v.purgeView(p, w.Title)
	view.Overtaken = p.Waits(time.Now()) && p.Overtaken(editorial.Seen(&w))
	view.May = view.May && !view.Overtaken
	view.SeenWork, view.Public = editorial.Seen(&w), w.State == archive.Published
	view.Work = v.text.Path(address.Review(w.ID))
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(v.c, refused)
		view.Given = v.given()
	}
	return respond.Unkept(v.c, status, ui.PurgePage(v.text, v.deskPage(v.text.Text("purge.of", w.Title), address.Purge(w.ID)), view))
}

// ProposePurge proposes to destroy the content of a work.
func (h *Handler) ProposePurge(c *fiber.Ctx) error {
	return h.purging(c, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		return d.ProposePurge(v.ctx, id, editorial.PurgePlan{Seen: c.FormValue("thay"), Cause: archive.PurgeCause(c.FormValue("can-cu")), Reason: c.FormValue("ly-do")})
	})
}

// ConfirmPurge agrees to it.
func (h *Handler) ConfirmPurge(c *fiber.Ctx) error {
	return h.purging(c, func(v *visit, d *editorial.Desk, id archive.WorkID) error {
		if c.FormValue("chac") == "" {
			return archive.Fail(archive.Invalid, "purge-unsure")
		}
		return d.ConfirmPurge(v.ctx, id, c.FormValue("thay"))
	})
}

// DropPurge takes the proposal back.
func (h *Handler) DropPurge(c *fiber.Ctx) error {
	return h.purging(c, func(v *visit, d *editorial.Desk, id archive.WorkID) error { return d.DropPurge(v.ctx, id) })
}

func (h *Handler) purging(c *fiber.Ctx, do func(v *visit, d *editorial.Desk, id archive.WorkID) error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	w, err := v.reviewed()
	if err != nil {
		return err
	}
	err = do(v, h.Editorial.As(v.viewer), w.ID)
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Purge(w.ID))
	case archive.Invalid, archive.Conflict, archive.Forbidden:
		return v.purge(err)
	default:
		return err
	}
}
