package search

import (
	"fmt"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// plan is what is read to answer a question: the list of each clause in each segment, and the documents in which the clauses are scored. Which
// documents hold all words, or most of them, is known from the lists as bitmaps before a single score is made.
type plan struct {
	v       *view
	clauses []clause
	lists   [][]segment.PostingsList // by segment and clause
	counts  []float64                // by group: in how many documents its term is, in the field that has it most
	total   float64                  // length of all lists
	read    []*roaring.Bitmap        // by segment: the documents that are scored; nil for all
}

// newPlan finds the lists of the clauses.
func (v *view) newPlan(clauses []clause) (*plan, error) {
	p := &plan{v: v, clauses: clauses, lists: make([][]segment.PostingsList, len(v.segments)), counts: make([]float64, len(clauses))}
	totals := make([]float64, len(clauses))
	for i := range v.segments {
		s := &v.segments[i]
		p.lists[i] = make([]segment.PostingsList, len(clauses))
		for j, c := range clauses {
			list, err := s.postings(c.field, c.term)
			if err != nil {
				return nil, err
			}
			p.lists[i][j] = list
			totals[j] += float64(list.Count())
			p.total += float64(list.Count())
			p.counts[c.group] = max(p.counts[c.group], totals[j])
		}
	}
	return p, nil
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

// readThose restricts the plan to the documents that have all of the required bits, or at least so many of the words and all
// required pairs, and returns how many they are.
func (p *plan) readThose(required uint64, least int) int {
	p.read = make([]*roaring.Bitmap, len(p.v.segments))
	total := 0
	for i := range p.v.segments {
		p.read[i] = p.holding(i, required, least)
		total += int(p.read[i].GetCardinality())
	}
	return total
}

// postings is at most how many postings are read.
func (p *plan) postings() float64 {
	if p.read == nil {
		return p.total
	}
	docs := uint64(0)
	for _, read := range p.read {
		docs += read.GetCardinality()
	}
	return min(p.total, float64(docs)*float64(len(p.clauses)))
}

// twin returns a plan that reads the same beside p: lists are not for two readers.
func (p *plan) twin() (*plan, error) {
	other, err := p.v.newPlan(p.clauses)
	if err == nil {
		other.read = p.read
	}
	return other, err
}

// holding returns the documents of segment i that have at least so many of the required words, and every required pair.
func (p *plan) holding(i int, required uint64, least int) *roaring.Bitmap {
	const words = 1<<pairBit - 1
	atLeast := make([]*roaring.Bitmap, least+1) // by the number of words
	for n := 1; n <= least; n++ {
		atLeast[n] = roaring.New()
	}
	for rest := required & words; rest != 0; rest &= rest - 1 {
		docs := p.with(i, rest&-rest)
		for n := least; n > 1; n-- {
			atLeast[n].Or(roaring.And(atLeast[n-1], docs))
		}
		atLeast[1].Or(docs)
	}
	for rest := required &^ words; rest != 0; rest &= rest - 1 {
		atLeast[least].And(p.with(i, rest&-rest))
	}
	return atLeast[least]
}

// with returns the documents of segment i in which a clause finds bit.
func (p *plan) with(i int, bit uint64) *roaring.Bitmap {
	all := roaring.New()
	for j, c := range p.clauses {
		if c.bits&bit != 0 {
			addDocuments(p.lists[i][j], all)
		}
	}
	return all
}

// iterator returns the postings of clause j in segment i that are scored, nil when there are none.
func (p *plan) iterator(i, j int) segment.PostingsIterator {
	list := p.lists[i][j]
	if list.Count() == 0 {
		return nil
	}
	it := list.Iterator(true, true, false, nil)
	if p.read == nil {
		return it
	}
	o, ok := it.(segment.OptimizablePostingsIterator)
	if !ok {
		return it
	}
	if doc, one := o.DocNum1Hit(); one {
		if p.read[i].Contains(uint32(doc)) {
			return it
		}
		return nil
	}
	docs := o.ActualBitmap()
	if docs == nil {
		return nil
	}
	scored := roaring.And(docs, p.read[i])
	switch scored.GetCardinality() {
	case 0:
		return nil
	case docs.GetCardinality():
		return it
	}
	o.ReplaceActual(scored)
	return it
}

func addDocuments(list segment.PostingsList, all *roaring.Bitmap) {
	if list.Count() == 0 {
		return
	}
	o, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator)
	if !ok {
		return
	}
	if doc, one := o.DocNum1Hit(); one {
		all.Add(uint32(doc))
	} else if docs := o.ActualBitmap(); docs != nil {
		all.Or(docs)
	}
}

// wordCount returns how many words the mask has.
func wordCount(required uint64) int { return bits.OnesCount64(required & (1<<pairBit - 1)) }
