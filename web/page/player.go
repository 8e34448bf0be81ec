package page

import (
	"html"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/embed"
	"vannghe/web/media"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Player is a film or a song alone, for frames on other sites: the only page that may be framed. ?tep= names one of several
// recordings. What cannot be played says so within the frame, where a browser would show nothing but its own refusal.
func (h *Handler) Player(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	view, path, err := v.player()
	code := archive.CodeOf(err)
	if err != nil && code != archive.NotFound && code != archive.Gone {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, ui.FramedPolicy)
	c.Response().Header.Del(fiber.HeaderXFrameOptions)
	if err != nil {
		failure := respond.FailureOf(err)
		p := ui.Page{Title: v.text.Sentence(failure.Cause), Private: true, Site: v.around.site, Assets: v.Assets}
		return respond.HTML(c, failure.Status, ui.PlayerNoticePage(v.text, p, p.Title))
	}
	p := v.page(view.Work.Title, path)
	p.Private = true // the page of the work is what search engines should find
	return v.send(ui.PlayerPage(v.text, p, view))
}

// player loads what the frame shows, and the path of the work's page.
func (v *visit) player() (ui.Player, string, error) {
	missing := archive.Fail(archive.NotFound, "work-missing")
	id := archive.WorkID(v.c.Params("work"))
	if !archive.ValidID(string(id)) {
		return ui.Player{}, "", missing
	}
	w, err := v.reader.WorkOrLed(v.ctx, id) // a frame on another site goes on playing
	if err != nil {
		return ui.Player{}, "", err
	}
	derivatives, err := v.reader.Derivatives(v.ctx, w.ID)
	if err != nil {
		return ui.Player{}, "", err
	}
	m := material{work: w, offers: media.Offers(&w, derivatives[w.ID], false)}
	m.start.at, _ = address.ParseInstant(v.c.Query(address.Instant))
	o := embed.Recording(m.offers, archive.FileID(v.c.Query(address.InstantFile)))
	if o == nil {
		return ui.Player{}, "", missing
	}
	m.start.file = o.File.ID
	view := ui.Player{Work: v.entry(&w, m.offers)}
	if o.First("audio") != nil {
		view.Audio = v.audio(m, o)
		view.Audio.Tags = nil // of the file, told on the page of the work
	} else {
		view.Video = v.video(m, o)
	}
	return view, address.Work(w.ID, w.Title), nil
}

// shareable adds to the page of a work what other sites may show of it.
func (v *visit) shareable(p *ui.Page, m *material, view *ui.Work) {
	base := v.Address.Of(v.c)
	p.Subscribed = append(p.Subscribed, ui.Offered{Type: embed.JSONType, Title: m.work.Title, URL: embed.URL(base, p.Canonical, "json")},
		ui.Offered{Type: embed.XMLType, Title: m.work.Title, URL: embed.URL(base, p.Canonical, "xml")})
	o := embed.Recording(m.offers, "")
	if o == nil {
		return
	}
	size := embed.SizeOf(o)
	frame := ui.Frame{URL: base + v.text.Path(address.Player(m.work.ID)), Width: size.Width, Height: size.Height}
	view.Embed = embed.Frame(frame.URL, html.EscapeString(m.work.Title), size)
	if a := o.First("audio"); a != nil {
		p.Sound = &ui.Source{URL: base + a.URL, Type: a.Type}
		return
	}
	p.Player = &frame
}

// feed tells where the page at path can be followed.
func (v *visit) feed(title, path string) ui.Offered {
	return ui.Offered{Type: "application/rss+xml", Title: title, URL: v.Address.Of(v.c) + address.Feed(path)}
}
