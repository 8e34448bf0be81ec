package catalog

import (
	"context"
	stdsql "database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"vannghe/internal/archive"
)

// migrations are the steps of the schema, one folder a database. A released step is never edited: the next one is
// appended to both folders.
//
//go:embed migration/sqlite/*.sql migration/postgres/*.sql
var migrations embed.FS

// migrate works on connections of its own: River's steps rename tables, for which SQLite must not enforce foreign keys.
func (d *sqliteDatabase) migrate(ctx context.Context, step int64) (err error) {
	db, err := stdsql.Open("sqlite", sqliteAddress(d.path, "_foreign_keys=0&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, schema{goose.DialectSQLite3, db, step, d.log}, riversqlite.New(db))
}

func (d *postgresDatabase) migrate(ctx context.Context, step int64) (err error) {
	db := stdlib.OpenDBFromPool(d.pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	return migrate(ctx, schema{goose.DialectPostgres, db, step, d.log}, riverpgxv5.New(d.pool))
}

// schema is a database whose schema is to be brought to a step of ours; 0: the newest.
type schema struct {
	dialect goose.Dialect
	db      *stdsql.DB
	step    int64
	log     *slog.Logger
}

func (d *sqliteDatabase) lockSchema(context.Context) (release func() error, err error) {
	lock, err := lockedFile(filepath.Join(d.dir, "process", "migrate.lock"), os.O_CREATE|os.O_RDWR, syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("lock the schema: %w", err)
	}
	return lock.Close, nil
}

func (d *postgresDatabase) lockSchema(ctx context.Context) (release func() error, err error) {
	lock, err := pgx.ConnectConfig(ctx, d.pool.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("connect to lock the schema: %w", err)
	}
	release = func() error { return lock.Close(context.WithoutCancel(ctx)) } // ends the session and with it the lock
	var taken bool
	if err := lock.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", lockKey("schema")).Scan(&taken); err != nil {
		return nil, errors.Join(fmt.Errorf("lock the schema: %w", err), release())
	}
	if !taken {
		return nil, release()
	}
	return release, nil
}

// schemaPoll is how often a process looks whether another is done with the schema.
const schemaPoll = 100 * time.Millisecond

// lockSchema waits until no other process starts with the database, changes its schema or moves it.
func lockSchema(ctx context.Context, db database) (release func() error, err error) {
	tick := time.NewTicker(schemaPoll)
	defer tick.Stop()
	for {
		if release, err = db.lockSchema(ctx); release != nil || err != nil {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// migrate refuses a database that a later version of the program has changed, before it touches anything.
func migrate[T any](ctx context.Context, s schema, driver riverdriver.Driver[T]) error {
	folder := "sqlite"
	if s.dialect == goose.DialectPostgres {
		folder = "postgres"
	}
	steps, err := fs.Sub(migrations, "migration/"+folder)
	if err != nil {
		return err
	}
	ours, err := goose.NewProvider(s.dialect, s.db, steps, goose.WithSlog(s.log), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the steps of the schema: %w", err)
	}
	jobs, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: s.log})
	if err != nil {
		return fmt.Errorf("read the steps of the jobs' tables: %w", err)
	}
	if err := errors.Join(checkOurs(ctx, ours), checkJobs(ctx, s.dialect, s.db, jobs.AllVersions())); err != nil {
		return err
	}
	if err := s.up(ctx, ours); err != nil {
		return fmt.Errorf("change the schema: %w", err)
	}
	if _, err := jobs.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("change the jobs' tables: %w", err)
	}
	return nil
}

func (s schema) up(ctx context.Context, steps *goose.Provider) error {
	if s.step == 0 {
		_, err := steps.Up(ctx)
		return err
	}
	found, known, err := steps.GetVersions(ctx)
	if err == nil {
		err = checkVersion(s.step, known)
	}
	if err == nil && found > s.step {
		err = archive.Fail(archive.Conflict, "catalog-filled")
	}
	if err == nil {
		_, err = steps.UpTo(ctx, s.step)
	}
	return err
}

func checkOurs(ctx context.Context, steps *goose.Provider) error {
	found, known, err := steps.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the schema: %w", err)
	}
	return checkVersion(found, known)
}

// checkJobs reads River's own list of steps: asked through its migrator, a step that it does not know is an error without a type.
func checkJobs(ctx context.Context, dialect goose.Dialect, db *stdsql.DB, known []rivermigrate.Migration) error {
	table := "SELECT count(*) FROM sqlite_master WHERE name = 'river_migration'"
	if dialect == goose.DialectPostgres {
		table = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'river_migration'"
	}
	var tables, found int64
	err := db.QueryRowContext(ctx, table).Scan(&tables)
	if err == nil && tables > 0 {
		err = db.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM river_migration").Scan(&found)
	}
	if err != nil {
		return fmt.Errorf("read the version of the jobs' tables: %w", err)
	}
	return checkVersion(found, int64(known[len(known)-1].Version))
}

func checkVersion(found, known int64) error {
	if found > known {
		return archive.Fail(archive.Unavailable, "database-newer", found, known)
	}
	return nil
}
