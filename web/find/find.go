// Package find asks the search index and fills its answer: identifiers become works, places with snippets and facets with
// labels. Pages and the API both answer from it, so that they cannot differ.
//
// What the index says is only believed where the catalogue agrees that the viewer may see it: an index is always a moment
// late. This package must not know how an answer is written.
package find

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/search"
	"vannghe/web/address"
)

// Finder asks for one viewer in one language.
type Finder struct {
	Catalog *catalog.Catalog
	Index   func() *search.Index // nil while the index is being opened
	Viewer  archive.Viewer
	Say     *message.Catalogue
	Nearby  *Nearby // shared by all who ask; nil: nothing is remembered
}

// Question is what is asked. Zero fields leave their side open.
type Question struct {
	Text       string
	Genre      archive.GenreID
	Medium     archive.Medium
	Person     archive.AgentID
	Year       string // "1997" or "1990-1999"
	Collection archive.CollectionID
	Chapter    string
	Order      search.Order // "" is by relevance when there is a text, else the newest first
	Cursor     string       // belongs to its order
	Size       int
}

// Found is the answer.
type Found struct {
	Total  int // works
	Hits   []Hit
	Facets []Facet // in the order in which they are shown
	Next   string  // cursor, "" at the end
	Loose  bool    // works that hold only most of the words were added
	Guess  string  // what was probably meant; "" unless works that hold it were added

	// Agents and Collections are those of that name, on the first page of a search that nothing narrows.
	Agents      []Name
	Collections []Name
}

// Hit is a work found.
type Hit struct {
	Work    archive.Work
	Score   float64
	Heading string // the title as HTML with the words found marked; "" when none is in it
	Parts   []Place
}

// Place is a spot in a work.
type Place struct {
	Label   string
	Path    string // without the prefix of the language
	Snippet string // HTML
}

// snippetLength is about how many characters of a part are shown.
const snippetLength = 180

// Orders are the orders that a reader may choose.
func Orders() []search.Order {
	return []search.Order{search.ByRelevance, search.ByNewest, search.ByDate, search.ByTitle}
}

// Find answers q. The errors are Invalid "year-invalid", "order-invalid" and "cursor-invalid", and those of a search index that
// does not answer.
func (f Finder) Find(ctx context.Context, q Question) (Found, error) {
	query, err := f.query(q)
	if err != nil {
		return Found{}, err
	}
	index, err := f.index()
	if err != nil {
		return Found{}, err
	}
	result, err := index.Search(ctx, query)
	if err != nil {
		return Found{}, err
	}
	found, err := f.fill(ctx, result)
	if err != nil {
		return Found{}, err
	}
	if late := len(result.Hits) - len(found.Hits); late > 0 {
		// The index still counts and guesses from what the viewer may not see any more.
		found.Total -= late
		found.Facets, found.Guess = nil, ""
	}
	return found, nil
}

// fill asks the catalogue for the hits and for the names of facets, and of what was found by name, at the same time.
func (f Finder) fill(ctx context.Context, r search.Result) (Found, error) {
	found := Found{Total: r.Total, Next: r.Next, Loose: r.Loose, Guess: r.Guess}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() (err error) {
		found.Hits, err = f.hits(ctx, r)
		return err
	})
	all.Go(func() (err error) {
		if found.Facets, err = f.facets(ctx, r.Facets); err == nil {
			found.Agents, found.Collections, err = f.names(ctx, r)
		}
		return err
	})
	err := all.Wait()
	return found, err
}

func (f Finder) query(q Question) (search.Query, error) {
	from, to, err := ParseYears(q.Year)
	if err != nil {
		return search.Query{}, err
	}
	if q.Order != "" && !slices.Contains(Orders(), q.Order) {
		return search.Query{}, archive.Fail(archive.Invalid, "order-invalid", string(q.Order))
	}
	return search.Query{
		Text: q.Text, Genre: q.Genre, Medium: q.Medium, Person: q.Person, Collection: q.Collection, Chapter: q.Chapter, YearFrom: from, YearTo: to,
		Now: time.Now().UnixMicro(), Audiences: f.Viewer.Audiences(), Order: q.Order, Size: q.Size, Cursor: q.Cursor,
	}, nil
}

// index returns the index. The error is Unavailable "search-unavailable" while it is being opened.
func (f Finder) index() (*search.Index, error) {
	if index := f.Index(); index != nil {
		return index, nil
	}
	return nil, archive.Fail(archive.Unavailable, "search-unavailable")
}

