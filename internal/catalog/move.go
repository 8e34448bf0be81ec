package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// stillPatience is how long OpenStill waits for a program that is just starting.
const stillPatience = 10 * time.Second

// movingName is the setting that marks a catalogue that is being moved into: half of one must not be worked with.
const movingName = "catalog.moving"

// Still is a database that no other program works with as long as it is open here: one that is moved, which is only read, or one that is moved
// into. Whoever starts meanwhile waits until it is closed.
type Still struct {
	db      database
	release func() error
	address string // without password
	tables  []table
}

// OpenStill opens a database to be read. The errors are Conflict "database-in-use" while a program works with it, NotFound "database-missing",
// Conflict "database-older" when this version of the program has never been started with it, Unavailable "database-newer" and "database-moving".
func OpenStill(ctx context.Context, opt Options) (*Still, error) {
	if path, ok := strings.CutPrefix(opt.DSN, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, archive.Fail(archive.NotFound, "database-missing", path).Because(err)
		}
	}
	return openStill(ctx, opt, func(ctx context.Context, s *Still) error {
		return errors.Join(s.checkSchema(ctx), refuseMoving(ctx, s.db))
	})
}

// OpenEmpty opens a database to be moved into, and makes its tables. The errors are Conflict "database-in-use" while a program works with it and
// Conflict "database-filled" when it holds an archive already, unless a move into it was broken off.
func OpenEmpty(ctx context.Context, opt Options) (*Still, error) {
	return openStill(ctx, opt, func(ctx context.Context, s *Still) error { return s.db.migrate(ctx, 0) })
}

