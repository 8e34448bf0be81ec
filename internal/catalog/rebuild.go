package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// rebuildName is the setting that says since when a rebuild is under way.
const rebuildName = "catalog.rebuild"

// Rebuilding returns since when the catalogue is being made again from the archive of record; zero when it is not.
func (c *Catalog) Rebuilding(ctx context.Context) (time.Time, error) {
	var since time.Time
	err := c.Reader(systemViewer()).Setting(ctx, rebuildName, &since)
	return since, ignoreMissing(err)
}

// BeginRebuild marks an empty catalogue as one that is being made again, or finds that it is so marked already. Nothing is owed to the archive of
// record from then on: what an empty catalogue holds must not stand over what is there. Conflict "catalog-filled" for any other.
func (c *Catalog) BeginRebuild(ctx context.Context) error {
	return c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		var since time.Time
		if err := tx.LockedSetting(ctx, rebuildName, &since); err != nil || !since.IsZero() {
			return err
		}
		if err := checkEmpty(ctx, tx.q); err != nil {
			return err
		}
		if _, err := run(ctx, tx.q, sql("UPDATE record SET preserved = version")); err != nil {
			return err
		}
		return tx.PutSetting(ctx, rebuildName, tx.now)
	})
}

// EndRebuild takes the mark away, and has every search index made anew.
func (c *Catalog) EndRebuild(ctx context.Context) error {
	return c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.AskReindex(ctx); err != nil {
			return err
		}
		_, err := run(ctx, tx.q, sql("DELETE FROM setting WHERE name = ?", rebuildName))
		return err
	})
}

// Rebuild is Update for what was read from the archive of record: what is stored counts as preserved, and no job writes it there again.
func (c *Catalog) Rebuild(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		tx.rebuilds = true
		return fn(ctx, tx)
	})
}

// Empty reports whether nobody has done anything in this catalogue yet.
func (c *Catalog) Empty(ctx context.Context) (bool, error) {
	err := c.view(ctx, "look whether the catalogue is empty", func(q querier) error { return checkEmpty(ctx, q) })
	if archive.ReasonOf(err) == "catalog-filled" {
		return false, nil
	}
	return err == nil, err
}

// WorkIDs returns the identifiers of all works, whatever their state, for the program itself.
func (c *Catalog) WorkIDs(ctx context.Context) ([]archive.WorkID, error) {
	ids, err := collect(ctx, c.db.read(), sql("SELECT id FROM work ORDER BY id"), value[archive.WorkID])
	return ids, c.fail(ctx, "list all works", err)
}

// RebuiltWork is a work with all that the archive of record and what was derived say of it.
type RebuiltWork struct {
	Work        archive.Work // its Version and times are stored as they are
	Events      []archive.Event
	Comments    []archive.Comment
	Purge       *archive.Purge
	Parts       map[archive.FileID][]archive.Part // in their order
	Derivatives []archive.Derivative
}

// RebuildWork stores a work as it is, which the catalogue does not hold yet. Agents, collections and works that it refers to must be there; errors
// as PutWork.
func (tx *Tx) RebuildWork(ctx context.Context, r *RebuiltWork) error {
	p := &workPut{tx: tx, w: &r.Work}
	for _, step := range []func(context.Context) error{
		p.references, p.header, p.titles, p.representations, p.files, p.credits, p.relations, p.collections,
		func(ctx context.Context) error { return tx.rebuildEvents(ctx, r) },
		func(ctx context.Context) error { return tx.rebuildRest(ctx, r) },
		p.medium,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("store work %s again: %w", r.Work.ID, err)
		}
	}
	tx.changed(ChangeWork, string(r.Work.ID))
	return nil
}

// RebuildRelations replaces the relations of a work that is there.
func (tx *Tx) RebuildRelations(ctx context.Context, w *archive.Work) error {
	return (&workPut{tx: tx, w: w}).relations(ctx)
}

func (tx *Tx) rebuildEvents(ctx context.Context, r *RebuiltWork) error {
	for _, e := range r.Events {
		_, err := run(ctx, tx.q, sql("INSERT INTO event ("+eventColumns+") VALUES ").
			values(r.Work.ID, e.Sequence, e.Type, e.Agent, e.Time.UnixMicro(), e.Outcome, e.Detail, e.Previous, e.Hash))
		if err != nil {
			return fmt.Errorf("event %d: %w", e.Sequence, err)
		}
	}
	return nil
}

func (tx *Tx) rebuildRest(ctx context.Context, r *RebuiltWork) error {
	for _, form := range r.Work.Representations {
		for _, f := range form.Files {
			if parts := r.Parts[f.ID]; len(parts) > 0 {
				if err := tx.PutParts(ctx, f, parts); err != nil {
					return err
				}
			}
		}
	}
	for _, d := range r.Derivatives {
		if err := tx.PutDerivative(ctx, d); err != nil {
			return err
		}
	}
	for _, c := range r.Comments {
		if err := tx.PutComment(ctx, c); err != nil {
			return err
		}
	}
	if r.Purge == nil {
		return nil
	}
	return tx.PutPurge(ctx, *r.Purge)
}

// RebuildMember stores a line of the roll as it is.
func (tx *Tx) RebuildMember(ctx context.Context, m archive.Enrolled) error {
	m.Chapters, m.Awards = none(m.Chapters), none(m.Awards)
	facts, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode line %s of the roll: %w", m.ID, err)
	}
	_, err = run(ctx, tx.q, upsert("roll", "id", []string{"id", "name_sort", "agent", "account", "facts", "version", "updated", "removed"},
		text(m.ID), viet.SortKey(m.SortName()), null(m.Agent), null(m.Account), text(string(facts)), m.Version, m.Updated.UnixMicro(), micros(m.Removed)))
	if err != nil {
		return fmt.Errorf("store line %s of the roll: %w", m.ID, err)
	}
	tx.owe("member:" + string(m.ID))
	return nil
}

// RebuildDeed stores what was done beside works as it is, unless it is there.
func (tx *Tx) RebuildDeed(ctx context.Context, d archive.Deed) error {
	s := sql("INSERT INTO deed (id, time, agent, name, kind, thing, label, detail) VALUES ").
		values(d.ID, d.Time.UnixMicro(), text(d.Agent), text(d.Name), string(d.Kind), text(d.Thing), text(d.Label), text(d.Detail()))
	if _, err := run(ctx, tx.q, s.add(" ON CONFLICT (id) DO NOTHING")); err != nil {
		return fmt.Errorf("store a deed again: %w", err)
	}
	tx.oweLater("deeds:" + d.Time.Format(time.DateOnly))
	return nil
}

// KeepGenres removes the genres that are not among these and that no work has.
func (tx *Tx) KeepGenres(ctx context.Context, kept []archive.GenreID) error {
	all, err := collect(ctx, tx.q, sql("SELECT id FROM genre ORDER BY id"), value[archive.GenreID])
	known := map[archive.GenreID]bool{}
	for _, id := range kept {
		known[id] = true
	}
	for _, id := range all {
		if known[id] {
			continue
		}
		if gone := tx.RemoveGenre(ctx, id); archive.CodeOf(gone) != archive.Conflict {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// none is an empty list as it is kept, so that rows compare.
func none[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}
