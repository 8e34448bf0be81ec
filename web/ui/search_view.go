package ui

// Search is the page of a search: the form, what was found, or how to find more.
type Search struct {
	Query  string
	Total  int // works found
	Facets []Facet
	Hits   []Hit
	Next   string // address of the hits that follow; "" at the end
	Guess  []Link // other spellings or names to try, when little or nothing was found
}

// Asked reports whether anything was searched for.
func (s Search) Asked() bool {
	if s.Query != "" {
		return true
	}
	for _, f := range s.Facets {
		for _, c := range f.Choices {
			if c.Chosen {
				return true
			}
		}
	}
	return false
}

// Facet is one way to narrow what was found, a group of boxes in the search form.
type Facet struct {
	Name    string // of the form's parameter: "genre", "medium", "person", "year", "collection"
	Label   string // in the reader's language
	Choices []Choice
}

// Choice is one value of a facet.
type Choice struct {
	Value  string
	Label  string
	Count  int
	Chosen bool
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
