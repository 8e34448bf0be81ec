package catalog

import (
	"context"
	"slices"

	"vannghe/internal/archive"
)

// Related returns at most n works that belong beside a work: those that it or that relate to the other, then those of the
// same collections, then those of the same agents, newest first within each. Errors as Work.
func (r *Reader) Related(ctx context.Context, id archive.WorkID, n int) ([]archive.Work, error) {
	v := r.sight()
	var works []archive.Work
	err := r.c.view(ctx, "read related works", func(q querier) error {
		if err := v.sees(ctx, q, id); err != nil {
			return err
		}
		ids, err := v.related(ctx, q, id, n)
		if err != nil {
			return err
		}
		works, err = v.worksByID(ctx, q, ids)
		return err
	})
	return works, err
}

// Relating returns how other works relate to a work, newest first: Target is the other. Those that the viewer may not see are
// left out. Errors as Work.
func (r *Reader) Relating(ctx context.Context, id archive.WorkID) ([]archive.Relation, error) {
	v := r.sight()
	var list []archive.Relation
	err := r.c.view(ctx, "read what relates to a work", func(q querier) error {
		if err := v.sees(ctx, q, id); err != nil {
			return err
		}
		s := sql("SELECT r.type, w.id FROM relation r JOIN work w ON w.id = r.work WHERE r.target = ?", id)
		var err error
		list, err = collect(ctx, q, v.where(s, "w").add(" ORDER BY w.newest DESC, w.id, r.position"), func(row scanner) (archive.Relation, error) {
			var rel archive.Relation
			err := row.Scan(&rel.Type, &rel.Target)
			return rel, err
		})
		return err
	})
	return list, err
}

func (v sight) related(ctx context.Context, q querier, id archive.WorkID, n int) ([]archive.WorkID, error) {
	sources := []*statement{
		sql("w.id IN (SELECT target FROM relation WHERE work = ? UNION SELECT work FROM relation WHERE target = ?)", id, id),
		sql(`w.id IN (SELECT o.work FROM collection_work c JOIN collection_work o ON o.collection = c.collection WHERE c.work = ?)`, id),
		sql(`w.id IN (SELECT o.work FROM credit c JOIN credit o ON o.agent = c.agent WHERE c.work = ?)`, id),
	}
	var found []archive.WorkID
	for i, source := range sources {
		if len(found) >= n {
			break
		}
		s := sql("SELECT w.id FROM work w WHERE " + source.String())
		s.args = source.args
		v.where(s.add(" AND w.id <> ?", id), "w")
		if i > 0 { // what merely lies beside it is of no use to staff before it is published either
			s.add(" AND w.state = 'published'")
		}
		more, err := collect(ctx, q, s.add(" ORDER BY w.newest DESC, w.id LIMIT ?", n+len(found)), value[archive.WorkID])
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if len(found) < n && !slices.Contains(found, m) {
				found = append(found, m)
			}
		}
	}
	return found, nil
}
