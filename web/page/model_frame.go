package page

import (
	"cmp"
	"slices"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/find"
	"vannghe/web/request"
	"vannghe/web/ui"
)

// The addresses of the pages that list.
const (
	genresPath        = "/the-loai"
	agentsPath        = "/tac-gia"
	collectionsPath   = "/chuyen-muc"
	magazinesPath     = "/tap-chi"
	papersPath        = "/van-ban"
	announcementsPath = "/thong-bao"
)

// The genres that have a page of their own, and the report groups by which those pages list.
const (
	magazineGenre     archive.GenreID = "tap-chi"
	paperGenre        archive.GenreID = "van-ban"
	announcementGenre archive.GenreID = "thong-bao"
)

// genrePath returns the page of a genre.
func genrePath(id archive.GenreID) string {
	switch id {
	case magazineGenre:
		return magazinesPath
	case paperGenre:
		return papersPath
	case announcementGenre:
		return announcementsPath
	default:
		return address.Genre(id)
	}
}

// navGenres is how many genres the header names; the rest are on the page of genres.
const navGenres = 4

// nav lists the main sections: the genres with most works, in the association's order, then all genres, authors, collections, and the pages
// that every archive of an association has.
func nav(t ui.Text, genres []archive.Genre, current string) []ui.Link {
	var links []ui.Link
	add := func(label, path string) {
		links = append(links, ui.Link{Label: label, URL: t.Path(path), Current: path == current})
	}
	for _, g := range fullest(genres) {
		add(find.GenreName(t.Catalogue, g), genrePath(g.ID))
	}
	add(t.Text("nav.genres"), genresPath)
	add(t.Text("nav.agents"), agentsPath)
	add(t.Text("nav.collections"), collectionsPath)
	for _, section := range []struct {
		genre archive.GenreID
		label string
	}{{magazineGenre, "nav.magazines"}, {paperGenre, "nav.papers"}, {announcementGenre, "nav.announcements"}} {
		if slices.ContainsFunc(genres, func(g archive.Genre) bool { return g.ID == section.genre }) {
			add(t.Text(section.label), genrePath(section.genre))
		}
	}
	return links
}

func fullest(genres []archive.Genre) []archive.Genre {
	var with []archive.Genre
	for _, g := range genres {
		if g.Works > 0 && genrePath(g.ID) == address.Genre(g.ID) {
			with = append(with, g)
		}
	}
	slices.SortStableFunc(with, func(a, b archive.Genre) int { return cmp.Compare(b.Works, a.Works) })
	with = with[:min(len(with), navGenres)]
	slices.SortStableFunc(with, func(a, b archive.Genre) int { return cmp.Compare(a.Order, b.Order) })
	return with
}

// otherLanguage leads to the same page in another language, with the same query.
func otherLanguage(l request.Lang, path, query string) ui.Link {
	url := ui.Speak(string(l)).Path(path)
	if query != "" {
		url += "?" + query
	}
	label := "Tiếng Việt"
	if l == request.English {
		label = "English"
	}
	return ui.Link{Label: label, URL: url, Language: string(l)}
}
