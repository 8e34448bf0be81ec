package search

import (
	"context"
	"errors"
	"sync"

	"vannghe/internal/archive"
)

// Feed gives every work that may be found to put, in portions of its choice, and returns the sequence number up to which the changes
// are contained in what it gave: the newest one before it began to read. An error of put must be returned.
type Feed func(ctx context.Context, put func([]Work) error) (seq int64, err error)

// rebuild is a generation under construction. Apply writes to it as well; what Apply has touched is newer than what the feed may have
// read before, so the feed no longer writes it.
type rebuild struct {
	g      *generation
	cancel context.CancelFunc

	mu      sync.Mutex
	bulk    *bulk
	touched map[archive.WorkID]bool
	broken  error // why Apply could not follow
}

// follow applies a change of the live index to the one under construction. A failure ends the rebuild, not the change.
func (r *rebuild) follow(ctx context.Context, c change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range c.puts {
		r.touched[c.puts[i].ID] = true
	}
	for _, id := range c.deletes {
		r.touched[id] = true
	}
	if err := r.followNow(ctx, c); err != nil && r.broken == nil {
		r.broken = err
	}
}

// followNow writes c after everything that the feed gave before.
func (r *rebuild) followNow(ctx context.Context, c change) error {
	if err := r.bulk.wait(ctx); err != nil {
		return err
	}
	for i := range c.puts {
		r.bulk.put[c.puts[i].ID] = true
	}
	return r.g.apply(ctx, change{puts: c.puts, deletes: c.deletes})
}

// put writes what the feed gives, in portions that let Apply pass between them.
func (r *rebuild) put(ctx context.Context, works []Work) error {
	const portion = 200
	for len(works) > 0 {
		n := min(portion, len(works))
		if err := r.putUntouched(ctx, works[:n]); err != nil {
			return err
		}
		works = works[n:]
	}
	return nil
}

func (r *rebuild) putUntouched(ctx context.Context, works []Work) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	fresh := make([]Work, 0, len(works))
	for i := range works {
		if !r.touched[works[i].ID] {
			fresh = append(fresh, works[i])
		}
	}
	return r.bulk.add(ctx, fresh)
}

// pack stores what is left and makes one segment of all: it is searched fastest, and cheaper than merging again and again on the way.
func (r *rebuild) pack(ctx context.Context) error {
	r.mu.Lock()
	err := r.bulk.wait(ctx)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	return r.g.pack(ctx)
}

// Rebuild makes a new index beside the live one, which goes on serving and changing, and then takes it into use without a gap. Applied is then the
// later of the feed's sequence and what the live index had applied. On error, and when the process dies, the live index stays as it was.
// The error is Conflict "search-rebuild-running" when one is under way, Unavailable "search-closed" when Close came between.
func (x *Index) Rebuild(ctx context.Context, feed Feed) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := x.beginRebuild(ctx, cancel)
	if err != nil {
		return err
	}
	defer x.rebuilt.Done()
	seq, err := feed(ctx, func(works []Work) error { return r.put(ctx, works) })
	if err == nil {
		err = r.pack(ctx)
	}
	if err == nil {
		var former *generation
		if former, err = x.exchange(ctx, r, seq); err == nil {
			return former.remove()
		}
	}
	return x.abandon(r, err)
}

func (x *Index) beginRebuild(ctx context.Context, cancel context.CancelFunc) (*rebuild, error) {
	x.changes.Lock()
	defer x.changes.Unlock()
	if x.next != nil {
		return nil, archive.Fail(archive.Conflict, "search-rebuild-running")
	}
	if x.closing {
		return nil, errClosed()
	}
	g, err := createGeneration(ctx, x.newPath(), x.queue, bulkConfig)
	if err != nil {
		return nil, err
	}
	x.next = &rebuild{g: g, bulk: newBulk(g), cancel: cancel, touched: map[archive.WorkID]bool{}}
	x.rebuilt.Add(1)
	return x.next, nil
}

// exchange takes the new generation into use and returns the former one.
func (x *Index) exchange(ctx context.Context, r *rebuild, seq int64) (*generation, error) {
	x.changes.Lock() // no change may pass between the last one that both hold and the exchange
	defer x.changes.Unlock()
	if r.broken != nil {
		return nil, r.broken
	}
	if err := r.g.apply(ctx, change{seq: max(seq, x.Applied())}); err != nil {
		return nil, err
	}
	if err := r.g.reopen(x.queue); err != nil {
		return nil, err
	}
	if err := r.g.use(func(*view) error { return nil }); err != nil {
		return nil, err
	}
	x.life.Lock()
	defer x.life.Unlock()
	if err := x.point(r.g); err != nil {
		return nil, err
	}
	former := x.live
	x.live, x.next = r.g, nil
	return former, nil
}

// abandon deletes what was built and returns why: err, unless Close came between.
func (x *Index) abandon(r *rebuild, err error) error {
	x.changes.Lock()
	defer x.changes.Unlock()
	x.next = nil
	if x.closing {
		err = errClosed()
	}
	return errors.Join(err, r.g.remove())
}

// endRebuild makes a Rebuild under way fail, waits for its end, and lets none begin.
func (x *Index) endRebuild() {
	x.changes.Lock()
	x.closing = true
	if x.next != nil {
		x.next.cancel()
	}
	x.changes.Unlock()
	x.rebuilt.Wait()
}
