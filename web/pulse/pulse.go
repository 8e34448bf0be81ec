// Package pulse is what a server measures of itself: how much it is asked and how fast it answers, and how far the jobs, the store and the index are
// behind. It keeps one day of it, in memory, so that a person sees whether today is like other days.
//
// It must not word anything, or decide what is good.
package pulse

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"vannghe/internal/catalog"
	"vannghe/storage"
	"vannghe/storage/blockcache"
)

const (
	// Every is how far apart samples are.
	Every = 5 * time.Minute
	// Samples is how many are kept: those of one day.
	Samples = int(24 * time.Hour / Every)
	// SlowAfter is when an answer is slow.
	SlowAfter = time.Second
	// askTimeout bounds the questions of one sample.
	askTimeout = 5 * time.Second
)

// Sample is how things stood at a time, and what came to pass since the sample before.
type Sample struct {
	Time time.Time

	// Since the sample before.
	Requests, Failed, Slow int64         // answers, those of 5xx, those that took longer than SlowAfter
	Spent                  time.Duration // on all of them together, until the first byte
	Silences               int64         // questions that the store did not answer
	Hits, Misses           int64         // reads from the cache and past it

	// At the time.
	Waiting, Running int
	Oldest           time.Time // when the job that waits longest was enqueued; zero for none
	Behind           int64     // changes that the index which is furthest behind lacks
	Memory           int64     // bytes resident
	Connections      int
}

// Mean is how long an answer took.
func (s Sample) Mean() time.Duration {
	if s.Requests == 0 {
		return 0
	}
	return s.Spent / time.Duration(s.Requests)
}

// Options is what a Pulse looks at.
type Options struct {
	Catalog     *catalog.Catalog
	Bucket      *storage.Bucket
	Cache       *blockcache.Cache // nil: none
	Connections func() int
}

// Pulse is safe for concurrent use. Make it with New.
type Pulse struct {
	Options
	began                  time.Time
	requests, failed, slow atomic.Int64
	spent                  atomic.Int64 // nanoseconds

	mu   sync.Mutex
	last totals
	day  []Sample
}

// totals are counted since the start.
type totals struct {
	requests, failed, slow, spent, silences, hits, misses int64
}

// New returns a Pulse without samples.
func New(o Options) *Pulse { return &Pulse{Options: o, began: time.Now()} }

// Began is when measuring began.
func (p *Pulse) Began() time.Time { return p.began }

// Answered notes an answer.
func (p *Pulse) Answered(status int, took time.Duration) {
	p.requests.Add(1)
	p.spent.Add(int64(took))
	if status >= http.StatusInternalServerError {
		p.failed.Add(1)
	}
	if took > SlowAfter {
		p.slow.Add(1)
	}
}

// Run takes a sample every five minutes until ctx ends. A catalogue that does not answer leaves its figures out.
func (p *Pulse) Run(ctx context.Context) {
	tick := time.NewTicker(Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.Take(ctx)
		}
	}
}

// Take adds a sample.
func (p *Pulse) Take(ctx context.Context) {
	s, t, _ := p.now(ctx) // a figure that is missing is a figure of 0: the failures are counted elsewhere
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = t
	p.day = append(p.day, s)
	if len(p.day) > Samples {
		p.day = p.day[len(p.day)-Samples:]
	}
}

// Now returns how things stand, with what came to pass since the last sample. The error is the catalogue's; what it does not say is then 0.
func (p *Pulse) Now(ctx context.Context) (Sample, error) {
	s, _, err := p.now(ctx)
	return s, err
}

// Day returns the samples, the oldest first.
func (p *Pulse) Day() []Sample {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Sample(nil), p.day...)
}

func (p *Pulse) now(ctx context.Context) (Sample, totals, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	t := totals{requests: p.requests.Load(), failed: p.failed.Load(), slow: p.slow.Load(), spent: p.spent.Load(), silences: p.Bucket.Silences()}
	if p.Cache != nil {
		st := p.Cache.Stats()
		t.hits, t.misses = st.Hits, st.Misses
	}
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	s := Sample{
		Time: time.Now(), Requests: t.requests - last.requests, Failed: t.failed - last.failed, Slow: t.slow - last.slow,
		Spent: time.Duration(t.spent - last.spent), Silences: t.silences - last.silences, Hits: t.hits - last.hits, Misses: t.misses - last.misses,
		Memory: resident(), Connections: p.Connections(),
	}
	return s, t, p.ask(ctx, &s)
}

// ask adds what the catalogue knows.
func (p *Pulse) ask(ctx context.Context, s *Sample) error {
	counts, err := p.Catalog.JobCounts(ctx)
	if err != nil {
		return fmt.Errorf("measure the jobs: %w", err)
	}
	s.Waiting, s.Running = counts.Waiting, counts.Running
	if s.Oldest, err = p.Catalog.OldestWaiting(ctx); err != nil {
		return fmt.Errorf("measure the jobs: %w", err)
	}
	last, err := p.Catalog.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("measure the index: %w", err)
	}
	nodes, err := p.Catalog.Indexers(ctx)
	if err != nil {
		return fmt.Errorf("measure the index: %w", err)
	}
	for _, n := range nodes {
		s.Behind = max(s.Behind, last-n.Applied)
	}
	return nil
}

// resident is how much memory this process has, in bytes; 0 where the system does not say (proc(5), statm).
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
