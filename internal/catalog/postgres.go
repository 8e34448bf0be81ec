package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"vannghe/internal/archive"
)

// pingPatience is how long the session of the process lock has to answer before it is given up.
const pingPatience = 5 * time.Second

// minConns is the least number of connections: readers, the writer, and those River keeps for itself.
const minConns = 12

// postgresDatabase is a database that several hosts may share.
type postgresDatabase struct {
	pool   *pgxpool.Pool
	insert *river.Client[pgx.Tx]
	log    *slog.Logger

	mu   sync.Mutex
	lock *pgx.Conn // holds the advisory lock of this process for as long as the session lives
}

func openPostgres(ctx context.Context, dsn string, log *slog.Logger) (*postgresDatabase, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		// The cause may quote the address, and with it the password.
		return nil, archive.Fail(archive.Invalid, "database-address", "postgres://…")
	}
	cfg.MaxConns = max(cfg.MaxConns, minConns)
	cfg.ConnConfig.RuntimeParams["application_name"] = "vannghe"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	insert, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Logger: log})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &postgresDatabase{pool: pool, insert: insert, log: log}, nil
}

// scrub does nothing: PostgreSQL overwrites deleted rows and its journal in its own time.
func (*postgresDatabase) scrub(context.Context) error { return nil }

func (d *postgresDatabase) dialect() dialect {
	return dialect{
		lockRow:    " FOR UPDATE",
		lockName:   "SELECT pg_advisory_xact_lock(?)",
		losesLocks: true,
		reindexes:  true,
		releaseJobs: `UPDATE river_job SET state = 'available',
			attempt = CASE WHEN coalesce((metadata->>'deaths')::int, 0) < 10 THEN greatest(attempt - 1, 0) ELSE attempt END,
			metadata = jsonb_set(metadata, '{deaths}', to_jsonb(coalesce((metadata->>'deaths')::int, 0) + 1))
			WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`,
		forgetSnoozes: "jsonb_set(metadata, '{snoozes}', '0')",
		jsonText:      "CAST(%s AS TEXT)",
		markStopped:   "jsonb_set(metadata, '{stopped}', '1')",
		markProgress:  "jsonb_set(metadata, '{progress}', to_jsonb(CAST(? AS INTEGER)))",
		columnsOf:     "SELECT CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY column_name COLLATE \"C\"",
		clock:         "now()",
		instant:       "CAST(extract(epoch FROM %s) * 1000000 AS BIGINT)",
		columns: `SELECT c.relname::text, a.attname::text, CASE WHEN a.atttypid = 'bytea'::regtype THEN 1 ELSE 0 END,
			coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)
			FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
			WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, a.attnum`,
		references: `SELECT c.relname::text, a.attname::text, r.relname::text FROM pg_constraint k
			JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
			JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
			WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace`,
	}
}

func (d *postgresDatabase) view(ctx context.Context, fn func(q querier) error) error {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, d.pool, opts, func(tx pgx.Tx) error { return fn(pgxQuerier{tx, tx}) })
}

// update reads what others have committed and locks the rows it is going to change; the change sequence serialises
// the ends of transactions.
func (d *postgresDatabase) update(ctx context.Context, fn func(q querier) error) error {
	return pgx.BeginTxFunc(ctx, d.pool, pgx.TxOptions{}, func(tx pgx.Tx) error { return fn(pgxQuerier{tx, tx}) })
}

func (d *postgresDatabase) read() querier { return pgxQuerier{d.pool, nil} }

func (d *postgresDatabase) ping(ctx context.Context) error { return d.pool.Ping(ctx) }

func (d *postgresDatabase) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if d.lock != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err = d.lock.Close(ctx)
		d.lock = nil
	}
	d.pool.Close()
	return err
}

