package catalog

import (
	"context"
	stdsql "database/sql"
	"errors"
	"sync"
)

// maxStatements bounds how many texts are kept prepared; texts with lists of many lengths go past it and are prepared anew.
const maxStatements = 200

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
