package blockcache

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
)

// mostDirect is how many blocks at most one question to the store spans: a player that leaves after the first bytes has not had all marked
// as asked for.
const mostDirect = 4

// Reader yields a part of an object, from blocks and from the store. It is for one goroutine, which uses either Read or Run.
type Reader struct {
	cache   *Cache
	ctx     context.Context
	object  Object
	at, end int64 // in the object

	block  *block   // what is read from, nil: direct
	local  *os.File // block's file with a position of its own, once Run asked for it
	direct io.ReadCloser
	until  int64 // in the object: where block or direct ends
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if err := r.ready(); err != nil {
		return 0, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if r.block == nil {
		n, err := r.direct.Read(p[:min(int64(len(p)), r.until-r.at)])
		r.at += int64(n)
		return n, r.early(err)
	}
	n, err := r.block.file.ReadAt(p[:min(int64(len(p)), r.until-r.at)], r.at-r.block.start)
	r.at += int64(n)
	if n > 0 {
		return n, nil
	}
	r.cache.spoil(r.block, &r.cache.counts.Damaged)
	if err := r.goDirect(err); err != nil {
		return 0, err
	}
	return r.Read(p)
}

// early hides the end of a direct part that is the end of nothing.
func (r *Reader) early(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	if r.at < r.until {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// Run returns a reader of the next bytes, at most most and at least one, and how many it may yield; the caller reads as many before it asks
// again. From a block that is there it is an *os.File at its position, which sendfile(2) takes. io.EOF at the end.
func (r *Reader) Run(most int64) (io.Reader, int64, error) {
	if err := r.ready(); err != nil {
		return nil, 0, err
	}
	n := min(most, r.until-r.at)
	if r.block == nil {
		r.at += n
		return r.direct, n, nil
	}
	if r.local == nil {
		if err := r.reopen(); err != nil {
			if err := r.goDirect(err); err != nil {
				return nil, 0, err
			}
			return r.Run(most)
		}
	}
	r.at += n
	return r.local, n, nil
}

// reopen gives the block's file a position of this reader's own; /proc leads to files that have no name.
func (r *Reader) reopen() error {
	f, err := os.Open("/proc/self/fd/" + strconv.Itoa(int(r.block.file.Fd())))
	if err != nil {
		return err
	}
	r.local = f
	_, err = f.Seek(r.at-r.block.start, io.SeekStart)
	return err
}

// ready makes at < until, from the block or from the store; io.EOF at the end of the part.
func (r *Reader) ready() error {
	for r.at >= r.until {
		var err error
		switch {
		case r.at >= r.end:
			return io.EOF
		case r.block != nil && r.at < r.block.end():
			err = r.awaitMore()
		default:
			err = r.next()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// awaitMore waits until more of the block has come; what does not come is read from the store.
func (r *Reader) awaitMore() error {
	filled, err := r.block.await(r.ctx, r.at-r.block.start)
	if err != nil && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if until := r.block.start + filled; until > r.at {
		r.until = min(r.end, until)
		return nil
	}
	return r.goDirect(err)
}

// next goes over to the block that holds the next byte, or to the store.
func (r *Reader) next() error {
	if err := r.release(); err != nil {
		return err
	}
	n := r.at / r.cache.size
	b := r.cache.lookup(r.object, n)
	if b == nil {
		return r.openDirect()
	}
	if err := b.check(r.cache.now()); err != nil {
		r.cache.spoil(b, &r.cache.counts.Damaged)
		r.cache.wanted(r.object, n) // it is fetched anew at once
		r.cache.leave(b)
		r.cache.Log.Warn("a block of the cache is damaged and is fetched anew", "key", b.id.key, "block", n, "error", err)
		return nil // ready asks again
	}
	r.block = b
	return nil
}

// openDirect asks the store, up to the next block that is there or wanted often.
func (r *Reader) openDirect() error {
	first := r.at / r.cache.size
	n := first + 1
	for n*r.cache.size < r.end && n-first < mostDirect && !r.cache.wanted(r.object, n) {
		n++
	}
	until := min(r.end, n*r.cache.size)
	direct, _, err := r.cache.Bucket.OpenRange(r.ctx, r.object.Key, r.at, until-r.at)
	if err != nil {
		return err
	}
	r.direct, r.until = direct, until
	return nil
}

// goDirect leaves a block that is of no use, for the reason why, and asks the store.
func (r *Reader) goDirect(why error) error {
	if err := r.release(); err != nil {
		return errors.Join(why, err)
	}
	if err := r.openDirect(); err != nil {
		return errors.Join(why, err)
	}
	return nil
}

// release gives back what is read from.
func (r *Reader) release() error {
	var err error
	if r.local != nil {
		err = r.local.Close()
	}
	if r.direct != nil {
		err = errors.Join(err, r.direct.Close())
	}
	if r.block != nil {
		r.cache.leave(r.block)
	}
	r.local, r.direct, r.block, r.until = nil, nil, nil, r.at
	return err
}

// Close implements io.Closer.
func (r *Reader) Close() error {
	r.end = r.at
	return r.release()
}
