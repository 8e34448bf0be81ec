package catalog

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
)

// Chapters returns how many agents belong to each chapter that some agent belongs to.
func (r *Reader) Chapters(ctx context.Context) (map[string]int, error) {
	members, err := chapters(ctx, r.c.db.read())
	return members, r.c.fail(ctx, "read the chapters", err)
}

// Chapters is that of a Reader, as it stands in this transaction.
func (tx *Tx) Chapters(ctx context.Context) (map[string]int, error) { return chapters(ctx, tx.q) }

func chapters(ctx context.Context, q querier) (map[string]int, error) {
	members := map[string]int{}
	return members, each(ctx, q, sql("SELECT chapter, count(*) FROM agent WHERE chapter <> '' GROUP BY chapter"), func(row scanner) error {
		var name string
		var n int
		err := row.Scan(&name, &n)
		members[name] = n
		return err
	})
}

// RenameChapter gives the agents of a chapter its new name, and announces them.
func (tx *Tx) RenameChapter(ctx context.Context, before, after string) error {
	moved, err := collect(ctx, tx.q, sql("UPDATE agent SET chapter = ? WHERE chapter = ? RETURNING id", text(after), text(before)), value[archive.AgentID])
	if err != nil {
		return fmt.Errorf("rename chapter %s: %w", before, err)
	}
	for _, id := range moved {
		tx.changed(ChangeAgent, string(id))
		tx.owe("agent:" + string(id))
	}
	return nil
}

// Genres returns all genres in their order as they stand in this transaction, each with the number of all its works, whatever their state.
func (tx *Tx) Genres(ctx context.Context) ([]archive.Genre, error) {
	s := sql(`SELECT g.id, g.name, g.english, g.report_group, g.position, (SELECT count(*) FROM work w WHERE w.genre = g.id)
		FROM genre g ORDER BY g.position, g.id`)
	return collect(ctx, tx.q, s, func(row scanner) (g archive.Genre, err error) {
		return g, row.Scan(&g.ID, &g.Name, &g.English, &g.Group, &g.Order, &g.Works)
	})
}

// GenreWorks returns how many works of any state each genre has. Forbidden "staff-only" to others than staff.
func (r *Reader) GenreWorks(ctx context.Context) (map[archive.GenreID]int, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	works := map[archive.GenreID]int{}
	err := each(ctx, r.c.db.read(), sql("SELECT genre, count(*) FROM work GROUP BY genre"), func(row scanner) error {
		var id archive.GenreID
		var n int
		err := row.Scan(&id, &n)
		works[id] = n
		return err
	})
	return works, r.c.fail(ctx, "count the works of genres", err)
}

// RemoveGenre takes a genre away that no work has. Conflict "genre-used"; NotFound "genre-missing".
func (tx *Tx) RemoveGenre(ctx context.Context, id archive.GenreID) error {
	works, err := one(ctx, tx.q, sql("SELECT count(*) FROM work WHERE genre = ?", id), value[int])
	if err != nil {
		return fmt.Errorf("count the works of genre %s: %w", id, err)
	}
	if works > 0 {
		return archive.Fail(archive.Conflict, "genre-used", works)
	}
	n, err := run(ctx, tx.q, sql("DELETE FROM genre WHERE id = ?", id))
	if err != nil {
		return fmt.Errorf("remove genre %s: %w", id, err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "genre-missing")
	}
	tx.changed(ChangeGenre, string(id))
	tx.owe("genres")
	return nil
}
