package catalog

import (
	"context"
	"errors"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// database is what differs between SQLite and PostgreSQL. Query texts do not: $1 placeholders, upsert and RETURNING
// behave alike on both.
type database interface {
	// view calls fn in a read-only transaction that sees one state of the database.
	view(ctx context.Context, fn func(q querier) error) error
	// update calls fn in a write transaction and commits it when fn returns nil. It does not retry.
	update(ctx context.Context, fn func(q querier) error) error
	// read runs a single statement outside a transaction.
	read() querier
	ping(ctx context.Context) error
	// scrub overwrites what was deleted, as far as the database lets itself be told to.
	scrub(ctx context.Context) error
	close() error

	// migrate brings the schema up to date, or to an earlier step of ours (0: the newest); whoever calls it holds the lock of the schema.
	migrate(ctx context.Context, step int64) error
	// lockSchema takes the lock of the schema, for which it does not wait: release is nil when another process has it.
	lockSchema(ctx context.Context) (release func() error, err error)
	// fill is update without looking, before its end, whether what rows refer to is there.
	fill(ctx context.Context, fn func(q querier) error) error
	// hold takes the lock that shows the process to be alive, until close, and reports whether it did: false when it was held
	// already.
	hold(ctx context.Context, process string) (taken bool, err error)
	// dead returns those of the processes whose lock is free.
	dead(ctx context.Context, processes []string) ([]string, error)
	// buried tidies up what hold left on disk for a process whose row is gone.
	buried(process string) error

	insertJob(ctx context.Context, q querier, args jobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
	newWorker(cfg *river.Config) (worker, error)

	dialect() dialect
	// fault turns an error of the database into one that a person can be told; nil for any other error.
	fault(err error) error
	// refused reports whether the database did not take a row because of what is in it.
	refused(err error) bool
	// again reports whether the same transaction may succeed when it is run once more.
	again(err error) bool
}

// worker is a River client of either database.
type worker interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	Subscribe(kinds ...river.EventKind) (<-chan *river.Event, func())
}

// dialect holds the few texts that cannot be the same on both databases.
type dialect struct {
	lockRow     string // appended to a SELECT to lock its row; "" where the transaction locks everything
	lockName    string // locks the number ? until the end of the transaction; "" as above
	releaseJobs string // puts the running jobs of the process $1 back, uncounted
	// forgetSnoozes is the metadata of a job without the number of its uncounted attempts.
	forgetSnoozes string
	// markStopped is the metadata of a job that somebody has stopped.
	markStopped string
	// markProgress is the metadata of a job with how much of it is done: ? per cent.
	markProgress string
	// instant is the column %s of a job's time as microseconds since the Unix epoch.
	instant   string
	clock     string // the present instant as a job's time
	jsonText  string // the JSON column %s as text
	columnsOf string // names of the columns of table ?, in their order
	// columns lists table, column, whether it holds bytes, its place in the primary key from 1 (0: none), in the order of the columns.
	columns string
	// references lists table, column and the table that it refers to.
	references string
	losesLocks bool // a living process may lose its lock: that of an ended session is free
	reindexes  bool // River builds the indexes of its jobs anew each night; it knows their names on PostgreSQL only, where they grow
}

// querier runs statements in a transaction or on a pool.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (rowsAffected int64, err error)
	query(ctx context.Context, query string, args ...any) (rows, error)
}

// rows are the rows of a query; close is safe to call twice and reports what went wrong while reading.
type rows interface {
	Next() bool
	Scan(into ...any) error
	close() error
}

// scanner reads the columns of one row.
type scanner interface {
	Scan(into ...any) error
}

// errNoRow is what one returns when the query has no row. It never leaves the package.
var errNoRow = errors.New("no row")

// each calls fn for every row of a query.
func each(ctx context.Context, q querier, s *statement, fn func(row scanner) error) (err error) {
	found, err := q.query(ctx, s.String(), s.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.close()) }()
	for found.Next() {
		if err := fn(found); err != nil {
			return err
		}
	}
	return nil
}

// collect returns what scan makes of every row.
func collect[T any](ctx context.Context, q querier, s *statement, scan func(row scanner) (T, error)) ([]T, error) {
	var list []T
	err := each(ctx, q, s, func(row scanner) error {
		v, err := scan(row)
		list = append(list, v)
		return err
	})
	return list, err
}

// one returns what scan makes of the first row, errNoRow when there is none.
func one[T any](ctx context.Context, q querier, s *statement, scan func(row scanner) (T, error)) (T, error) {
	list, err := collect(ctx, q, s, scan)
	if err == nil && len(list) == 0 {
		err = errNoRow
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return list[0], nil
}

// value scans a row of a single column.
func value[T any](row scanner) (T, error) {
	var v T
	err := row.Scan(&v)
	return v, err
}

// run executes a statement and returns how many rows it touched.
func run(ctx context.Context, q querier, s *statement) (int64, error) {
	return q.exec(ctx, s.String(), s.args...)
}
