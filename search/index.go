package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"

	index "github.com/blevesearch/bleve_index_api"

	"vannghe/internal/archive"
)

// Options of an index. The zero Options are good.
type Options struct {
	Logger *slog.Logger // told of what nobody waits for; nil discards it
}

// Opening says what Open found.
type Opening string

// What Open may find. After every one but OpenedExisting the index is empty and Applied is 0: apply every change from the first on, or Rebuild.
const (
	OpenedExisting Opening = "existing"
	OpenedNew      Opening = "new"      // there was none
	OpenedDamaged  Opening = "damaged"  // there was one that cannot be read; it is deleted
	OpenedOutdated Opening = "outdated" // there was one of another MappingVersion; it is deleted
)

// Index is the index of one process. All methods are safe for concurrent use; Search and Suggest never wait for Apply or Rebuild.
type Index struct {
	dir     string
	log     *slog.Logger
	lock    *os.File
	queue   *index.AnalysisQueue
	opening Opening

	matches sync.Pool  // of *match, for searches to use again
	prune   uint64     // pruneFrom, but in its test
	damaged chan error // holds one

	life sync.RWMutex // held for reading by whatever uses live; for writing to exchange or close it
	live *generation  // nil when closed

	changes sync.Mutex // one Apply at a time, and the fields below
	next    *rebuild   // nil when none is under way
	closing bool       // no Rebuild begins any more
	rebuilt sync.WaitGroup
}

// Names within the folder of an index. The name of a generation is "v<MappingVersion>-<random>".
const (
	lockName    = "index.lock"
	currentName = "current" // a file that holds the name of the generation in use
)

// Open opens the index in the folder dir, which it makes when there is none. An index belongs to one process: when another holds it the error is
// Conflict "search-index-locked" with dir. An index that is damaged or of another mapping version is deleted and an empty one
// opened in its place; Opening tells.
func Open(ctx context.Context, dir string, o Options) (*Index, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make index folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	x := &Index{prune: pruneFrom, dir: dir, log: o.Logger, lock: lock, queue: index.NewAnalysisQueue(runtime.GOMAXPROCS(0)), damaged: make(chan error, 1)}
	if x.log == nil {
		x.log = slog.New(slog.DiscardHandler)
	}
	if x.live, err = x.openLive(ctx); err != nil {
		return nil, errors.Join(err, x.letGo())
	}
	if err := x.removeOthers(); err != nil {
		return nil, errors.Join(err, x.live.close(), x.letGo())
	}
	return x, nil
}

func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open index lock: %w", err)
	}
	// The kernel lets go of the lock when the process dies, so a crash leaves nothing to clean up.
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(archive.Fail(archive.Conflict, "search-index-locked", dir), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock index: %w", err), f.Close())
	}
	return f, nil
}

// openLive opens the generation in use, or a new one.
func (x *Index) openLive(ctx context.Context) (*generation, error) {
	name, err := os.ReadFile(filepath.Join(x.dir, currentName))
	switch {
	case errors.Is(err, os.ErrNotExist):
		x.opening = OpenedNew
	case err != nil:
		return nil, fmt.Errorf("read which index is in use: %w", err)
	case !strings.HasPrefix(string(name), generationPrefix()):
		x.opening = OpenedOutdated
	default:
		g, err := openGeneration(filepath.Join(x.dir, filepath.Base(string(name))), x.queue)
		if err == nil {
			x.opening = OpenedExisting
			return g, nil
		}
		x.opening = OpenedDamaged
		x.log.Error("the search index cannot be read and is built anew", "error", err)
	}
	return x.startEmpty(ctx)
}

func (x *Index) startEmpty(ctx context.Context) (*generation, error) {
	g, err := createGeneration(ctx, x.newPath(), x.queue, bleveConfig)
	if err != nil {
		return nil, err
	}
	if err := x.point(g); err != nil {
		return nil, errors.Join(err, g.remove())
	}
	return g, nil
}

func generationPrefix() string { return fmt.Sprintf("v%d-", MappingVersion) }

func (x *Index) newPath() string {
	return filepath.Join(x.dir, generationPrefix()+archive.NewID[string]())
}

// point makes g the generation that the next Open opens: whole or not at all.
func (x *Index) point(g *generation) error {
	current := filepath.Join(x.dir, currentName)
	if err := writeSynced(current+".new", filepath.Base(g.path)); err != nil {
		return fmt.Errorf("record which index is in use: %w", err)
	}
	if err := os.Rename(current+".new", current); err != nil {
		return fmt.Errorf("record which index is in use: %w", err)
	}
	return syncFolder(x.dir)
}

func writeSynced(path, content string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("record which index is in use: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// removeOthers deletes the generations that are not in use: outdated, damaged, or left by a crash in the middle of Rebuild.
func (x *Index) removeOthers() error {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return fmt.Errorf("read index folder: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() || e.Name() == filepath.Base(x.live.path) || !isGeneration(e.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(x.dir, e.Name())); err != nil {
			return fmt.Errorf("delete former index: %w", err)
		}
	}
	return nil
}

// isGeneration reports whether name is that of a generation, of any mapping version. Nothing else in the folder is ever deleted.
func isGeneration(name string) bool {
	version, id, ok := strings.Cut(name, "-")
	return ok && strings.HasPrefix(version, "v") && strings.Trim(version[1:], "0123456789") == "" && archive.ValidID(id)
}

// Opening returns what Open found.
func (x *Index) Opening() Opening { return x.opening }

// Applied returns the sequence number of the last change that the index holds for sure, also after a crash; 0 for none, and when closed.
func (x *Index) Applied() int64 {
	x.life.RLock()
	defer x.life.RUnlock()
	if x.live == nil {
		return 0
	}
	return x.live.applied.Load()
}

// Apply writes what the changes up to seq made of works: puts are found from now on as they are given, deletes no longer. Changes come in order;
// one that was applied before may come again and alters nothing. When it returns nil all is on disk. After an error, apply the same again.
// The error is Unavailable "search-closed" after Close.
func (x *Index) Apply(ctx context.Context, seq int64, puts []Work, deletes []archive.WorkID) error {
	x.changes.Lock()
	defer x.changes.Unlock()
	x.life.RLock()
	defer x.life.RUnlock()
	if x.live == nil {
		return errClosed()
	}
	c := change{seq: seq, puts: puts, deletes: deletes}
	err := guarded(func() error { return x.live.apply(ctx, c) })
	if x.next != nil { // also when the live index is damaged: this one takes its place
		x.next.follow(ctx, c)
	}
	if err != nil {
		return err
	}
	// Whoever searches next should not have to wait for the columns of the new segment.
	return x.live.use(func(*view) error { return nil })
}

func errClosed() error { return archive.Fail(archive.Unavailable, "search-closed") }

// Close ends a Rebuild under way, waits for searches and writes, and closes the index. Closing twice is harmless.
func (x *Index) Close() error {
	x.endRebuild()
	x.changes.Lock()
	defer x.changes.Unlock()
	x.life.Lock()
	defer x.life.Unlock()
	if x.live == nil {
		return nil
	}
	err := x.live.close()
	x.live = nil
	return errors.Join(err, x.letGo())
}

// letGo ends what Open began beside the live generation.
func (x *Index) letGo() error {
	x.queue.Close()
	return x.lock.Close()
}
