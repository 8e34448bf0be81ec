package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// log collects what handlers were called with.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return fmt.Sprint(l.lines)
}

// NoWait is a JobOptions.Backoff for tests.
func NoWait(int) time.Duration { return 0 }

// enqueue enqueues jobs in one transaction.
func (s *suite) enqueue(jobs ...catalog.Job) {
	s.t.Helper()
	s.must(s.update(func(tx *catalog.Tx) error {
		for _, j := range jobs {
			if err := tx.Enqueue(s.ctx(), j); err != nil {
				return err
			}
		}
		return nil
	}))
}

// idle waits until no job waits or runs.
func (s *suite) idle() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx(), 60*time.Second)
	defer cancel()
	s.must(s.JobsIdle(ctx))
}

func (s *suite) start(opt catalog.JobOptions) *catalog.Jobs {
	s.t.Helper()
	if opt.Backoff == nil {
		opt.Backoff = NoWait
	}
	j, err := s.StartJobs(s.ctx(), opt)
	s.must(err)
	return j
}

func testJobOutcomes(_ *testing.T, s *suite) {
	for _, test := range []struct {
		name    string
		answer  func(n int) error
		runs    int
		failed  int
		onError string
	}{
		{name: "done", answer: func(int) error { return nil }, runs: 1},
		{name: "done at the third try", answer: func(n int) error {
			if n < 3 {
				return errors.New("not yet")
			}
			return nil
		}, runs: 3},
		{name: "fails four times", answer: func(int) error { return errors.New("no") }, runs: 4, failed: 1, onError: "no"},
		{name: "invalid is final", answer: func(int) error { return archive.Fail(archive.Invalid, "date-invalid", "x") }, runs: 1, failed: 1, onError: "invalid: date-invalid x"},
		{name: "too large is final", answer: func(int) error { return archive.Fail(archive.TooLarge, "too-large") }, runs: 1, failed: 1, onError: "too-large: too-large"},
		{name: "unavailable does not count", answer: func(n int) error {
			if n < 10 {
				return fmt.Errorf("store: %w", archive.Fail(archive.Unavailable, "storage-unavailable"))
			}
			return nil
		}, runs: 10},
		{name: "a panic is a failed attempt", answer: func(n int) error {
			if n == 1 {
				return []error{}[n]
			}
			return nil
		}, runs: 2},
	} {
		var calls, told log
		before, err := s.JobCounts(s.ctx())
		s.must(err)
		n := 0
		jobs := s.start(catalog.JobOptions{
			Handlers: map[catalog.JobKind]catalog.Handler{"make": func(_ context.Context, j catalog.Job, a catalog.Attempt) error {
				n++
				calls.add("%s %s %s %d %s %v", j.Work, j.File, j.Recipe, j.Version, j.Note, a.Last)
				return test.answer(n)
			}},
			OnFailed: func(_ context.Context, j catalog.Job, err error) { told.add("%s %v", j.Recipe, err) },
			Light:    1,
		})
		s.enqueue(catalog.Job{Kind: "make", Work: "w", File: "f", Recipe: "hls", Version: 3, Note: "ghi\x00 chú"})
		s.idle()
		s.must(jobs.Stop(s.ctx()))
		equal(s, test.name+": runs", n, test.runs)
		after, err := s.JobCounts(s.ctx())
		s.must(err)
		equal(s, test.name+": failed", after.Failed-before.Failed, test.failed)
		want := "[]"
		if test.onError != "" {
			want = "[hls " + test.onError + "]"
		}
		equal(s, test.name+": told", told.String(), want)
		equal(s, test.name+": first call", calls.lines[0], "w f hls 3 ghi chú false")
	}
}

func testUniqueJobs(_ *testing.T, s *suite) {
	job := catalog.Job{Kind: "preserve", Work: "w", Unique: true}
	other := catalog.Job{Kind: "preserve", Work: "v", Unique: true}
	s.enqueue(job, job, other)
	s.enqueue(job, catalog.Job{Kind: "preserve", Work: "w", Note: "khác", Unique: true})
	n, err := s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "waiting", n.Waiting, 3)
	s.enqueue(catalog.Job{Kind: "plain"}, catalog.Job{Kind: "plain"})
	n, err = s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "waiting", n.Waiting, 5)

	running, proceed := make(chan struct{}, 10), make(chan struct{})
	var calls log
	jobs := s.start(catalog.JobOptions{Light: 1, Handlers: map[catalog.JobKind]catalog.Handler{
		"preserve": func(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
			calls.add("%s%s", j.Work, j.Note)
			if j.Work == "w" && j.Note == "" {
				running <- struct{}{}
				select {
				case <-proceed:
				case <-ctx.Done():
				}
			}
			return nil
		},
		"plain": func(context.Context, catalog.Job, catalog.Attempt) error { return nil },
	}})
	defer func() { s.must(jobs.Stop(s.ctx())) }()
	<-running
	s.enqueue(job) // while it runs, one more
	s.enqueue(job) // and only one
	n, err = s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "waiting while one runs", n.Waiting, 5)
	close(proceed)
	s.idle()
	equal(s, "calls", calls.String(), "[w v wkhác w]")
}

// Both of what may run of a unique job have read what they work on: a change after that gets a run of its own.
func testUniqueWhileBothRun(_ *testing.T, s *suite) {
	job := catalog.Job{Kind: "preserve", Work: "w", Unique: true}
	running, proceed := make(chan struct{}, 3), make(chan struct{})
	jobs := s.start(catalog.JobOptions{Light: 2, Handlers: map[catalog.JobKind]catalog.Handler{
		"preserve": func(ctx context.Context, _ catalog.Job, _ catalog.Attempt) error {
			running <- struct{}{}
			select {
			case <-proceed:
			case <-ctx.Done():
			}
			return nil
		},
	}})
	for range 2 {
		s.enqueue(job)
		<-running
	}
	s.enqueue(job)
	n, err := s.JobCounts(s.ctx())
	close(proceed)
	s.must(err)
	s.idle()
	s.must(jobs.Stop(s.ctx()))
	equal(s, "waiting while both run", n.Waiting, 1)
	equal(s, "runs after both", len(running), 1)
}

