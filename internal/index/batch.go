package index

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/search"
)

// batch applies the next changes and reports whether there may be more. following is held.
func (x *Index) batch(ctx context.Context) (more bool, err error) {
	last, err := x.catalog.LastChange(ctx)
	if err != nil {
		return false, fmt.Errorf("read the last change: %w", err)
	}
	if last <= x.Applied() {
		return false, nil
	}
	changes, err := x.catalog.Changes(ctx, x.Applied(), batchChanges)
	if err != nil {
		return false, fmt.Errorf("read the changes: %w", err)
	}
	seq := last // a number may have passed to a later change of the same thing: then there is nothing below it
	if len(changes) > 0 {
		seq = changes[len(changes)-1].Seq
	}
	a, err := x.affected(ctx, changes)
	if err != nil {
		return false, err
	}
	if err := x.apply(ctx, seq, a.works); err != nil {
		return false, fmt.Errorf("apply changes up to %d: %w", seq, err)
	}
	x.known.learn(a)
	return len(changes) == batchChanges, nil
}

// affected is what a run of changes touches.
type affected struct {
	works []archive.WorkID
	names map[string]string // the names that agents, collections and genres bear now
}

// affected lists the works that changed themselves or bear the name of something that did.
func (x *Index) affected(ctx context.Context, changes []catalog.Change) (affected, error) {
	a := affected{names: map[string]string{}}
	seen := map[archive.WorkID]bool{}
	add := func(id archive.WorkID) {
		if !seen[id] {
			seen[id] = true
			a.works = append(a.works, id)
		}
	}
	for _, c := range changes {
		if c.Kind == catalog.ChangeWork {
			add(archive.WorkID(c.ID))
			continue
		}
		name, filter, err := x.named(ctx, c)
		if err != nil {
			return a, err
		}
		key := c.Kind + ":" + c.ID
		if filter == nil || x.known.is(key, name) {
			continue
		}
		a.names[key] = name
		if err := x.each(ctx, *filter, add); err != nil {
			return a, err
		}
	}
	return a, nil
}

// each calls f with every published work that filter lets through.
func (x *Index) each(ctx context.Context, filter catalog.WorkFilter, f func(archive.WorkID)) error {
	filter.Size, filter.Order = catalog.MaxSize, catalog.Title
	for {
		page, err := x.reader().Works(ctx, filter)
		if err != nil {
			return fmt.Errorf("list the works that bear a changed name: %w", err)
		}
		for _, w := range page.Works {
			f(w.ID)
		}
		if page.Next == "" {
			return nil
		}
		filter.After = page.Next
	}
}

// apply brings works into the index as the catalogue has them now. Only the last portion carries seq, so that a stop before
// it leaves the earlier number.
func (x *Index) apply(ctx context.Context, seq int64, ids []archive.WorkID) error {
	l := x.newLoader()
	var deletes []archive.WorkID
	put := func(works []search.Work) error { return x.search.Apply(ctx, x.Applied(), works, nil) }
	for chunk := range slices.Chunk(ids, catalog.MaxSize) {
		works, err := x.reader().WorksByID(ctx, chunk)
		if err != nil {
			return fmt.Errorf("load works: %w", err)
		}
		found := map[archive.WorkID]bool{}
		for _, w := range works {
			if !indexed(&w) {
				continue
			}
			found[w.ID] = true
			if err := l.add(ctx, w, put); err != nil {
				return err
			}
		}
		deletes = append(deletes, slices.DeleteFunc(slices.Clone(chunk), func(id archive.WorkID) bool { return found[id] })...)
	}
	return l.flush(func(works []search.Work) error { return x.search.Apply(ctx, seq, works, deletes) })
}
