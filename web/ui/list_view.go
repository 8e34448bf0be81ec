package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Entry is a work in a list, a wall or a search result.
type Entry struct {
	URL      string
	Title    string
	Authors  []string // names in the order of the credits
	Genre    string   // in the reader's language
	Medium   archive.Medium
	Length   Length
	Date     archive.Date
	Picture  *Picture // poster, cover or the picture itself; nil asks for a typographic cover
	Summary  string   // one or two sentences; may be ""
	Language string   // of the work, BCP 47; "" when unknown
}

// Length is how much of a work there is, in the measure of its medium. All zero when unknown.
type Length struct {
	Duration time.Duration
	Pages    int
	Words    int // syllables, as Vietnamese counts them
}

// Form is how a shelf shows its works.
type Form string

// The forms.
const (
	Rows   Form = "rows"   // typographic rows
	Wall   Form = "wall"   // pictures in their own proportions; works without one hang their typographic cover
	Screen Form = "screen" // posters of one size, for film
	Books  Form = "books"  // covers of one size, for magazines and books
)

// Shelf is some works under a heading.
type Shelf struct {
	Title string
	URL   string // of everything of this kind; "" when this is all
	Form  Form
	Works []Entry
}

// Home is the front page: one work first, then the newest by kind.
type Home struct {
	Lead    *Entry   // nil while the archive is empty
	Excerpt []string // the lead's first lines, when it is a text
	Verse   bool     // Excerpt is verse: every line is kept
	Shelves []Shelf
	Total   int // works that the reader may see
}

// Listing is a page that lists works: a genre, a year, everything.
type Listing struct {
	Title string
	Total int
	Form  Form
	Works []Entry
	Order []Link // ways to order the list; none when there is only one
	Next  string // address of the works that follow; "" at the end
}

// Agent is the page of a person or an organisation.
type Agent struct {
	Name         string
	Feed         string // where their works can be followed; "" for nowhere
	Organisation bool
	OtherNames   []AgentName
	Born         archive.Date
	Died         archive.Date
	Chapter      string
	Biography    []string // paragraphs
	Predecessor  *Link
	Successor    *Link
	Total        int
	Shelves      []Shelf // works by genre
	Next         string
}

// AgentName is another name of an agent.
type AgentName struct {
	Name string
	Kind archive.NameKind
	From archive.Date
	To   archive.Date
}

// Collection is the page of a collection, or of a call while Closes lies ahead.
type Collection struct {
	Title       string
	Description []string // paragraphs
	Parent      *Link
	Children    []Link
	Closes      time.Time // zero for an ordinary collection
	Feed        string    // where it can be followed; "" for nowhere
	Total       int
	Form        Form
	Works       []Entry
	Next        string
}

// Papers is the list of official documents, newest first.
type Papers struct {
	Total  int
	Papers []PaperEntry
	Next   string
}

// PaperEntry is an official document in a list.
type PaperEntry struct {
	URL      string
	Number   string // number and symbol as printed
	Title    string
	Issuer   string
	Date     archive.Date
	Language string // of the document, BCP 47; "" when unknown
}
