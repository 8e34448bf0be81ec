package page

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Failure draws the page of an error. It asks the catalogue nothing, since that may be what failed.
func (h *Handler) Failure(c *fiber.Ctx, n respond.Notice) error {
	v := h.openOffline(c)
	p := ui.Page{
		Title: n.Sentence, Private: true, Status: n.Status, Site: v.around.site, Assets: v.Assets, SignedIn: v.viewer.SignedIn(),
		OtherLanguage: otherLanguage(v.other(), plainPath(c), string(c.Context().URI().QueryString())),
		Nav:           nav(v.text, v.around.genres, ""),
	}
	if n.Reason == "work-withdrawn" {
		p.Title = v.text.Text("tombstone.untitled")
		return respond.HTML(c, n.Status, ui.TombstonePage(v.text, p, tombstone(n.Args)))
	}
	view := ui.Failure{Status: n.Status, Sentence: n.Sentence}
	if n.Status >= fiber.StatusInternalServerError {
		view.Reference = n.Request
	}
	return respond.HTML(c, n.Status, ui.FailurePage(v.text, p, view))
}

// tombstone reads the arguments of "work-withdrawn": the reason, and the day where it is known.
func tombstone(args []any) ui.Tombstone {
	var stone ui.Tombstone
	for _, a := range args {
		switch a := a.(type) {
		case string:
			stone.Reason = a
		case time.Time:
			stone.Withdrawn = a
		}
	}
	return stone
}

// plainPath is the path that was asked for without its language, fit to stand in a link. It begins with one slash only: two would
// lead to another host.
func plainPath(c *fiber.Ctx) string {
	path := strings.TrimPrefix(c.Path(), request.Language(c).Prefix())
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	u := url.URL{Path: "/" + strings.TrimLeft(path, `/\`)}
	return u.EscapedPath()
}

// Former leads an address of the former site to the work that stood there. It comes after all routes.
func (h *Handler) Former(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return c.Next()
	}
	reader := h.Catalog.Reader(request.Viewer(c))
	id, err := reader.WorkBySource(request.Context(c), h.Address.Of(c)+c.OriginalURL())
	if archive.CodeOf(err) == archive.NotFound {
		return c.Next()
	}
	if err != nil {
		return err
	}
	return h.toWork(c, id)
}

// toWork redirects to the page of a work. That of a withdrawn one has no title to tell; its tombstone needs none.
func (h *Handler) toWork(c *fiber.Ctx, id archive.WorkID) error {
	w, err := h.Catalog.Reader(request.Viewer(c)).Work(request.Context(c), id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, respond.Revalidate) // a browser keeps a 301 for ever, and with it the title in the address
	return c.Redirect(request.Language(c).Prefix()+address.Work(w.ID, w.Title), fiber.StatusMovedPermanently)
}
