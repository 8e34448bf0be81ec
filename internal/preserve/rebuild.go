package preserve

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"vannghe/internal/archive"
	"vannghe/internal/ocfl"
)

// RebuildOptions are what Rebuild may be told.
type RebuildOptions struct {
	Together int                           // how many things one transaction stores; 0: 50
	Scratch  string                        // folder for what is read before it can be stored; "": that of the system
	Progress func(step RebuildStep, n int) // how many objects a step has come to, from one goroutine; nil: tells nobody
	Trouble  func(Trouble)                 // what could not be taken as it is, from one goroutine; nil: tells nobody
}

// RebuildStep is what a rebuild does one after the other.
type RebuildStep string

// The steps.
const (
	RebuildReads  RebuildStep = "read"
	RebuildStores RebuildStep = "store"
)

// Trouble is something that the archive of record does not hold as it should.
type Trouble struct {
	Object string // its identifier; "" when not even that can be read
	Work   archive.WorkID
	Err    error
}

// Rebuilt is what a rebuild came to.
type Rebuilt struct {
	Works    int // that the catalogue holds now
	Others   int // agents, collections and whatever else
	Troubles int
}

// Rebuild makes an empty catalogue again from the archive of record alone. What cannot be read is told and passed over: a broken object comes back with nothing rather than
// with an older version, which may be public while the newest is not. It is stopped anywhere and run again: works that are stored are not read
// a second time. Nobody else may use the catalogue meanwhile. Conflict "catalog-filled" when it is not empty.
func (p *Preserve) Rebuild(ctx context.Context, opt RebuildOptions) (Rebuilt, error) {
	if err := p.catalog.BeginRebuild(ctx); err != nil {
		return Rebuilt{}, err
	}
	r, err := p.newRebuild(ctx, opt)
	if err != nil {
		return Rebuilt{}, err
	}
	for _, step := range []func(context.Context) error{r.read, r.others, r.works, r.afterWorks, r.storeCorrections, p.catalog.EndRebuild} {
		if err = step(ctx); err != nil {
			break
		}
	}
	if err = errors.Join(err, r.spool.close()); err != nil {
		return r.done, fmt.Errorf("make the catalogue again: %w", err)
	}
	return r.done, nil
}

// HoldsOriginals reports whether an object holds files as they were given: then it is that of a work.
func HoldsOriginals(l ocfl.Lying) bool {
	for path := range l.Sizes {
		if strings.Contains(path, "/content/original/") {
			return true
		}
	}
	return false
}

// rebuild is one under way.
type rebuild struct {
	*Preserve
	opt   RebuildOptions
	done  Rebuilt
	there map[string]bool         // objects of works that the catalogue holds
	known map[archive.WorkID]bool // works that it holds
	spool *spool
	// merged are works of which the record of another says that it took them over. Its word counts: their own may be from before.
	merged map[archive.WorkID]archive.WorkID

	agents      []archive.Agent
	collections []*CollectionRecord
	rest        []Document
	corrections []archive.Fee // rows that correct one which was not there yet
}

func (p *Preserve) newRebuild(ctx context.Context, opt RebuildOptions) (*rebuild, error) {
	ids, err := p.catalog.WorkIDs(ctx)
	if err != nil {
		return nil, err
	}
	opt.Together = cmp.Or(opt.Together, 50)
	r := &rebuild{Preserve: p, opt: opt, there: map[string]bool{}, known: map[archive.WorkID]bool{}, merged: map[archive.WorkID]archive.WorkID{}}
	for _, id := range ids {
		r.there[WorkObject(id)], r.known[id] = true, true
	}
	r.done.Works = len(ids)
	if r.spool, err = newSpool(opt.Scratch); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *rebuild) trouble(t Trouble) {
	r.done.Troubles++
	r.log.Error("the archive of record does not hold something as it should", "object", t.Object, "work", t.Work, "err", t.Err)
	if r.opt.Trouble != nil {
		r.opt.Trouble(t)
	}
}

func (r *rebuild) progress(step RebuildStep, n int) {
	if r.opt.Progress != nil {
		r.opt.Progress(step, n)
	}
}

// readers is how many objects are read at the same time: a store across a network answers one in a hundredth of a second.
const readers = 8

// found is an object that was read.
type found struct {
	object string
	doc    Document
	work   *spooled
	lost   []error // content that is not there
	err    error
	skip   bool
}

