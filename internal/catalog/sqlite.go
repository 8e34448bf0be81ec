package catalog

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"vannghe/internal/archive"
)

// readers is how many connections read at the same time: more than the processors of the machines this runs on gain
// nothing, since SQLite reads in the calling thread.
const readers = 8

// sqliteDatabase is a file that several processes may share.
type sqliteDatabase struct {
	writer *stdsql.DB // one connection: writers of this process queue in Go, fairly, rather than by polling the file
	reader *stdsql.DB
	insert *river.Client[*stdsql.Tx]
	path   string
	dir    string
	log    *slog.Logger

	prepared *statements // of reader
	written  *statements // of writer

	mu   sync.Mutex
	lock *os.File
}

// openSQLite opens or makes the file.
//
// synchronous is FULL: in WAL mode NORMAL may lose the last commits when the power fails, and ingest deletes a staged
// upload once the commit that accounts for it has returned. A transaction that will write begins IMMEDIATE, since a
// read transaction that is upgraded while another process writes fails at once, whatever the busy timeout.
//
// secure_delete zeroes what is deleted: a purge must leave nothing on the disk.
//
// The lock files of its processes lie beside it: two that share the file but not their data folder would each take the other
// for dead, and take its jobs and locks.
func openSQLite(path string, log *slog.Logger) (*sqliteDatabase, error) {
	if path == "" {
		return nil, archive.Fail(archive.Invalid, "database-address", "sqlite:"+path)
	}
	if file, err := filepath.EvalSymlinks(path); err == nil {
		path = file
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "process"), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of process locks: %w", err)
	}
	writer, err := stdsql.Open("sqlite", sqliteAddress(path, "_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_pragma=secure_delete(1)"))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := stdsql.Open("sqlite", sqliteAddress(path, "_query_only=1&_pragma=cache_size(-8192)"))
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	insert, err := river.NewClient(riversqlite.New(writer), &river.Config{Logger: log})
	if err != nil {
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	return &sqliteDatabase{
		path: path, dir: dir, log: log, writer: writer, reader: reader, insert: insert,
		prepared: &statements{db: reader, of: map[string]*stdsql.Stmt{}}, written: &statements{db: writer, of: map[string]*stdsql.Stmt{}},
	}, nil
}

func sqliteAddress(path, options string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	u.RawQuery = "_busy_timeout=20000&_foreign_keys=1&_dqs=0&" + options
	return u.String()
}

// scrub writes the journal into the file and empties it: what was deleted stands in older frames of it.
func (d *sqliteDatabase) scrub(ctx context.Context) error {
	busy, err := one(ctx, sqlQuerier{d.writer}, sql("PRAGMA wal_checkpoint(TRUNCATE)"), func(row scanner) (int, error) {
		var busy, frames, written int
		err := row.Scan(&busy, &frames, &written)
		return busy, err
	})
	if err == nil && busy != 0 {
		err = archive.Fail(archive.Busy, "database-busy")
	}
	return err
}

