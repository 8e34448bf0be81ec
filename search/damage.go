package search

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"vannghe/internal/archive"
)

// consult calls f with a view of the live index, which f must not keep. Where the files of the index turn out to be damaged the error is
// Unavailable "search-damaged", and whoever waits for Damaged is told.
func (x *Index) consult(ctx context.Context, f func(*view) error) error {
	x.life.RLock()
	defer x.life.RUnlock()
	if x.live == nil {
		return errClosed()
	}
	err := guarded(func() error { return x.live.use(f) })
	var known *archive.Error // such as a cursor that makes no sense
	if err == nil || ctx.Err() != nil || errors.As(err, &known) {
		return err
	}
	select {
	case x.damaged <- err:
	default: // one that waits is enough
	}
	return archive.Fail(archive.Unavailable, "search-damaged").Because(err)
}

// guarded calls f and returns its panics as errors. The readers of segments trust their bytes: they panic on wrong ones, and a file that was cut
// short under its mapping is a fault of memory.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, fmt.Errorf("search: the index cannot be read: %v", r))
		}
	}()
	return f()
}

// Damaged tells, once for any number of searches that met it, that the live index cannot be read. Rebuild mends it, and pages go on being served
// meanwhile.
func (x *Index) Damaged() <-chan error { return x.damaged }
