package ffmpeg

import (
	"context"
	"errors"
	"sync"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// StallPatience is how long a run may tell nothing of itself: on the slowest disk ffmpeg reports every few seconds.
const StallPatience = 5 * time.Minute

// Patient returns t with another patience for runs that tell nothing.
func (t *Tool) Patient(stall time.Duration) *Tool {
	return &Tool{runner: t.runner, stall: stall, report: t.report}
}

// reportSeconds is how often ffmpeg tells how far it is.
const reportSeconds = "5"

// watch is how a long run is watched.
type watch struct {
	dir    string
	limits tool.Limits
	tick   func() error // called at each report, nil for nothing; its error ends the run
}

var errStalled = errors.New("ffmpeg stalled")

// watched runs ffmpeg for outs, and ends it when it tells nothing for too long. The error is then TooLarge "tool-timeout".
func (t *Tool) watched(ctx context.Context, outs []*ff.Stream, w watch) error {
	running, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &reports{patience: t.stall, cancel: cancel, tick: w.tick}
	r.timer = time.AfterFunc(t.stall, func() { cancel(errStalled) })
	defer r.timer.Stop()
	args := append(globals(), "-progress", "pipe:1", "-stats_period", t.report)
	w.limits.Output = 1 << 30 // a day of reports is 10 MB
	c := tool.Command{Program: tool.FFmpeg, Dir: w.dir, Stdout: r, Limits: w.limits,
		Args: append(args, ff.MergeOutputs(outs...).GetArgs()...)}
	_, err := t.runner.Run(running, c)
	if errors.Is(context.Cause(running), errStalled) {
		return archive.Fail(archive.TooLarge, "tool-timeout", string(tool.FFmpeg)).Because(errStalled)
	}
	return errors.Join(r.failed(), unreadable(err))
}

// reports takes what ffmpeg tells of its progress: what it says is not read, that it says something counts.
type reports struct {
	patience time.Duration
	timer    *time.Timer
	cancel   context.CancelCauseFunc
	tick     func() error

	mu  sync.Mutex
	err error
}

// Write is called by one goroutine.
func (r *reports) Write(b []byte) (int, error) {
	r.timer.Stop()
	if r.tick != nil {
		if err := r.tick(); err != nil {
			r.mu.Lock()
			r.err = err
			r.mu.Unlock()
			r.cancel(err)
		}
	}
	r.timer.Reset(r.patience)
	return len(b), nil
}

func (r *reports) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}
