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

// names fills the agents and collections that were found. The catalogue says their names and counts their works: who has none
// that the viewer may see is not told of.
func (f Finder) names(ctx context.Context, r search.Result) (agents, collections []Name, err error) {
	if agents, err = f.agents(ctx, r.Agents); err != nil {
		return nil, nil, err
	}
	ids := make([]archive.CollectionID, len(r.Collections))
	for i, hit := range r.Collections {
		ids[i] = archive.CollectionID(hit.ID)
	}
	known, err := f.Catalog.Reader(f.Viewer).CollectionsByID(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if c := known[id]; c.Works > 0 {
			collections = append(collections, Name{ID: string(id), Name: c.Title, Works: c.Works, Path: address.Collection(c.ID, c.Title)})
		}
	}
	return agents, collections, nil
}

func (f Finder) agents(ctx context.Context, hits []search.NameHit) ([]Name, error) {
	ids := make([]archive.AgentID, len(hits))
	for i, hit := range hits {
		ids[i] = archive.AgentID(hit.ID)
	}
	known, err := f.Catalog.Reader(f.Viewer).AgentsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var found []Name
	for _, id := range ids {
		if a, ok := known[id]; ok && a.Works > 0 {
			found = append(found, Name{
				ID: string(id), Name: a.Name(), Organisation: a.Organisation, Works: a.Works, Path: address.Agent(id, a.Name()),
			})
		}
	}
	return found, nil
}