func (d *sqliteDatabase) dialect() dialect {
	return dialect{
		releaseJobs: `UPDATE river_job SET state = 'available',
			attempt = CASE WHEN coalesce(json_extract(metadata, '$.deaths'), 0) < 10 THEN max(attempt - 1, 0) ELSE attempt END,
			metadata = jsonb_set(metadata, '$.deaths', coalesce(json_extract(metadata, '$.deaths'), 0) + 1)
			WHERE state = 'running' AND json_extract(attempted_by, '$[#-1]') = $1`,
		forgetSnoozes: "jsonb_set(metadata, '$.snoozes', 0)",
		jsonText:      "json(%s)",
		markStopped:   "jsonb_set(metadata, '$.stopped', 1)",
		markProgress:  "jsonb_set(metadata, '$.progress', ?)",
		columnsOf:     "SELECT name FROM pragma_table_info(?) ORDER BY name",
		clock:         "datetime('now', 'subsec')",
		instant:       "CAST(unixepoch(%s, 'subsec') * 1000000 AS INTEGER)",
		columns: `SELECT m.name, c.name, c.type = 'BLOB', c.pk FROM sqlite_master m, pragma_table_info(m.name) c
			WHERE m.type = 'table' ORDER BY m.name, c.cid`,
		references: `SELECT m.name, f."from", f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
	}
}

func (d *sqliteDatabase) view(ctx context.Context, fn func(q querier) error) (err error) {
	tx, err := d.reader.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	q := &txQuerier{sqlQuerier: sqlQuerier{tx}, tx: tx, statements: d.prepared, unprepared: map[string]bool{}}
	defer q.prepare(ctx, d.log)
	// Deferred, so that a panic in fn does not keep the connection.
	defer func() { err = errors.Join(err, rollback(tx)) }()
	return fn(q)
}

func (d *sqliteDatabase) update(ctx context.Context, fn func(q querier) error) (err error) {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	q := &txQuerier{sqlQuerier: sqlQuerier{tx}, tx: tx, statements: d.written, unprepared: map[string]bool{}}
	defer q.prepare(ctx, d.log)
	// Deferred, so that a panic in fn does not keep the one connection: it would stop every writer for ever.
	defer func() { err = errors.Join(err, rollback(tx)) }()
	if err := fn(q); err != nil {
		return err
	}
	return tx.Commit()
}

func rollback(tx *stdsql.Tx) error {
	if err := tx.Rollback(); !errors.Is(err, stdsql.ErrTxDone) {
		return err
	}
	return nil
}

func (d *sqliteDatabase) read() querier {
	return preparedQuerier{statements: d.prepared, pool: sqlQuerier{d.reader}}
}

// ping asks the disk: a pooled connection would say yes from memory.
func (d *sqliteDatabase) ping(ctx context.Context) error {
	_, err := one(ctx, d.read(), sql("SELECT seq FROM change_counter"), value[int64])
	return err
}

func (d *sqliteDatabase) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := errors.Join(d.prepared.close(), d.written.close(), d.reader.Close(), d.writer.Close())
	if d.lock != nil {
		err = errors.Join(err, os.Remove(d.lock.Name()), d.lock.Close())
		d.lock = nil
	}
	return err
}

func (d *sqliteDatabase) lockFile(process string) string {
	return filepath.Join(d.dir, "process", process+".lock")
}

// hold locks a file of the process's own. The kernel lets go of it the moment the process ends, however it ends.
func (d *sqliteDatabase) hold(_ context.Context, process string) (taken bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lock != nil {
		return false, nil
	}
	f, err := lockedFile(d.lockFile(process), os.O_CREATE|os.O_RDWR, syscall.LOCK_NB)
	if err != nil {
		return false, fmt.Errorf("lock process %s: %w", process, err)
	}
	d.lock = f
	return true, nil
}

func (d *sqliteDatabase) dead(_ context.Context, processes []string) ([]string, error) {
	var dead []string
	for _, p := range processes {
		f, err := lockedFile(d.lockFile(p), os.O_RDWR, syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EWOULDBLOCK):
			continue
		case errors.Is(err, os.ErrNotExist):
			dead = append(dead, p)
			continue
		case err != nil:
			return nil, fmt.Errorf("look at the lock of process %s: %w", p, err)
		}
		dead = append(dead, p)
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	return dead, nil
}

func (d *sqliteDatabase) buried(process string) error {
	if err := os.Remove(d.lockFile(process)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// lockedFile opens a file and locks it for this process alone. The descriptor is closed on exec, so a child that
// outlives us does not keep the lock.
func lockedFile(name string, flags, how int) (*os.File, error) {
	f, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|how)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(err, f.Close())
		}
	}
}

func (d *sqliteDatabase) insertJob(ctx context.Context, q querier, args jobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	inTx, ok := q.(*txQuerier)
	if !ok {
		return nil, errors.New("enqueue outside a transaction")
	}
	return d.insert.InsertTx(ctx, inTx.tx, args, opts)
}

// newWorker polls for jobs: River's listener on SQLite polls as well, twenty times a second on the one write connection.
func (d *sqliteDatabase) newWorker(cfg *river.Config) (worker, error) {
	cfg.PollOnly = true
	return river.NewClient(sparing{riversqlite.New(d.writer), d}, cfg)
}

func (d *sqliteDatabase) again(error) bool { return false } // immediate transactions wait for their turn instead

func (d *sqliteDatabase) fault(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return nil
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return archive.Fail(archive.Unavailable, "database-full").Because(err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return archive.Fail(archive.Busy, "database-busy").Because(err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return archive.Fail(archive.Unavailable, "database-damaged").Because(err)
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return archive.Fail(archive.Unavailable, "database-unavailable").Because(err)
	}
	return nil
}

func (d *sqliteDatabase) refused(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && slices.Contains([]int{sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}, e.Code()&0xff)
}

// sqlRunner is what a transaction and a pool of database/sql have in common.
type sqlRunner interface {
	ExecContext(ctx context.Context, query string, args ...any) (stdsql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*stdsql.Rows, error)
}

type sqlQuerier struct {
	sqlRunner
}

func (q sqlQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (q sqlQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	found, err := q.QueryContext(ctx, query, args...) //nolint:rowserrcheck // sqlRows.close does
	if err != nil {
		return nil, err
	}
	return sqlRows{found}, nil
}

type sqlRows struct{ *stdsql.Rows }

func (r sqlRows) close() error { return errors.Join(r.Err(), r.Close()) }
