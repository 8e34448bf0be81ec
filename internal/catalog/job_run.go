package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"vannghe/internal/archive"
)

// Attempt says which try of a job this is.
type Attempt struct {
	Number int  // from 1
	Last   bool // there is none after it
}

// Handler does a job. nil: done. archive.Invalid and archive.TooLarge are final. archive.Unavailable and archive.Busy are
// tried again without counting and without end, after pauses that grow to ten minutes: what is away comes back, if only because
// somebody sees to it. Any other error is tried again, four times in all. A handler must end soon when ctx does, and must not
// mind being run again after it had done everything but return.
type Handler func(ctx context.Context, j Job, attempt Attempt) error

// JobSettings is how the jobs of a kind are run.
type JobSettings struct {
	Timeout time.Duration // 0: 15 minutes
	Queue   Queue         // "": Light
	// Patient kinds try again whatever is not final as if it were unavailable: no number of tries says anything about them.
	Patient bool
}

// JobOptions is what a process that runs jobs does with them.
type JobOptions struct {
	Handlers map[JobKind]Handler
	Settings map[JobKind]JobSettings
	Heavy    int // how many heavy jobs run at the same time; 0: 1
	Light    int // 0: 4
	// Every enqueues a job of that kind each time so much has passed, once for all processes.
	Every map[JobKind]time.Duration
	// OnFailed is told of a job that will not be tried again, before it counts as failed. It may be told twice of the same.
	OnFailed func(ctx context.Context, j Job, err error)
	// OnStalled is told once of a job that has waited for some five minutes for what is unavailable, and goes on waiting.
	OnStalled func(ctx context.Context, j Job, err error)
	// Backoff is how long to wait before the attempt after the given one; nil: 1 s, 10 s, 60 s; for what is unavailable 1 s growing to
	// 30 s for five minutes, then a minute growing to ten.
	Backoff func(attempt int) time.Duration
}

const (
	defaultTimeout = 15 * time.Minute
	// graceAfterCancel is how long Stop waits for handlers whose context it has cancelled.
	graceAfterCancel = 15 * time.Second
	// ReasonCrashes is why a job that has ended its process again and again is not run any more; the code is Internal.
	ReasonCrashes archive.Reason = "job-crashes"
	// stalledAfter is how many uncounted attempts, about five minutes, are made before a job counts as stalled.
	stalledAfter = 14
	// longestPause is the longest wait between two attempts of a stalled job.
	longestPause = 10 * time.Minute
	// fetchEvery is how often a worker looks for jobs that nobody told it of.
	fetchEvery = 100 * time.Millisecond
	// fetchCooldown is the least time between two looks for jobs, also where one has ended and more wait. Most jobs take a few milliseconds: with
	// River's own 100 the workers waited more than they worked.
	fetchCooldown = 5 * time.Millisecond
	// keepCompleted is how long the row of a finished job is kept, keepFailed that of a failed one.
	keepCompleted = time.Hour
	keepFailed    = 7 * 24 * time.Hour
)

// Jobs are the jobs that this process runs.
type Jobs struct {
	c       *Catalog
	opt     JobOptions
	worker  worker
	cancel  context.CancelFunc // ends the keeper
	kept    chan struct{}      // closed when the keeper has ended
	stopped atomic.Bool        // running jobs have been told to end
	heed    time.Time          // before it heedClock does not look again

	mu      sync.Mutex
	running map[int64]context.CancelCauseFunc // those of this process, by their number
}

