package catalog

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
)

// A work whose first representation has just been added leads with one that is still being prepared. Until that is ready, readers
// see first what can be played or read: the representations come to a Reader in that order, with their positions as they were
// given, and the work's primary medium, in listings and counts, is that of the one that leads. Who changes a work sees it as
// it stands.

// addReady appends what is true of the representation p when something of it can be played or read.
func addReady(s *statement) *statement {
	s.add(`EXISTS (SELECT 1 FROM file rf JOIN derivative rd ON rd.file = rf.id
		WHERE rf.representation = p.id AND rd.state = 'ready' AND rd.recipe NOT IN `)
	return in(s, archive.Accessories()).add(")")
}

// readyFirst moves the representations that are ready before those that are not, in works that have several.
func (l *loader) readyFirst(ctx context.Context) error {
	if l.sight.stored {
		return nil
	}
	var several []archive.WorkID
	for _, w := range l.works {
		if len(w.Representations) > 1 {
			several = append(several, w.ID)
		}
	}
	if len(several) == 0 {
		return nil
	}
	ready := map[archive.RepresentationID]bool{}
	s := in(sql("SELECT p.id FROM representation p WHERE p.work IN "), several).add(" AND ")
	err := each(ctx, l.q, addReady(s), func(row scanner) error {
		id, err := value[archive.RepresentationID](row)
		ready[id] = true
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range several {
		slices.SortStableFunc(l.at[id].Representations, func(a, b archive.Representation) int { return rank(ready[b.ID]) - rank(ready[a.ID]) })
	}
	return nil
}

func rank(ready bool) int { return int(flag(ready)) }

// setMedium makes the primary medium of a work that of the representation that leads for readers, as far as that changes it.
func (tx *Tx) setMedium(ctx context.Context, work archive.WorkID) error {
	s := addReady(sql("SELECT p.medium FROM representation p JOIN work w ON w.id = p.work WHERE w.merged IS NULL AND p.work = ? ORDER BY CASE WHEN ", work))
	media, err := collect(ctx, tx.q, s.add(" THEN 0 ELSE 1 END, p.position, p.id LIMIT 1"), value[archive.Medium])
	if err != nil {
		return fmt.Errorf("look for the medium of work %s: %w", work, err)
	}
	if len(media) == 0 { // it has none, or was merged into another, which has them
		media = []archive.Medium{archive.Other}
	}
	if _, err := run(ctx, tx.q, sql("UPDATE work SET medium = ? WHERE id = ? AND medium <> ?", media[0], work, media[0])); err != nil {
		return fmt.Errorf("set the medium of work %s: %w", work, err)
	}
	return nil
}
