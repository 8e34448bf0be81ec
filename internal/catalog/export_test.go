package catalog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
)

// Exec runs a statement behind the catalogue's back.
func Exec(ctx context.Context, c *Catalog, query string, args ...any) error {
	return c.db.update(ctx, func(q querier) error {
		_, err := q.exec(ctx, query, args...)
		return err
	})
}

// LimitPages makes the disk of an SQLite catalogue full at so many pages.
func LimitPages(ctx context.Context, c *Catalog, pages int) error {
	d, ok := c.db.(*sqliteDatabase)
	if !ok {
		return errors.New("not SQLite")
	}
	_, err := one(ctx, sqlQuerier{d.writer}, sql("PRAGMA max_page_count = "+strconv.Itoa(pages)), value[int64])
	return err
}

// Confirm does at once what is otherwise done every few seconds: hold the process lock and stand on the list.
func Confirm(ctx context.Context, c *Catalog) error { return c.confirm(ctx) }

// Reap does at once what is otherwise done by housekeeping.
func Reap(ctx context.Context, c *Catalog) error { return c.reap(ctx) }

// Listed reports whether the process of c stands on the list of processes.
func Listed(ctx context.Context, c *Catalog) (bool, error) {
	n, err := one(ctx, c.db.read(), sql("SELECT count(*) FROM process WHERE id = ?", c.process), value[int])
	return n == 1, err
}

// Plan is how the database would run the listing and its count.
func Plan(t *testing.T, r *Reader, f WorkFilter) (page, count []string) {
	t.Helper()
	l, err := r.listing(f)
	if err != nil {
		t.Fatal(err)
	}
	return explain(t, r.c, l.statement()), explain(t, r.c, l.count())
}

// PlanCollections is how the database would run the list of collections at the top.
func PlanCollections(t *testing.T, r *Reader) []string {
	t.Helper()
	return explain(t, r.c, r.sight().collections(sql("c.parent IS NULL")))
}

// PlansOf is how the database would look up what belongs to works of which the identifiers are known.
func PlansOf(t *testing.T, r *Reader, works []archive.WorkID) map[string][]string {
	t.Helper()
	v := r.sight()
	return map[string][]string{
		"works": explain(t, r.c, v.worksOf(works)), "relations": explain(t, r.c, v.relationsOf(works)), "parts": explain(t, r.c, v.spansOf(works)),
		"texts": explain(t, r.c, partsAt([]partKey{{file: "a"}, {file: "b", number: 1}, {file: "c", number: 2}})),
	}
}

// PlansRun are, by its text, how SQLite would run each statement that has been run so far.
func PlansRun(t *testing.T, c *Catalog) map[string][]string {
	t.Helper()
	d, ok := c.db.(*sqliteDatabase)
	if !ok {
		t.Fatal("only SQLite keeps its statements")
	}
	plans := map[string][]string{}
	for _, text := range slices.Concat(slices.Collect(maps.Keys(d.prepared.of)), slices.Collect(maps.Keys(d.written.of))) {
		s := &statement{args: make([]any, strings.Count(text, "$"))}
		s.text.WriteString(text)
		plans[text] = explain(t, c, s)
	}
	return plans
}

// PlanOf is how the database would run a statement of which ? are arguments.
func PlanOf(t *testing.T, c *Catalog, text string, args ...any) []string {
	t.Helper()
	return explain(t, c, sql(text, args...))
}

func explain(t *testing.T, c *Catalog, s *statement) []string {
	t.Helper()
	prefix := "EXPLAIN "
	scan := value[string]
	if _, ok := c.db.(*sqliteDatabase); ok {
		prefix = "EXPLAIN QUERY PLAN "
		scan = func(row scanner) (string, error) {
			var a, b, c int64
			var detail string
			err := row.Scan(&a, &b, &c, &detail)
			return detail, err
		}
	}
	e := sql(prefix + s.String())
	e.args = s.args
	var lines []string
	err := each(t.Context(), c.db.read(), e, func(row scanner) error {
		line, err := scan(row)
		lines = append(lines, line)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// ForgetCounts makes the next reader count again.
func ForgetCounts(c *Catalog) {
	c.counts.mu.Lock()
	defer c.counts.mu.Unlock()
	c.counts.of = nil
	c.counts.seq = -1
}

// Tables are all tables of the database.
func Tables(t *testing.T, c *Catalog) []string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if c.db.dialect().lockRow != "" {
		query = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()"
	}
	names, err := collect(t.Context(), c.db.read(), sql(query), value[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// SavedAndUnsaved are the tables that a snapshot holds and those that it leaves out.
func SavedAndUnsaved() []string {
	names := unsavedTables()
	for _, t := range snapshotTables() {
		names = append(names, t.name)
	}
	return names
}

// Dump lists all rows of all tables but those of running programs, jobs and the schema, a line each; nobody may have the database open.
func Dump(t *testing.T, opt Options) string {
	t.Helper()
	db, err := openDatabase(t.Context(), opt, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	err = each(t.Context(), db.read(), sql(db.dialect().columns), func(row scanner) error {
		var table, column string
		var bytes, place any
		err := row.Scan(&table, &column, &bytes, &place)
		columns[table] = append(columns[table], column)
		return err
	})
	var lines []string
	for table, names := range columns {
		if err != nil || strings.HasPrefix(table, "river_") || table == "process" || table == "indexer" || table == "goose_db_version" || table == "sqlite_sequence" {
			continue
		}
		err = each(t.Context(), db.read(), sql("SELECT * FROM "+table), func(row scanner) error {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			err := row.Scan(into...)
			line := map[string]string{}
			for i, name := range names {
				if table+"."+name != "object_lock.process" {
					line[name] = fmt.Sprintf("%q", fmt.Sprintf("%v", values[i]))
				}
			}
			lines = append(lines, fmt.Sprint(table, line))
			return err
		})
	}
	if err := errors.Join(err, db.close()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// Unmark takes the mark off a catalogue that was moved into.
func Unmark(ctx context.Context, s *Still) error {
	return s.update(ctx, "unmark", sql("DELETE FROM setting WHERE name = ?", movingName))
}

// MissingIndexes are those that River would build anew each night and that are not there.
func MissingIndexes(ctx context.Context, c *Catalog) (missing []string, err error) {
	j := &Jobs{c: c}
	config := j.config().WithDefaults()
	if s := config.ReindexerSchedule; s != nil && s.Next(time.Now()).After(time.Now().AddDate(100, 0, 0)) {
		return nil, nil
	}
	err = c.view(ctx, "look for indexes", func(q querier) error {
		for _, name := range config.ReindexerIndexNames {
			there, err := one(ctx, q, sql("SELECT count(*) FROM pg_indexes WHERE indexname = ?", name), value[int64])
			if err != nil {
				return err
			}
			if there == 0 {
				missing = append(missing, name)
			}
		}
		return nil
	})
	return missing, err
}
