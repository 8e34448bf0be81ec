package search

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"

	"vannghe/internal/archive"
)

// place is where a work stands in the order of a result. It is also what a cursor holds, so that the next page begins after the same place
// whatever has come or gone before it.
type place struct {
	Order     Order          `json:"o"`
	Value     float64        `json:"v,omitempty"`
	SortKey   string         `json:"k,omitempty"`
	Published int64          `json:"p,omitempty"`
	Date      int32          `json:"d,omitempty"`
	ID        archive.WorkID `json:"i"`

	found foundWork // not known of a place that came as a cursor
}

func newPlace(o Order, w foundWork, c *card) place {
	p := place{Order: o, Value: float64(w.value), ID: c.id, found: w}
	switch o {
	case ByTitle:
		p.SortKey = c.sortKey
	case ByDate:
		p.Date = c.date
	case ByNewest:
		p.Published = c.published
	}
	return p
}

// compare orders places; the fields that their order does not use are equal.
func compare(a, b place) int {
	if a.Order == ByRelevance {
		if a.Value != b.Value {
			return cmp.Compare(b.Value, a.Value)
		}
		return cmp.Compare(a.ID, b.ID)
	}
	return cmp.Or(cmp.Compare(a.SortKey, b.SortKey), cmp.Compare(b.Date, a.Date), cmp.Compare(b.Published, a.Published), cmp.Compare(a.ID, b.ID))
}

func (p place) cursor() (string, error) {
	b, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// parseCursor reads what cursor wrote. The error is Invalid "cursor-invalid".
func parseCursor(s string, o Order) (*place, error) {
	if s == "" {
		return nil, nil
	}
	var p place
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil || p.Order != o {
		return nil, archive.Fail(archive.Invalid, "cursor-invalid").Because(err)
	}
	return &p, nil
}

// page keeps the first size places after a cursor, and one more to know whether there are any.
type page struct {
	size  int
	after *place // nil for the first page
	best  []place
}

// full reports that a work of that value and idKey comes after all of the page, which is so of nearly all that a frequent word finds. False leaves it to add.
func (g *page) full(value float32, key uint64) bool {
	if len(g.best) <= g.size {
		return false
	}
	last := &g.best[g.size]
	return last.Order == ByRelevance && (float64(value) < last.Value || float64(value) == last.Value && key > idKey(last.ID))
}

func (g *page) add(p place) {
	if g.after != nil && compare(p, *g.after) <= 0 {
		return
	}
	if len(g.best) > g.size {
		if compare(p, g.best[g.size]) >= 0 {
			return
		}
		g.best = g.best[:g.size]
	}
	i, _ := slices.BinarySearchFunc(g.best, p, compare)
	g.best = slices.Insert(g.best, i, p)
}

// places returns those of the page and the cursor of the next page, "" when this is the last.
func (g *page) places() ([]place, string, error) {
	if len(g.best) <= g.size {
		return g.best, "", nil
	}
	next, err := g.best[g.size-1].cursor()
	return g.best[:g.size], next, err
}
