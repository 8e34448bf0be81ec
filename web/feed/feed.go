// Package feed lets programs follow what is published: by the whole archive, in a collection, by an agent. A feed is RSS 2.0 with
// Atom's link to itself and the itunes and podcast namespaces, so that collections and authors are podcasts too: each recording is an
// episode with its file.
//
// It must not decide who may see what: everything comes through the viewer's reader.
package feed

import (
	"encoding/xml"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/web/address"
	"vannghe/web/media"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// maxWorks bounds a feed: its newest works.
const maxWorks = 50

// mediaType is what feed readers and browsers both take.
const mediaType = "application/rss+xml; charset=utf-8"

// Handler answers feeds. Make it with New.
type Handler struct {
	catalog *catalog.Catalog
	address request.Base
	site    func(c *fiber.Ctx) (string, error)
	seen    seen
}

// New returns a Handler. site returns the name of the archive.
func New(c *catalog.Catalog, address request.Base, site func(c *fiber.Ctx) (string, error)) *Handler {
	return &Handler{catalog: c, address: address, site: site}
}

// Site is the feed of everything that is published.
func (h *Handler) Site(c *fiber.Ctx) error {
	site, err := h.site(c)
	if err != nil {
		return err
	}
	return h.send(c, subject{title: site, description: message.For(message.Vietnamese).Text("feed.site", site), path: address.Home}, catalog.WorkFilter{})
}

// Collection is the feed of a collection.
func (h *Handler) Collection(c *fiber.Ctx) error {
	id, ok := address.ID[archive.CollectionID](c.Params("collection"))
	if !ok {
		return archive.Fail(archive.NotFound, "collection-missing")
	}
	found, err := h.catalog.Reader(request.Viewer(c)).Collection(request.Context(c), id)
	if err != nil {
		return err
	}
	s := subject{title: found.Title, description: found.Description, path: address.Collection(id, found.Title), stable: "/chuyen-muc/" + string(id)}
	return h.send(c, s, catalog.WorkFilter{Collection: id})
}

// Agent is the feed of the works of a person or organisation.
func (h *Handler) Agent(c *fiber.Ctx) error {
	missing := archive.Fail(archive.NotFound, "agent-missing")
	id, ok := address.ID[archive.AgentID](c.Params("agent"))
	if !ok {
		return missing
	}
	viewer := request.Viewer(c)
	reader := h.catalog.Reader(viewer)
	found, err := reader.Agent(request.Context(c), id)
	if err == nil && found.MergedInto != "" { // send leads to the address of that feed
		id = found.MergedInto
		found, err = reader.Agent(request.Context(c), id)
	}
	if err != nil {
		return err
	}
	if found.Works == 0 && !viewer.Staff() {
		return missing // known so far from what is not public
	}
	s := subject{title: found.Name(), description: found.Biography, path: address.Agent(id, found.Name()), author: found.Name(), stable: "/tac-gia/" + string(id)}
	return h.send(c, s, catalog.WorkFilter{Agent: id})
}

// send answers with the feed, or leads to its right address.
func (h *Handler) send(c *fiber.Ctx, s subject, filter catalog.WorkFilter) error {
	s.feed = address.Feed(s.path)
	if c.Path() != s.feed {
		return respond.Redirect(c, s.feed)
	}
	if err := h.load(c, &s, filter); err != nil {
		return err
	}
	doc, err := xml.MarshalIndent(s.document(), "", " ")
	if err != nil {
		return fmt.Errorf("write feed %s: %w", s.feed, err)
	}
	doc = append([]byte(xml.Header), doc...)
	return respond.Text{Type: mediaType, Cache: respond.Revalidate, Body: doc, Modified: h.seen.since(s.feed, doc)}.Send(c)
}

// load reads the newest works and what there is of them.
func (h *Handler) load(c *fiber.Ctx, s *subject, filter catalog.WorkFilter) (err error) {
	ctx, reader := request.Context(c), h.catalog.Reader(request.Viewer(c))
	filter.Size = maxWorks
	page, err := reader.Works(ctx, filter)
	if err != nil {
		return err
	}
	ids := make([]archive.WorkID, len(page.Works))
	for i := range page.Works {
		ids[i] = page.Works[i].ID
	}
	derivatives, err := reader.Derivatives(ctx, ids...)
	if err != nil {
		return err
	}
	genres, err := reader.Genres(ctx)
	if err != nil {
		return err
	}
	names := make(map[archive.GenreID]string, len(genres))
	for _, g := range genres {
		names[g.ID] = g.Name
	}
	for i := range page.Works {
		w := &page.Works[i]
		s.works = append(s.works, published{Work: w, offers: media.Offers(w, derivatives[w.ID], false), genre: names[w.Genre]})
	}
	s.base = h.address.Of(c)
	s.site, err = h.site(c)
	return err
}
