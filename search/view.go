package search

import (
	"errors"
	"fmt"

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
	cards    []*card // nil for parts
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
	v.cards = make([]*card, len(g.dict.works.all()))
	for _, segment := range v.segments {
		segment.deal(v.cards)
	}
	return v, nil
}

// deal puts the cards of the live documents of the segment at the number of their work.
func (s viewSegment) deal(cards []*card) {
	deleted := s.Deleted()
	for i, c := range s.cards {
		if c != nil && (deleted == nil || !deleted.Contains(uint32(i))) {
			cards[s.works[i]] = c
		}
	}
}

func (g *generation) newColumns(s *scorch.SegmentSnapshot) (*columns, error) {
	n := int(s.FullSize())
	c := &columns{works: make([]uint32, n), ordinals: make([]int32, n), cards: make([]*card, n)}
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
		if c.cards[i], err = g.readCard(s, i, archive.WorkID(work)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (g *generation) readCard(s *scorch.SegmentSnapshot, i int, id archive.WorkID) (*card, error) {
	var c *card
	var bad error
	err := s.VisitDocument(uint64(i), func(field string, _ byte, value []byte, _ []uint64) bool {
		if field != fieldCard {
			return true
		}
		c, bad = decodeCard(id, value, g.dict)
		return false
	})
	if err := errors.Join(err, bad); err != nil {
		return nil, fmt.Errorf("read card of %s: %w", id, err)
	}
	return c, nil
}
