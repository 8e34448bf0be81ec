package catalog

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"vannghe/internal/archive"
)

// Order is the order of a listing.
type Order string

// The orders.
const (
	Newest   Order = ""         // last published first; what is not published, last created first
	Title    Order = "title"    // as in a Vietnamese dictionary
	Date     Order = "date"     // youngest first, unknown last
	Position Order = "position" // the editor's order in a collection; WorkFilter.Collection must be given
)

// DefaultSize and MaxSize are the usual and the greatest number of entries of a page.
const (
	DefaultSize = 24
	MaxSize     = 100
)

// WorkFilter chooses the works of a listing. Empty fields do not narrow it.
type WorkFilter struct {
	Genre      archive.GenreID
	Group      string // report group
	Medium     archive.Medium
	Agent      archive.AgentID // credited with the work or one of its representations
	Collection archive.CollectionID
	Year       int
	State      archive.State // for staff, to whom published is the default as to everybody; others see only what is published
	Order      Order
	After      string // WorkPage.Next of the page before
	Size       int    // 1 to MaxSize; 0: DefaultSize
}

// WorkPage is a page of a listing.
type WorkPage struct {
	Works []archive.Work // whole
	Next  string         // the cursor of the page after, "" at the end
	Total int            // of the whole listing
}

// Works returns a page of the works that the viewer may see. Paging goes on from the last entry seen, so a work that appears
// meanwhile neither hides nor repeats another. The error is Invalid "cursor-invalid", or Invalid "order-invalid" for
// Position without a collection.
func (r *Reader) Works(ctx context.Context, f WorkFilter) (WorkPage, error) {
	l, err := r.listing(f)
	if err != nil {
		return WorkPage{}, err
	}
	var page WorkPage
	err = r.c.view(ctx, "list works", func(q querier) error {
		total, err := counted(ctx, r, q, l.sight, l.name(), func() (int, error) {
			return one(ctx, q, l.count(), value[int])
		})
		if err != nil {
			return err
		}
		page, err = l.page(ctx, q)
		page.Total = total
		return err
	})
	if err != nil {
		return WorkPage{}, err
	}
	return page, nil
}

// listing is a filter that was found acceptable.
type listing struct {
	WorkFilter
	sight sight
	after *mark
}

func (r *Reader) listing(f WorkFilter) (*listing, error) {
	l := &listing{WorkFilter: f, sight: r.sight()}
	l.Size = min(cmp.Or(max(f.Size, 0), DefaultSize), MaxSize)
	if l.State == "" || !r.viewer.Staff() {
		l.State = archive.Published
	}
	if _, known := orders[f.Order]; !known || (f.Order == Position && f.Collection == "") {
		return nil, archive.Fail(archive.Invalid, "order-invalid", string(f.Order))
	}
	if f.After == "" {
		return l, nil
	}
	m, err := parseMark(f.After)
	if err != nil || m.Order != string(f.Order) || m.numeric() != orders[f.Order].numeric {
		return nil, archive.Fail(archive.Invalid, "cursor-invalid")
	}
	l.after = m
	return l, nil
}

// order is how an Order is said in SQL.
type order struct {
	column     string
	numeric    bool
	descending bool
}

var orders = map[Order]order{
	Newest:   {column: "w.newest", numeric: true, descending: true},
	Title:    {column: "w.title_sort"},
	Date:     {column: "w.date_sort", descending: true},
	Position: {column: "c.position", numeric: true},
}

