package web

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// manyChanges is how many changes are read at once.
const manyChanges = 1000

// forgetHidden takes out of the cache and of memory what changed since then and is not public now: withdrawn, destroyed, or made anew for staff. It
// returns how far it has come.
func (s *Server) forgetHidden(ctx context.Context, after int64) (int64, error) {
	for {
		changes, err := s.Catalog.Changes(ctx, after, manyChanges)
		if err != nil || len(changes) == 0 {
			return after, err
		}
		var held []archive.WorkID
		for _, ch := range changes {
			if ch.Kind == catalog.ChangeWork && s.holds(archive.WorkID(ch.ID)) {
				held = append(held, archive.WorkID(ch.ID))
			}
		}
		if err := s.forget(ctx, held); err != nil {
			return after, err
		}
		after = changes[len(changes)-1].Seq
	}
}

func (s *Server) forget(ctx context.Context, held []archive.WorkID) error {
	if len(held) == 0 {
		return nil
	}
	works, err := s.Catalog.Reader(archive.System("web")).WorksByID(ctx, held)
	if err != nil {
		return fmt.Errorf("look up works whose bytes are cached: %w", err)
	}
	public, now := map[archive.WorkID]bool{}, time.Now()
	for i := range works {
		public[works[i].ID] = archive.Public().Sees(&works[i], now) == nil
	}
	for _, id := range held {
		if !public[id] {
			s.drop(id)
		}
	}
	return nil
}

// holds reports whether bytes of a work are kept.
func (s *Server) holds(id archive.WorkID) bool {
	return s.images.Holds(id) || s.Cache != nil && s.Cache.Holds(string(id))
}

func (s *Server) drop(id archive.WorkID) {
	s.images.Drop(id)
	if s.Cache != nil {
		s.Cache.Drop(string(id))
	}
}
