package searchtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/search"
)

// names are the agents and collections of a corpus, as the catalogue and the index know them.
type names struct {
	agents  map[string]archive.AgentID
	shelves map[string]archive.CollectionID
	genres  map[archive.GenreID][]string
	works   int
}

func newNames() *names {
	n := &names{agents: map[string]archive.AgentID{}, shelves: map[string]archive.CollectionID{}, genres: map[archive.GenreID][]string{}}
	for _, g := range archive.Genres() {
		n.genres[g.ID] = []string{g.Name, g.English}
	}
	return n
}

// catalogPortion is how many works one transaction stores.
const catalogPortion = 500

// fill stores the documents as published works, with the agents and collections that they name.
func (n *names) fill(ctx context.Context, c *catalog.Catalog, docs Docs) error {
	for some, err := range docs {
		if err != nil {
			return err
		}
		for chunk := range slices.Chunk(some, catalogPortion) {
			if err := c.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return n.store(ctx, tx, chunk) }); err != nil {
				return fmt.Errorf("fill the catalogue: %w", err)
			}
		}
		n.works += len(some)
	}
	return nil
}

func (n *names) store(ctx context.Context, tx *catalog.Tx, docs []Doc) error {
	for i := range docs {
		if err := n.introduce(ctx, tx, &docs[i]); err != nil {
			return err
		}
		w := n.archiveWork(&docs[i])
		if err := tx.PutWork(ctx, w); err != nil {
			return err
		}
		parts := make([]archive.Part, len(docs[i].Parts))
		for j, text := range docs[i].Parts {
			parts[j] = archive.Part{Kind: "section", Locator: fmt.Sprintf("muc-%d", j+1), Text: text, Language: "vi"}
		}
		if err := tx.PutParts(ctx, w.Representations[0].Files[0], parts); err != nil {
			return err
		}
	}
	return nil
}

// introduce stores the agent and the collection of d when they are named for the first time.
func (n *names) introduce(ctx context.Context, tx *catalog.Tx, d *Doc) error {
	if _, ok := n.agents[d.Agent]; !ok {
		a := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: d.Agent, Kind: archive.RealName}}}
		if err := tx.PutAgent(ctx, a); err != nil {
			return err
		}
		n.agents[d.Agent] = a.ID
	}
	if _, ok := n.shelves[d.Collection]; ok || d.Collection == "" {
		return nil
	}
	c := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: d.Collection}
	n.shelves[d.Collection] = c.ID
	return tx.PutCollection(ctx, c)
}

func (n *names) archiveWork(d *Doc) *archive.Work {
	return catalogtest.Work(d.Title, func(w *archive.Work) {
		w.ID, w.Genre, w.Date = d.ID, d.Genre, archive.Date(fmt.Sprintf("%04d", d.Year))
		w.Credits = []archive.Credit{{Agent: n.agents[d.Agent], Relator: archive.Author}}
		w.Representations[0].Medium = d.Medium
		if d.Collection != "" {
			w.Collections = []archive.CollectionID{n.shelves[d.Collection]}
		}
	})
}

// searchWorks says of the documents what package index says to the index of such works.
func (n *names) searchWorks(docs []Doc) []search.Work {
	works := make([]search.Work, len(docs))
	for i := range docs {
		d := &docs[i]
		works[i] = search.Work{
			ID: d.ID, Title: d.Title, Agents: []search.Agent{{ID: n.agents[d.Agent], Names: []string{d.Agent}}},
			Genre: d.Genre, GenreLabels: n.genres[d.Genre], Media: []archive.Medium{d.Medium}, Year: d.Year,
			Audience: archive.AudiencePublic, Published: time.Date(2023, 11, 21, 7, 0, 0, 0, time.UTC).UnixMicro(),
		}
		if d.Collection != "" {
			works[i].Collections = []search.Collection{{ID: n.shelves[d.Collection], Title: d.Collection}}
		}
		for j, text := range d.Parts {
			works[i].Parts = append(works[i].Parts, search.Part{Ordinal: j, Text: text})
		}
	}
	return works
}