// StartJobs makes this process one that runs jobs. It releases the running jobs of processes that died (on PostgreSQL within
// some ten seconds, since a free lock may also be that of a session just lost), and tries at once those that wait for storage or
// another part that did not answer. ctx is for starting only. Call it once.
func (c *Catalog) StartJobs(ctx context.Context, opt JobOptions) (*Jobs, error) {
	j := &Jobs{c: c, opt: opt, kept: make(chan struct{}), running: map[int64]context.CancelCauseFunc{}}
	if err := c.reap(ctx); err != nil {
		return nil, c.fail(ctx, "release jobs", err)
	}
	if err := c.Update(ctx, j.prepare); err != nil {
		return nil, err
	}
	w, err := c.db.newWorker(j.config())
	if err != nil {
		return nil, fmt.Errorf("set up the jobs: %w", err)
	}
	j.worker = w
	ended, _ := w.Subscribe(river.EventKindJobCompleted, river.EventKindJobFailed, river.EventKindJobCancelled, river.EventKindJobSnoozed)
	if err := w.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, c.fail(ctx, "start the jobs", err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	j.cancel = cancel
	go j.keep(running, ended)
	return j, nil
}

// prepare enters this process as a worker and tells all processes which kinds are heavy.
func (j *Jobs) prepare(ctx context.Context, tx *Tx) error {
	if _, err := run(ctx, tx.q, sql("UPDATE process SET jobs = 1 WHERE id = ?", j.c.process)); err != nil {
		return err
	}
	if err := tx.wakeJobs(ctx); err != nil {
		return err
	}
	if err := tx.lockName(ctx, queuesName); err != nil {
		return err
	}
	known := map[JobKind]Queue{}
	if err := tx.setting(ctx, queuesName, &known); err != nil {
		return err
	}
	queues := maps.Clone(known)
	for kind, s := range j.opt.Settings {
		queues[kind] = cmp.Or(s.Queue, Light)
	}
	if maps.Equal(known, queues) {
		return nil
	}
	return tx.PutSetting(ctx, queuesName, queues)
}

func (j *Jobs) config() *river.Config {
	workers := river.NewWorkers()
	longest := defaultTimeout
	for kind, handler := range j.opt.Handlers {
		w := &jobWorker{jobs: j, handler: handler, timeout: cmp.Or(j.opt.Settings[kind].Timeout, defaultTimeout), patient: j.opt.Settings[kind].Patient}
		river.AddWorkerArgs(workers, jobArgs{kind: kind}, river.Worker[jobArgs](w))
		longest = max(longest, w.timeout)
	}
	config := &river.Config{
		ID:      j.c.process,
		Logger:  slog.New(warnings{j.c.log.Handler()}),
		Workers: workers,
		Queues: map[string]river.QueueConfig{
			string(Light): {MaxWorkers: cmp.Or(j.opt.Light, 4)},
			string(Heavy): {MaxWorkers: cmp.Or(j.opt.Heavy, 1)},
		},
		FetchCooldown:     fetchCooldown,
		FetchPollInterval: fetchEvery,
		MaxAttempts:       maxAttempts,
		// River's own rescue goes by time alone. Ours goes by whether the owner lives, so this must never come first.
		RescueStuckJobsAfter:        longest + 24*time.Hour,
		CompletedJobRetentionPeriod: keepCompleted,
		CancelledJobRetentionPeriod: keepFailed,
		DiscardedJobRetentionPeriod: keepFailed,
	}
	if !j.c.db.dialect().reindexes {
		config.ReindexerSchedule = river.NeverSchedule()
	}
	return config
}

// Stop fetches no more jobs and waits for those that run. When ctx ends first they are cancelled, and those that
// end because of it become available again without having counted as an attempt. The error is Unavailable
// "jobs-stuck" when a handler does not end although it was cancelled; its job is released when this process has ended.
func (j *Jobs) Stop(ctx context.Context) error {
	j.cancel()
	<-j.kept
	err := j.worker.Stop(ctx)
	if err != nil {
		j.stopped.Store(true)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceAfterCancel)
		defer cancel()
		if err := j.worker.StopAndCancel(grace); err != nil {
			return archive.Fail(archive.Unavailable, "jobs-stuck").Because(err)
		}
	}
	leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceAfterCancel)
	defer cancel()
	err = j.c.db.update(leave, func(q querier) error {
		_, err := run(leave, q, sql("UPDATE process SET jobs = 0 WHERE id = ?", j.c.process))
		return err
	})
	return j.c.fail(leave, "stop running jobs", err)
}

// jobWorker runs the handler of one kind for River.
type jobWorker struct {
	river.WorkerDefaults[jobArgs]
	jobs    *Jobs
	handler Handler
	timeout time.Duration
	patient bool
}

// Timeout is River's question how long the job may run.
func (w *jobWorker) Timeout(*river.Job[jobArgs]) time.Duration { return w.timeout }

// NextRetry is River's question when to try again.
func (w *jobWorker) NextRetry(job *river.Job[jobArgs]) time.Time {
	return time.Now().Add(w.jobs.backoff(job.Attempt))
}

func (j *Jobs) backoff(attempt int) time.Duration {
	if j.opt.Backoff != nil {
		return j.opt.Backoff(attempt)
	}
	switch attempt {
	case 0, 1:
		return time.Second
	case 2:
		return 10 * time.Second
	default:
		return time.Minute
	}
}

// patience is how long to wait before an uncounted attempt.
func (j *Jobs) patience(snoozes int) time.Duration {
	if j.opt.Backoff != nil {
		return j.opt.Backoff(snoozes + 1)
	}
	if snoozes < stalledAfter {
		return min(time.Second<<min(snoozes, 5), 30*time.Second)
	}
	return min(time.Minute<<min(snoozes-stalledAfter, 5), longestPause)
}

