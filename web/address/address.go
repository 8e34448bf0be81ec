// Package address says under which path each thing of the archive has its page, and reads such paths back.
//
// Paths are those of the Vietnamese site; Prefix of a language goes before them. It must not know what a page shows.
package address

import (
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// Home is the front page.
const Home = "/"

// Search is the page of the search.
const Search = "/tim-kiem"

// Work returns the page of a work.
func Work(id archive.WorkID, title string) string { return "/tac-pham/" + named(title, string(id)) }

// Agent returns the page of an agent.
func Agent(id archive.AgentID, name string) string { return "/tac-gia/" + named(name, string(id)) }

// Collection returns the page of a collection.
func Collection(id archive.CollectionID, title string) string {
	return "/chuyen-muc/" + named(title, string(id))
}

// Genre returns the page of a genre.
func Genre(id archive.GenreID) string { return "/the-loai/" + string(id) }

// Player returns the page that plays a work in a frame on other sites.
func Player(id archive.WorkID) string { return "/nhung/" + string(id) }

// Feed returns the feed of the page at path: of the site, a collection or an agent.
func Feed(path string) string { return strings.TrimSuffix(path, "/") + "/feed.xml" }

// Named returns the segment of an address that names a work as another segment does: with a slug of its title where that has one.
func Named(id archive.WorkID, title, as string) string {
	if !strings.Contains(as, "-") {
		return string(id)
	}
	return named(title, string(id))
}

// named puts a slug before an identifier. Identifiers hold no "-", so that the last one always separates the two.
func named(title, id string) string { return viet.Slug(title) + "-" + id }

// ID takes the identifier out of the last segment of a path. False when it cannot be one.
func ID[T ~string](segment string) (T, bool) {
	id := segment[strings.LastIndexByte(segment, '-')+1:]
	return T(id), archive.ValidID(id)
}