// ParseYears reads "1997" or "1990-1999"; zeros for "". The error is Invalid "year-invalid" with s.
func ParseYears(s string) (from, to int, err error) {
	if s == "" {
		return 0, 0, nil
	}
	first, last, span := strings.Cut(s, "-")
	if !span {
		last = first
	}
	from, err1 := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if err1 != nil || err2 != nil || from < 1 || to > 9999 || from > to {
		return 0, 0, archive.Fail(archive.Invalid, "year-invalid", s)
	}
	return from, to, nil
}

// hits loads the works and their places. What the viewer may not see any more is left out.
func (f Finder) hits(ctx context.Context, r search.Result) ([]Hit, error) {
	reader := f.Catalog.Reader(f.Viewer)
	var ids []archive.WorkID
	var refs []catalog.PartRef
	for _, h := range r.Hits {
		ids = append(ids, h.Work)
		for _, p := range h.Parts {
			refs = append(refs, catalog.PartRef{Work: h.Work, Ordinal: p.Ordinal})
		}
	}
	var works []archive.Work
	var parts []archive.Part
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		works, err = reader.WorksByID(ctx, ids)
		return err
	})
	both.Go(func() (err error) {
		parts, err = reader.PartsByRef(ctx, refs)
		return err
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	return f.join(r, works, parts), nil
}

func (f Finder) join(r search.Result, works []archive.Work, parts []archive.Part) []Hit {
	byID := make(map[archive.WorkID]*archive.Work, len(works))
	for i := range works {
		byID[works[i].ID] = &works[i]
	}
	byRef := make(map[catalog.PartRef]*archive.Part, len(parts))
	for i := range parts {
		byRef[catalog.PartRef{Work: parts[i].Work, Ordinal: parts[i].Ordinal}] = &parts[i]
	}
	var hits []Hit
	for _, h := range r.Hits {
		w, ok := byID[h.Work]
		if !ok {
			continue
		}
		hit := Hit{Work: *w, Score: h.Score, Heading: heading(w.Title, r.Terms)}
		for _, p := range h.Parts {
			if part, ok := byRef[catalog.PartRef{Work: h.Work, Ordinal: p.Ordinal}]; ok {
				hit.Parts = append(hit.Parts, f.place(w, part, r.Terms))
			}
		}
		hits = append(hits, hit)
	}
	return hits
}

func heading(title string, terms search.Terms) string {
	// The whole title: a third of the length beyond what matches is given to what stands before it.
	marked, ok := search.Highlight(title, terms, 4*len(title))
	if !ok {
		return ""
	}
	return marked
}

func (f Finder) place(w *archive.Work, p *archive.Part, terms search.Terms) Place {
	snippet, _ := search.Highlight(p.Text, terms, snippetLength) // without a match: its beginning, which the label matched
	at := *p
	at.Locator = spot(p, terms)
	return Place{
		Label:   PartLabel(f.Say, &at),
		Path:    address.Part(w, p.File, at.Locator),
		Snippet: snippet,
	}
}

// spot leads to what was found in a part: of something said to the line that holds most of it, the first of several.
func spot(p *archive.Part, terms search.Terms) string {
	best, most := p.Locator, 0
	lines := p.Spoken()
	for i, l := range lines {
		snippet, _ := search.Highlight(l.Text, terms, len(l.Text))
		if n := marked(snippet); i == 0 || n > most {
			best, most = l.Locator, n
		}
	}
	return best
}

// marked counts the bytes of a snippet that are marked.
func marked(snippet string) int {
	n := 0
	for _, after := range strings.Split(snippet, "<mark>")[1:] {
		n += strings.Index(after, "</mark>")
	}
	return n
}

// PartLabel names a part in words: its own label, or its kind with its number ("Trang 5", "Khổ 3") or time ("1:35").
func PartLabel(say *message.Catalogue, p *archive.Part) string {
	if p.Label != "" {
		return p.Label
	}
	if at, ok := strings.CutPrefix(p.Locator, "t="); ok {
		seconds, err := strconv.ParseFloat(at, 64)
		if err != nil {
			return at
		}
		return say.Clock(time.Duration(seconds * float64(time.Second)))
	}
	number := p.Locator[strings.LastIndexByte(p.Locator, '-')+1:]
	if key := "part." + p.Kind; say.Has(key) {
		return say.Text(key, number)
	}
	return number
}
