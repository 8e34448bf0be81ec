package search

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// plan is what is read to answer a question: the lists of each clause in each segment, and the documents that may match. Which
// documents hold all words, or most of them, is known from the lists before a single score is made.
type plan struct {
	v       *view
	clauses []clause
	lists   [][][]*roaring.Bitmap     // by segment, clause and level; a level without documents ends them
	counts  []float64                 // by group: in how many documents its term is, in the field that has it most
	gains   [][]*[lengthSteps]float32 // by clause and level: what a document gains by its length
	read    []*roaring.Bitmap         // by segment: the documents that may match
}

// newPlan finds the lists of the clauses. It must be told which documents may match, by readAll or readThose.
func (v *view) newPlan(clauses []clause) (*plan, error) {
	p := &plan{v: v, clauses: clauses, lists: make([][][]*roaring.Bitmap, len(v.segments)), counts: make([]float64, len(clauses))}
	totals := make([]float64, len(clauses))
	for i := range v.segments {
		p.lists[i] = make([][]*roaring.Bitmap, len(clauses))
		for j, c := range clauses {
			lists, err := v.segments[i].levels(c.field, c.term)
			if err != nil {
				return nil, err
			}
			p.lists[i][j] = lists
			if len(lists) == 0 {
				continue
			}
			totals[j] += float64(lists[0].GetCardinality())
			p.counts[c.group] = max(p.counts[c.group], totals[j])
		}
	}
	p.gains = p.tables()
	return p, nil
}

func cardinality(docs []*roaring.Bitmap) (n uint64) {
	for _, d := range docs {
		n += d.GetCardinality()
	}
	return n
}

// levels returns the documents of the segment that have term in field, for each level the term reaches.
func (s *viewSegment) levels(field, term string) ([]*roaring.Bitmap, error) {
	var all []*roaring.Bitmap
	for i := range levelsOf(field) {
		docs, err := s.with(levelField(field, i), term)
		if err != nil {
			return nil, err
		}
		if docs.IsEmpty() {
			break
		}
		all = append(all, docs)
	}
	return all, nil
}

// with returns the documents of the segment that have term in field, without the deleted ones. They must not be changed, nor used after the snapshot
// of the segment.
func (s *viewSegment) with(field, term string) (*roaring.Bitmap, error) {
	list, err := s.postings(field, term)
	if err != nil {
		return nil, err
	}
	return documentsOf(list), nil
}

// postings returns the list of the documents of the segment that have term in field, without the deleted ones.
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

func documentsOf(list segment.PostingsList) *roaring.Bitmap {
	if o, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator); ok {
		if doc, one := o.DocNum1Hit(); one {
			return roaring.BitmapOf(uint32(doc))
		}
		if docs := o.ActualBitmap(); docs != nil {
			return docs
		}
	}
	return roaring.New()
}

// readAll lets all documents match that have one of the clauses.
func (p *plan) readAll() {
	p.read = make([]*roaring.Bitmap, len(p.v.segments))
	for i := range p.read {
		p.read[i] = p.with(i, math.MaxUint64)
	}
}

// readThose restricts the plan to the documents that have all of the required bits, or at least so many of the words and all
// required pairs.
func (p *plan) readThose(required uint64, least int) {
	p.read = make([]*roaring.Bitmap, len(p.v.segments))
	for i := range p.read {
		if least >= wordCount(required) {
			p.read[i] = p.holdingAll(i, required)
		} else {
			p.read[i] = p.holding(i, required, least)
		}
	}
}

// keep leaves of the documents that may match those of works that pass.
func (p *plan) keep(passes func(work uint32) bool) {
	for i, docs := range p.read {
		of := p.v.segments[i].works
		var kept []uint32
		for local := range each(docs) {
			if passes(of[local]) {
				kept = append(kept, uint32(local))
			}
		}
		p.read[i] = roaring.BitmapOf(kept...)
	}
}

// holdingAll returns the documents of segment i that have all of the required bits. It begins with what the fewest have: of the longer lists only what
// is there too is looked at.
func (p *plan) holdingAll(i int, required uint64) *roaring.Bitmap {
	var order []uint64
	for rest := required; rest != 0; rest &= rest - 1 {
		order = append(order, rest&-rest)
	}
	slices.SortStableFunc(order, func(a, b uint64) int { return cmp.Compare(p.most(i, a), p.most(i, b)) })
	var all *roaring.Bitmap
	for _, bit := range order {
		if all == nil {
			all = p.with(i, bit)
			continue
		}
		some := roaring.New()
		for j, c := range p.clauses {
			if c.bits&bit != 0 && len(p.lists[i][j]) > 0 {
				some.Or(roaring.And(p.lists[i][j][0], all))
			}
		}
		all = some
	}
	return all
}

// most is at most how many documents of segment i have bit.
func (p *plan) most(i int, bit uint64) (docs uint64) {
	for j, c := range p.clauses {
		if c.bits&bit != 0 && len(p.lists[i][j]) > 0 {
			docs += p.lists[i][j][0].GetCardinality()
		}
	}
	return docs
}

// holding returns the documents of segment i that have at least so many of the required words, of which pairs must not be among.
func (p *plan) holding(i int, required uint64, least int) *roaring.Bitmap {
	atLeast := make([]*roaring.Bitmap, least+1) // by the number of words
	for n := 1; n <= least; n++ {
		atLeast[n] = roaring.New()
	}
	for rest := required; rest != 0; rest &= rest - 1 {
		docs := p.with(i, rest&-rest)
		for n := least; n > 1; n-- {
			atLeast[n].Or(roaring.And(atLeast[n-1], docs))
		}
		atLeast[1].Or(docs)
	}
	return atLeast[least]
}

// with returns the documents of segment i in which a clause finds one of the bits.
func (p *plan) with(i int, some uint64) *roaring.Bitmap {
	all := roaring.New()
	for j, c := range p.clauses {
		if c.bits&some != 0 && len(p.lists[i][j]) > 0 {
			all.Or(p.lists[i][j][0])
		}
	}
	return all
}

// tables returns what a document gains by each clause on each level.
func (p *plan) tables() [][]*[lengthSteps]float32 {
	all := make([][]*[lengthSteps]float32, len(p.clauses))
	for j, c := range p.clauses {
		weight := c.weight * rarity(p.v.live, p.counts[c.group])
		for n := range p.reached(j) {
			all[j] = append(all[j], gains(c.field, n, weight))
		}
	}
	return all
}

// reached returns how many levels clause j reaches.
func (p *plan) reached(j int) int {
	most := 0
	for _, lists := range p.lists {
		most = max(most, len(lists[j]))
	}
	return most
}

// wordCount returns how many words the mask has.
func wordCount(required uint64) int { return bits.OnesCount64(required & (1<<pairBit - 1)) }
