package search

import (
	"context"
	"iter"

	"github.com/RoaringBitmap/roaring/v2"
)

// clause asks for one term in one field.
type clause struct {
	field  string
	term   string
	weight float64
	group  int    // clauses of a group share the rarity of their term: the same word in several fields
	bits   uint64 // of match.matched
	exact  uint32 // of match.exact
	own    uint32 // of match.own
}

// fields in which a word is looked for.
var wordFields = []struct {
	name   string
	weight float64
}{{fieldText, weightText}, {fieldContext, weightContext}, {fieldTitle, weightTitle}, {fieldAgent, weightAgent}}

// pairBit is the bit of the first required pair.
const pairBit = maxWords

// clauses returns what to look for, and the bits that a document must have to match entirely.
func (q *question) clauses() (all []clause, required uint64) {
	group := 0
	for i, w := range q.words {
		bit := uint32(1) << i
		required |= uint64(bit)
		weight, exact := 1.0, bit
		if w.marked() {
			weight, exact = weightFolded, 0
			for _, term := range append([]string{w.exact}, w.complete...) {
				all = appendWord(all, clause{term: term, weight: 1, group: group, bits: uint64(bit), exact: bit, own: bit})
			}
			group++
		}
		all = appendWord(all, clause{term: w.folded, weight: weight, group: group, bits: uint64(bit), exact: exact, own: bit})
		group++
	}
	next := pairBit
	for _, p := range q.pairs {
		c := clause{field: fieldPair, term: p.term, weight: weightPair, group: group}
		if p.required && next < 64 {
			c.bits = 1 << next
			required |= c.bits
			next++
		}
		all = append(all, c)
		group++
	}
	return all, required
}

// appendWord appends the clause for each field that words are looked for in.
func appendWord(all []clause, c clause) []clause {
	own := c.own
	weight := c.weight
	for _, f := range wordFields {
		c.field, c.weight, c.own = f.name, weight*f.weight, 0
		if f.name == fieldText {
			c.own = own
		}
		all = append(all, c)
	}
	return all
}

// evidence is what was found in a document.
type evidence struct {
	score   float32
	exact   uint32 // a bit for each word found as it was typed
	own     uint32 // a bit for each word found in the document's own text
	matched uint64 // a bit for each word, then for each required pair
}

// match says of each document of a view what was found in it. It is filled clause by clause, list by list: with syllables that a third of all documents
// have, reading each list straight through costs less than moving many in step. It is used again by later searches.
type match struct {
	found []evidence
	read  []*roaring.Bitmap // by segment: the documents with evidence
	rated []rating          // by work
	works []uint32          // those with a rating

	strict, loose []foundWork // memory for the attempt that uses the match
}

// newMatch returns an empty match for n documents of w works, in the memory of former if that is large enough.
func newMatch(former *match, n, w int) *match {
	if former != nil && len(former.found) >= n && len(former.rated) >= w {
		return former
	}
	n, w = n+n/4, w+w/4 // the index grows
	return &match{found: make([]evidence, n), rated: make([]rating, w)}
}

// clear empties m, at the cost of what was found in v.
func (m *match) clear(v *view) {
	for doc := range locate(v, m.read) {
		m.found[doc.number()] = evidence{}
	}
	m.read = nil
	for _, w := range m.works {
		m.rated[w] = rating{}
	}
	m.works = m.works[:0]
}

// location is where in a view a document lies.
type location struct {
	segment *viewSegment
	local   int
}

// number is that of the document within the view.
func (l location) number() int { return l.segment.first + l.local }

// work is the number of the work of the document.
func (l location) work() uint32 { return l.segment.works[l.local] }

// locate yields documents of v, given by segment, in order.
func locate(v *view, docs []*roaring.Bitmap) iter.Seq[location] {
	return func(yield func(location) bool) {
		for i := range docs {
			for local := range each(docs[i]) {
				if !yield(location{&v.segments[i], local}) {
					return
				}
			}
		}
	}
}

// each yields the numbers of a bitmap, which may be nil.
func each(docs *roaring.Bitmap) iter.Seq[int] {
	return func(yield func(int) bool) {
		if docs == nil {
			return
		}
		var some [512]uint32
		for it := docs.ManyIterator(); ; {
			n := it.NextMany(some[:])
			for _, doc := range some[:n] {
				if !yield(int(doc)) {
					return
				}
			}
			if n < len(some) {
				return
			}
		}
	}
}

// fill looks for the clauses in documents that have not been read before.
func (m *match) fill(ctx context.Context, p *plan, docs []*roaring.Bitmap) error {
	m.remember(docs)
	for i := range p.v.segments {
		if docs[i].IsEmpty() {
			continue
		}
		for j := range p.clauses {
			if err := ctx.Err(); err != nil {
				return err
			}
			for n, list := range p.lists[i][j] {
				m.add(&p.v.segments[i], roaring.And(list, docs[i]), &p.clauses[j], p.gains[j][n])
			}
		}
	}
	return nil
}

func (m *match) remember(docs []*roaring.Bitmap) {
	if m.read == nil {
		m.read = docs
		return
	}
	for i := range docs {
		m.read[i] = roaring.Or(m.read[i], docs[i])
	}
}

// unread returns the documents of the plan that have not been read.
func (m *match) unread(p *plan) []*roaring.Bitmap {
	all := make([]*roaring.Bitmap, len(p.read))
	for i, docs := range p.read {
		if m.read == nil {
			all[i] = docs
		} else {
			all[i] = roaring.AndNot(docs, m.read[i])
		}
	}
	return all
}

// add adds what the clause says of the documents of a list.
func (m *match) add(s *viewSegment, docs *roaring.Bitmap, c *clause, gain *[lengthSteps]float32) {
	lengths := s.lengths[c.field]
	found := m.found[s.first : s.first+len(s.works)]
	for doc := range each(docs) {
		e := &found[doc]
		e.score += gain[lengths[doc]%lengthSteps]
		e.matched |= c.bits
		e.exact |= c.exact
		e.own |= c.own
	}
}