// read reads every object: works into the spool, what is not a work into memory.
func (r *rebuild) read(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lying, results := make(chan ocfl.Lying), make(chan found)
	var listing error
	go func() {
		defer close(lying)
		for l, err := range r.root.Lying(ctx) {
			if err != nil {
				listing = err
				return
			}
			select {
			case lying <- l:
			case <-ctx.Done():
				return
			}
		}
	}()
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			for l := range lying {
				results <- r.readObject(ctx, l)
			}
		})
	}
	go func() { all.Wait(); close(results) }()
	var failed error
	n := 0
	for f := range results {
		if failed == nil {
			if failed = r.sort(f); failed != nil {
				cancel()
			}
		}
		n++
		r.progress(RebuildReads, n)
	}
	if failed == nil {
		failed = errors.Join(listing, ctx.Err())
	}
	return failed
}

// sort puts aside what was read. Only what the store or the disk refuses is an error.
func (r *rebuild) sort(f found) error {
	switch {
	case archive.CodeOf(f.err) == archive.Unavailable || errors.Is(f.err, context.Canceled) || errors.Is(f.err, context.DeadlineExceeded):
		return f.err
	case f.err != nil:
		r.trouble(Trouble{Object: f.object, Err: f.err})
		return nil //nolint:nilerr // it is told, and the others are read
	case f.skip:
		return nil
	}
	for _, lost := range f.lost {
		r.trouble(Trouble{Object: f.object, Work: f.work.Record.ID, Err: lost})
	}
	switch {
	case f.work != nil:
		for _, m := range f.work.Record.Merged {
			r.merged[m.ID] = f.work.Record.ID
		}
		return r.spool.add(f.work)
	case f.doc.Agent != nil:
		r.agents = append(r.agents, f.doc.Agent.Archive())
	case f.doc.Collection != nil && f.doc.Collection.Removed: // there is none any more
	case f.doc.Collection != nil:
		r.collections = append(r.collections, f.doc.Collection)
	default:
		r.rest = append(r.rest, f.doc)
	}
	return nil
}

func (r *rebuild) readObject(ctx context.Context, l ocfl.Lying) found {
	if !l.Begun() && HoldsOriginals(l) { // an import put them there, and the catalogue was lost before there was a record
		return found{object: l.Folder, err: archive.Fail(archive.Invalid, "object-unrecorded", l.Folder)}
	}
	inv, err := r.root.Read(ctx, l)
	if err != nil {
		return found{object: l.Folder, err: err}
	}
	f := found{object: inv.ID}
	if r.there[inv.ID] {
		f.skip = true
		return f
	}
	var doc []byte
	if doc, f.err = r.root.Document(ctx, inv, documentName); f.err != nil {
		return f
	}
	if f.doc, f.err = Decode(doc); f.err != nil {
		return f
	}
	if f.err = f.belongs(inv.ID); f.err == nil && f.doc.Work != nil {
		f.work, f.err = r.readWork(ctx, f.doc.Work)
		f.lost = f.work.find(r.root, l, inv)
	}
	return f
}

// belongs checks that the document is that of its object: one that was put elsewhere would stand in for another.
func (f *found) belongs(object string) error {
	want := ""
	switch d := &f.doc; {
	case d.Work != nil:
		want = WorkObject(d.Work.ID)
	case d.Agent != nil:
		want = ObjectID("agent", string(d.Agent.ID))
	case d.Collection != nil:
		want = ObjectID("collection", string(d.Collection.ID))
	}
	if want != "" && want != object {
		return archive.Fail(archive.Internal, "object-damaged", object).Because(errors.New("its record is that of another object"))
	}
	return nil
}

func (r *rebuild) readWork(ctx context.Context, record *WorkRecord) (*spooled, error) {
	s := &spooled{Record: record, Keys: map[archive.FileID]string{}}
	if err := archive.CheckChain(record.Events); err != nil {
		return s, fmt.Errorf("the events of work %s: %w", record.ID, err)
	}
	var err error
	s.Made, err = r.readMade(ctx, record)
	return s, err
}

// newSpool makes the file for what is read before it can be stored.
func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "rebuild-*.jsonl")
	if err != nil {
		return nil, archive.Fail(archive.Unavailable, "data-folder", dir).Because(err)
	}
	if err := os.Remove(f.Name()); err != nil { // it goes with this process, however that ends
		return nil, errors.Join(err, f.Close())
	}
	return &spool{file: f}, nil
}
