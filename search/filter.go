package search

import (
	"slices"

	"vannghe/internal/archive"
)

// filter decides by its card whether a work is among those asked for and may be seen. It is checked on every work found: a work that fails
// is neither shown nor counted.
type filter struct {
	now       int64
	audiences uint8
	media     uint8 // 0 for any
	genre     *uint32
	agent     *uint32
	collected *uint32
	chapter   *uint32
	yearFrom  int32
	yearTo    int32 // 0 for any

	conditions []condition     // that the text named; all must hold
	excluded   map[uint32]bool // works that hold a word that was excluded
}

// newFilter returns the filter of q; ok is false when it names something that no work has.
func newFilter(q *Query, d *dictionaries) (f filter, ok bool) {
	f = filter{now: q.Now, audiences: audienceBits(q.Audiences), yearFrom: int32(q.YearFrom), yearTo: int32(q.YearTo)}
	ok = true
	f.genre = lookUp(d.genres, string(q.Genre), &ok)
	f.agent = lookUp(d.agents, string(q.Person), &ok)
	f.collected = lookUp(d.collections, string(q.Collection), &ok)
	f.chapter = lookUp(d.chapters, q.Chapter, &ok)
	if q.Medium != "" {
		f.media = mediaBits([]archive.Medium{q.Medium})
		ok = ok && f.media != 0
	}
	return f, ok
}

// lookUp returns the number of s, nil when s is empty; ok becomes false when s has none.
func lookUp(d *dictionary, s string, ok *bool) *uint32 {
	if s == "" {
		return nil
	}
	n, found := d.find(s)
	*ok = *ok && found
	return &n
}

// visible reports whether the viewer may see the work now.
func (f *filter) visible(c *card) bool {
	return c.audience&f.audiences != 0 && f.now >= c.publicFrom && (c.publicUntil == 0 || f.now < c.publicUntil)
}

func (f *filter) passes(c *card) bool {
	return f.visible(c) &&
		(f.media == 0 || c.media&f.media != 0) &&
		(f.genre == nil || c.genre == *f.genre) &&
		(f.agent == nil || slices.Contains(c.agents, *f.agent)) &&
		(f.collected == nil || slices.Contains(c.collections, *f.collected)) &&
		(f.chapter == nil || slices.Contains(c.chapters, *f.chapter)) &&
		inYears(c.year, f.yearFrom, f.yearTo) && f.conditionsHold(c)
}

// condition is what a field of the query text asks for or excludes.
type condition struct {
	kind  field
	not   bool
	named map[uint32]bool // agents or genres, one of which is asked for
	years years
}

func (c *condition) holds(w *card) bool {
	switch c.kind {
	case agentField:
		return slices.ContainsFunc(w.agents, func(a uint32) bool { return c.named[a] })
	case genreField:
		return c.named[w.genre]
	default:
		return inYears(w.year, int32(c.years.from), int32(c.years.to))
	}
}

func (f *filter) conditionsHold(w *card) bool {
	return !slices.ContainsFunc(f.conditions, func(c condition) bool { return c.holds(w) == c.not })
}

// inYears reports whether the year is asked for. An unknown year is in no range.
func inYears(year, from, to int32) bool {
	if from == 0 && to == 0 {
		return true
	}
	return year != 0 && year >= from && (to == 0 || year <= to)
}
