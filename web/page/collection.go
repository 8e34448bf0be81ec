package page

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// Collections lists the collections at the top.
func (h *Handler) Collections(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	list, err := v.reader.Collections(v.ctx, "")
	if err != nil {
		return err
	}
	title := v.text.Text("facet.collection")
	return v.send(ui.IndexPage(v.text, v.page(title, collectionsPath), ui.Index{
		Title: title, Groups: []ui.IndexGroup{{Links: v.collectionLinks(list)}},
	}))
}

func (v *visit) collectionLinks(list []archive.Collection) []ui.Link {
	var links []ui.Link
	for _, c := range list {
		links = append(links, ui.Link{Label: c.Title, URL: v.text.Path(address.Collection(c.ID, c.Title)), Count: c.Works})
	}
	return links
}

// Collection is the page of a collection, in the editor's order.
func (h *Handler) Collection(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	id, ok := address.ID[archive.CollectionID](c.Params("collection"))
	if !ok {
		return archive.Fail(archive.NotFound, "collection-missing")
	}
	collection, err := v.reader.Collection(v.ctx, id)
	if err != nil {
		return err
	}
	path := address.Collection(collection.ID, collection.Title)
	if moved, err := v.canonical(path); moved {
		return err
	}
	view := ui.Collection{Title: collection.Title, Description: paragraphs(collection.Description), Closes: collection.Closes}
	if view.Parent, err = v.parent(collection); err != nil {
		return err
	}
	children, err := v.reader.Collections(v.ctx, id)
	if err != nil {
		return err
	}
	view.Children = v.collectionLinks(children)
	list, err := v.reader.Works(v.ctx, catalog.WorkFilter{Collection: id, Order: catalog.Position, After: c.Query("after")})
	if err != nil {
		return err
	}
	if view.Works, err = v.entries(list.Works); err != nil {
		return err
	}
	view.Total, view.Form, view.Next = list.Total, formOf(view.Works), v.next(path, list.Next)
	view.Feed = address.Feed(path)
	p := v.page(collection.Title, path)
	p.Subscribed = append([]ui.Offered{v.feed(collection.Title, path)}, p.Subscribed...)
	return v.send(ui.CollectionPage(v.text, p, view))
}

func (v *visit) parent(c archive.Collection) (*ui.Link, error) {
	if c.Parent == "" {
		return nil, nil
	}
	above, err := v.reader.Collection(v.ctx, c.Parent)
	if err != nil {
		return nil, err
	}
	return &ui.Link{Label: above.Title, URL: v.text.Path(address.Collection(above.ID, above.Title))}, nil
}
