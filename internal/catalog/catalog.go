// Package catalog is the catalogue database: works and everything that is known about them, jobs, events, the change
// sequence. SQLite and PostgreSQL stand behind one type.
//
// Whoever reads does so through Reader(viewer), so that no page can forget who may see what; whoever changes does so
// inside Update, so that a change, its event, its job and its place in the change sequence are committed together or
// not at all. It must not know about HTTP, storage, the search index or what a job does.
package catalog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vannghe/internal/archive"
)

// Options says which database to open.
type Options struct {
	DSN string           // "sqlite:PATH" or "postgres://…"
	Log *slog.Logger     // nil: slog.Default
	Now func() time.Time // nil: time.Now
	// Poll is how often changes made by other processes are looked for; 0: 200 ms. Housekeeping comes each 5, the look
	// whether this process still holds its own lock each 25 times that.
	Poll time.Duration
}

// Catalog is an open catalogue. Safe for concurrent use; several processes may have the same database open.
type Catalog struct {
	db      database
	log     *slog.Logger
	clock   func() time.Time
	poll    time.Duration
	process string
	counts  counts
	changed *signal // a transaction of this process recorded changes
	heard   atomic.Int64
	moved   *signal // a job was enqueued, ended or was released in this process
	freed   *signal // an object lock was given back in this process
	objects *objects
	missing *missed

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	tasks  sync.WaitGroup
}

// Open opens the database, brings its schema up to date, fills an empty one with the genres every archive starts with,
// and registers this process. The error is Invalid "database-address", Unavailable "database-newer" when a later version
// of the program has changed the schema, or Unavailable when the database does not answer.
func Open(ctx context.Context, opt Options) (*Catalog, error) {
	c := &Catalog{
		log: opt.Log, clock: opt.Now, poll: cmp.Or(opt.Poll, 200*time.Millisecond),
		process: archive.NewID[string](),
		changed: newSignal(), moved: newSignal(), freed: newSignal(), objects: newObjects(), missing: &missed{},
	}
	if c.log == nil {
		c.log = slog.Default()
	}
	if c.clock == nil {
		c.clock = time.Now
	}
	db, err := openDatabase(ctx, opt, slog.New(warnings{c.log.Handler()}))
	if err != nil {
		return nil, fmt.Errorf("open the catalogue: %w", err)
	}
	c.db = db
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(c.fail(ctx, "open the catalogue", err), db.close())
	}
	return c, nil
}

func openDatabase(ctx context.Context, opt Options, log *slog.Logger) (database, error) {
	switch {
	case strings.HasPrefix(opt.DSN, "sqlite:"):
		return openSQLite(strings.TrimPrefix(opt.DSN, "sqlite:"), log)
	case strings.HasPrefix(opt.DSN, "postgres://"), strings.HasPrefix(opt.DSN, "postgresql://"):
		return openPostgres(ctx, opt.DSN, log)
	default:
		scheme, _, _ := strings.Cut(opt.DSN, ":") // what follows may hold a password
		return nil, archive.Fail(archive.Invalid, "database-address", scheme+":…")
	}
}

func (c *Catalog) start(ctx context.Context) error {
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := c.enter(ctx); err != nil {
		c.cancel()
		return err
	}
	if err := c.reap(ctx); err != nil {
		c.cancel()
		return err
	}
	c.tasks.Go(c.stayAlive)
	return nil
}

// enter brings the schema up to date and this process onto the list of the living. It has the lock of the schema until it stands there: whoever
// moves the database has the lock, too, and must see who works with it.
func (c *Catalog) enter(ctx context.Context) (err error) {
	release, err := lockSchema(ctx, c.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := c.db.migrate(ctx, 0); err != nil {
		return err
	}
	if err := refuseMoving(ctx, c.db); err != nil {
		return err
	}
	if err := c.hold(ctx); err != nil {
		return err
	}
	return c.Update(ctx, func(ctx context.Context, tx *Tx) error {
		return errors.Join(c.register(ctx, tx.q), tx.seedGenres(ctx))
	})
}

// Close takes this process off the list of the living and closes the database. Jobs are to be stopped before.
func (c *Catalog) Close() error {
	c.cancel()
	c.tasks.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := c.db.update(ctx, func(q querier) error { return bury(ctx, q, c.db.dialect(), c.process) })
	return errors.Join(c.fail(ctx, "leave the catalogue", err), c.db.close())
}

// Ping reports whether the database answers.
func (c *Catalog) Ping(ctx context.Context) error {
	return c.fail(ctx, "ask the database", c.db.ping(ctx))
}

// Process returns the identifier of this process, the owner of its jobs and locks.
func (c *Catalog) Process() string { return c.process }

// now is the present instant as the database keeps it.
func (c *Catalog) now() time.Time { return c.clock().UTC().Truncate(time.Microsecond) }

// view reads one state of the database.
func (c *Catalog) view(ctx context.Context, doing string, fn func(q querier) error) error {
	return c.fail(ctx, doing, c.db.view(ctx, fn))
}

// fail wraps err with what was being done. What a person must be told keeps its code; a fault of the database gets one.
func (c *Catalog) fail(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*archive.Error](err); told {
		return err
	}
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("%s: %w", doing, errors.Join(ended, err))
	}
	if fault := c.db.fault(err); fault != nil {
		return fmt.Errorf("%s: %w", doing, fault)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// host names the machine in the list of processes; it is for people only.
func host() string {
	name, err := os.Hostname()
	if err != nil {
		return "?"
	}
	return name
}

// warnings keeps what River and goose say below a warning out of the log.
type warnings struct{ slog.Handler }

func (h warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

func (h warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{h.Handler.WithAttrs(attrs)}
}
func (h warnings) WithGroup(name string) slog.Handler { return warnings{h.Handler.WithGroup(name)} }
