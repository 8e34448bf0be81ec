package preserve

import (
	"context"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// inTransactions calls store for each element, some in one transaction.
func inTransactions[T any](ctx context.Context, r *rebuild, list []T, store func(context.Context, *catalog.Tx, T) error) error {
	for chunk := range slices.Chunk(list, r.opt.Together) {
		err := r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error {
			for _, v := range chunk {
				if err := store(ctx, tx, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// others stores what works refer to. All of it is stored anew when a rebuild is gone on with.
func (r *rebuild) others(ctx context.Context) error {
	r.done.Others = len(r.agents) + len(r.collections) + len(r.rest)
	for _, step := range []func(context.Context) error{r.storeAgents, r.storeCollections, r.storeRest} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// storeAgents stores all before it links any: they refer to each other in every direction.
func (r *rebuild) storeAgents(ctx context.Context) error {
	err := inTransactions(ctx, r, r.agents, func(ctx context.Context, tx *catalog.Tx, a archive.Agent) error {
		a.Predecessor, a.Successor = "", ""
		return tx.PutAgent(ctx, a)
	})
	if err != nil {
		return err
	}
	known := map[archive.AgentID]bool{"": true}
	for _, a := range r.agents {
		known[a.ID] = true
	}
	return inTransactions(ctx, r, r.agents, func(ctx context.Context, tx *catalog.Tx, a archive.Agent) error {
		for _, link := range []*archive.AgentID{&a.Predecessor, &a.Successor, &a.MergedInto} {
			if !known[*link] {
				r.trouble(Trouble{Object: ObjectID("agent", string(*link)), Err: archive.Fail(archive.NotFound, "agent-missing", string(*link))})
				*link = ""
			}
		}
		if a.Predecessor != "" || a.Successor != "" {
			if err := tx.PutAgent(ctx, a); err != nil {
				return err
			}
		}
		if a.MergedInto == "" {
			return nil
		}
		return tx.MergeAgent(ctx, a.ID, a.MergedInto)
	})
}

func (r *rebuild) storeCollections(ctx context.Context) error {
	err := inTransactions(ctx, r, r.collections, func(ctx context.Context, tx *catalog.Tx, c *CollectionRecord) error {
		top := c.Archive()
		top.Parent = ""
		return tx.PutCollection(ctx, top)
	})
	if err != nil {
		return err
	}
	return inTransactions(ctx, r, r.collections, func(ctx context.Context, tx *catalog.Tx, c *CollectionRecord) error {
		if c.Parent == "" {
			return nil
		}
		if err := tx.KnownCollection(ctx, c.Parent); err != nil {
			r.trouble(Trouble{Object: ObjectID("collection", string(c.Parent)), Err: err})
			return nil //nolint:nilerr // it is told, and stands at the top
		}
		return tx.PutCollection(ctx, c.Archive())
	})
}

// storeRest stores genres, settings and whatever refers to nothing else.
func (r *rebuild) storeRest(ctx context.Context) error {
	return inTransactions(ctx, r, r.rest, func(ctx context.Context, tx *catalog.Tx, d Document) error {
		switch {
		case d.Genres != nil:
			return storeGenres(ctx, tx, d.Genres)
		case d.Settings != nil:
			for name, value := range d.Settings {
				if err := tx.PutSetting(ctx, name, value); err != nil {
					return err
				}
			}
		case d.Member != nil:
			return tx.RebuildMember(ctx, d.Member.Archive())
		case d.Deeds != nil:
			for _, deed := range d.Deeds {
				if err := tx.RebuildDeed(ctx, deed.Archive()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func storeGenres(ctx context.Context, tx *catalog.Tx, genres []GenreRecord) error {
	var kept []archive.GenreID
	for _, g := range genres {
		kept = append(kept, g.ID)
		if err := tx.PutGenre(ctx, g.Archive()); err != nil {
			return err
		}
	}
	return tx.KeepGenres(ctx, kept)
}

// works stores the works, each after those that it refers to.
func (r *rebuild) works(ctx context.Context) error {
	waiting := r.spool.works
	for len(waiting) > 0 {
		var ready, later []place
		for _, p := range waiting {
			if slices.ContainsFunc(p.refersTo, func(id archive.WorkID) bool { return !r.known[id] }) {
				later = append(later, p)
			} else {
				ready = append(ready, p)
			}
		}
		if len(ready) == 0 {
			return r.storeKnot(ctx, later)
		}
		if err := r.storeWorks(ctx, ready); err != nil {
			return err
		}
		waiting = later
	}
	return nil
}

func (r *rebuild) storeWorks(ctx context.Context, list []place) error {
	for chunk := range slices.Chunk(list, r.opt.Together) {
		works := make([]*spooled, 0, len(chunk))
		for _, p := range chunk {
			w, err := r.take(p)
			if err != nil {
				return err
			}
			works = append(works, w)
		}
		if err := r.storeTogether(ctx, works); err != nil {
			return err
		}
	}
	return nil
}

// storeTogether stores works in one transaction or, when one of them is refused, each in its own, so that the others are not refused with it.
func (r *rebuild) storeTogether(ctx context.Context, works []*spooled) error {
	if err := r.mend(ctx, works); err != nil {
		return err
	}
	err := r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		for _, w := range works {
			if err := tx.RebuildWork(ctx, w.rebuilt()); err != nil {
				return err
			}
		}
		return nil
	})
	if len(works) > 1 && refused(ctx, err) {
		for _, w := range works {
			if err := r.storeTogether(ctx, []*spooled{w}); err != nil {
				return err
			}
		}
		return nil
	}
	if refused(ctx, err) {
		r.trouble(Trouble{Object: WorkObject(works[0].Record.ID), Work: works[0].Record.ID, Err: err})
		return nil
	}
	if err != nil {
		return err
	}
	for _, w := range works {
		r.known[w.Record.ID] = true
	}
	r.done.Works += len(works)
	r.progress(RebuildStores, r.done.Works)
	return nil
}

// refused reports whether what was to be stored is at fault, and not the catalogue.
func refused(ctx context.Context, err error) bool {
	code := archive.CodeOf(err)
	return err != nil && ctx.Err() == nil && code != archive.Unavailable && code != archive.Busy
}

// storeKnot stores works that refer to each other in a circle, or to works that are not there: all in one transaction, first without what they refer to.
func (r *rebuild) storeKnot(ctx context.Context, list []place) error {
	works := make([]*spooled, 0, len(list))
	for _, p := range list {
		w, err := r.take(p)
		if err != nil {
			return err
		}
		works = append(works, w)
		r.known[p.id] = true
	}
	for _, w := range works {
		w.Record.Relations = slices.DeleteFunc(w.Record.Relations, func(link RelationRecord) bool {
			if r.known[link.Target] {
				return false
			}
			r.trouble(Trouble{Object: WorkObject(link.Target), Work: w.Record.ID, Err: archive.Fail(archive.Invalid, "relation-unknown", string(link.Target))})
			return true
		})
	}
	if err := r.mend(ctx, works); err != nil {
		return err
	}
	err := r.catalog.Rebuild(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		for _, w := range works {
			alone := w.rebuilt()
			alone.Work.Relations = nil
			if err := tx.RebuildWork(ctx, alone); err != nil {
				return err
			}
		}
		for _, w := range works {
			if err := tx.RebuildRelations(ctx, new(w.rebuilt().Work)); err != nil {
				return err
			}
		}
		return nil
	})
	r.done.Works += len(works)
	r.progress(RebuildStores, r.done.Works)
	return err
}
