package catalog

import (
	"context"
	"fmt"
	"math"
	"sync"
)

// maxCounts bounds how many counts are remembered; past it all are forgotten, since they are quick to make again.
const maxCounts = 1000

// counts remembers numbers of visible works. Counting reads an index through, a fraction of a second in a large archive,
// on pages that everybody asks for; a count stays right until the next change or until the next work opens or closes.
type counts struct {
	mu  sync.Mutex
	of  map[string]any
	seq int64 // the change as of which of holds
	// [from, until) is the time during which no work opens or closes.
	from, until int64
}

// counted returns what compute counts, from memory when nothing has changed. name says what is counted, for which viewers.
func counted[T any](ctx context.Context, r *Reader, q querier, v sight, name string, compute func() (T, error)) (T, error) {
	c := &r.c.counts
	var zero T
	name += fmt.Sprint("|", v.viewer.Program(), v.viewer.Staff(), v.viewer.Audiences())
	seq, err := lastChange(ctx, q)
	if err != nil {
		return zero, err
	}
	now := v.now.UnixMicro()
	if known, ok := c.get(name, seq, now); ok {
		if n, ok := known.(T); ok {
			return n, nil
		}
	}
	n, err := compute()
	if err != nil {
		return zero, err
	}
	until, err := nextMoment(ctx, q, now)
	if err != nil {
		return zero, err
	}
	c.put(name, n, period{seq: seq, from: now, until: until})
	return n, nil
}

func (c *counts) get(name string, seq, now int64) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seq != seq || now < c.from || now >= c.until {
		return nil, false
	}
	n, ok := c.of[name]
	return n, ok
}

type period struct{ seq, from, until int64 }

func (c *counts) put(name string, n any, p period) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil || c.seq != p.seq || p.from < c.from || p.from >= c.until || len(c.of) >= maxCounts {
		c.of, c.seq, c.from, c.until = map[string]any{}, p.seq, p.from, p.until
	}
	c.of[name] = n
}

// nextMoment returns the first instant after now at which a published work opens or closes.
func nextMoment(ctx context.Context, q querier, now int64) (int64, error) {
	next := int64(math.MaxInt64)
	for _, column := range []string{"opens", "closes"} {
		at, err := one(ctx, q, sql("SELECT min("+column+") FROM work WHERE state = 'published' AND "+column+" > ?", now), value[*int64])
		if err != nil {
			return 0, err
		}
		if at != nil {
			next = min(next, *at)
		}
	}
	return next, nil
}
