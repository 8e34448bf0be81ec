package storage

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"vannghe/internal/archive"
)

// KeptUnfinished is how long an unfinished object is kept at least after its last Flush. A store that is opened later may remove it.
const KeptUnfinished = 8 * 24 * time.Hour

// Unfinished is an object of known size that is written over a long time, perhaps by one process after another. Nothing is visible
// before Commit, and nothing that a Flush made durable is lost, however a process dies: whoever goes on must know up to which
// byte. Always `defer u.Close()`. For one goroutine; of one object there may be one at a time.
type Unfinished struct {
	key    Key
	driver DriverUnfinished
	offset int64
	size   int64
	failed error
	closed bool
	behind sync.WaitGroup // flushes
}

// DriverUnfinished receives an unfinished object. Bucket calls Close once, and nothing after it.
type DriverUnfinished interface {
	io.Writer

	// Flush looks at what was written so far. The function that it returns makes that durable, perhaps beside Writes that follow, and
	// returns when it is.
	Flush() func() error

	// Commit makes the object visible and durable. When it fails, what was flushed is still there, or the object is, whole.
	Commit() (Object, error)

	// Close releases what is held. What was not flushed may be lost.
	Close()
}

// UnfinishedMissing is the error for an unfinished object of which less is there than somebody believes.
func UnfinishedMissing(key Key) *archive.Error {
	return archive.Fail(archive.NotFound, "unfinished-missing", string(key))
}

// UnfinishedBusy is the error for an unfinished object that somebody else is writing.
func UnfinishedBusy(key Key) *archive.Error {
	return archive.Fail(archive.Busy, "unfinished-busy", string(key))
}

// Resume goes on with the object that is to have size bytes under key, behind the first offset bytes; what was written beyond them is
// forgotten. Offset 0 begins, also when an earlier attempt left something. offset must be 0 or where a Flush has been, and size the
// same each time. The errors are those of the store, NotFound "unfinished-missing" and, where the store notices, Busy "unfinished-busy".
func (b *Bucket) Resume(ctx context.Context, key Key, offset, size int64) (*Unfinished, error) {
	if err := key.Validate(); err != nil {
		return nil, err
	}
	if offset < 0 || offset > size {
		return nil, fmt.Errorf("go on with %s: %w", key, archive.Fail(archive.Invalid, "size-mismatch", size))
	}
	d, err := b.driver.Resume(ctx, key, offset, size)
	if err != nil {
		return nil, fmt.Errorf("go on with %s: %w", key, err)
	}
	return &Unfinished{key: key, driver: d, offset: offset, size: size}, nil
}

// Forget removes what there is of an unfinished object. That there is nothing is no error.
func (b *Bucket) Forget(ctx context.Context, key Key) error {
	if err := key.Validate(); err != nil {
		return err
	}
	if err := b.driver.Forget(ctx, key); err != nil {
		return fmt.Errorf("forget the unfinished %s: %w", key, err)
	}
	return nil
}

// Write appends p. More than the size promised is Invalid "size-mismatch". After an error there is only Close.
func (u *Unfinished) Write(p []byte) (int, error) {
	switch {
	case u.closed:
		return 0, fmt.Errorf("write %s: %w", u.key, errFinished)
	case u.failed != nil:
		return 0, u.failed
	case int64(len(p)) > u.size-u.offset:
		u.failed = fmt.Errorf("write %s: %w", u.key, archive.Fail(archive.Invalid, "size-mismatch", u.size))
		return 0, u.failed
	}
	n, err := u.driver.Write(p)
	u.offset += int64(n)
	if err != nil {
		u.failed = fmt.Errorf("write %s: %w", u.key, err)
	}
	return n, u.failed
}

// Offset returns how many bytes the object has by now.
func (u *Unfinished) Offset() int64 { return u.offset }

// Flush makes all that was written durable: Resume may go on from here.
func (u *Unfinished) Flush() error {
	if err := u.usable(); err != nil {
		return err
	}
	u.failed = <-u.FlushBehind()
	return u.failed
}

// FlushBehind is a Flush beside which Write may go on. What it returns yields, once, how it ended: after nil Resume may go on from where Offset
// is now. Commit and Close wait for it.
func (u *Unfinished) FlushBehind() <-chan error {
	done := make(chan error, 1)
	if err := u.usable(); err != nil {
		done <- err
		return done
	}
	wait := u.driver.Flush()
	u.behind.Go(func() {
		err := wait()
		if err != nil {
			err = fmt.Errorf("flush %s: %w", u.key, err)
		}
		done <- err
	})
	return done
}

func (u *Unfinished) usable() error {
	if u.closed {
		return fmt.Errorf("flush %s: %w", u.key, errFinished)
	}
	return u.failed
}

// Commit makes the object visible under its key and durable, once all bytes are there; else it answers Invalid "size-mismatch".
func (u *Unfinished) Commit() (Object, error) {
	switch {
	case u.closed:
		return Object{}, fmt.Errorf("commit %s: %w", u.key, errFinished)
	case u.failed != nil:
		return Object{}, u.failed
	case u.offset != u.size:
		return Object{}, fmt.Errorf("commit %s: %w", u.key, archive.Fail(archive.Invalid, "size-mismatch", u.size))
	}
	u.behind.Wait()
	o, err := u.driver.Commit()
	u.failed = errFinished
	if err != nil {
		return Object{}, fmt.Errorf("commit %s: %w", u.key, err)
	}
	return o, nil
}

// Close releases the object. What was flushed stays, for Resume or Forget.
func (u *Unfinished) Close() {
	if u.closed {
		return
	}
	u.closed = true
	u.behind.Wait()
	u.driver.Close()
}
