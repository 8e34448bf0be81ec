package searchtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
)

// postgres is PostgreSQL's full-text search in its best ordinary setting: the dictionaries unaccent and simple, a row for each part with a stored tsvector,
// title above author above text, GIN, ts_rank_cd that divides by the logarithm of the length; every word wanted, and any of them only when no row has all;
// ts_headline for the twenty shown. Suggestions have a tsvector of titles and names of their own. Memory is what a machine of this size would give it.
//
// It does not: prefer the marks that were typed, repair slips, count works instead of rows.
type postgres struct {
	conn *pgx.Conn
	pid  process
}

func openPostgres(t testing.TB) (*postgres, error) {
	ctx := t.Context()
	server := catalogtest.Postgres(t)
	dsn := server.NoTables(t).DSN
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "ALTER SYSTEM SET shared_buffers = '512MB'", pgx.QueryExecModeSimpleProtocol)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return nil, err
	}
	server.Stop(t)
	server.Start(t)
	p := &postgres{}
	if p.conn, err = pgx.Connect(ctx, dsn); err != nil {
		return nil, err
	}
	if _, err := p.conn.Exec(ctx, postgresSchema, pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, fmt.Errorf("make tables (Debian package postgresql-contrib has unaccent): %w", err)
	}
	return p, p.conn.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&p.pid)
}

const postgresSchema = `
SET jit = off; SET work_mem = '64MB'; SET maintenance_work_mem = '256MB';
CREATE EXTENSION unaccent;
CREATE TEXT SEARCH CONFIGURATION vn (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION vn ALTER MAPPING FOR hword, hword_part, word, asciihword, hword_asciipart, asciiword WITH unaccent, simple;
CREATE TABLE part (
  id text, genre text, decade int, title text, author text, body text,
  tsv tsvector GENERATED ALWAYS AS (setweight(to_tsvector('vn', title), 'A') || setweight(to_tsvector('vn', author), 'B') || to_tsvector('vn', body)) STORED
);
CREATE TABLE work (
  id text, title text, author text, names tsvector GENERATED ALWAYS AS (to_tsvector('vn', title || ' ' || author)) STORED
)`

func (p *postgres) version() string {
	var v string
	if err := p.conn.QueryRow(context.Background(), "SHOW server_version").Scan(&v); err != nil {
		return "?"
	}
	return "PostgreSQL " + v
}

func (p *postgres) prepare(context.Context, Docs) error { return nil }

func (p *postgres) index(ctx context.Context, docs Docs) error {
	for some, err := range docs {
		if err != nil {
			return err
		}
		var works, parts [][]any
		for i := range some {
			d := &some[i]
			works = append(works, []any{string(d.ID), d.Title, d.Agent})
			for _, body := range d.Parts {
				parts = append(parts, []any{string(d.ID), string(d.Genre), d.Decade(), d.Title, d.Agent, body})
			}
		}
		_, err1 := p.conn.CopyFrom(ctx, pgx.Identifier{"work"}, []string{"id", "title", "author"}, pgx.CopyFromRows(works))
		_, err2 := p.conn.CopyFrom(ctx, pgx.Identifier{"part"}, []string{"id", "genre", "decade", "title", "author", "body"}, pgx.CopyFromRows(parts))
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
	}
	for _, s := range []string{"CREATE INDEX ON part USING gin (tsv)", "CREATE INDEX ON work USING gin (names)", "VACUUM ANALYZE part", "VACUUM ANALYZE work"} {
		if _, err := p.conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

func (p *postgres) reopen(context.Context) error { return nil }

func (p *postgres) size() (int64, error) {
	var n int64
	err := p.conn.QueryRow(context.Background(), "SELECT pg_total_relation_size('part') + pg_total_relation_size('work')").Scan(&n)
	return n, err
}

// process is the one that answers. Its memory has the pages of the shared buffers that it touched.
func (p *postgres) process() process { return p.pid }

// pgMatch writes a query of PostgreSQL. suffix goes behind the last word.
func pgMatch(all [][]string, operator, suffix string) string {
	return joined(all, operator, func(words []string) string {
		if len(words) == 1 {
			return "'" + words[0] + "'"
		}
		return "('" + strings.Join(words, "' <-> '") + "')"
	}) + suffix
}

func (p *postgres) asked(ctx context.Context, q *Query, columns string) (ids []archive.WorkID, match string, err error) {
	words := phrases(q.Text)
	if len(words) == 0 {
		return nil, "", nil
	}
	for _, operator := range []string{" & ", " | "} {
		match = pgMatch(words, operator, "")
		rank := "ts_rank_cd"
		if operator == " | " {
			rank = "ts_rank" // any of the words have no cover, so that its density says nothing (group "one typo": 0.42)
		}
		if ids, err = p.top(ctx, q, columns, match, rank); err != nil || len(ids) > 0 {
			break
		}
	}
	return ids, match, err
}

func (p *postgres) top(ctx context.Context, q *Query, columns, match, rank string) ([]archive.WorkID, error) {
	rows, err := p.conn.Query(ctx, "SELECT id"+columns+` FROM (SELECT id, title, body, q FROM part, to_tsquery('vn', $1) q
		WHERE tsv @@ q AND ($3 = '' OR genre = $3) ORDER BY `+rank+`(tsv, q, 1) DESC LIMIT $2) best`, match, rowsWanted(columns), string(q.Genre))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []archive.WorkID
	for rows.Next() {
		var id, title, snippet string
		into := []any{&id, &title, &snippet}
		if columns == "" {
			into = into[:1]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		ids = appendNew(ids, archive.WorkID(id))
	}
	return ids, rows.Err()
}

func (p *postgres) find(ctx context.Context, q *Query) ([]archive.WorkID, error) {
	ids, _, err := p.asked(ctx, q, "")
	return ids, err
}

func (p *postgres) page(ctx context.Context, q *Query) error {
	_, match, err := p.asked(ctx, q, ", title, ts_headline('vn', body, q, 'MaxWords=35, MinWords=15')")
	if err != nil || match == "" {
		return err
	}
	rows, err := p.conn.Query(ctx, `SELECT genre, decade, count(*) FROM part, to_tsquery('vn', $1) q
		WHERE tsv @@ q AND ($2 = '' OR genre = $2) GROUP BY genre, decade`, match, string(q.Genre))
	if err != nil {
		return err
	}
	defer rows.Close()
	return errors.Join(countFacets(rows), rows.Err())
}

func (p *postgres) suggest(ctx context.Context, q *Query) error {
	words := phrases(q.Text)
	if len(words) == 0 {
		return nil
	}
	rows, err := p.conn.Query(ctx, `SELECT id, title FROM work, to_tsquery('vn', $1) q WHERE names @@ q ORDER BY ts_rank_cd(names, q, 1) DESC LIMIT $2`,
		pgMatch(words, " & ", ":*"), listSize)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, title string
		if err := rows.Scan(&id, &title); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (p *postgres) extra(context.Context, Docs) (map[string]float64, error) { return nil, nil }

func (p *postgres) close() error { return p.conn.Close(context.Background()) }
