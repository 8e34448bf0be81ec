package catalog

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// fill has SQLite look at references at the commit only.
func (d *sqliteDatabase) fill(ctx context.Context, fn func(q querier) error) (err error) {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rollback(tx)) }()
	q := &fillQuerier{sqlQuerier{tx}, tx, map[string]*stdsql.Stmt{}}
	if _, err := q.exec(ctx, "PRAGMA defer_foreign_keys = 1"); err != nil {
		return err
	}
	if err := fn(q); err != nil {
		return err
	}
	lost, err := collect(ctx, q, sql(`SELECT "table" FROM pragma_foreign_key_check LIMIT 1`), value[string])
	if err == nil && len(lost) > 0 {
		err = broken(fmt.Errorf("a row of table %s refers to one that is not there", lost[0]))
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

// fillQuerier prepares what it runs: a snapshot has a million rows of a few tables.
type fillQuerier struct {
	sqlQuerier
	tx   *stdsql.Tx
	runs map[string]*stdsql.Stmt
}

func (q *fillQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	s := q.runs[query]
	if s == nil {
		var err error
		if s, err = q.tx.PrepareContext(ctx, query); err != nil {
			return 0, err
		}
		q.runs[query] = s
	}
	done, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// fill lets references wait until the end of the transaction, for as long as that lasts.
func (d *postgresDatabase) fill(ctx context.Context, fn func(q querier) error) error {
	return pgx.BeginTxFunc(ctx, d.pool, pgx.TxOptions{}, func(tx pgx.Tx) error {
		q := pgxQuerier{tx, tx}
		if err := deferReferences(ctx, q, "DEFERRABLE INITIALLY DEFERRED"); err != nil {
			return err
		}
		if err := fn(q); err != nil {
			return err
		}
		if _, err := q.exec(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
			return broken(err)
		}
		return deferReferences(ctx, q, "NOT DEFERRABLE")
	})
}

func deferReferences(ctx context.Context, q querier, when string) error {
	changes, err := collect(ctx, q, sql(`SELECT format('ALTER TABLE %I ALTER CONSTRAINT %I ', t.relname, c.conname) FROM pg_constraint c
		JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace ORDER BY 1`), value[string])
	if err != nil {
		return err
	}
	for _, change := range changes {
		if _, err := q.exec(ctx, change+when); err != nil {
			return fmt.Errorf("let references wait: %w", err)
		}
	}
	return nil
}
