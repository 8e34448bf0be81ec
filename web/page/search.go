package page

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/find"
	"vannghe/web/media"
	"vannghe/web/ui"
)

// Search is the page of the search. Without a question it shows how to ask.
func (h *Handler) Search(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	q := find.Question{
		Text: c.Query("q"), Genre: archive.GenreID(c.Query("genre")), Medium: archive.Medium(c.Query("medium")),
		Person: archive.AgentID(c.Query("person")), Year: c.Query("year"), Collection: archive.CollectionID(c.Query("collection")),
		Cursor: c.Query("cursor"),
	}
	view := ui.Search{Query: q.Text}
	if asked(q) {
		if err := v.search(&view, q); err != nil {
			return err
		}
	}
	p := v.page(v.text.Text("search.title"), address.Search)
	p.Canonical, p.Private, p.Query = "", true, q.Text
	return v.send(ui.SearchPage(v.text, p, view))
}

func asked(q find.Question) bool {
	return q != (find.Question{Cursor: q.Cursor})
}

func (v *visit) search(view *ui.Search, q find.Question) error {
	found, err := find.Finder{Catalog: v.Catalog, Index: v.Handler.Options.Search, Viewer: v.viewer, Say: v.text.Catalogue}.Find(v.ctx, q)
	if err != nil {
		return err
	}
	view.Total, view.Facets = found.Total, facets(v.text, found.Facets, q)
	if view.Hits, err = v.hits(found.Hits); err != nil {
		return err
	}
	if found.Next != "" {
		view.Next = v.text.Path(address.Search) + "?" + query(q, found.Next)
	}
	return nil
}

func (v *visit) hits(found []find.Hit) ([]ui.Hit, error) {
	ids := make([]archive.WorkID, len(found))
	for i := range found {
		ids[i] = found[i].Work.ID
	}
	derivatives, err := v.reader.Derivatives(v.ctx, ids...)
	if err != nil {
		return nil, err
	}
	hits := make([]ui.Hit, len(found))
	for i := range found {
		w := &found[i].Work
		hits[i] = ui.Hit{Entry: v.entry(w, media.Offers(w, derivatives[w.ID], false)), Heading: found[i].Heading}
		for _, p := range found[i].Parts {
			hits[i].Parts = append(hits[i].Parts, ui.HitPart{Label: p.Label, URL: v.text.Path(p.Path), Snippet: p.Snippet})
		}
	}
	return hits, nil
}

// chosen returns the value that q has for each parameter.
func chosen(q find.Question) map[string]string {
	return map[string]string{
		"genre": string(q.Genre), "medium": string(q.Medium), "person": string(q.Person), "year": q.Year, "collection": string(q.Collection),
	}
}

func facets(t ui.Text, found []find.Facet, q find.Question) []ui.Facet {
	is := chosen(q)
	var list []ui.Facet
	for _, f := range found {
		facet := ui.Facet{Name: f.Name, Label: t.Text("facet." + f.Name)}
		for _, value := range f.Values {
			facet.Choices = append(facet.Choices, ui.Choice{
				Value: value.Value, Label: value.Label, Count: value.Count, Chosen: is[f.Name] == value.Value,
			})
		}
		list = append(list, facet)
	}
	return list
}

func query(q find.Question, cursor string) string {
	values := url.Values{"q": {q.Text}, "cursor": {cursor}}
	for name, value := range chosen(q) {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values.Encode()
}
