package catalog

import (
	"context"
	stdsql "database/sql"
	"errors"
	"log/slog"
	"sync"
)

// maxStatements bounds how many texts are kept prepared; others are prepared anew each time.
const maxStatements = 400

// statements keeps the statements of a pool prepared: half the time of a small query on SQLite is reading its text.
type statements struct {
	db *stdsql.DB
	mu sync.Mutex
	of map[string]*stdsql.Stmt
}

// prepared returns the statement of that text, nil when there are too many.
func (s *statements) prepared(ctx context.Context, query string) (*stdsql.Stmt, error) {
	s.mu.Lock()
	known, full := s.of[query], len(s.of) >= maxStatements
	s.mu.Unlock()
	if known != nil || full {
		return known, nil
	}
	made, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.of[query]; known != nil { // another was as quick
		return known, made.Close() //nolint:sqlclosecheck // only this one is not wanted
	}
	s.of[query] = made
	return made, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failures []error
	for _, p := range s.of {
		failures = append(failures, p.Close())
	}
	s.of = map[string]*stdsql.Stmt{}
	return errors.Join(failures...)
}

// known returns the statement of that text if it is prepared.
func (s *statements) known(query string) *stdsql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of[query]
}

// txQuerier runs statements in a transaction. Those that are prepared it runs so; the others it remembers, to be prepared when the transaction has ended: to
// prepare takes a connection of the pool, for which those who hold all of them would wait for ever.
type txQuerier struct {
	sqlQuerier
	tx         *stdsql.Tx
	statements *statements
	unprepared map[string]bool // each text once, however often it is run
}

// in returns the statement of that text in the transaction, nil when it is not prepared yet.
func (q *txQuerier) in(ctx context.Context, query string) *stdsql.Stmt {
	known := q.statements.known(query)
	if known == nil {
		q.unprepared[query] = true
		return nil
	}
	return q.tx.StmtContext(ctx, known) // it ends with the transaction
}

func (q *txQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	p := q.in(ctx, query) //nolint:sqlclosecheck // see in
	if p == nil {
		return q.sqlQuerier.query(ctx, query, args...)
	}
	found, err := p.QueryContext(ctx, args...) //nolint:rowserrcheck // sqlRows.close does
	if err != nil {
		return nil, err
	}
	return sqlRows{found}, nil
}

func (q *txQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	p := q.in(ctx, query) //nolint:sqlclosecheck // see in
	if p == nil {
		return q.sqlQuerier.exec(ctx, query, args...)
	}
	res, err := p.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// prepare prepares what the transaction, which must have ended, asked for the first time. What was read or written is not undone by a failure, which the
// next who asks the same will see.
func (q *txQuerier) prepare(ctx context.Context, log *slog.Logger) {
	for query := range q.unprepared {
		if _, err := q.statements.prepared(ctx, query); err != nil { //nolint:sqlclosecheck // it stays prepared until the pool is closed
			log.Debug("a statement was not prepared", "error", err)
			return
		}
	}
}

// preparedQuerier runs single statements on a pool, prepared.
type preparedQuerier struct {
	statements *statements
	pool       sqlQuerier
}

func (q preparedQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return q.pool.exec(ctx, query, args...)
}

func (q preparedQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	p, err := q.statements.prepared(ctx, query) //nolint:sqlclosecheck // it stays prepared until the pool is closed
	if err != nil {
		return nil, err
	}
	if p == nil {
		return q.pool.query(ctx, query, args...)
	}
	found, err := p.QueryContext(ctx, args...) //nolint:rowserrcheck // sqlRows.close does
	if err != nil {
		return nil, err
	}
	return sqlRows{found}, nil
}
