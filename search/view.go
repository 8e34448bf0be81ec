package search

import (
	"errors"
	"fmt"
	"iter"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"vannghe/internal/archive"
)

// view is a snapshot of the index with what is held in memory beside it. It never changes, so any number of searches share it.
type view struct {
	snapshot *scorch.IndexSnapshot
	segments []viewSegment
	size     int     // documents in all segments, deleted ones among them
	live     float64 // documents that are not deleted
	cards    []*card // by number of the work; nil for a work that this snapshot does not hold
	facts    facts   // of the same works
	sights   sights
	answers  answers
	turned   turned
	dict     *dictionaries
}

// viewSegment is a segment and the number, within the view, of its first document.
type viewSegment struct {
	*scorch.SegmentSnapshot
	*columns
	first int
}

// columns say of each document of a segment to which work it belongs and which part of it it is. A segment never changes but for
// deletions, so that its columns are made once and last until it is merged into another.
type columns struct {
	works    []uint32
	ordinals []int32
	lengths  map[string][]uint8 // of each measured field, as lengthStep counts

	// Of the documents of works, which are not parts:
	locals []uint32
	cards  []card
	facts  facts
	sights []sight
}

// use calls f with a view of the newest snapshot, which f must not keep.
func (g *generation) use(f func(*view) error) error {
	s, err := g.snapshot()
	if err != nil {
		return err
	}
	v, err := g.viewOf(s)
	if err != nil {
		return errors.Join(err, s.DecRef())
	}
	return errors.Join(f(v), s.DecRef())
}

// viewOf returns the view of s, which it makes unless the last one was of s too. The last view is kept and keeps its snapshot, so that
// equal addresses mean the same snapshot.
func (g *generation) viewOf(s *scorch.IndexSnapshot) (*view, error) {
	g.views.Lock()
	defer g.views.Unlock()
	if g.view != nil && g.view.snapshot == s {
		return g.view, nil
	}
	v, err := g.newView(s)
	if err != nil {
		return nil, err
	}
	last := g.view
	s.AddRef()
	g.view = v
	if last == nil {
		return v, nil
	}
	return v, last.snapshot.DecRef()
}

func (g *generation) newView(s *scorch.IndexSnapshot) (*view, error) {
	v := &view{snapshot: s, dict: g.dict}
	kept := make(map[uint64]*columns, len(s.Segments()))
	for _, segment := range s.Segments() {
		c, ok := g.columns[segment.Id()]
		if !ok {
			var err error
			if c, err = g.newColumns(segment); err != nil {
				return nil, err
			}
		}
		kept[segment.Id()] = c
		v.segments = append(v.segments, viewSegment{SegmentSnapshot: segment, columns: c, first: v.size})
		v.size += len(c.works)
		v.live += float64(segment.Count())
	}
	g.columns = kept
	v.deal()
	return v, nil
}

// deal puts what is known of works at their numbers.
func (v *view) deal() {
	v.cards = make([]*card, len(v.dict.works.all()))
	v.facts.all = make([]fact, len(v.cards))
	for i := range v.segments {
		s := &v.segments[i]
		base := len(v.facts.numbers)
		v.facts.numbers = append(v.facts.numbers, s.facts.numbers...)
		for place, local := range s.liveWorks() {
			work := s.works[local]
			v.cards[work] = &s.cards[place]
			v.facts.deal(work, &s.facts, place, base)
		}
	}
}

// liveWorks yields the documents of works that are not deleted: their place among those of the segment, and their number in it.
func (s *viewSegment) liveWorks() iter.Seq2[int, uint32] {
	deleted := s.Deleted()
	return func(yield func(int, uint32) bool) {
		for place, local := range s.locals {
			if deleted != nil && deleted.Contains(local) {
				continue
			}
			if !yield(place, local) {
				return
			}
		}
	}
}

func (g *generation) newColumns(s *scorch.SegmentSnapshot) (*columns, error) {
	n := int(s.FullSize())
	c := &columns{works: make([]uint32, n), ordinals: make([]int32, n)}
	for i := range n { // deleted documents too: a search on an earlier snapshot, in which they are not, shares these columns
		id, err := s.DocID(uint64(i))
		if err != nil {
			return nil, fmt.Errorf("read document %d of segment %d: %w", i, s.Id(), err)
		}
		work, ordinal := splitID(string(id))
		c.works[i], c.ordinals[i] = g.dict.works.number(work), int32(ordinal)
		if ordinal != noOrdinal {
			continue
		}
		e, err := g.readEntry(s, i, archive.WorkID(work))
		if err != nil {
			return nil, err
		}
		c.locals, c.cards, c.sights = append(c.locals, uint32(i)), append(c.cards, e.card), append(c.sights, e.sight)
		c.facts.append(e)
	}
	var err error
	c.lengths, err = readLengths(s, n)
	return c, err
}

// readLengths returns the lengths of the fields of all documents, which are n.
func readLengths(s *scorch.SegmentSnapshot, n int) (map[string][]uint8, error) {
	dict, err := s.Segment().Dictionary(fieldLength)
	if err != nil {
		return nil, fmt.Errorf("open dictionary of field %s: %w", fieldLength, err)
	}
	all := make(map[string][]uint8, len(measuredFields))
	for _, field := range measuredFields {
		steps := make([]uint8, n)
		for step := range uint8(lengthSteps) {
			list, err := dict.PostingsList([]byte(lengthTerm(field, step)), nil, nil)
			if err != nil {
				return nil, fmt.Errorf("read lengths of field %s: %w", field, err)
			}
			for doc := range each(documentsOf(list)) {
				steps[doc] = step
			}
		}
		all[field] = steps
	}
	return all, nil
}

func (g *generation) readEntry(s *scorch.SegmentSnapshot, i int, id archive.WorkID) (*entry, error) {
	var e *entry
	bad := errCard // unless there is a card
	err := s.VisitDocument(uint64(i), func(field string, _ byte, value []byte, _ []uint64) bool {
		if field != fieldCard {
			return true
		}
		e, bad = decodeCard(id, value, g.dict)
		return false
	})
	if err := errors.Join(err, bad); err != nil {
		return nil, fmt.Errorf("read card of %s: %w", id, err)
	}
	return e, nil
}
