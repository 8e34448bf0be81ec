package ui

import "strings"

// Search is the page of a search: the form, what was found, or how to find more.
type Search struct {
	Query   string
	Total   int      // works found
	Loose   bool     // among them such as hold only most of the words
	Filters []Filter // what narrows the search, whether anything was found or not
	Facets  []Facet  // ways to narrow it further
	Order   []Link   // ways to order what was found; none when there is nothing to order
	Meant   Link     // the search for what was probably meant; its Label is "" when nothing had to be guessed
	Names   []FoundName
	Hits    []Hit
	Next    string // address of the hits that follow; "" at the end
	Guess   []Link // works and people that may have been meant, when nothing was found
}

// Asked reports whether anything was searched for.
func (s Search) Asked() bool { return s.Query != "" || len(s.Filters) > 0 }

// Filter is a value that narrows the search. The form sends it along; the link at Without leaves it out.
type Filter struct {
	Name    string // of the parameter: "genre", "medium", "person", "year", "collection", "chapter"
	Value   string
	Facet   string // what kind of value it is, in the reader's language
	Label   string
	Without string
}

// Facet is one way to narrow what was found. Each link leads to the search with one value more.
type Facet struct {
	Label string // in the reader's language
	Links []Link // Count is how many of the works found have the value
}

// Hit is a work that was found, with the places in it.
type Hit struct {
	Entry   Entry
	Heading string // the title with <mark> around what matched, escaped; "" when the title did not match
	Parts   []HitPart
}

// HitPart is a place in a work. Snippet is HTML-escaped text in which only <mark> and </mark> are markup.
type HitPart struct {
	Label   string // "Trang 5", "Khổ 3", "1:35"; in the reader's language
	URL     string // leads to the exact spot
	Snippet string
}

// FoundName is an author, an organisation or a collection that was found by name. Kind says which, in the reader's language.
type FoundName struct {
	Name  string
	URL   string
	Kind  string
	Works int
}

// ways are the ways of asking that the help explains, each with an example, under the keys search.way-… and search.example-….
func ways() []string {
	return []string{"words", "quotes", "without", "author", "genre", "year", "number"}
}

// signed reports whether signs in what was typed may be why nothing was found.
func (s Search) signed() bool { return strings.ContainsAny(s.Query, "\"“”„«»:-") }