// lockKey is the advisory lock of a name. 60 random bits of name make a collision of two live processes unthinkable.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte("vannghe " + name))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// hold keeps a session of its own, since a session lock belongs to a connection. When that was lost it is made anew.
func (d *postgresDatabase) hold(ctx context.Context, process string) (taken bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.holds(ctx) {
		return false, nil
	}
	cfg := d.pool.Config().ConnConfig
	// A host that vanished must not keep its jobs: the server notices within half a minute.
	cfg.RuntimeParams["tcp_keepalives_idle"] = "10"
	cfg.RuntimeParams["tcp_keepalives_interval"] = "5"
	cfg.RuntimeParams["tcp_keepalives_count"] = "3"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return false, fmt.Errorf("connect for the lock of process %s: %w", process, err)
	}
	var got bool
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", lockKey(process)).Scan(&got)
	if err == nil && !got {
		err = archive.Fail(archive.Busy, "database-busy")
	}
	if err != nil {
		return false, errors.Join(err, conn.Close(ctx))
	}
	d.lock = conn
	return true, nil
}

// holds reports whether the session of the lock answers. It has a time of its own: a question that is broken off ends the
// session, and the lock with it.
func (d *postgresDatabase) holds(ctx context.Context) bool {
	if d.lock == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingPatience)
	defer cancel()
	return d.lock.Ping(ctx) == nil
}

func (d *postgresDatabase) dead(ctx context.Context, processes []string) ([]string, error) {
	held := map[int64]bool{}
	err := each(ctx, d.read(), sql(`SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
		WHERE locktype = 'advisory' AND objsubid = 1 AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`), func(row scanner) error {
		key, err := value[int64](row)
		held[key] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	var dead []string
	for _, p := range processes {
		if !held[lockKey(p)] {
			dead = append(dead, p)
		}
	}
	return dead, nil
}

func (d *postgresDatabase) buried(string) error { return nil }

func (d *postgresDatabase) insertJob(ctx context.Context, q querier, args jobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error) {
	inTx, ok := q.(pgxQuerier)
	if !ok || inTx.tx == nil {
		return nil, errors.New("enqueue outside a transaction")
	}
	return d.insert.InsertTx(ctx, inTx.tx, args, opts)
}

func (d *postgresDatabase) newWorker(cfg *river.Config) (worker, error) {
	return river.NewClient(riverpgxv5.New(d.pool), cfg)
}

func (d *postgresDatabase) again(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	// serialization_failure, deadlock_detected, unique_violation: when another has just taken the key, the next run sees it.
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505")
}

// fault reads SQLSTATE, PostgreSQL documentation appendix A.
func (d *postgresDatabase) fault(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code == "53100":
			return archive.Fail(archive.Unavailable, "database-full").Because(err)
		case e.Code == "40001", e.Code == "40P01", e.Code == "53300", e.Code == "55P03":
			return archive.Fail(archive.Busy, "database-busy").Because(err)
		case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "28"),
			strings.HasPrefix(e.Code, "58"), e.Code == "3D000":
			return archive.Fail(archive.Unavailable, "database-unavailable").Because(err)
		case strings.HasPrefix(e.Code, "XX"):
			return archive.Fail(archive.Unavailable, "database-damaged").Because(err)
		}
		return nil
	}
	if isNetwork(err) {
		return archive.Fail(archive.Unavailable, "database-unavailable").Because(err)
	}
	return nil
}

// refused: SQLSTATE of a data exception, a broken constraint, a trigger's word, another type, too long.
func (d *postgresDatabase) refused(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.ContainsFunc([]string{"22", "23", "P0", "42804", "54"}, func(class string) bool { return strings.HasPrefix(e.Code, class) })
}

func isNetwork(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		return true
	}
	return pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// pgxRunner is what a transaction and a pool of pgx have in common.
type pgxRunner interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

type pgxQuerier struct {
	pgxRunner
	tx pgx.Tx // nil on a pool
}

func (q pgxQuerier) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := q.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (q pgxQuerier) query(ctx context.Context, query string, args ...any) (rows, error) {
	found, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgxRows{found}, nil
}

type pgxRows struct{ pgx.Rows }

func (r pgxRows) close() error {
	r.Close()
	return r.Err()
}
