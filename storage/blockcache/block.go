package blockcache

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// castagnoli is computed by an instruction of the processor: some 10 GB/s.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// block is a run of bytes of an object in a file without a name. What Cache.mu guards is said so; the file's content is written by the one
// goroutine that fetches it, and what lies before filled is never written again.
type block struct {
	id     blockID
	group  string
	start  int64 // in the object
	length int64
	file   *os.File
	refs   int           // Cache.mu: readers, and the fetch
	gone   bool          // Cache.mu: no longer in the cache; the file is closed with the last reference
	place  *list.Element // Cache.mu

	mu      sync.Mutex
	filled  int64
	err     error         // why the fetch ended early
	changed chan struct{} // closed and replaced when filled or err changes
	sum     uint32        // of the whole, once it is filled
	checked time.Time
}

func (b *block) end() int64 { return b.start + b.length }

// piece is how much is fetched before readers are told.
const piece = 256 << 10

// lookup returns the n-th block, referenced, or nil when the store is to be asked for its bytes.
func (c *Cache) lookup(o Object, n int64) *block {
	id := blockID{o.Key, o.Tag, n}
	c.mu.Lock()
	defer c.mu.Unlock()
	if b := c.blocks[id]; b != nil {
		c.counts.Hits++
		b.refs++
		c.order.MoveToFront(b.place)
		return b
	}
	c.counts.Misses++
	if c.closed || c.Bytes <= 0 || c.isBarred(o.Group) || !c.seen.again(id) {
		return nil
	}
	return c.begin(o, id)
}

// wanted reports whether lookup would return a block; it notes that it was asked for, else.
func (c *Cache) wanted(o Object, n int64) bool {
	id := blockID{o.Key, o.Tag, n}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.blocks[id] != nil || c.seen.has(id)
}

// isBarred wants Cache.mu.
func (c *Cache) isBarred(group string) bool {
	until, barred := c.barred[group]
	return barred && c.now().Before(until)
}

// begin makes room and starts the fetch of a block; nil when there is no room. It wants Cache.mu.
func (c *Cache) begin(o Object, id blockID) *block {
	length := min(c.size, o.Size-id.n*c.size)
	if !c.makeRoom(length) {
		return nil
	}
	file, err := unnamed(c.Dir)
	if err != nil {
		c.counts.Failures++
		return nil
	}
	b := &block{id: id, start: id.n * c.size, group: o.Group, length: length, file: file, refs: 2, changed: make(chan struct{})}
	b.place = c.order.PushFront(b)
	c.blocks[id] = b
	c.groups[b.group]++
	c.used += length
	c.open++
	c.counts.Fetches++
	c.fetching.Go(func() { c.fetch(b, o.Size) })
	return b
}

// makeRoom takes out what was not used for longest and nobody reads. It wants Cache.mu.
func (c *Cache) makeRoom(length int64) bool {
	for e := c.order.Back(); e != nil && (c.used+length > c.Bytes || c.open >= c.files || !c.diskHas(length)); {
		before := e.Prev()
		if b, ok := e.Value.(*block); ok && b.refs == 0 {
			c.remove(b)
			c.counts.Evictions++
		}
		e = before
	}
	return c.used+length <= c.Bytes && c.open < c.files && c.diskHas(length)
}

// diskHas reports whether the disk has room for so many bytes beyond what is kept free.
func (c *Cache) diskHas(length int64) bool {
	var fs unix.Statfs_t
	if err := unix.Statfs(c.Dir, &fs); err != nil {
		return false
	}
	return int64(fs.Bavail)*fs.Bsize >= c.KeepFree+length
}

// remove takes a block out; its bytes are free when nobody reads it any more. It wants Cache.mu.
func (c *Cache) remove(b *block) {
	if b.gone {
		return
	}
	b.gone = true
	delete(c.blocks, b.id)
	if c.groups[b.group]--; c.groups[b.group] == 0 {
		delete(c.groups, b.group)
	}
	c.order.Remove(b.place)
	if b.refs == 0 {
		c.free(b)
	}
}

// free wants Cache.mu.
func (c *Cache) free(b *block) {
	c.used -= b.length
	c.open--
	if err := b.file.Close(); err != nil {
		c.Log.Warn("close a block of the cache", "error", err)
	}
}

// leave gives a reference back.
func (c *Cache) leave(b *block) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b.refs--; b.refs == 0 && b.gone {
		c.free(b)
	}
}

// spoil takes a block out that cannot be used.
func (c *Cache) spoil(b *block, count *int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !b.gone {
		*count++
	}
	c.remove(b)
}

// fetch fills a block from the store.
func (c *Cache) fetch(b *block, size int64) {
	defer c.leave(b)
	ctx, cancel := context.WithTimeout(c.ctx, fetchTime)
	defer cancel()
	err := c.fill(ctx, b, size)
	if err != nil {
		c.spoil(b, &c.counts.Failures)
		if c.ctx.Err() == nil {
			c.Log.Warn("a block did not come into the cache", "key", b.id.key, "block", b.id.n, "error", err)
		}
	}
	b.tell(func() {
		b.err, b.checked = err, c.now()
	})
}

func (c *Cache) fill(ctx context.Context, b *block, size int64) (err error) {
	src, o, err := c.Bucket.OpenRange(ctx, b.id.key, b.start, b.length)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if o.Size != size {
		return fmt.Errorf("the store has %d bytes where %d were recorded", o.Size, size)
	}
	buffer := make([]byte, piece)
	for at := int64(0); at < b.length; {
		n, err := io.ReadFull(src, buffer[:min(piece, b.length-at)])
		if err != nil {
			return fmt.Errorf("fetch: %w", err)
		}
		if _, err := b.file.WriteAt(buffer[:n], at); err != nil {
			return fmt.Errorf("keep: %w", err)
		}
		at += int64(n)
		b.tell(func() {
			b.sum, b.filled = crc32.Update(b.sum, castagnoli, buffer[:n]), at
		})
	}
	return nil
}

// tell changes what readers wait for.
func (b *block) tell(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
	close(b.changed)
	b.changed = make(chan struct{})
}

// await returns how many bytes of the block are there, once there are more than at; the error is that of the fetch, or of ctx.
func (b *block) await(ctx context.Context, at int64) (int64, error) {
	for {
		b.mu.Lock()
		filled, err, changed := b.filled, b.err, b.changed
		b.mu.Unlock()
		if filled > at || err != nil {
			return filled, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-changed:
		}
	}
}

// errDamaged says that a block is not what was fetched.
var errDamaged = errors.New("the block is damaged")

// check holds a block that is whole to its length, and now and then to its digest.
func (b *block) check(now time.Time) error {
	b.mu.Lock()
	whole, due := b.filled == b.length && !b.checked.IsZero(), now.Sub(b.checked) >= checkEvery
	b.mu.Unlock()
	if !whole {
		return nil
	}
	info, err := b.file.Stat()
	if err != nil || info.Size() != b.length {
		return errors.Join(errDamaged, err)
	}
	if !due {
		return nil
	}
	return b.compare(now)
}

func (b *block) compare(now time.Time) error {
	sum, buffer := uint32(0), make([]byte, piece)
	for at := int64(0); at < b.length; {
		n, err := b.file.ReadAt(buffer[:min(piece, b.length-at)], at)
		if err != nil && err != io.EOF || n == 0 {
			return errors.Join(errDamaged, err)
		}
		sum, at = crc32.Update(sum, castagnoli, buffer[:n]), at+int64(n)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if sum != b.sum {
		return errDamaged
	}
	b.checked = now
	return nil
}
