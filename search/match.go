package search

import (
	"context"
	"fmt"
	"math"

	segment "github.com/blevesearch/scorch_segment_api/v2"
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

// match says of each document of a view what was found in it. It is filled clause by clause, list by list: with syllables that a third of all documents
// have, reading each list straight through costs less than moving many in step. It is used again by later searches.
type match struct {
	score   []float32
	matched []uint64 // a bit for each word, then for each required pair
	exact   []uint32 // a bit for each word found as it was typed
	own     []uint32 // a bit for each word found in the document's own text
	touched []uint32 // the documents that have a score
}

// newMatch returns an empty match for n documents, in the memory of former if that is large enough.
func newMatch(former *match, n int) *match {
	if former != nil && len(former.score) >= n {
		return former
	}
	n += n / 4 // the index grows
	return &match{score: make([]float32, n), matched: make([]uint64, n), exact: make([]uint32, n), own: make([]uint32, n)}
}

// clear empties m, at the cost of what was found.
func (m *match) clear() {
	for _, d := range m.touched {
		m.score[d], m.matched[d], m.exact[d], m.own[d] = 0, 0, 0, 0
	}
	m.touched = m.touched[:0]
}

func (m *match) add(doc int, c *clause, score float32) {
	if m.score[doc] == 0 {
		m.touched = append(m.touched, uint32(doc))
	}
	m.score[doc] += score
	m.matched[doc] |= c.bits
	m.exact[doc] |= c.exact
	m.own[doc] |= c.own
}

// fill looks for the clauses in every segment of v.
func (m *match) fill(ctx context.Context, v *view, clauses []clause) error {
	lists, counts, err := v.postings(clauses)
	if err != nil {
		return err
	}
	for i, s := range v.segments {
		for j := range clauses {
			if err := ctx.Err(); err != nil {
				return err
			}
			c := &clauses[j]
			idf := rarity(v.live, counts[c.group])
			if err := m.read(s.first, lists[i][j], scorer{clause: c, weight: c.weight * idf, length: fieldLengths[c.field]}); err != nil {
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

// postings returns the list of each clause in each segment, and for each group in how many documents its term is, in the field that has it most.
func (v *view) postings(clauses []clause) (lists [][]segment.PostingsList, counts []float64, err error) {
	lists = make([][]segment.PostingsList, len(v.segments))
	totals := make([]float64, len(clauses))
	counts = make([]float64, len(clauses))
	for i := range v.segments {
		s := &v.segments[i]
		lists[i] = make([]segment.PostingsList, len(clauses))
		for j, c := range clauses {
			var err error
			if lists[i][j], err = s.postings(c.field, c.term); err != nil {
				return nil, nil, err
			}
			totals[j] += float64(lists[i][j].Count())
			counts[c.group] = max(counts[c.group], totals[j])
		}
	}
	return lists, counts, nil
}

// postings returns the documents of the segment that have term in field, without the deleted ones.
func (s *viewSegment) postings(field, term string) (segment.PostingsList, error) {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("open dictionary of field %s: %w", field, err)
	}
	list, err := dict.PostingsList([]byte(term), s.Deleted(), nil)
	if err != nil {
		return nil, fmt.Errorf("find %q in field %s: %w", term, field, err)
	}
	return list, nil
}

// scorer turns how often a term is in a field of a length into a score.
type scorer struct {
	clause *clause
	weight float64
	length fieldLength
}

func (s *scorer) score(frequency, terms float64) float32 {
	longer := 1 - s.length.b + s.length.b*terms/s.length.usual
	return float32(s.weight * frequency * (bm25K1 + 1) / (frequency + bm25K1*longer))
}

// counted is what postings of every current segment version have: the number of terms in the field of the document. Norm would give a
// rounded root of it.
type counted interface{ NormUint64() uint64 }

func (m *match) read(first int, list segment.PostingsList, s scorer) error {
	for it := list.Iterator(true, true, false, nil); ; {
		p, err := it.Next()
		if err != nil || p == nil {
			return err
		}
		terms := s.length.usual
		if c, ok := p.(counted); ok {
			terms = float64(c.NormUint64())
		}
		m.add(first+int(p.Number()), s.clause, s.score(float64(p.Frequency()), terms))
	}
}