// Work is called by River.
func (w *jobWorker) Work(ctx context.Context, row *river.Job[jobArgs]) error {
	job := row.Args.job(row.JobRow)
	attempt := Attempt{Number: row.Attempt, Last: row.Attempt >= row.MaxAttempts}
	ctx, ended := w.jobs.begin(ctx, row.JobRow)
	defer ended()
	err := w.handle(ctx, job, attempt)
	if err == nil {
		return nil
	}
	if errors.Is(context.Cause(ctx), errStopped) {
		w.jobs.tell(ctx, "a job was stopped", told{job, archive.Fail(archive.Invalid, ReasonStopped), w.jobs.opt.OnFailed})
		return river.JobCancel(errStopped)
	}
	if w.jobs.stopped.Load() && ctx.Err() != nil {
		return river.JobSnooze(0) // not the job's fault
	}
	if w.waits(err) {
		n := snoozes(row.Metadata)
		if n == stalledAfter {
			w.jobs.tell(ctx, "a job waits for what is unavailable", told{job, err, w.jobs.opt.OnStalled})
		}
		return river.JobSnooze(w.jobs.patience(n))
	}
	if isFinal(err) || attempt.Last {
		w.jobs.tell(ctx, "a job failed", told{job, err, w.jobs.opt.OnFailed})
	}
	if isFinal(err) {
		return river.JobCancel(err)
	}
	return err
}

// snoozes reads how often the job has been put off, which River counts in its metadata.
func snoozes(metadata []byte) int {
	var m struct {
		Snoozes int `json:"snoozes"`
	}
	if json.Unmarshal(metadata, &m) != nil {
		return stalledAfter + 1 // not readable: wait long rather than often
	}
	return m.Snoozes
}

// waits reports whether the job is to be tried again until it succeeds, or fails for another reason.
func (w *jobWorker) waits(err error) bool {
	switch archive.CodeOf(err) {
	case archive.Unavailable, archive.Busy:
		return true
	default:
		return w.patient && !isFinal(err) && archive.ReasonOf(err) != ReasonCrashes
	}
}

// isFinal reports whether trying again can change nothing.
func isFinal(err error) bool {
	code := archive.CodeOf(err)
	return code == archive.Invalid || code == archive.TooLarge
}

// handle calls the handler unless the job has ended too many processes to be let near another.
func (w *jobWorker) handle(ctx context.Context, job Job, attempt Attempt) (err error) {
	if attempt.Number > maxAttempts {
		return archive.Fail(archive.Internal, ReasonCrashes, string(job.Kind))
	}
	defer func() {
		if r := recover(); r != nil {
			err = archive.Fail(archive.Internal, "internal").Because(fmt.Errorf("job %s panicked: %v\n%s", job.Kind, r, debug.Stack()))
		}
	}()
	return w.handler(ctx, job, attempt)
}

// told is a job that did not go well, and who is to know of it.
type told struct {
	job Job
	err error
	to  func(ctx context.Context, j Job, err error) // may be nil
}

// tell logs and tells, with a context that outlives the one of the job, which may have ended by its timeout.
func (j *Jobs) tell(ctx context.Context, what string, t told) {
	j.c.log.Warn(what, slog.String("kind", string(t.job.Kind)), slog.String("work", string(t.job.Work)), slog.Any("error", t.err))
	if t.to == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	t.to(ctx, t.job, t.err)
}

// keep does what is to be done from time to time: release the jobs of processes that died, announce works that open or
// close, enqueue what is due. Every step is one idempotent transaction that looks first, so it does not matter which process
// does it and there need be no leader.
func (j *Jobs) keep(ctx context.Context, ended <-chan *river.Event) {
	defer close(j.kept)
	tick := time.NewTicker(5 * j.c.poll)
	defer tick.Stop()
	j.houseKeep(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-ended:
			if !open {
				ended = nil // River has stopped
			}
			j.c.moved.raise()
		case <-tick.C:
			j.houseKeep(ctx)
		}
	}
}

func (j *Jobs) houseKeep(ctx context.Context) {
	for _, step := range []func(context.Context) error{j.c.reap, j.endStopped, j.heedClock, j.c.announceVisibility, j.enqueueDue} {
		if err := step(ctx); err != nil && ctx.Err() == nil {
			j.c.log.Warn("housekeeping of the catalogue failed", slog.Any("error", err))
		}
	}
}

// enqueueDue enqueues the jobs of JobOptions.Every whose time has come.
func (j *Jobs) enqueueDue(ctx context.Context) error {
	var failures []error
	for kind, every := range j.opt.Every {
		name := "catalog.every." + string(kind)
		var last int64
		if err := ignoreMissing(j.c.Reader(systemViewer()).Setting(ctx, name, &last)); err != nil {
			failures = append(failures, err)
			continue
		}
		if notYet(j.c.now(), time.UnixMicro(last), every) {
			continue
		}
		failures = append(failures, j.c.Update(ctx, func(ctx context.Context, tx *Tx) error {
			var again int64
			err := errors.Join(tx.lockName(ctx, name), tx.setting(ctx, name, &again))
			if err != nil || again != last { // another process was first
				return err
			}
			return errors.Join(tx.PutSetting(ctx, name, tx.now.UnixMicro()), tx.Enqueue(ctx, Job{Kind: kind, Unique: true, Priority: 4}))
		}))
	}
	return errors.Join(failures...)
}