func openStill(ctx context.Context, opt Options, prepare func(context.Context, *Still) error) (*Still, error) {
	db, err := openDatabase(ctx, opt, slog.New(warnings{cmp.Or(opt.Log, slog.Default()).Handler()}))
	if err != nil {
		return nil, fmt.Errorf("open the catalogue: %w", err)
	}
	s := &Still{db: db, address: withoutSecret(opt.DSN)}
	soon, cancel := context.WithTimeout(ctx, stillPatience)
	defer cancel()
	if s.release, err = lockSchema(soon, db); err != nil {
		if soon.Err() != nil && ctx.Err() == nil {
			err = archive.Fail(archive.Conflict, "database-in-use", s.address).Because(err)
		}
		return nil, errors.Join(s.fail("open the catalogue", err), db.close())
	}
	err = prepare(ctx, s)
	if err == nil {
		err = s.Alone(ctx)
	}
	if err == nil {
		s.tables, err = readTables(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(s.fail("open the catalogue", err), s.Close())
	}
	return s, nil
}

// withoutSecret is what may be shown of an address.
func withoutSecret(dsn string) string {
	scheme, rest, _ := strings.Cut(dsn, ":")
	if scheme == "sqlite" {
		return rest
	}
	return scheme + "://…" + rest[strings.LastIndexByte(rest, '@')+1:]
}

// Close lets others work with the database again.
func (s *Still) Close() error { return errors.Join(s.release(), s.db.close()) }

// Alone is Conflict "database-in-use" when a program works with the database after all.
func (s *Still) Alone(ctx context.Context) error {
	listed, err := collect(ctx, s.db.read(), sql("SELECT id FROM process ORDER BY id"), value[string])
	if err != nil {
		return s.fail("look who works with the database", err)
	}
	dead, err := s.db.dead(ctx, listed)
	if err != nil {
		return s.fail("look who works with the database", err)
	}
	if len(dead) < len(listed) {
		return archive.Fail(archive.Conflict, "database-in-use", s.address)
	}
	return nil
}

// checkSchema compares the newest step that the database has taken with the newest of the program.
func (s *Still) checkSchema(ctx context.Context) error {
	found, err := one(ctx, s.db.read(), sql("SELECT max(version_id) FROM goose_db_version"), value[int64])
	if err != nil {
		return archive.Fail(archive.Conflict, "database-older", s.address).Because(err)
	}
	known, err := newestStep()
	switch {
	case err != nil:
		return err
	case found < known:
		return archive.Fail(archive.Conflict, "database-older", s.address)
	default:
		return checkVersion(found, known)
	}
}

func newestStep() (int64, error) {
	steps, err := fs.Glob(migrations, "migration/sqlite/*.sql") // in the order of their names
	if err != nil || len(steps) == 0 {
		return 0, errors.Join(errors.New("no steps of the schema"), err)
	}
	number, _, _ := strings.Cut(filepath.Base(steps[len(steps)-1]), "_")
	return strconv.ParseInt(number, 10, 64)
}

// refuseMoving is Unavailable "database-moving" for a catalogue into which a move has not come to its end.
func refuseMoving(ctx context.Context, db database) error {
	moving, err := isMoving(ctx, db)
	if err == nil && moving {
		err = archive.Fail(archive.Unavailable, "database-moving")
	}
	return err
}

func isMoving(ctx context.Context, db database) (bool, error) {
	marks, err := marks(ctx, db)
	return len(marks) > 0, err
}

func marks(ctx context.Context, db database) ([]string, error) {
	return collect(ctx, db.read(), sql("SELECT value FROM setting WHERE name = ?", movingName), value[string])
}

// Begin marks the catalogue as one that is moved into, with the name of the store that belongs to it, or goes on with a move that was broken off:
// it reports whether that was one with the same store. Conflict "database-filled" when it holds an archive already.
func (s *Still) Begin(ctx context.Context, store string) (goesOn bool, err error) {
	name, err := json.Marshal(store)
	if err != nil {
		return false, err
	}
	found, err := marks(ctx, s.db)
	if err != nil {
		return false, s.fail("begin to move", err)
	}
	if len(found) == 0 {
		filled, err := s.filled(ctx)
		if err != nil {
			return false, s.fail("begin to move", err)
		}
		if filled {
			return false, archive.Fail(archive.Conflict, "database-filled", s.address)
		}
	}
	goesOn = len(found) > 0 && found[0] == string(name)
	return goesOn, s.update(ctx, "begin to move", upsert("setting", "name", []string{"name", "value"}, movingName, string(name)))
}

// filled reports whether there is more in the catalogue than a program leaves that was started with an empty one.
func (s *Still) filled(ctx context.Context) (bool, error) {
	for _, t := range s.tables {
		where := ""
		switch t.name {
		case "change", "change_counter", "genre", "object_lock", "record":
			continue
		case "setting":
			where = " WHERE substr(name, 1, 8) <> 'catalog.'"
		}
		found, err := collect(ctx, s.db.read(), sql("SELECT 1 FROM "+t.name+where+" LIMIT 1"), value[int64])
		if err != nil || len(found) > 0 {
			return len(found) > 0, err
		}
	}
	return false, nil
}

// Finish takes over the jobs that wait in from and lets programs work with the catalogue, both in one transaction.
func (s *Still) Finish(ctx context.Context, from *Still) error {
	jobs, err := from.openJobs(ctx)
	if err != nil {
		return err
	}
	return s.fail("finish the move", s.db.update(ctx, func(q querier) error {
		for _, j := range jobs {
			if err := j.insert(ctx, s.db, q); err != nil {
				return fmt.Errorf("take over a job %s: %w", j.kind, err)
			}
		}
		_, err := run(ctx, q, sql("DELETE FROM setting WHERE name = ?", movingName))
		return err
	}))
}

// Originals calls fn for every file in the archive of record, with the key under which it is kept and its SHA-512.
func (s *Still) Originals(ctx context.Context, fn func(key string, digest archive.Digest)) error {
	err := each(ctx, s.db.read(), sql("SELECT key, digest FROM file WHERE state = 'archived' ORDER BY id"), func(row scanner) error {
		var key string
		var digest archive.Digest
		err := row.Scan(&key, &digest)
		fn(key, digest)
		return err
	})
	return s.fail("list the originals", err)
}

func (s *Still) update(ctx context.Context, doing string, statements ...*statement) error {
	return s.fail(doing, s.db.update(ctx, func(q querier) error {
		for _, st := range statements {
			if _, err := run(ctx, q, st); err != nil {
				return err
			}
		}
		return nil
	}))
}

// fail wraps err as Catalog.fail does.
func (s *Still) fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*archive.Error](err); told {
		return err
	}
	if fault := s.db.fault(err); fault != nil {
		err = fault
	}
	return fmt.Errorf("%s: %w", doing, err)
}
