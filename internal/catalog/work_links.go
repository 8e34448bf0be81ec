package catalog

import (
	"context"

	"vannghe/internal/archive"
)

// credits replaces the credits of the work and of its representations, and announces the agents gained or lost.
func (p *workPut) credits(ctx context.Context) error {
	old, err := collect(ctx, p.tx.q, sql("SELECT DISTINCT agent FROM credit WHERE work = ?", p.w.ID), value[string])
	if err != nil {
		return err
	}
	if _, err := run(ctx, p.tx.q, sql("DELETE FROM credit WHERE work = ?", p.w.ID)); err != nil {
		return err
	}
	if err := p.putCredits(ctx, "", p.w.Credits); err != nil {
		return err
	}
	for _, r := range p.w.Representations {
		if err := p.putCredits(ctx, r.ID, r.Credits); err != nil {
			return err
		}
	}
	var now []string
	for _, c := range p.allCredits() {
		now = append(now, string(c.Agent))
	}
	p.announce(ChangeAgent, old, now)
	return nil
}

func (p *workPut) putCredits(ctx context.Context, representation archive.RepresentationID, credits []archive.Credit) error {
	holder := string(p.w.ID)
	if representation != "" {
		holder = string(representation)
	}
	for i, c := range credits {
		s := sql("INSERT INTO credit (holder, position, work, representation, agent, name, relator) VALUES ").
			values(holder, i, p.w.ID, null(representation), c.Agent, text(c.Name), text(c.Relator))
		if _, err := run(ctx, p.tx.q, s); err != nil {
			return err
		}
	}
	return nil
}

func (p *workPut) relations(ctx context.Context) error {
	if _, err := run(ctx, p.tx.q, sql("DELETE FROM relation WHERE work = ?", p.w.ID)); err != nil {
		return err
	}
	for i, r := range p.w.Relations {
		s := sql("INSERT INTO relation (work, position, type, target) VALUES ").values(p.w.ID, i, r.Type, r.Target)
		if _, err := run(ctx, p.tx.q, s); err != nil {
			return err
		}
	}
	return nil
}

// collections keeps the work's place in the collections it stays in and puts it last in those it joins.
func (p *workPut) collections(ctx context.Context) error {
	old, err := collect(ctx, p.tx.q, sql("SELECT collection FROM collection_work WHERE work = ?", p.w.ID), value[string])
	if err != nil {
		return err
	}
	var now []string
	for i, c := range p.w.Collections {
		now = append(now, string(c))
		s := sql(`INSERT INTO collection_work (collection, work, position, ordinal)
			VALUES (?, ?, (SELECT coalesce(max(position), 0) + 1 FROM collection_work WHERE collection = ?), ?)
			ON CONFLICT (collection, work) DO UPDATE SET ordinal = excluded.ordinal`, c, p.w.ID, c, i)
		if _, err := run(ctx, p.tx.q, s); err != nil {
			return err
		}
	}
	s := sql("DELETE FROM collection_work WHERE work = ?", p.w.ID)
	if len(now) > 0 {
		in(s.add(" AND collection NOT IN "), now)
	}
	if _, err := run(ctx, p.tx.q, s); err != nil {
		return err
	}
	for _, id := range p.announce(ChangeCollection, old, now) {
		p.tx.owe("collection:" + id)
	}
	return nil
}

// announce records a change of everything that stands in only one of the lists, and returns it.
func (p *workPut) announce(kind string, old, now []string) []string {
	var changed []string
	for _, list := range [][2][]string{{old, now}, {now, old}} {
		kept := make(map[string]bool, len(list[1]))
		for _, id := range list[1] {
			kept[id] = true
		}
		for _, id := range list[0] {
			if !kept[id] {
				p.tx.changed(kind, id)
				changed = append(changed, id)
			}
		}
	}
	return changed
}

// removed deletes representations that the record no longer names and that hold no file.
func (p *workPut) removed(ctx context.Context) error {
	s := sql("DELETE FROM representation WHERE work = ? AND NOT EXISTS (SELECT 1 FROM file WHERE file.representation = representation.id)", p.w.ID)
	if len(p.w.Representations) > 0 {
		var ids []archive.RepresentationID
		for _, r := range p.w.Representations {
			ids = append(ids, r.ID)
		}
		in(s.add(" AND id NOT IN "), ids)
	}
	_, err := run(ctx, p.tx.q, s)
	return err
}
