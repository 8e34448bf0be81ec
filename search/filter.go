package search

import (
	"slices"

	"vannghe/internal/archive"
)

// filter decides by its facts whether a work is among those asked for and may be seen. It is checked on every work found: a work that fails
// is neither shown nor counted. It must look at a view before it is asked.
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

	facts *facts
	seen  *seen
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

// look prepares the filter for the works of v.
func (f *filter) look(v *view) { f.facts, f.seen = &v.facts, v.sights.of(v, f.audiences, f.now) }

// visible reports whether the work is there and the viewer may see it now.
func (f *filter) visible(work uint32) bool { return f.seen.has(work) }

// keepVisible leaves of the works those that the viewer sees.
func (f *filter) keepVisible(works workSet) {
	for i := range works {
		works[i] &= f.seen.workSet[i]
	}
}

// narrows reports whether a work that the viewer may see may not pass.
func (f *filter) narrows() bool {
	return f.media != 0 || f.genre != nil || f.agent != nil || f.collected != nil || f.chapter != nil || f.yearFrom != 0 || f.yearTo != 0 ||
		len(f.conditions) > 0 || len(f.excluded) > 0
}

func (f *filter) passes(work uint32) bool {
	if !f.visible(work) {
		return false
	}
	if !f.narrows() {
		return true
	}
	n := &f.facts.all[work]
	return !f.excluded[work] && (f.media == 0 || n.media&f.media != 0) &&
		(f.genre == nil || n.genre == *f.genre) &&
		(f.agent == nil || slices.Contains(f.facts.agentsOf(work), *f.agent)) &&
		(f.collected == nil || slices.Contains(f.facts.collectionsOf(work), *f.collected)) &&
		(f.chapter == nil || slices.Contains(f.facts.chaptersOf(work), *f.chapter)) &&
		inYears(n.year, f.yearFrom, f.yearTo) && f.conditionsHold(work)
}

// condition is what a field of the query text asks for or excludes.
type condition struct {
	kind  field
	not   bool
	named map[uint32]bool // agents or genres, one of which is asked for
	years years
}

func (f *filter) holds(c *condition, work uint32) bool {
	switch c.kind {
	case agentField:
		return slices.ContainsFunc(f.facts.agentsOf(work), func(a uint32) bool { return c.named[a] })
	case genreField:
		return c.named[f.facts.all[work].genre]
	default:
		return inYears(f.facts.all[work].year, int32(c.years.from), int32(c.years.to))
	}
}

func (f *filter) conditionsHold(work uint32) bool {
	for i := range f.conditions {
		if c := &f.conditions[i]; f.holds(c, work) == c.not {
			return false
		}
	}
	return true
}

// inYears reports whether the year is asked for. An unknown year is in no range.
func inYears(year, from, to int32) bool {
	if from == 0 && to == 0 {
		return true
	}
	return year != 0 && year >= from && (to == 0 || year <= to)
}
