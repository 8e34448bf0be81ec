package ingest

import (
	"context"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
)

// credit sets the credits of w to the entry's creators, when there are any. A name that the archive knows is that agent.
func (r *recording) credit(ctx context.Context, w *archive.Work, group string) error {
	if len(r.entry.Creators) == 0 {
		return nil
	}
	var credits []archive.Credit
	for _, c := range r.entry.Creators {
		if c.Relator == "" {
			c.Relator = archive.DefaultRelator(w.Genre, group)
		}
		id, err := r.agent(ctx, c)
		if err != nil {
			return err
		}
		credit := archive.Credit{Agent: id, Name: c.Name, Relator: c.Relator}
		if !slices.ContainsFunc(credits, func(had archive.Credit) bool { return had.Agent == id && had.Relator == c.Relator }) {
			credits = append(credits, credit)
		}
	}
	w.Credits = credits
	return nil
}

func (r *recording) agent(ctx context.Context, c Creator) (archive.AgentID, error) {
	known, err := r.tx.AgentByName(ctx, c.Name)
	if err == nil {
		return known.ID, nil
	}
	if archive.CodeOf(err) != archive.NotFound {
		return "", err
	}
	agent := archive.Agent{ID: archive.NewID[archive.AgentID](), Organisation: c.Relator == archive.Issuer,
		Names: []archive.AgentName{{Name: c.Name, Kind: archive.UnsaidName}}}
	if err := r.tx.PutAgent(ctx, agent); err != nil {
		return "", err
	}
	return agent.ID, r.preserve(ctx, "agent:"+string(agent.ID))
}

// collect puts w into the entry's collections, which are made when there are none of these titles. It never takes w out of one.
func (r *recording) collect(ctx context.Context, w *archive.Work) error {
	for _, titles := range r.entry.Collections {
		var parent archive.CollectionID
		for _, title := range titles {
			id, err := r.collection(ctx, title, parent)
			if err != nil {
				return err
			}
			parent = id
		}
		if parent != "" && !slices.Contains(w.Collections, parent) {
			w.Collections = append(slices.Clip(w.Collections), parent)
		}
	}
	return nil
}

func (r *recording) collection(ctx context.Context, title string, parent archive.CollectionID) (archive.CollectionID, error) {
	known, err := r.tx.CollectionByTitle(ctx, title, parent)
	if err == nil {
		return known.ID, nil
	}
	if archive.CodeOf(err) != archive.NotFound {
		return "", err
	}
	c := archive.Collection{ID: archive.NewID[archive.CollectionID](), Parent: parent, Title: title}
	if err := r.tx.PutCollection(ctx, c); err != nil {
		return "", err
	}
	return c.ID, r.preserve(ctx, "collection:"+string(c.ID))
}

func (r *recording) preserve(ctx context.Context, note string) error {
	return r.tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPreserve, Note: note, Unique: true, Priority: 4})
}
