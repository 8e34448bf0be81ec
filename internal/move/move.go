// Package move brings a whole archive to another database and another store: from a folder and SQLite to MinIO and PostgreSQL, or back.
//
// The place that the archive comes from is only read. What has been moved is compared with it byte for byte and row by row; a move that was
// broken off, at whatever instant, is gone on with by starting it again, and nobody can work with a half-moved archive until then. The
// package must not know what rows and objects mean, save for the digests of originals.
package move

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
)

// Options says from where to where. ToCatalog or ToBucket is nil for the half of the archive that stays where it is.
type Options struct {
	FromCatalog *catalog.Still
	FromBucket  *storage.Bucket
	ToCatalog   *catalog.Still
	ToBucket    *storage.Bucket
	ToName      string // of the store, for people
	Log         *slog.Logger
	// Progress is told how many objects, or rows of which table, are done; from one goroutine.
	Progress func(Progress)
}

// Progress is how far a move has come.
type Progress struct {
	Table string // "": objects
	Done  int64
	Total int64 // 0: not known
}

// Report is what was moved.
type Report struct {
	Rows    int64         `json:"rows"`
	Objects int64         `json:"objects"`
	Bytes   int64         `json:"bytes"`
	Removed int64         `json:"removed"` // objects that an earlier attempt had brought and that are gone at the old place
	Damaged []storage.Key `json:"damaged"` // originals that were no longer what was received, at the old place
}

// mover is a move under way.
type mover struct {
	Options
	sums      map[string]catalog.TableSum // of the rows that are moved
	originals map[string]archive.Digest
	goesOn    bool // an earlier attempt began with the same catalogue and store
	report    Report
}

// Run moves the archive and compares. The errors are Conflict "database-filled", "storage-filled", "database-in-use", Unavailable "move-differs", and
// those of databases and stores; after each of them Run may be called again. Damaged originals are moved as they are and told in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	m := &mover{Options: o, originals: map[string]archive.Digest{}}
	if err := m.run(ctx); err != nil {
		return m.report, fmt.Errorf("move the archive: %w", err)
	}
	return m.report, nil
}

func (m *mover) run(ctx context.Context) (err error) {
	if m.sums, err = m.FromCatalog.Sums(ctx); err != nil {
		return err
	}
	if m.ToCatalog != nil {
		if m.goesOn, err = m.ToCatalog.Begin(ctx, m.ToName); err != nil {
			return err
		}
	}
	if m.ToBucket != nil {
		if err := m.objects(ctx); err != nil {
			return err
		}
	}
	if m.ToCatalog != nil {
		if err := m.rows(ctx); err != nil {
			return err
		}
	}
	return m.finish(ctx)
}

// rows makes the rows of the new catalogue those of the old and compares both as they stand then.
func (m *mover) rows(ctx context.Context) error {
	err := m.ToCatalog.Take(ctx, m.FromCatalog, func(table string, done int64) {
		m.Progress(Progress{Table: table, Done: done, Total: m.sums[table].Rows})
	})
	if err != nil {
		return err
	}
	got, err := m.ToCatalog.Sums(ctx)
	if err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(m.sums)) {
		if got[table] != m.sums[table] {
			return archive.Fail(archive.Unavailable, "move-differs", table)
		}
		m.report.Rows += got[table].Rows
	}
	return nil
}

// finish makes sure that nobody has worked with the old place meanwhile, and opens the new one.
func (m *mover) finish(ctx context.Context) error {
	if err := m.FromCatalog.Alone(ctx); err != nil {
		return err
	}
	now, err := m.FromCatalog.Sums(ctx)
	if err != nil {
		return err
	}
	if !maps.Equal(now, m.sums) {
		return archive.Fail(archive.Conflict, "database-in-use", "")
	}
	if m.ToBucket != nil {
		if err := m.ToBucket.Delete(ctx, marker); err != nil {
			return err
		}
	}
	if m.ToCatalog == nil {
		return nil
	}
	return m.ToCatalog.Finish(ctx, m.FromCatalog)
}

// stamp is one digest of all rows: while it is the same nobody has worked with the archive.
func (m *mover) stamp() (string, error) {
	text, err := json.Marshal(m.sums) // with sorted names
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}
