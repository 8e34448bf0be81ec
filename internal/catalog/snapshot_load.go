package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"vannghe/internal/archive"
)

// loadedName is the setting that holds the jobs of a snapshot that was loaded, until ResumeLoaded enqueues them.
const loadedName = "catalog.loaded"

// Load fills an empty database with a snapshot, of whichever kind of database that was taken, in one transaction: it is then as it was, or still empty.
// The jobs follow with ResumeLoaded. Conflict "catalog-filled" when the database holds anything; errors also as ReadSnapshot and Open.
func Load(ctx context.Context, opt Options, from io.Reader) (Snapshot, error) {
	log := opt.Log
	if log == nil {
		log = slog.Default()
	}
	db, err := openDatabase(ctx, opt, slog.New(warnings{log.Handler()}))
	if err != nil {
		return Snapshot{}, fmt.Errorf("open the catalogue: %w", err)
	}
	l := &loading{db: db, columns: map[string][]string{}}
	s, err := l.load(ctx, from)
	err = errors.Join(err, db.close())
	if err != nil {
		if fault := db.fault(err); fault != nil && archive.ReasonOf(err) == "internal" {
			err = fault
		}
		return Snapshot{}, fmt.Errorf("load a snapshot: %w", err)
	}
	return s, nil
}

// loading is a Load under way.
type loading struct {
	db      database
	jobs    []savedJob
	columns map[string][]string
}

func (l *loading) load(ctx context.Context, from io.Reader) (s Snapshot, err error) {
	head, rest, err := peek(ctx, from)
	if err != nil {
		return head, err
	}
	release, err := lockSchema(ctx, l.db)
	if err != nil {
		return head, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := l.db.migrate(ctx, head.Schema); err != nil {
		return head, err
	}
	err = l.db.fill(ctx, func(q querier) error {
		if err := checkEmpty(ctx, q); err != nil {
			return err
		}
		for _, t := range slices.Backward(snapshotTables()) {
			if t.name == "event" || t.name == "chain" || t.name == "deed" { // of which there is none, and none can be deleted
				continue
			}
			if _, err := q.exec(ctx, "DELETE FROM "+t.name); err != nil {
				return fmt.Errorf("empty table %s: %w", t.name, err)
			}
		}
		s, err = ReadSnapshot(ctx, rest, SnapshotReader{
			Row: func(table string, columns []string, values []any) error {
				return l.insert(ctx, q, table, columns, values)
			},
			job: func(j savedJob) error { l.jobs = append(l.jobs, j); return nil },
		})
		if err != nil {
			return err
		}
		doc, err := json.Marshal(l.jobs)
		if err != nil {
			return err
		}
		_, err = run(ctx, q, upsert("setting", "name", []string{"name", "value"}, loadedName, string(doc)))
		return err
	})
	return s, err
}

// peek reads the first line of a snapshot and returns what it says, and a reader of the whole.
func peek(ctx context.Context, from io.Reader) (Snapshot, io.Reader, error) {
	var first strings.Builder
	one := make([]byte, 1)
	for first.Len() < 1<<16 {
		if _, err := io.ReadFull(from, one); err != nil {
			return Snapshot{}, nil, broken(err)
		}
		first.Write(one)
		if one[0] == '\n' {
			break
		}
	}
	r := &snapshotLines{}
	if err := r.begin([]byte(first.String())); err != nil {
		return Snapshot{}, nil, err
	}
	return r.head, io.MultiReader(strings.NewReader(first.String()), from), ctx.Err()
}

// checkEmpty refuses a catalogue in which somebody has done something.
func checkEmpty(ctx context.Context, q querier) error {
	for _, table := range []string{"work", "agent", "collection", "account", "upload", "deed", "royalty_rate", "roll"} {
		n, err := one(ctx, q, sql("SELECT count(*) FROM (SELECT 1 FROM "+table+" LIMIT 1) AS x"), value[int])
		if err != nil {
			return err
		}
		if n > 0 {
			return archive.Fail(archive.Conflict, "catalog-filled")
		}
	}
	return nil
}

// insert checks the names of columns, which are the only words of a snapshot that become part of a statement.
func (l *loading) insert(ctx context.Context, q querier, table string, columns []string, values []any) error {
	if !slices.Equal(l.columns[table], columns) {
		known, err := collect(ctx, q, sql(l.db.dialect().columnsOf, table), value[string])
		if err != nil {
			return err
		}
		if !slices.Equal(known, columns) {
			return broken(fmt.Errorf("table %s has other columns", table))
		}
		l.columns[table] = known
	}
	s := sql("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ").values(values...)
	_, err := run(ctx, q, s)
	switch {
	case err == nil:
		return nil
	case l.db.refused(err): // the sum of the whole, which would have said so, comes last
		return broken(fmt.Errorf("fill table %s: %w", table, err))
	}
	return fmt.Errorf("fill table %s: %w", table, err)
}

// ResumeLoaded enqueues the jobs of the snapshot with which the catalogue was filled, has every search index made anew, and says to whoever was
// sending a file that its bytes are gone: only whole objects are in a backup. It reports whether there was anything to do.
func (c *Catalog) ResumeLoaded(ctx context.Context) (bool, error) {
	loaded := false
	err := c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		found, err := collect(ctx, tx.q, sql("SELECT value FROM setting WHERE name = ?", loadedName), value[string])
		loaded = len(found) > 0
		if err != nil || !loaded {
			return err
		}
		var jobs []savedJob
		if err := json.Unmarshal([]byte(found[0]), &jobs); err != nil {
			return broken(err)
		}
		for _, j := range jobs {
			if err := tx.enqueueSaved(ctx, j); err != nil {
				return err
			}
		}
		if _, err := run(ctx, tx.q, sql("UPDATE upload SET state = 'removed', process = '' WHERE state = 'receiving'")); err != nil {
			return err
		}
		if _, err := run(ctx, tx.q, sql("UPDATE upload SET process = ''")); err != nil {
			return err
		}
		if _, err := tx.AskReindex(ctx); err != nil {
			return err
		}
		_, err = run(ctx, tx.q, sql("DELETE FROM setting WHERE name = ?", loadedName))
		return err
	})
	return loaded, err
}

func (tx *Tx) enqueueSaved(ctx context.Context, saved savedJob) error {
	var a jobArgs
	if err := json.Unmarshal(saved.Args, &a); err != nil {
		return broken(err)
	}
	return tx.Enqueue(ctx, Job{Kind: saved.Kind, Work: a.Work, File: a.File, Recipe: a.Recipe, Version: a.Version, Note: a.Note, Unique: a.Unique,
		Queue: saved.Queue, Priority: saved.Priority})
}

// Loaded reports whether the catalogue was filled by Load and ResumeLoaded has not been called since.
func (c *Catalog) Loaded(ctx context.Context) (bool, error) {
	found, err := collect(ctx, c.db.read(), sql("SELECT name FROM setting WHERE name = ?", loadedName), value[string])
	return len(found) > 0, c.fail(ctx, "look whether the catalogue was loaded", err)
}
