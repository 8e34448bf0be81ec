package ffmpeg

import (
	"context"
	"errors"
	"regexp"
	"strconv"
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
	r := &reports{patience: t.stall, cancel: cancel, tick: w.tick, tell: listener(ctx)}
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

type listening struct{}

// Told returns a context in which long runs tell how far they are: at which moment of the film. tell is called by one goroutine at a time, every few
// seconds, and must return soon.
func Told(ctx context.Context, tell func(at time.Duration)) context.Context {
	return context.WithValue(ctx, listening{}, tell)
}

// listener is whom the runs of a context tell how far they are.
func listener(ctx context.Context) func(time.Duration) {
	if tell, ok := ctx.Value(listening{}).(func(time.Duration)); ok {
		return tell
	}
	return func(time.Duration) {}
}

// moments finds in a report at which moment a run is; ffmpeg writes N/A before the first.
var moments = regexp.MustCompile(`(?m)^out_time_us=(\d{1,15})$`)

// reports takes what ffmpeg tells of its progress: that it says something counts.
type reports struct {
	tell     func(at time.Duration)
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
	if m := moments.FindAllSubmatch(b, -1); m != nil {
		if n, err := strconv.ParseInt(string(m[len(m)-1][1]), 10, 64); err == nil {
			r.tell(time.Duration(n) * time.Microsecond)
		}
	}
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
