package page

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/search"
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
		Chapter: c.Query("chapter"), Order: search.Order(c.Query("order")), Cursor: c.Query("cursor"),
	}
	view := ui.Search{Query: q.Text}
	if q.Text != "" || len(q.Filters()) > 0 {
		if err := v.search(&view, q); err != nil {
			return err
		}
	}
	p := v.page(v.text.Text("search.title"), address.Search)
	p.Canonical, p.Private, p.Query = "", true, q.Text
	return v.send(ui.SearchPage(v.text, p, view))
}

func (v *visit) search(view *ui.Search, q find.Question) error {
	finder := v.finder()
	found, err := finder.Find(v.ctx, q)
	if err != nil {
		return err
	}
	chosen, err := finder.Chosen(v.ctx, q)
	if err != nil {
		return err
	}
	view.Total, view.Loose, view.Names = found.Total, found.Loose, names(v.text, found)
	view.Filters, view.Facets, view.Order = filters(v.text, q, chosen), facets(v.text, q, found.Facets), searchOrders(v.text, q, found.Total)
	if view.Hits, err = v.hits(found.Hits); err != nil {
		return err
	}
	if found.Next != "" {
		view.Next = searchURL(v.text, q, "cursor", found.Next)
	}
	if found.Guess != "" {
		view.Meant = ui.Link{Label: found.Guess, URL: searchURL(v.text, q, "q", found.Guess)}
	}
	if len(view.Hits) == 0 && q.Text != "" {
		view.Guess, err = v.guess(finder, q.Text)
	}
	return err
}

// names are the agents and collections that were found.
func names(t ui.Text, found find.Found) []ui.FoundName {
	var list []ui.FoundName
	for _, n := range found.Agents {
		kind := "agent.person"
		if n.Organisation {
			kind = "agent.organisation"
		}
		list = append(list, ui.FoundName{Name: n.Name, URL: t.Path(n.Path), Kind: t.Text(kind), Works: n.Works})
	}
	for _, n := range found.Collections {
		list = append(list, ui.FoundName{Name: n.Name, URL: t.Path(n.Path), Kind: t.Text("collection.kind"), Works: n.Works})
	}
	return list
}

// usualOrder is the order of a search that asks for none.
func usualOrder(q find.Question) search.Order {
	if q.Text == "" {
		return search.ByNewest
	}
	return search.ByRelevance
}

// searchOrders leads to what was found in each order; one work has none.
func searchOrders(t ui.Text, q find.Question, total int) []ui.Link {
	if total < 2 {
		return nil
	}
	now := cmp.Or(q.Order, usualOrder(q))
	var links []ui.Link
	for _, o := range []search.Order{usualOrder(q), search.ByDate, search.ByTitle} {
		value := string(o)
		if o == usualOrder(q) {
			value = ""
		}
		links = append(links, ui.Link{Label: t.Text("order." + string(o)), URL: searchURL(t, q, "order", value), Current: o == now})
	}
	return links
}

// guesses is how many works and people are named when nothing was found.
const guesses = 5

// guess names what begins like the words that found nothing, as somebody still typing them would be shown.
func (v *visit) guess(f find.Finder, typed string) ([]ui.Link, error) {
	all, err := f.Suggest(v.ctx, typed, guesses)
	if err != nil {
		return nil, err
	}
	var links []ui.Link
	for _, s := range all {
		links = append(links, ui.Link{Label: s.Text, URL: v.text.Path(s.Path)})
	}
	return links, nil
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

// filters are what narrows q, each with the way to the search without it.
func filters(t ui.Text, q find.Question, chosen []find.Filter) []ui.Filter {
	var list []ui.Filter
	for _, c := range chosen {
		list = append(list, ui.Filter{
			Name: c.Name, Value: c.Value, Facet: t.Text("facet." + c.Name), Label: c.Label, Without: searchURL(t, q, c.Name, ""),
		})
	}
	return list
}

// facets are the ways to narrow q further. One by which it is narrowed already is among the filters: a second value would replace
// the first.
func facets(t ui.Text, q find.Question, found []find.Facet) []ui.Facet {
	var list []ui.Facet
	for _, f := range found {
		if slices.ContainsFunc(q.Filters(), func(c find.Filter) bool { return c.Name == f.Name }) {
			continue
		}
		facet := ui.Facet{Label: t.Text("facet." + f.Name)}
		for _, value := range f.Values {
			facet.Links = append(facet.Links, ui.Link{Label: value.Label, URL: searchURL(t, q, f.Name, value.Value), Count: value.Count})
		}
		list = append(list, facet)
	}
	return list
}

// searchURL is the search for q with one parameter set, or left out when value is "". It begins at the first page.
func searchURL(t ui.Text, q find.Question, name, value string) string {
	values := url.Values{}
	asked := []find.Filter{{Name: "q", Value: q.Text}, {Name: "order", Value: string(q.Order)}, {Name: name, Value: value}}
	for _, f := range append(q.Filters(), asked...) {
		values.Set(f.Name, f.Value)
	}
	for name := range values {
		if values.Get(name) == "" {
			values.Del(name)
		}
	}
	if len(values) == 0 {
		return t.Path(address.Search)
	}
	return t.Path(address.Search) + "?" + values.Encode()
}
