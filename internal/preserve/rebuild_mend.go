package preserve

import (
	"context"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// mend looks for what works refer to and the archive of record does not hold any more, since its object is broken. An agent is made of the name
// under which it is credited, a genre of its identifier; a collection is left out.
func (r *rebuild) mend(ctx context.Context, works []*spooled) error {
	reader := r.catalog.Reader(viewer())
	genres, err := reader.Genres(ctx)
	if err != nil {
		return err
	}
	var agents []archive.AgentID
	var collections []archive.CollectionID
	for _, w := range works {
		for _, c := range w.Record.credits() {
			agents = append(agents, c.Agent)
		}
		collections = append(collections, w.Record.Collections...)
	}
	knownAgents, err := reader.UncountedAgents(ctx, agents)
	if err != nil {
		return err
	}
	knownCollections, err := reader.KnownCollections(ctx, collections)
	if err != nil {
		return err
	}
	for _, w := range works {
		w.Record.Collections = slices.DeleteFunc(w.Record.Collections, func(id archive.CollectionID) bool {
			_, ok := knownCollections[id]
			if !ok {
				r.trouble(Trouble{Object: ObjectID("collection", string(id)), Work: w.Record.ID, Err: archive.Fail(archive.NotFound, "collection-missing", string(id))})
			}
			return !ok
		})
		if err := r.mendGenre(ctx, w.Record, &genres); err != nil {
			return err
		}
		if err := r.mendAgents(ctx, w.Record, knownAgents); err != nil {
			return err
		}
	}
	return nil
}

func (r *WorkRecord) credits() []CreditRecord {
	all := slices.Clone(r.Credits)
	for _, form := range r.Representations {
		all = append(all, form.Credits...)
	}
	return all
}

func (r *rebuild) mendGenre(ctx context.Context, w *WorkRecord, known *[]archive.Genre) error {
	if slices.ContainsFunc(*known, func(g archive.Genre) bool { return g.ID == w.Genre }) {
		return nil
	}
	r.trouble(Trouble{Object: ObjectID(noteGenres, ""), Work: w.ID, Err: archive.Fail(archive.Invalid, "genre-unknown", string(w.Genre))})
	made := archive.Genre{ID: w.Genre, Name: string(w.Genre), English: string(w.Genre), Order: len(*known) + 1}
	*known = append(*known, made)
	return r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutGenre(ctx, made) })
}

func (r *rebuild) mendAgents(ctx context.Context, w *WorkRecord, known map[archive.AgentID]archive.Agent) error {
	for _, c := range w.credits() {
		if _, ok := known[c.Agent]; ok {
			continue
		}
		r.trouble(Trouble{Object: ObjectID("agent", string(c.Agent)), Work: w.ID, Err: archive.Fail(archive.NotFound, "agent-missing", string(c.Agent))})
		made := archive.Agent{ID: c.Agent, Names: []archive.AgentName{{Name: c.Name}}}
		if c.Name == "" {
			made.Names[0].Name = string(c.Agent)
		}
		known[c.Agent] = made
		if err := r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, made) }); err != nil {
			return err
		}
	}
	return nil
}

// afterWorks stores what refers to works: the order of collections, cases, rates, sheets.
func (r *rebuild) afterWorks(ctx context.Context) error {
	err := inTransactions(ctx, r, r.collections, func(ctx context.Context, tx *catalog.Tx, c *CollectionRecord) error {
		return tx.ArrangeCollection(ctx, c.ID, c.Works)
	})
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, *catalog.Tx, Document) error{r.storeCase, storeRates, r.storeSheet, r.storeFees} {
		for _, d := range r.rest {
			err := r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error { return step(ctx, tx, d) })
			if refused(ctx, err) {
				r.trouble(Trouble{Object: d.object(), Err: err})
				err = nil
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Document) object() string {
	switch {
	case d.Case != nil:
		return ObjectID("case", string(d.Case.ID))
	case d.Sheet != nil:
		return ObjectID("sheet", string(d.Sheet.ID))
	}
	return ObjectID("rates", "")
}

func (r *rebuild) storeCase(ctx context.Context, tx *catalog.Tx, d Document) error {
	if d.Case == nil {
		return nil
	}
	return tx.PutCase(ctx, d.Case.Archive())
}

func storeRates(ctx context.Context, tx *catalog.Tx, d Document) error {
	for _, rate := range d.Rates {
		if err := tx.PutRate(ctx, archive.Rate(rate)); err != nil {
			return err
		}
	}
	return nil
}

func (r *rebuild) storeSheet(ctx context.Context, tx *catalog.Tx, d Document) error {
	if d.Sheet == nil {
		return nil
	}
	s, _ := d.Sheet.Archive()
	return tx.PutSheet(ctx, s)
}

// storeFees stores the rows of a sheet: first without the row of another that they correct, which may be of a sheet to come.
func (r *rebuild) storeFees(ctx context.Context, tx *catalog.Tx, d Document) error {
	if d.Sheet == nil {
		return nil
	}
	_, rows := d.Sheet.Archive()
	for _, f := range rows {
		if f.Corrects != "" {
			if _, err := tx.Fee(ctx, f.Corrects); archive.CodeOf(err) == archive.NotFound {
				r.corrections = append(r.corrections, f)
				f.Corrects = ""
			} else if err != nil {
				return err
			}
		}
		if err := tx.PutFee(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// storeCorrections says of rows which other rows they correct.
func (r *rebuild) storeCorrections(ctx context.Context) error {
	for _, f := range r.corrections {
		err := r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			if _, err := tx.Fee(ctx, f.Corrects); err != nil {
				return err
			}
			return tx.PutFee(ctx, f)
		})
		if refused(ctx, err) {
			r.trouble(Trouble{Object: ObjectID("sheet", string(f.Sheet)), Work: f.Work, Err: err})
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
