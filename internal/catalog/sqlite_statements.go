package catalog

import (
	"context"
	stdsql "database/sql"
	"errors"
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

// viewQuerier runs statements in a transaction that reads. Those that are prepared it runs so; the others it remembers: to prepare them takes a second
// connection, for which readers that hold the first would wait for each other.
type viewQuerier struct {
	sqlQuerier
	tx         *stdsql.Tx
	statements *statements
	unprepared []string
}

func (q *viewQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	known := q.statements.known(query)
	if known == nil {
		q.unprepared = append(q.unprepared, query)
		return q.sqlQuerier.query(ctx, query, args...)
	}
	found, err := q.tx.StmtContext(ctx, known).QueryContext(ctx, args...) //nolint:rowserrcheck,sqlclosecheck // sqlRows.close does; the statement ends with the transaction
	if err != nil {
		return nil, err
	}
	return sqlRows{found}, nil
}

// prepare prepares what the view asked for, for the next ones. The transaction must have ended.
func (q *viewQuerier) prepare(ctx context.Context) error {
	for _, query := range q.unprepared {
		if _, err := q.statements.prepared(ctx, query); err != nil { //nolint:sqlclosecheck // it stays prepared until the pool is closed
			return err
		}
	}
	return nil
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
