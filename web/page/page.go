// Package page answers with HTML: one file per page, each of which asks the catalogue as the request's viewer, fills the views of
// web/ui and has them drawn. model_*.go turn the archive's values into those views, purely.
//
// It must not decide who may see what, word anything (web/ui and internal/message do), or change the catalogue but through a use
// case.
package page

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/internal/office"
	"vannghe/internal/tool/weasyprint"
	"vannghe/search"
	"vannghe/storage"
	"vannghe/web/address"
	"vannghe/web/find"
	"vannghe/web/media"
	"vannghe/web/pulse"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Options is what the pages need.
type Options struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket
	Search  func() *search.Index // nil while the index is being opened
	Assets  *ui.Assets
	Address request.Base
	// Office keeps royalties and the roll of members.
	Office *office.Office
	// Print turns pages of paper into PDF; nil: this server has nothing to do it with.
	Print *weasyprint.Tool
	// Pulse is what this server measured of itself.
	Pulse *pulse.Pulse
	// Editorial carries out what editors decide.
	Editorial *editorial.Editorial
	// Ingest takes in what members send.
	Ingest *ingest.Ingest
	Media  *media.Handler // shows senders what they sent
	// QR draws a link as the path of the dark modules in a square of that size.
	QR func(link string) (size int, path string, err error)
}

// Handler answers the pages. Make it with New.
type Handler struct {
	Options
	nearby  find.Nearby
	letters *limiter
	codes   *limiter // that archivists try

	mu    sync.Mutex
	known surroundings // as last read, for pages that must be drawn while the catalogue does not answer
}

// New returns a Handler.
func New(o Options) *Handler {
	return &Handler{Options: o, letters: newLimiter(), codes: newLimiter(), known: surroundings{site: ui.Site{Title: ui.DefaultTitle}}}
}

// SiteSetting is the name of the setting that holds what the archive says of itself, a ui.Site.
const SiteSetting = archive.SiteSetting

// surroundings is what stands around every page.
type surroundings struct {
	site   ui.Site
	genres []archive.Genre
}

// SiteTitle is the name of the archive.
func (h *Handler) SiteTitle(c *fiber.Ctx) (string, error) {
	site := ui.Site{Title: ui.DefaultTitle}
	err := h.Catalog.Reader(request.Viewer(c)).Setting(request.Context(c), SiteSetting, &site)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return "", err
	}
	return site.Title, nil
}

// visit is one request for a page: who asks, in which language, and what surrounds the answer.
type visit struct {
	*Handler
	c      *fiber.Ctx
	ctx    context.Context
	reader *catalog.Reader
	viewer archive.Viewer
	text   ui.Text
	around surroundings
	names  map[archive.GenreID]string     // of genres, in the language of text
	groups map[string]archive.ReportGroup // once asked for
}

// open begins a visit.
func (h *Handler) open(c *fiber.Ctx) (*visit, error) {
	viewer := request.Viewer(c)
	v := &visit{
		Handler: h, c: c, ctx: request.Context(c), viewer: viewer, reader: h.Catalog.Reader(viewer),
		text: ui.Speak(string(request.Language(c))),
	}
	around, err := v.read()
	if err != nil {
		return nil, err
	}
	v.surround(around)
	if viewer.SignedIn() { // the genres of what is not public yet are not for the next visitor's page of an error
		return v, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known = around
	return v, nil
}

// openOffline begins a visit without asking the catalogue.
func (h *Handler) openOffline(c *fiber.Ctx) *visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := &visit{Handler: h, c: c, ctx: request.Context(c), viewer: request.Viewer(c), text: ui.Speak(string(request.Language(c)))}
	v.surround(h.known)
	return v
}

func (v *visit) read() (surroundings, error) {
	around := surroundings{site: ui.Site{Title: ui.DefaultTitle}}
	err := v.reader.Setting(v.ctx, SiteSetting, &around.site)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return around, err
	}
	around.site.Now(time.Now())
	around.genres, err = v.reader.Genres(v.ctx)
	return around, err
}

func (v *visit) surround(around surroundings) {
	v.around = around
	v.names = make(map[archive.GenreID]string, len(around.genres))
	for _, g := range around.genres {
		v.names[g.ID] = find.GenreName(v.text.Catalogue, g)
	}
}

// page returns the frame of a page at path, which is that of the Vietnamese site.
func (v *visit) page(title, path string) ui.Page {
	base, query := v.Address.Of(v.c), string(v.c.Context().URI().QueryString())
	p := ui.Page{
		Title: title, Canonical: base + v.text.Path(path), Type: "website",
		OtherLanguage: otherLanguage(v.other(), path, query),
		Nav:           nav(v.text, v.around.genres, path), Site: v.around.site, Assets: v.Assets, SignedIn: v.viewer.SignedIn(),
	}
	p.Subscribed = []ui.Offered{v.feed(v.around.site.Title, address.Home)}
	for _, l := range []request.Lang{request.Vietnamese, request.English} {
		p.Alternates = append(p.Alternates, ui.Alternate{Language: string(l), URL: base + ui.Speak(string(l)).Path(path)})
	}
	return p
}

// Frame returns what stands around a page that another package fills: one that search engines leave alone, at a path whose title is the sentence of
// a key.
func (h *Handler) Frame(c *fiber.Ctx, title, path string) (ui.Text, ui.Page, error) {
	v, err := h.open(c)
	if err != nil {
		return ui.Text{}, ui.Page{}, err
	}
	return v.text, v.deskPage(v.text.Text(title), path), nil
}

// other is the language in which the page is not.
func (v *visit) other() request.Lang {
	if v.text.Language() == string(request.English) {
		return request.Vietnamese
	}
	return request.English
}

// finder searches as the visitor.
func (v *visit) finder() find.Finder {
	return find.Finder{Catalog: v.Catalog, Index: v.Options.Search, Viewer: v.viewer, Say: v.text.Catalogue, Nearby: &v.nearby}
}

func (v *visit) send(page respond.Component) error { return respond.HTML(v.c, fiber.StatusOK, page) }

// entries turns works into entries of a list, with their pictures, by one question for all.
func (v *visit) entries(works []archive.Work) ([]ui.Entry, error) {
	ids := make([]archive.WorkID, len(works))
	for i := range works {
		ids[i] = works[i].ID
	}
	derivatives, err := v.reader.Derivatives(v.ctx, ids...)
	if err != nil {
		return nil, err
	}
	list := make([]ui.Entry, len(works))
	for i := range works {
		w := &works[i]
		list[i] = v.entry(w, media.Offers(w, derivatives[w.ID], false))
	}
	return list, nil
}
