package ingest

import (
	"context"
	"errors"
	"sync"

	"vannghe/internal/archive"
)

// mostPieces bounds how many pieces of one account are received at once; each takes 0.5 MiB and three files of up to 8 MiB (see storage). Of twenty
// that Uppy sends at once all fit.
const mostPieces = 32

// errInterrupted is the cause of a context that ended because somebody else wants the upload, or the server stops.
var errInterrupted = errors.New("the upload was interrupted")

// writers are the uploads that this process is writing.
type writers struct {
	mu     sync.Mutex
	busy   map[archive.FileID]writing
	closed bool
}

type writing struct {
	by    archive.Viewer // the zero viewer is the program itself
	stop  context.CancelCauseFunc
	ended chan struct{}
}

func newWriters() *writers { return &writers{busy: map[archive.FileID]writing{}} }

// enter reserves an upload until leave. The context ends when somebody interrupts. Busy "upload-busy", "uploads-at-once".
func (w *writers) enter(ctx context.Context, by archive.Viewer, id archive.FileID) (_ context.Context, leave func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, busy := w.busy[id]; busy || w.closed {
		return nil, nil, archive.Fail(archive.Busy, "upload-busy")
	}
	if w.of(by.Account) >= mostPieces {
		return nil, nil, archive.Fail(archive.Busy, "uploads-at-once")
	}
	ctx, stop := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	w.busy[id] = writing{by: by, stop: stop, ended: ended}
	return ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.busy, id)
		close(ended)
		stop(nil)
	}, nil
}

// of counts the pieces of an account, none of the program's own.
func (w *writers) of(account archive.AccountID) (n int) {
	for _, at := range w.busy {
		if account != "" && at.by.Account == account {
			n++
		}
	}
	return n
}

// Senders returns whose pieces are being received in this process, each as often as it sends.
func (in *Ingest) Senders() (all []archive.Viewer) {
	in.writers.mu.Lock()
	defer in.writers.mu.Unlock()
	for _, at := range in.writers.busy {
		if at.by.Account != "" {
			all = append(all, at.by)
		}
	}
	return all
}

// EndPieces ends what is being received in this process from senders that are not kept, with all that has come, and returns how many. It does not
// wait for them.
func (in *Ingest) EndPieces(kept func(archive.Viewer) bool) (ended int) {
	in.writers.mu.Lock()
	defer in.writers.mu.Unlock()
	for _, at := range in.writers.busy {
		if at.by.Account != "" && !kept(at.by) {
			at.stop(errInterrupted)
			ended++
		}
	}
	return ended
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