func testStopJobs(_ *testing.T, s *suite) {
	running := make(chan struct{}, 4)
	finish := make(chan struct{})
	var calls log
	options := catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
		"soft": func(context.Context, catalog.Job, catalog.Attempt) error {
			running <- struct{}{}
			<-finish
			calls.add("soft done")
			return nil
		},
		"long": func(ctx context.Context, _ catalog.Job, a catalog.Attempt) error {
			calls.add("long %d", a.Number)
			running <- struct{}{}
			select {
			case <-ctx.Done():
				return fmt.Errorf("interrupted: %w", ctx.Err())
			case <-finish:
				return nil
			}
		},
	}}
	jobs := s.start(options)
	s.enqueue(catalog.Job{Kind: "soft"})
	<-running
	stopped := make(chan error)
	go func() { stopped <- jobs.Stop(s.ctx()) }()
	finish <- struct{}{}
	s.must(<-stopped)
	s.idle()

	s.enqueue(catalog.Job{Kind: "long"})
	for range 6 { // more often than a job is tried
		jobs = s.start(options)
		<-running
		at, cancel := context.WithCancel(s.ctx())
		cancel()
		s.must(jobs.Stop(at))
		n, err := s.JobCounts(s.ctx())
		s.must(err)
		equal(s, "jobs after an interruption", n, catalog.JobCounts{Waiting: 1})
		workers, err := s.Workers(s.ctx())
		s.must(err)
		equal(s, "workers", workers, 0)
	}
	close(finish)
	jobs = s.start(options)
	workers, err := s.Workers(s.ctx())
	s.must(err)
	equal(s, "workers", workers, 1)
	s.idle()
	s.must(jobs.Stop(s.ctx()))
	equal(s, "calls", calls.String(), "[soft done long 1 long 1 long 1 long 1 long 1 long 1 long 1]")
}

func testPeriodic(_ *testing.T, s *suite) {
	swept := make(chan struct{}, 10)
	options := catalog.JobOptions{
		Every: map[catalog.JobKind]time.Duration{"sweep": time.Hour},
		Handlers: map[catalog.JobKind]catalog.Handler{"sweep": func(context.Context, catalog.Job, catalog.Attempt) error {
			swept <- struct{}{}
			return nil
		}},
	}
	other := OpenWith(s.t, s.opt)
	first := s.start(options)
	second, err := other.StartJobs(s.ctx(), options)
	s.must(err)
	<-swept
	s.idle()
	s.clock.Advance(time.Hour)
	<-swept
	s.idle()
	s.must(first.Stop(s.ctx()))
	s.must(second.Stop(s.ctx()))
	equal(s, "sweeps too many", len(swept), 0)
}

func testQueues(_ *testing.T, s *suite) {
	busy, finish := make(chan string, 9), make(chan struct{})
	hold := func(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
		busy <- j.Note
		select {
		case <-finish:
		case <-ctx.Done():
		}
		return nil
	}
	light := make(chan struct{}, 9)
	jobs := s.start(catalog.JobOptions{
		Heavy: 1, Light: 2,
		Settings: map[catalog.JobKind]catalog.JobSettings{"derive": {Queue: catalog.Heavy, Timeout: time.Minute}},
		Handlers: map[catalog.JobKind]catalog.Handler{"derive": hold, "text": func(context.Context, catalog.Job, catalog.Attempt) error {
			light <- struct{}{}
			return nil
		}},
	})
	other := OpenWith(s.t, s.opt) // a process that only enqueues knows as well which kinds are heavy
	s.must(other.Update(s.ctx(), func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(
			tx.Enqueue(ctx, catalog.Job{Kind: "derive", Note: "second", Priority: 3}),
			tx.Enqueue(ctx, catalog.Job{Kind: "derive", Note: "first", Priority: 1}),
		)
	}))
	equal(s, "first heavy job", <-busy, "first")
	s.enqueue(catalog.Job{Kind: "text"})
	<-light
	s.enqueue(catalog.Job{Kind: "derive", Note: "light", Queue: catalog.Light})
	equal(s, "a job put into the light queue", <-busy, "light")
	n, err := s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "heavy jobs waiting", n.Waiting, 1)
	close(finish)
	s.idle()
	equal(s, "second heavy job", <-busy, "second")
	s.must(jobs.Stop(s.ctx()))
}

func testEnqueueRollback(_ *testing.T, s *suite) {
	ran := make(chan string, 4)
	jobs := s.start(catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{"note": func(_ context.Context, j catalog.Job, _ catalog.Attempt) error {
		ran <- j.Note
		return nil
	}}})
	if s.update(func(tx *catalog.Tx) error {
		s.must(tx.Enqueue(s.ctx(), catalog.Job{Kind: "note", Note: "lost"}))
		return errors.New("boom")
	}) == nil {
		s.t.Fatal("no error")
	}
	s.enqueue(catalog.Job{Kind: "note", Note: "kept"}, catalog.Job{Kind: "note", Note: "later", After: time.Now().Add(time.Hour)})
	equal(s, "job", <-ran, "kept")
	s.must(jobs.Stop(s.ctx()))
	n, err := s.JobCounts(s.ctx())
	s.must(err)
	equal(s, "jobs", n, catalog.JobCounts{Waiting: 1})
}
