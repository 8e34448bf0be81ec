// Package index keeps this process's search index equal to the catalogue. It follows the change sequence in order: what is
// published is put, everything else is deleted, and the sequence number that was reached is stored in the index itself with
// the changes it covers, so that a stop at any instant only means that a few changes are applied once more.
//
// It must not know how anything is found: that is package search; nor who asks.
package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/search"
)

// Options are what Open needs.
type Options struct {
	Catalog *catalog.Catalog
	Dir     string       // the folder of the index; it belongs to this process alone
	Log     *slog.Logger // nil: slog.Default
	Node    string       // the name under which the catalogue is told how far this index has come; "": the process's id
}

// Index is a search index that follows a catalogue. Safe for concurrent use.
type Index struct {
	catalog *catalog.Catalog
	search  *search.Index
	log     *slog.Logger
	node    string
	dir     string

	rebuilt atomic.Int64  // the newest request to make the index anew that was served
	asked   chan struct{} // somebody asked; holds one
	filling atomic.Bool   // an empty index takes in a whole archive

	following sync.Mutex // one batch at a time, in order
	known     *known     // held under following
}

// How the sequence is followed.
const (
	batchChanges = 500              // read at once
	heartbeat    = 10 * time.Second // at most this long without a word to the catalogue
	mendPause    = time.Minute
	firstPause   = 200 * time.Millisecond
	longestPause = 10 * time.Second
)

// Open opens the index in opt.Dir, an empty one when there is none that can be read. An index that has applied more changes
// than the catalogue has made followed another one (a restored backup, a rebuilt catalogue): it is thrown away. Run or CatchUp
// bring it up to date. The errors are those of search.Open and of the catalogue.
func Open(ctx context.Context, opt Options) (*Index, error) {
	x := &Index{catalog: opt.Catalog, log: opt.Log, node: opt.Node, known: newKnown(), dir: opt.Dir, asked: make(chan struct{}, 1)}
	if x.log == nil {
		x.log = slog.Default()
	}
	if x.node == "" {
		x.node = opt.Catalog.Process()
	}
	var err error
	if x.search, err = search.Open(ctx, opt.Dir, search.Options{Logger: x.log}); err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	foreign, err := x.foreign(ctx)
	if err == nil && foreign {
		err = x.startOver(ctx, opt.Dir)
	}
	if err == nil {
		err = x.loadServed(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, x.search.Close())
	}
	return x, nil
}

func (x *Index) foreign(ctx context.Context) (bool, error) {
	last, err := x.catalog.LastChange(ctx)
	if err != nil {
		return false, fmt.Errorf("compare the search index with the catalogue: %w", err)
	}
	return x.search.Applied() > last, nil
}

func (x *Index) startOver(ctx context.Context, dir string) error {
	x.log.Warn("the search index belongs to another catalogue and is built anew", "applied", x.search.Applied())
	if err := errors.Join(x.search.Close(), os.RemoveAll(dir)); err != nil {
		return fmt.Errorf("throw a foreign search index away: %w", err)
	}
	var err error
	if x.search, err = search.Open(ctx, dir, search.Options{Logger: x.log}); err != nil {
		return fmt.Errorf("open the search index: %w", err)
	}
	return nil
}

// Close closes the index. Run must have returned.
func (x *Index) Close() error { return x.search.Close() }

// Search returns the index to be asked, nil while it takes in a whole archive: an answer would be that there is nothing.
func (x *Index) Search() *search.Index {
	if x.filling.Load() {
		return nil
	}
	return x.search
}

// Applied returns the sequence number up to which the index holds every change.
func (x *Index) Applied() int64 { return x.search.Applied() }

// Run follows the catalogue until ctx ends, and then returns nil. No failure ends it: it is logged and tried again, later
// each time. An index that turns out to be damaged is made anew beside.
func (x *Index) Run(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { x.mend(ctx) })
	pause := firstPause
	for ctx.Err() == nil {
		err := x.follow(ctx)
		if err == nil || ctx.Err() != nil {
			pause = firstPause
			continue
		}
		x.log.Error("the search index could not follow the catalogue and tries again", "after", pause, "err", err)
		wait(ctx, pause)
		pause = min(2*pause, longestPause)
	}
	return nil
}

