package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// pruneFrom is how many documents are scored without asking whether they can be on the page.
const pruneFrom = 2000

// listed is the list of a clause on a level.
type listed struct {
	clause, level int
	most          float32 // that any of its documents gains by it
	docs          uint64
}

// score scores documents of the plan until no other can be on the page (the idea of MaxScore: Turtle, Flood 1995). First those in the lists by which a
// document gains most: then it is known what a work must be worth, and documents that are only in lists which together give less need not be.
func (s *search) score(ctx context.Context, a *attempt) error {
	rest := a.match.unread(a.plan)
	if cardinality(rest) <= s.x.prune || s.q.Order != ByRelevance {
		return a.scoreThose(ctx, rest)
	}
	lists := a.plan.byGain()
	if err := a.scoreThose(ctx, a.plan.first(lists, rest, s.x.prune)); err != nil {
		return err
	}
	rest = a.match.unread(a.plan)
	if needed := s.worthOfPage(a); needed > 0 {
		rest = a.plan.within(a.needing(lists, needed), rest)
	}
	return a.scoreThose(ctx, rest)
}

// byGain returns the lists of the plan, that by which a document gains most first.
func (p *plan) byGain() []listed {
	var all []listed
	for j := range p.clauses {
		for n, gain := range p.gains[j] {
			all = append(all, listed{clause: j, level: n, most: slices.Max(gain[:]), docs: p.length(j, n)})
		}
	}
	slices.SortStableFunc(all, func(a, b listed) int { return cmp.Compare(b.most, a.most) })
	return all
}

// length is how many documents the list of clause j on level n has.
func (p *plan) length(j, n int) (docs uint64) {
	for i := range p.lists {
		if levels := p.lists[i][j]; n < len(levels) {
			docs += levels[n].GetCardinality()
		}
	}
	return docs
}

// first returns those of the documents that are in the first lists, but for long ones: about so many.
func (p *plan) first(lists []listed, docs []*roaring.Bitmap, many uint64) []*roaring.Bitmap {
	found := p.within(nil, docs)
	for n := range lists {
		if lists[n].docs > 8*many {
			continue
		}
		for i, some := range p.within(lists[n:n+1], docs) {
			found[i].Or(some)
		}
		if cardinality(found) >= many {
			break
		}
	}
	return found
}

// within returns those of the documents that are in one of the lists.
func (p *plan) within(lists []listed, docs []*roaring.Bitmap) []*roaring.Bitmap {
	all := make([]*roaring.Bitmap, len(docs))
	for i := range docs {
		all[i] = roaring.New()
		for _, l := range lists {
			if levels := p.lists[i][l.clause]; l.level < len(levels) {
				all[i].Or(roaring.And(levels[l.level], docs[i]))
			}
		}
	}
	return all
}

// needing returns the lists whose documents may be worth what is needed. The longest are left out, as long as a document that is in all of those left
// out, and in no other, is worth less.
func (a *attempt) needing(lists []listed, needed float32) []listed {
	const rounding = 1.001
	longest := slices.Clone(lists)
	slices.SortStableFunc(longest, func(a, b listed) int { return cmp.Compare(b.docs, a.docs) })
	titles := 0
	for _, l := range longest {
		titles += a.titles(l)
	}
	var kept []listed
	bound := float32(0) // of the documents in none of the lists that are kept
	for _, l := range longest {
		sum := (bound + l.most) * rounding
		if titles == a.titles(l) { // no list is left that has each work whose title is what was asked for
			sum *= wholeTitle
		}
		if sum >= needed {
			kept = append(kept, l)
			continue
		}
		bound += l.most
		titles -= a.titles(l)
	}
	return kept
}

// titles is 1 for the list of all titles with one of the words, whatever their marks, and 0 for others.
func (a *attempt) titles(l listed) int {
	c := &a.plan.clauses[l.clause]
	if c.field == fieldTitle && slices.ContainsFunc(a.question.words, func(w word) bool { return w.folded == c.term }) {
		return 1
	}
	return 0
}

// worthOfPage is the value that a work must have to be on the page or the first after it, by the works that are rated: 0 when they do not fill it.
func (s *search) worthOfPage(a *attempt) float32 {
	var values []float32
	title := a.title()
	for _, work := range a.match.works {
		if !s.filter.visible(work) {
			continue
		}
		w := foundWork{number: work, value: a.value(work, title), attempt: a.number}
		if s.page.after == nil || compare(newPlace(s.q.Order, w, s.v.cards[work]), *s.page.after) > 0 {
			values = append(values, w.value)
		}
	}
	size := max(s.page.size, few) // whether few works hold all words must be known whatever the page
	if a.number > 0 {
		size += few // of the works that a repair finds so many may have been found before
	}
	if len(values) <= size {
		return 0
	}
	slices.Sort(values)
	return values[len(values)-1-size]
}
