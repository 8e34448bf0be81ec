package find

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/search"
	"vannghe/web/address"
)

// Name is an agent or a collection found by name.
type Name struct {
	ID           string // an AgentID or a CollectionID
	Name         string
	Organisation bool   // of an agent: a body rather than a person
	Works        int    // how many of its works the viewer may see; never 0
	Path         string // without the prefix of the language
}

// names fills the agents and collections that were found. The catalogue says their names, and of whom the viewer may see a work; the index has
// counted the works, which costs the catalogue as much as they are many.
func (f Finder) names(ctx context.Context, r search.Result) (agents, collections []Name, err error) {
	if agents, err = f.agents(ctx, r.Agents); err != nil {
		return nil, nil, err
	}
	known, err := f.Catalog.Reader(f.Viewer).KnownCollections(ctx, idsOfHits[archive.CollectionID](r.Collections))
	if err != nil {
		return nil, nil, err
	}
	for _, hit := range r.Collections {
		if c, ok := known[archive.CollectionID(hit.ID)]; ok {
			collections = append(collections, Name{ID: hit.ID, Name: c.Title, Works: hit.Works, Path: address.Collection(c.ID, c.Title)})
		}
	}
	return agents, collections, nil
}

func (f Finder) agents(ctx context.Context, hits []search.NameHit) ([]Name, error) {
	known, err := f.Catalog.Reader(f.Viewer).KnownAgents(ctx, idsOfHits[archive.AgentID](hits))
	if err != nil {
		return nil, err
	}
	var found []Name
	for _, hit := range hits {
		id := archive.AgentID(hit.ID)
		if a, ok := known[id]; ok {
			found = append(found, Name{
				ID: hit.ID, Name: a.Name(), Organisation: a.Organisation, Works: hit.Works, Path: address.Agent(id, a.Name()),
			})
		}
	}
	return found, nil
}

func idsOfHits[T ~string](hits []search.NameHit) []T {
	ids := make([]T, len(hits))
	for i, hit := range hits {
		ids[i] = T(hit.ID)
	}
	return ids
}
