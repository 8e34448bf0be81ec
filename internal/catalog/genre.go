package catalog

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
)

// Genres returns all genres in their order, each with the number of its works that the viewer may see.
func (r *Reader) Genres(ctx context.Context) ([]archive.Genre, error) {
	v := r.sight()
	var genres []archive.Genre
	err := r.c.view(ctx, "read the genres", func(q querier) (err error) {
		genres, err = counted(ctx, r, q, v, "genres", func() ([]archive.Genre, error) { return v.genres(ctx, q) })
		return err
	})
	return slices.Clone(genres), err
}

func (v sight) genres(ctx context.Context, q querier) ([]archive.Genre, error) {
	works, err := v.countGenres(ctx, q)
	if err != nil {
		return nil, err
	}
	s := sql("SELECT id, name, english, report_group, position FROM genre ORDER BY position, id")
	return collect(ctx, q, s, func(row scanner) (archive.Genre, error) {
		var g archive.Genre
		err := row.Scan(&g.ID, &g.Name, &g.English, &g.Group, &g.Order)
		g.Works = works[g.ID]
		return g, err
	})
}

// countGenres counts published works for everybody, so that the numbers say what a listing shows.
func (v sight) countGenres(ctx context.Context, q querier) (map[archive.GenreID]int, error) {
	works := map[archive.GenreID]int{}
	s := v.where(sql("SELECT w.genre, count(*) FROM work w WHERE w.state = 'published'"), "w").add(" GROUP BY w.genre")
	return works, each(ctx, q, s, func(row scanner) error {
		var id archive.GenreID
		var n int
		err := row.Scan(&id, &n)
		works[id] = n
		return err
	})
}

// Genre returns one genre as Genres does. NotFound "genre-missing".
func (r *Reader) Genre(ctx context.Context, id archive.GenreID) (archive.Genre, error) {
	genres, err := r.Genres(ctx)
	if err != nil {
		return archive.Genre{}, err
	}
	for _, g := range genres {
		if g.ID == id {
			return g, nil
		}
	}
	return archive.Genre{}, archive.Fail(archive.NotFound, "genre-missing")
}

// PutGenre stores a genre and announces it. When its report group changes, its works follow. Invalid "name-missing".
func (tx *Tx) PutGenre(ctx context.Context, g archive.Genre) error {
	if g.ID == "" || g.Name == "" {
		return archive.Fail(archive.Invalid, "name-missing")
	}
	_, err := run(ctx, tx.q, upsert("genre", "id", []string{"id", "name", "english", "report_group", "position"},
		text(g.ID), text(g.Name), text(g.English), text(g.Group), g.Order))
	if err != nil {
		return fmt.Errorf("store genre %s: %w", g.ID, err)
	}
	if _, err := run(ctx, tx.q, sql("UPDATE work SET report_group = ? WHERE genre = ? AND report_group <> ?",
		text(g.Group), text(g.ID), text(g.Group))); err != nil {
		return fmt.Errorf("move the works of genre %s: %w", g.ID, err)
	}
	tx.changed(ChangeGenre, string(g.ID))
	tx.owe("genres")
	return nil
}

// seededName is the setting that says that the first genres were written, so that one removed later does not come back.
const seededName = "catalog.seeded"

func (tx *Tx) seedGenres(ctx context.Context) error {
	if err := tx.lockName(ctx, seededName); err != nil {
		return err
	}
	done, err := collect(ctx, tx.q, sql("SELECT name FROM setting WHERE name = ?", seededName), value[string])
	if err != nil || len(done) > 0 {
		return err
	}
	for _, g := range archive.Genres() {
		if err := tx.PutGenre(ctx, g); err != nil {
			return err
		}
	}
	delete(tx.owed, "genres") // the first step of the schema that knows of it owes it already
	return tx.PutSetting(ctx, seededName, true)
}
