package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
)

// ahead makes all times of jobs those of a clock that was ahead by so much.
func ahead(t *testing.T, c *catalog.Catalog, opt catalog.Options, by time.Duration) {
	t.Helper()
	shift := "%[1]s = %[1]s + interval '%[2]d seconds'"
	if strings.HasPrefix(opt.DSN, "sqlite:") {
		shift = "%[1]s = datetime(%[1]s, 'subsec', '+%[2]d seconds')"
	}
	var set []string
	for _, column := range []string{"scheduled_at", "created_at", "attempted_at"} {
		set = append(set, fmt.Sprintf(shift, column, int(by.Seconds())))
	}
	must(t, catalog.Exec(t.Context(), c, "UPDATE river_job SET "+strings.Join(set, ", ")))
}

// shifts counts what the jobs of the tests of the clock have done.
type shifts struct {
	mu     sync.Mutex
	begun  map[archive.WorkID]int
	ended  map[archive.WorkID]int
	tried  chan archive.WorkID // told of each beginning
	held   chan struct{}       // told that the job that is held has begun
	open   chan struct{}       // closed when it may end
	failed bool                // the jobs that fail first may succeed now
}

func (s *shifts) handle(_ context.Context, j catalog.Job, _ catalog.Attempt) error {
	s.mu.Lock()
	s.begun[j.Work]++
	failed := s.failed
	s.mu.Unlock()
	s.tried <- j.Work
	switch {
	case j.Work == "held":
		close(s.held) // a second time ends the test
		<-s.open
	case j.Work == "fails" && !failed:
		return errors.New("not now")
	case j.Work == "waits" && !failed:
		return archive.Fail(archive.Unavailable, "storage-unavailable")
	}
	s.mu.Lock()
	s.ended[j.Work]++
	s.mu.Unlock()
	return nil
}

// TestJobsAfterTheClockWasSetBack: jobs that were enqueued, failed, put off or begun by a clock that was ahead by an hour, a day or ten years are done after it was set right, also by a
// process that runs all the time; none runs twice, none waits for the clock, and what is done every hour is done.
func TestJobsAfterTheClockWasSetBack(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		c := catalogtest.OpenWith(t, opt)
		for _, by := range []time.Duration{time.Hour, 24 * time.Hour, 10 * 365 * 24 * time.Hour} {
			setBack(t, c, opt, by)
		}
	})
}

func setBack(t *testing.T, c *catalog.Catalog, opt catalog.Options, by time.Duration) {
	s := &shifts{begun: map[archive.WorkID]int{}, ended: map[archive.WorkID]int{}, tried: make(chan archive.WorkID, 1000), held: make(chan struct{}), open: make(chan struct{})}
	options := catalog.JobOptions{Every: map[catalog.JobKind]time.Duration{"hourly": time.Hour}, Handlers: map[catalog.JobKind]catalog.Handler{"preserve": s.handle, "hourly": s.handle}}
	enqueue := func(works ...archive.WorkID) {
		must(t, c.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
			err := tx.PutSetting(ctx, "catalog.every.hourly", time.Now().Add(by).UnixMicro())
			for _, w := range works {
				err = errors.Join(err, tx.Enqueue(ctx, catalog.Job{Kind: "preserve", Work: w}))
			}
			return err
		}))
	}
	enqueue("fails", "waits")
	jobs, err := c.StartJobs(t.Context(), options)
	must(t, err)
	for tried := map[archive.WorkID]bool{}; len(tried) < 2; {
		select {
		case work := <-s.tried:
			if work != "" {
				tried[work] = true
			}
		case <-soon(t).Done():
			t.Fatal("the first jobs were not begun")
		}
	}
	must(t, jobs.Stop(t.Context()))
	enqueue("new")
	ahead(t, c, opt, by)
	s.mu.Lock()
	s.failed = true
	s.mu.Unlock()

	jobs, err = c.StartJobs(t.Context(), options)
	must(t, err)
	enqueue("held", "beside")
	select {
	case <-s.held:
	case <-soon(t).Done():
		t.Fatal("the job that is held was not begun")
	}
	enqueue("later")
	ahead(t, c, opt, by)
	close(s.open)
	if err := c.JobsIdle(soon(t)); err != nil {
		counts, _ := c.JobCounts(t.Context())
		t.Errorf("set back by %v: %v, %+v", by, err, counts)
	}
	must(t, jobs.Stop(t.Context()))
	for _, work := range []archive.WorkID{"fails", "waits", "new", "held", "beside", "later"} {
		if s.ended[work] != 1 {
			t.Errorf("set back by %v: %s was done %d times, begun %d times", by, work, s.ended[work], s.begun[work])
		}
	}
	if s.ended[""] == 0 {
		t.Errorf("set back by %v: what is done every hour was not done", by)
	}
}

// Nobody is warned each midnight of indexes that are not there.
func TestIndexesOfJobsAreThere(t *testing.T) {
	both(t, func(t *testing.T, opt catalog.Options) {
		missing, err := catalog.MissingIndexes(t.Context(), catalogtest.OpenWith(t, opt))
		if err != nil || len(missing) > 0 {
			t.Errorf("River would look for %v, %v", missing, err)
		}
	})
}
