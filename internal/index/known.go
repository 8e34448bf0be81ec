package index

import (
	"context"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// known remembers under which names agents, collections and genres are in the index, an agent's chapter with them. The catalogue records a
// change of them whenever a work comes or goes, since their counts change; only a change of these concerns the works that they have.
type known struct {
	names map[string]string
}

func newKnown() *known { return &known{names: map[string]string{}} }

func (k *known) is(key, name string) bool {
	have, ok := k.names[key]
	return ok && have == name
}

// learn is called once the works that bear the names are in the index.
func (k *known) learn(a affected) {
	for key, name := range a.names {
		k.names[key] = name
	}
}

// named returns the name that the thing of c bears now, and the filter for the works that bear it; no filter when there is no
// such thing any more, since the works that lost it have changed themselves.
func (x *Index) named(ctx context.Context, c catalog.Change) (name string, filter *catalog.WorkFilter, err error) {
	switch c.Kind {
	case catalog.ChangeAgent:
		id := archive.AgentID(c.ID)
		var found map[archive.AgentID]archive.Agent
		found, err = x.reader().UncountedAgents(ctx, []archive.AgentID{id})
		if a, ok := found[id]; ok {
			for _, n := range a.Names {
				name += n.Name + "\n"
			}
			name += "\n" + a.Chapter // a facet of its works
			filter = &catalog.WorkFilter{Agent: id}
		}
	case catalog.ChangeCollection:
		id := archive.CollectionID(c.ID)
		var found map[archive.CollectionID]archive.Collection
		found, err = x.reader().KnownCollections(ctx, []archive.CollectionID{id})
		if k, ok := found[id]; ok {
			name, filter = k.Title, &catalog.WorkFilter{Collection: id}
		}
	case catalog.ChangeGenre:
		var g archive.Genre
		if g, err = x.reader().Genre(ctx, archive.GenreID(c.ID)); err == nil {
			name, filter = strings.Join([]string{g.Name, g.English}, "\n"), &catalog.WorkFilter{Genre: g.ID}
		}
	}
	if archive.CodeOf(err) == archive.NotFound {
		return "", nil, nil
	}
	return name, filter, err
}
