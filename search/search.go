// Package search is the full-text index: works and their parts, found by Vietnamese typed with or without marks,
// counted by facet, suggested while typing, with the matching letters marked.
//
// It is fed values (Work) and answers identifiers. It must not know the catalogue, the storage, HTTP or templates: texts are
// not kept in the index, so a caller loads the text of the parts it shows and asks Highlight to mark them. The index
// is disposable: it can be deleted at any time and is built again from the catalogue.
//
// Bleve is used as an engine of immutable segments: analysis, batches, merging, crash safety, term dictionaries and
// postings. Matching, scoring, grouping by work, filters and facets are done here, over those postings and over columns of the works
// in memory (see internal/docs/design.md, search).
package search

import (
	"vannghe/internal/archive"
)

// Work is what the index is told of a published work. A work that nobody may find is deleted, not put.
// Labels are in every language in which a reader may type them.
type Work struct {
	ID          archive.WorkID
	Title       string
	OtherTitles []string
	Agents      []Agent
	Genre       archive.GenreID
	GenreLabels []string // searched, not shown
	Media       []archive.Medium
	Collections []Collection
	Description string
	Number      string // number and symbol of an official document, such as "465/KH-VHNT"
	Year        int    // 0 when unknown
	Date        int    // yyyymmdd with zeros for what is not known, such as 19970000; 0 when unknown. Orders by date
	Audience    archive.Audience
	PublicFrom  int64  // µs since 1970 UTC; hidden before; 0 when not set
	PublicUntil int64  // µs since 1970 UTC; hidden from then on; 0 when not set
	Published   int64  // µs since 1970 UTC
	SortKey     string // orders by title; empty means viet.SortKey(Title)
	Parts       []Part
}

// Agent is a person or organisation credited on a work. Every name finds the work; the first is the one suggested.
type Agent struct {
	ID      archive.AgentID
	Names   []string
	Chapter string // chi hội, "" when unknown
}

// Collection is a collection that holds the work. Its title finds the work.
type Collection struct {
	ID    archive.CollectionID
	Title string
}

// Part is a searchable piece of a work. Its ordinal names it within the work. A text longer than 64 KiB is indexed in pieces;
// words that stand in different pieces are not found together.
type Part struct {
	Ordinal int
	Label   string
	Text    string
}

// Order says how hits are ordered.
type Order string

// The orders. The zero Order is ByRelevance when there is a text to match and ByNewest when there is none.
const (
	ByRelevance Order = "relevance"
	ByNewest    Order = "newest" // by Published, newest first
	ByDate      Order = "date"   // by Date, newest first, unknown dates last
	ByTitle     Order = "title"  // by SortKey
)

// Query is a question. Every zero field but Now and Audiences leaves its side open.
//
// In Text, "…" holds words together, -word and -"…" exclude, and tác giả:, thể loại:, năm: (author:, genre:, year:) ask for an agent by
// any of its names, a genre by any of its labels, and a year or years (1990..1999). Words may be typed with marks, without, with some of them.
type Query struct {
	Text       string
	Genre      archive.GenreID
	Medium     archive.Medium
	Person     archive.AgentID
	Collection archive.CollectionID
	Chapter    string
	YearFrom   int // inclusive
	YearTo     int // inclusive

	Now       int64              // µs since 1970 UTC: decides PublicFrom and PublicUntil
	Audiences []archive.Audience // those that the viewer belongs to (archive.Viewer.Audiences)

	Order  Order
	Size   int    // hits wanted, 1..MaxSize; 0 means DefaultSize
	Cursor string // Result.Next of the page before; the rest of the Query must be the same
}

// Sizes of a page of hits and of the parts shown with each.
const (
	DefaultSize = 20
	MaxSize     = 200
	PartsPerHit = 3
)

// Result answers a Query. Total and Facets count works, never parts, and only works that the viewer may see.
type Result struct {
	Total  int
	Hits   []Hit
	Facets map[string][]Facet // by FacetGenre, …; each by count, then value
	Next   string             // cursor of the following page, "" at the end

	// Agents and Collections are those one of whose names has every word, best first, at most NamesPerResult. Only the first page of a query
	// that nothing narrows has them.
	Agents      []NameHit
	Collections []NameHit

	Terms Terms // what Highlight marks
	// Guess is what was probably meant, "" unless works that hold it were added: fewer than ten held the words as typed, behind which they stand, or
	// none held them side by side, while one holds the guess so.
	Guess string
	// Loose says that fewer than ten works hold every word, so that works which hold most of them (of two, one) were added.
	Loose bool
}

// Hit is a work found, with its best parts, best first, at most PartsPerHit. Parts is empty when only the title,
// agents or description matched. Scores compare only within one Query, higher is better; without words they are 0.
type Hit struct {
	Work  archive.WorkID
	Score float64
	Parts []PartHit
}

// PartHit is a part whose own text or label matched.
type PartHit struct {
	Ordinal int
	Score   float64
}

// NamesPerResult is how many agents, and how many collections, are among the hits.
const NamesPerResult = 5

// NameHit is an agent or a collection found by name.
type NameHit struct {
	ID    string // an AgentID or a CollectionID
	Name  string // the first of its names
	Works int    // how many works the viewer may see; never 0
}

// The names of facets.
const (
	FacetGenre      = "genre"
	FacetMedium     = "medium"
	FacetAgent      = "agent"
	FacetDecade     = "decade" // values such as "1990"
	FacetCollection = "collection"
	FacetChapter    = "chapter"
)

// Facet is a value that occurs among all the works found (not only those on this page), and in how many.
type Facet struct {
	Value string
	Count int
}

// SuggestionKind says what a suggestion leads to.
type SuggestionKind string

// The kinds of suggestion.
const (
	SuggestWork   SuggestionKind = "work"
	SuggestAgent  SuggestionKind = "agent"
	SuggestPhrase SuggestionKind = "phrase" // words that stand in the titles of several works
)

// Suggestion completes what is being typed. ID is a WorkID or an AgentID, by Kind; a phrase has none. The index knows the words of a phrase of texts but
// not which of their marks stand together: Text has the likeliest of each word, and Written tells the right ones from the text of a spot.
type Suggestion struct {
	Kind  SuggestionKind
	ID    string
	Text  string
	Spots []Spot // of a phrase of texts: some of the parts in which it stands, of works that the viewer may see
}

// Spot names a part of a work.
type Spot struct {
	Work    archive.WorkID
	Ordinal int
}