// from appends the tables and conditions that the page and the count have in common.
func (l *listing) from(s *statement) *statement {
	s.add(" FROM work w")
	if l.Collection != "" {
		s.add(" JOIN collection_work c ON c.work = w.id AND c.collection = ?", l.Collection)
	}
	if few := l.Collection != "" || l.Agent != ""; few { // no index serves a CASE (see whereOf): these works are found by their identifiers
		s.add(" WHERE CASE WHEN w.state = ?", l.State)
		l.sight.where(s, "w").add(" THEN 1 ELSE 0 END = 1")
	} else {
		s.add(" WHERE w.state = ?", l.State)
		l.sight.where(s, "w")
	}
	if l.Genre != "" {
		s.add(" AND w.genre = ?", l.Genre)
	}
	if l.Group != "" {
		s.add(" AND w.report_group = ?", l.Group)
	}
	if l.Medium != "" {
		s.add(" AND w.medium = ?", l.Medium)
	}
	if l.Year != 0 {
		s.add(" AND w.year = ?", l.Year)
	}
	if l.Agent != "" {
		s.add(" AND w.id IN (SELECT work FROM credit WHERE agent = ?)", l.Agent)
	}
	return s
}

func (l *listing) count() *statement { return l.from(sql("SELECT count(*)")) }

// name tells this count from others.
func (l *listing) name() string {
	return fmt.Sprintf("works|%q %q %q %q %q %d %q", l.Genre, l.Group, l.Medium, l.Agent, l.Collection, l.Year, l.State)
}

// statement selects one entry more than the page has, to know whether there is another page.
func (l *listing) statement() *statement {
	o := orders[l.Order]
	s := l.from(sql("SELECT " + o.column + ", " + workColumns))
	direction, beyond := "", ">"
	if o.descending {
		direction, beyond = " DESC", "<"
	}
	if l.after != nil {
		s.add(" AND ("+o.column+", w.id) "+beyond+" (?, ?)", l.after.value(), l.after.ID)
	}
	return s.add(" ORDER BY "+o.column+direction+", w.id"+direction+" LIMIT ?", l.Size+1)
}

func (l *listing) page(ctx context.Context, q querier) (WorkPage, error) {
	var marks []mark
	works, err := collect(ctx, q, l.statement(), func(row scanner) (*archive.Work, error) {
		m := mark{Order: string(l.Order)}
		w, err := scanWork(prefixed{row, m.pointer(orders[l.Order].numeric)})
		m.ID = string(w.ID)
		marks = append(marks, m)
		return w, err
	})
	if err != nil {
		return WorkPage{}, err
	}
	var page WorkPage
	if len(works) > l.Size {
		works = works[:l.Size]
		page.Next = marks[l.Size-1].String()
	}
	if err := load(ctx, q, l.sight, works); err != nil {
		return WorkPage{}, err
	}
	page.Works = make([]archive.Work, len(works))
	for i, w := range works {
		page.Works[i] = *w
	}
	return page, nil
}

// prefixed scans a first column apart from those that the inner scan knows.
type prefixed struct {
	scanner
	first any
}

func (p prefixed) Scan(into ...any) error { return p.scanner.Scan(append([]any{p.first}, into...)...) }

// mark is the place in a listing after which the next page begins.
type mark struct {
	Order  string  `json:"o"`
	Number *int64  `json:"n,omitempty"`
	Text   *string `json:"t,omitempty"`
	ID     string  `json:"i"`
}

// pointer makes room for the ordering column.
func (m *mark) pointer(numeric bool) any {
	if numeric {
		m.Number = new(int64)
		return m.Number
	}
	m.Text = new(string)
	return m.Text
}

func (m *mark) numeric() bool { return m.Number != nil }

func (m *mark) value() any {
	if m.Number != nil {
		return *m.Number
	}
	return text(*m.Text)
}

// String is the cursor. Its form is nobody else's business.
func (m *mark) String() string {
	doc, err := json.Marshal(m)
	if err != nil { // cannot happen: strings and numbers always encode
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(doc)
}

func parseMark(cursor string) (*mark, error) {
	doc, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, err
	}
	m := &mark{}
	if err := json.Unmarshal(doc, m); err != nil {
		return nil, err
	}
	if (m.Number == nil) == (m.Text == nil) || !archive.ValidID(m.ID) {
		return nil, archive.Fail(archive.Invalid, "cursor-invalid")
	}
	return m, nil
}