// mend makes the index anew whenever a search finds it damaged, at most once in mendPause: what a new index does not cure is not cured by
// another; and whenever somebody asks for it.
func (x *Index) mend(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-x.asked:
			x.reindexOrSay(ctx) // a failure is tried again with the next heartbeat
		case err := <-x.search.Damaged():
			x.log.Error("the search index is damaged and is made anew", "err", err)
			x.reindexOrSay(ctx)
			wait(ctx, mendPause)
		}
	}
}

func (x *Index) reindexOrSay(ctx context.Context) {
	if err := x.Reindex(ctx); err != nil && ctx.Err() == nil {
		x.log.Error("the search index could not be made anew", "err", err)
	}
}

// follow applies what has changed, says so, and waits for more or until the next heartbeat is due.
func (x *Index) follow(ctx context.Context) error {
	if err := x.catchUp(ctx); err != nil {
		return err
	}
	if err := errors.Join(x.beat(ctx), x.listen(ctx)); err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(ctx, heartbeat)
	defer cancel()
	if err := x.catalog.AwaitChange(soon, x.Applied()); err != nil && soon.Err() == nil {
		return fmt.Errorf("wait for changes: %w", err)
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// CatchUp returns once the index holds every change up to seq. It does not rely on Run: it applies what is missing itself.
func (x *Index) CatchUp(ctx context.Context, seq int64) error {
	for x.Applied() < seq {
		if err := x.catchUp(ctx); err != nil {
			return err
		}
		if x.Applied() >= seq {
			break
		}
		if err := x.catalog.AwaitChange(ctx, x.Applied()); err != nil {
			return fmt.Errorf("wait for change %d: %w", seq, err)
		}
	}
	return x.beat(ctx)
}

// wholeFrom is how many changes an empty index is behind when it is filled at once: it is new, its mapping has changed, or it was
// damaged. Until it is whole it would tell of works that it does not know that there are none.
const wholeFrom = 2 * batchChanges

// catchUp applies batches until none is left.
func (x *Index) catchUp(ctx context.Context) error {
	x.following.Lock()
	defer x.following.Unlock()
	if err := x.fill(ctx); err != nil {
		return err
	}
	for {
		more, err := x.batch(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// fill takes the whole archive into an empty index when it is not small.
func (x *Index) fill(ctx context.Context) error {
	if x.Applied() > 0 {
		return nil
	}
	last, err := x.catalog.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("read the last change: %w", err)
	}
	if last < wholeFrom {
		return nil
	}
	x.filling.Store(true)
	defer x.filling.Store(false)
	err = x.search.Rebuild(ctx, x.feed)
	if archive.ReasonOf(err) == "search-rebuild-running" {
		return nil // somebody asked for the same: batches until it is there
	}
	if err != nil {
		return fmt.Errorf("fill the search index: %w", err)
	}
	return nil
}

// Reindex makes the index anew from the catalogue, beside the one in use, which goes on serving and following, and tells the catalogue
// which request (catalog.Tx.AskReindex) it has served with that. The errors are those of search.Index.Rebuild and of the catalogue.
func (x *Index) Reindex(ctx context.Context) error {
	number, err := x.catalog.ReindexAsked(ctx)
	if err != nil {
		return fmt.Errorf("read what was asked of the search index: %w", err)
	}
	if err := x.search.Rebuild(ctx, x.feed); err != nil {
		return fmt.Errorf("make the search index anew: %w", err)
	}
	if err := x.served(number); err != nil {
		return err
	}
	return x.CatchUp(ctx, x.Applied())
}

// feed gives every published work. The number is read first: what changes meanwhile has a higher one.
func (x *Index) feed(ctx context.Context, put func([]search.Work) error) (int64, error) {
	seq, err := x.catalog.LastChange(ctx)
	if err != nil {
		return 0, err
	}
	l := x.newLoader()
	filter := catalog.WorkFilter{Order: catalog.Title, Size: catalog.MaxSize}
	for {
		page, err := x.reader().Works(ctx, filter)
		if err != nil {
			return 0, fmt.Errorf("list the published works: %w", err)
		}
		for _, w := range page.Works {
			if err := l.add(ctx, w, put); err != nil {
				return 0, err
			}
		}
		if page.Next == "" {
			return seq, l.flush(put)
		}
		filter.After = page.Next
	}
}

// reader sees every work, since audience and dates are fields of the index.
func (x *Index) reader() *catalog.Reader { return x.catalog.Reader(archive.System("index")) }
