package catalog

import (
	"context"

	"vannghe/internal/archive"
)

// Relating returns how other works relate to a work, newest first: Target is the other. Those that the viewer may not see are
// left out. Errors as Work.
func (r *Reader) Relating(ctx context.Context, id archive.WorkID) ([]archive.Relation, error) {
	v := r.sight()
	var list []archive.Relation
	err := r.c.view(ctx, "read what relates to a work", func(q querier) error {
		if err := v.sees(ctx, q, id); err != nil {
			return err
		}
		s := sql("SELECT r.type, w.id FROM relation r JOIN work w ON w.id = r.work WHERE r.target IN (SELECT m.id FROM work m WHERE m.id = ? OR m.merged = ?)", id, id)
		var err error
		list, err = collect(ctx, q, v.whereOf(s, "w").add(" ORDER BY w.newest DESC, w.id, r.position"), func(row scanner) (archive.Relation, error) {
			var rel archive.Relation
			err := row.Scan(&rel.Type, &rel.Target)
			return rel, err
		})
		return err
	})
	return list, err
}
