package search

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/bits"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"golang.org/x/sync/errgroup"
)

// How much a match weighs by the field it is in. Title above agent above text; the context that a part borrows from its work must let
// words be found together, not outweigh the part's own.
const (
	weightTitle   = 3
	weightAgent   = 2
	weightText    = 1
	weightContext = 0.3
	weightPair    = 1
)

// weightFolded is what a word typed with marks weighs where only its letters are found; with its marks the exact word is added.
const weightFolded = 0.4

// bm25K1 is the saturation of BM25 (Robertson, Zaragoza 2009).
const bm25K1 = 1.2

// fieldLength is what BM25 needs to know of a field: how many terms it usually has, and how much a longer one counts less (b). The usual lengths are
// those of a printed page and its title. They are fixed instead of averaged, so that a document's score does not change with every other document
// and pages of one search fit together. A pair of words says as much in a long text, so its length hardly counts.
type fieldLength struct{ usual, b float64 }

var fieldLengths = map[string]fieldLength{
	fieldTitle: {8, 0.5}, fieldAgent: {8, 0.5}, fieldText: {500, 0.5}, fieldContext: {30, 0.5}, fieldPair: {300, 0.2},
}

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
	found   []evidence
	touched []uint64 // a bit for each document with a score
	rated   []rating // by work
	works   []uint32 // those with a rating
}

// newMatch returns an empty match for n documents of w works, in the memory of former if that is large enough.
func newMatch(former *match, n, w int) *match {
	if former != nil && len(former.found) >= n && len(former.rated) >= w {
		return former
	}
	n, w = n+n/4, w+w/4 // the index grows
	return &match{found: make([]evidence, n), touched: make([]uint64, n/64+1), rated: make([]rating, w)}
}

// clear empties m, at the cost of what was found.
func (m *match) clear() {
	for doc := range m.documents() {
		m.found[doc] = evidence{}
	}
	clear(m.touched)
	for _, w := range m.works {
		m.rated[w] = rating{}
	}
	m.works = m.works[:0]
}

// documents yields the documents that have a score, in order.
func (m *match) documents() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range m.touched {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

func (m *match) add(doc int, c *clause, score float32) {
	m.touched[doc>>6] |= 1 << (doc & 63)
	e := &m.found[doc]
	e.score += score
	e.matched |= c.bits
	e.exact |= c.exact
	e.own |= c.own
}

// besideFrom is how many postings are read by two beside each other.
const besideFrom = 20_000

// fill looks for the clauses in the documents that plan lets be read.
func (m *match) fill(ctx context.Context, p *plan) error {
	if p.postings() < besideFrom {
		return m.fillRange(ctx, p, 0, p.v.size)
	}
	return m.fillBeside(ctx, p)
}

// fillBeside is fill with a reader for each half of the documents.
func (m *match) fillBeside(ctx context.Context, p *plan) error {
	twin, err := p.twin()
	if err != nil {
		return err
	}
	middle := p.v.size / 2 &^ 63 // no word of touched is in both halves
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error { return guarded(func() error { return m.fillRange(ctx, p, 0, middle) }) })
	both.Go(func() error { return guarded(func() error { return m.fillRange(ctx, twin, middle, p.v.size) }) })
	return both.Wait()
}

// fillRange is fill for the documents from one to before another.
func (m *match) fillRange(ctx context.Context, p *plan, from, to int) error {
	for i := range p.v.segments {
		first := p.v.segments[i].first
		if to <= first || from >= first+len(p.v.segments[i].works) {
			continue
		}
		for j := range p.clauses {
			if err := ctx.Err(); err != nil {
				return err
			}
			c := &p.clauses[j]
			idf := rarity(p.v.live, p.counts[c.group])
			r := reader{clause: c, weight: c.weight * idf, length: fieldLengths[c.field], first: first, from: max(0, from-first), to: to - first}
			if err := m.read(p.iterator(i, j), r); err != nil {
				return fmt.Errorf("read %q in field %s: %w", c.term, c.field, err)
			}
		}
	}
	return nil
}

// rarity is the inverse document frequency of BM25, never negative.
func rarity(documents, with float64) float64 {
	return math.Log(1 + (max(documents-with, 0)+0.5)/(with+0.5))
}

// reader reads a list of postings: those of the documents from one to before another, counted within their segment, whose first document
// has the number first in the view.
type reader struct {
	clause          *clause
	weight          float64
	length          fieldLength
	first, from, to int
}

// score turns how often a term is in a field of a length into a score.
func (r *reader) score(frequency, terms float64) float32 {
	longer := 1 - r.length.b + r.length.b*terms/r.length.usual
	return float32(r.weight * frequency * (bm25K1 + 1) / (frequency + bm25K1*longer))
}

// counted is what postings of every current segment version have: the number of terms in the field of the document. Norm would give a
// rounded root of it.
type counted interface{ NormUint64() uint64 }

func (m *match) read(it segment.PostingsIterator, r reader) error {
	if it == nil {
		return nil
	}
	p, err := it.Advance(uint64(r.from))
	for ; err == nil && p != nil && int(p.Number()) < r.to; p, err = it.Next() {
		terms := r.length.usual
		if c, ok := p.(counted); ok {
			terms = float64(c.NormUint64())
		}
		m.add(r.first+int(p.Number()), r.clause, r.score(float64(p.Frequency()), terms))
	}
	return err
}
