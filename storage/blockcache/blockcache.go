// Package blockcache keeps what is asked for often of objects that lie in a store elsewhere: in blocks of 4 MiB, in files on a local disk
// that have no name, within a bound of bytes and of files.
//
// A block is taken in when it is asked for the second time; the first time its bytes pass through, so that what one reader reads once pushes
// nothing out. All who want a block while it comes share one fetch and read along. What the cache cannot do (the disk is full, every block is being
// read, a block is damaged) is read from the store instead: it never fails where the store would not.
//
// Files without a name end with the process, however it dies: the cache starts empty, and nothing that was purged meanwhile lies about.
// Who may see what is asked before, on every request; Drop takes out what nobody may see any more. The cache must not know of works,
// viewers or addresses: a group is a word of its caller's.
package blockcache

import (
	"container/list"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"vannghe/internal/archive"
	"vannghe/storage"
)

const (
	// BlockBytes is the size of a block; the last of an object is shorter.
	BlockBytes = 4 << 20
	// checkEvery is how long a block is believed after its digest was compared.
	checkEvery = 10 * time.Minute
	// barredFor is how long nothing of a group that was dropped is taken in: longer than a request may wait between the question who may see it and
	// the first byte.
	barredFor = time.Minute
	// fetchTime bounds the fetch of one block; the store has bounds of its own for its silence.
	fetchTime = 2 * time.Minute
	// mostFiles and fewestFiles bound how many blocks there are, since each holds a file open.
	mostFiles, fewestFiles = 8192, 64
)

// Options is what a Cache needs.
type Options struct {
	Bucket *storage.Bucket // where everything is
	Dir    string          // folder on a local disk; made when it is missing
	Bytes  int64           // at most so many bytes in blocks
	// KeepFree is how many bytes of the disk are left to others; blocks are taken in only beyond them.
	KeepFree int64
	Log      *slog.Logger
	now      func() time.Time // nil but in tests
	size     int64            // of a block; 0 but in tests: BlockBytes
}

// Object is what is read through the cache.
type Object struct {
	Key   storage.Key
	Tag   string // changes whenever the bytes under Key do
	Size  int64  // bytes
	Group string // what Drop names
}

// Cache is safe for concurrent use. Make it with Open.
type Cache struct {
	Options
	files int // at most so many blocks

	mu       sync.Mutex
	closed   bool
	blocks   map[blockID]*block
	groups   map[string]int // blocks of each group
	order    *list.List     // of *block, the one used last first
	used     int64          // bytes of blocks, with those that were dropped and are still being read
	open     int            // files, counted alike
	seen     *ghosts
	barred   map[string]time.Time // groups of which nothing is taken in before then
	counts   Stats
	fetching sync.WaitGroup
	stop     context.CancelFunc
	ctx      context.Context
}

// Stats counts since the start.
type Stats struct {
	Hits      int64 // reads of a block that was there, or on its way
	Misses    int64 // reads that went to the store
	Fetches   int64 // blocks that were fetched
	Damaged   int64 // blocks that were found damaged
	Failures  int64 // blocks that could not be taken in: the store or the disk failed
	Evictions int64
	Bytes     int64 // in blocks now
	Limit     int64
}

// blockID names a block: an object in one state, and the number of the block in it.
type blockID struct {
	key storage.Key
	tag string
	n   int64
}

// Open makes the folder and returns an empty cache. The error is Unavailable "data-folder".
func Open(o Options) (*Cache, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, archive.Fail(archive.Unavailable, "data-folder", o.Dir).Because(err)
	}
	f, err := unnamed(o.Dir)
	if err != nil {
		return nil, archive.Fail(archive.Unavailable, "data-folder", o.Dir).Because(err)
	}
	if err := f.Close(); err != nil {
		return nil, archive.Fail(archive.Unavailable, "data-folder", o.Dir).Because(err)
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.size == 0 {
		o.size = BlockBytes
	}
	c := &Cache{Options: o, files: filesAllowed(), blocks: map[blockID]*block{}, groups: map[string]int{}, order: list.New(), barred: map[string]time.Time{}}
	c.seen = newGhosts(4 * c.files)
	c.ctx, c.stop = context.WithCancel(context.Background())
	return c, nil
}

// filesAllowed is a quarter of what this process may hold open.
func filesAllowed() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return fewestFiles
	}
	return int(max(fewestFiles, min(mostFiles, limit.Cur/4)))
}

// unnamed makes a file that is gone when it is closed.
func unnamed(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "block-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, err
	}
	return f, nil
}

// Open returns length bytes of the object from offset, which must lie in it. A failure of the store comes from Open or from Read.
func (c *Cache) Open(ctx context.Context, o Object, offset, length int64) (*Reader, error) {
	r := &Reader{cache: c, ctx: ctx, object: o, at: offset, end: min(offset+length, o.Size)}
	if err := r.ready(); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return r, nil
}

// Drop takes out all blocks of a group, and lets none of it in for a minute. Who is reading one goes on to its end: to cut them is the caller's.
func (c *Cache) Drop(group string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	for g, until := range c.barred {
		if now.After(until) {
			delete(c.barred, g)
		}
	}
	c.barred[group] = now.Add(barredFor)
	if c.groups[group] == 0 {
		return
	}
	for _, b := range c.blocks {
		if b.group == group {
			c.remove(b)
		}
	}
}

// Holds reports whether a block of the group is there.
func (c *Cache) Holds(group string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.groups[group] > 0
}

// Stats returns what was counted.
func (c *Cache) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.counts
	s.Bytes, s.Limit = c.used, c.Bytes
	return s
}

// Close ends fetches under way and gives everything back. Readers go on with the store.
func (c *Cache) Close() {
	c.stop()
	c.mu.Lock()
	c.closed = true
	for _, b := range c.blocks {
		c.remove(b)
	}
	c.mu.Unlock()
	c.fetching.Wait()
}
