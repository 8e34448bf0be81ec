package ingest

import (
	"context"
	"errors"
	"sync"

	"vannghe/internal/archive"
)

// errInterrupted is the cause of a context that ended because somebody else wants the upload, or the server stops.
var errInterrupted = errors.New("the upload was interrupted")

// writers are the uploads that this process is writing.
type writers struct {
	mu     sync.Mutex
	busy   map[archive.FileID]writing
	closed bool
}

type writing struct {
	stop  context.CancelCauseFunc
	ended chan struct{}
}

func newWriters() *writers { return &writers{busy: map[archive.FileID]writing{}} }

// enter reserves an upload until leave. The context ends when somebody interrupts. Busy "upload-busy".
func (w *writers) enter(ctx context.Context, id archive.FileID) (_ context.Context, leave func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, busy := w.busy[id]; busy || w.closed {
		return nil, nil, archive.Fail(archive.Busy, "upload-busy")
	}
	ctx, stop := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	w.busy[id] = writing{stop: stop, ended: ended}
	return ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.busy, id)
		close(ended)
		stop(nil)
	}, nil
}

// interrupt ends whoever writes the upload and waits until that is done. Busy "upload-busy" when ctx ends before.
func (w *writers) interrupt(ctx context.Context, id archive.FileID) error {
	w.mu.Lock()
	at, busy := w.busy[id]
	w.mu.Unlock()
	if !busy {
		return nil
	}
	at.stop(errInterrupted)
	select {
	case <-at.ended:
		return nil
	case <-ctx.Done():
		return archive.Fail(archive.Busy, "upload-busy").Because(ctx.Err())
	}
}

// StopUploads ends what is being received in this process, with all that has come, and takes no more. It returns when that is done or
// ctx ends.
func (in *Ingest) StopUploads(ctx context.Context) {
	for _, at := range in.writers.close() {
		select {
		case <-at.ended:
		case <-ctx.Done():
		}
	}
}

func (w *writers) close() []writing {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	var all []writing
	for _, at := range w.busy {
		at.stop(errInterrupted)
		all = append(all, at)
	}
	return all
}
