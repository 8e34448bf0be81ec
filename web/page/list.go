package page

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/ui"
)

// listOrders are the orders that a reader may choose for a list, the usual one first.
var listOrders = []catalog.Order{catalog.Newest, catalog.Title, catalog.Date}

// listing answers a page of the works that f chooses.
func (v *visit) listing(title, path string, f catalog.WorkFilter) error {
	f.After, f.Order = v.c.Query("after"), catalog.Order(v.c.Query("order"))
	if !slices.Contains(listOrders, f.Order) {
		return archive.Fail(archive.Invalid, "order-invalid", string(f.Order))
	}
	list, err := v.reader.Works(v.ctx, f)
	if err != nil {
		return err
	}
	entries, err := v.entries(list.Works)
	if err != nil {
		return err
	}
	return v.send(ui.ListingPage(v.text, v.page(title, path), ui.Listing{
		Title: title, Total: list.Total, Works: entries, Form: formOf(entries), Order: v.orders(path, f.Order, list.Total),
		Next: v.nextIn(path, f.Order, list.Next),
	}))
}

// orders leads to the list in each order; a list of one work has none.
func (v *visit) orders(path string, now catalog.Order, total int) []ui.Link {
	if total < 2 {
		return nil
	}
	var links []ui.Link
	for _, o := range listOrders {
		link := ui.Link{Label: v.text.Text("order." + cmp.Or(string(o), "newest")), URL: v.text.Path(path), Current: o == now}
		if o != catalog.Newest {
			link.URL += "?order=" + string(o)
		}
		links = append(links, link)
	}
	return links
}

// nextIn is next for a list in another order than the usual.
func (v *visit) nextIn(path string, o catalog.Order, cursor string) string {
	next := v.next(path, cursor)
	if next != "" && o != catalog.Newest {
		next += "&order=" + string(o)
	}
	return next
}

// next returns the address of what follows, "" at the end.
func (v *visit) next(path, cursor string) string {
	if cursor == "" {
		return ""
	}
	return v.text.Path(path) + "?after=" + url.QueryEscape(cursor)
}

// formOf chooses how a list is shown: by what most of it is.
func formOf(entries []ui.Entry) ui.Form {
	count := map[archive.Medium]int{}
	for _, e := range entries {
		count[e.Medium]++
	}
	for _, s := range shelfForms {
		if count[s.medium]*2 > len(entries) {
			return s.list
		}
	}
	return ui.Rows
}

// Genres is the page of all genres.
func (h *Handler) Genres(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	title := v.text.Text("facet.genre")
	return v.send(ui.IndexPage(v.text, v.page(title, genresPath), ui.Index{
		Title: title, Groups: genreGroups(v.text, v.names, v.around.genres),
	}))
}

// genreGroups puts the genres of a report group together, in the association's order. Those without a work are named too: they
// say what the archive is for.
func genreGroups(t ui.Text, names map[archive.GenreID]string, genres []archive.Genre) []ui.IndexGroup {
	var groups []ui.IndexGroup
	at := map[string]int{}
	for _, g := range genres {
		i, seen := at[g.Group]
		if !seen {
			i = len(groups)
			at[g.Group] = i
			groups = append(groups, ui.IndexGroup{})
		}
		groups[i].Links = append(groups[i].Links, ui.Link{Label: names[g.ID], URL: t.Path(genrePath(g.ID)), Count: g.Works})
	}
	return groups
}

// Genre is the page of a genre.
func (h *Handler) Genre(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	id, err := request.Param(c, "genre")
	if err != nil {
		return err
	}
	genre, err := v.reader.Genre(v.ctx, archive.GenreID(id))
	if err != nil {
		return err
	}
	if path := genrePath(genre.ID); path != address.Genre(genre.ID) {
		return v.moved(path)
	}
	return v.listing(v.names[genre.ID], genrePath(genre.ID), catalog.WorkFilter{Genre: genre.ID})
}

// Magazines lists the issues of the magazine.
func (h *Handler) Magazines(c *fiber.Ctx) error { return h.genreAt(c, magazineGenre) }

// Announcements lists the announcements.
func (h *Handler) Announcements(c *fiber.Ctx) error { return h.genreAt(c, announcementGenre) }

func (h *Handler) genreAt(c *fiber.Ctx, id archive.GenreID) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	return v.listing(v.names[id], genrePath(id), catalog.WorkFilter{Genre: id})
}

// Papers lists the official documents.
func (h *Handler) Papers(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	list, err := v.reader.Works(v.ctx, catalog.WorkFilter{Genre: paperGenre, Order: catalog.Date, After: c.Query("after")})
	if err != nil {
		return err
	}
	view := ui.Papers{Total: list.Total, Next: v.next(papersPath, list.Next)}
	for i := range list.Works {
		w := &list.Works[i]
		view.Papers = append(view.Papers, ui.PaperEntry{
			URL: v.text.Path(address.Work(w.ID, w.Title)), Number: w.Paper.Number, Title: w.Title, Issuer: v.issuer(w), Date: w.Date, Language: w.Language,
		})
	}
	return v.send(ui.PapersPage(v.text, v.page(v.names[paperGenre], papersPath), view))
}
