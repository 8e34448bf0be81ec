package iiif

import (
	"container/list"
	"sync"

	"vannghe/internal/archive"
)

// shelf keeps the pictures asked for last. A picture of 12,000 × 9,000 pixels has 600 names of 60 bytes. Safe for concurrent use.
type shelf struct {
	most int

	mu    sync.Mutex
	order *list.List // of *picture, the one asked for last first
	byID  map[archive.FileID]*list.Element
}

// shelfSize is how many pictures are kept, each with an open file where the store is a folder.
const shelfSize = 128

func newShelf(most int) *shelf {
	return &shelf{most: most, order: list.New(), byID: map[archive.FileID]*list.Element{}}
}

func (s *shelf) get(id archive.FileID) (*picture, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	if !ok {
		return nil, false
	}
	s.order.MoveToFront(e)
	p, ok := e.Value.(*picture)
	return p, ok
}

// put keeps a picture and returns those that made room for it.
func (s *shelf) put(p *picture) (gone []*picture) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone = append(gone, s.remove(p.ref.File)...)
	s.byID[p.ref.File] = s.order.PushFront(p)
	for s.order.Len() > s.most {
		if oldest, ok := s.order.Back().Value.(*picture); ok {
			gone = append(gone, s.remove(oldest.ref.File)...)
		}
	}
	return gone
}

func (s *shelf) drop(id archive.FileID) (gone []*picture) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.remove(id)
}

func (s *shelf) holds(work archive.WorkID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.of(work)) > 0
}

// dropOf removes the pictures of a work and returns them.
func (s *shelf) dropOf(work archive.WorkID) (gone []*picture) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.of(work) {
		gone = append(gone, s.remove(p.ref.File)...)
	}
	return gone
}

func (s *shelf) of(work archive.WorkID) (list []*picture) {
	for _, e := range s.byID {
		if p, ok := e.Value.(*picture); ok && p.ref.Work == work {
			list = append(list, p)
		}
	}
	return list
}

func (s *shelf) remove(id archive.FileID) []*picture {
	e, ok := s.byID[id]
	if !ok {
		return nil
	}
	delete(s.byID, id)
	p, ok := s.order.Remove(e).(*picture)
	if !ok {
		return nil
	}
	p.close()
	return []*picture{p}
}
