package index

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/search"
)

// A portion is given to the index when it has this many works or this much text in bytes: a thousand poems or five novels.
const (
	portionWorks = 200
	portionText  = 16 << 20
)

// loader turns works into what the index is told, and gathers them in portions. It remembers genres and collections for as
// long as it lives, which is one batch.
type loader struct {
	reader      *catalog.Reader
	genres      map[archive.GenreID]archive.Genre // nil until asked for
	collections map[archive.CollectionID]archive.Collection
	portion     []search.Work
	text        int
}

func (x *Index) newLoader() *loader {
	return &loader{reader: x.reader(), collections: map[archive.CollectionID]archive.Collection{}}
}

// add adds a work and hands a full portion to put.
func (l *loader) add(ctx context.Context, w archive.Work, put func([]search.Work) error) error {
	r, err := l.record(ctx, w)
	if err != nil {
		return fmt.Errorf("load work %s: %w", w.ID, err)
	}
	l.portion = append(l.portion, searchWork(r))
	for _, p := range r.parts {
		l.text += len(p.Text)
	}
	if len(l.portion) < portionWorks && l.text < portionText {
		return nil
	}
	return l.flush(put)
}

// flush hands over what is left, also when that is nothing.
func (l *loader) flush(put func([]search.Work) error) error {
	err := put(l.portion)
	l.portion, l.text = nil, 0
	return err
}

func (l *loader) record(ctx context.Context, w archive.Work) (record, error) {
	r := record{work: w}
	var err error
	if r.genre, err = l.genre(ctx, w.Genre); err != nil {
		return r, err
	}
	var ids []archive.AgentID
	for _, c := range credits(&w) {
		ids = append(ids, c.Agent)
	}
	if r.agents, err = l.reader.UncountedAgents(ctx, ids); err != nil {
		return r, err
	}
	for _, id := range w.Collections {
		c, err := l.collection(ctx, id)
		if err != nil {
			return r, err
		}
		r.collections = append(r.collections, c)
	}
	r.parts, err = l.reader.Parts(ctx, w.ID)
	return r, err
}

func (l *loader) genre(ctx context.Context, id archive.GenreID) (archive.Genre, error) {
	if l.genres == nil {
		all, err := l.reader.Genres(ctx)
		if err != nil {
			return archive.Genre{}, err
		}
		l.genres = map[archive.GenreID]archive.Genre{}
		for _, g := range all {
			l.genres[g.ID] = g
		}
	}
	return l.genres[id], nil
}

func (l *loader) collection(ctx context.Context, id archive.CollectionID) (archive.Collection, error) {
	if c, ok := l.collections[id]; ok {
		return c, nil
	}
	c, err := l.reader.Collection(ctx, id)
	if err == nil {
		l.collections[id] = c
	}
	return c, err
}
