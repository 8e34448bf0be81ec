package ingest

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"sync/atomic"

	"vannghe/internal/archive"
)

// giveUp is after how many failures of storage in a row the rest of an import is not tried: each may wait for a minute.
const giveUp = 3

// run is an import under way. While one batch is recorded, the next is being staged; all else is done by one goroutine.
type run struct {
	in     *Ingest
	opt    ImportOptions
	dir    *folder
	plan   plan
	genres []archive.Genre
	report func(FileResult)

	totals  Totals
	results []FileResult
	done    []bool
	next    int // the first item not reported

	// repeat is set while files turn out to be there already. Then a file is hashed before it is staged, so that importing a
	// folder again costs reading it and no storage; a first import reads each file once, but for the first small one.
	repeat atomic.Bool
	down   atomic.Int32                  // failures of storage in a row
	why    atomic.Pointer[archive.Error] // the last of them
}

func newRun(in *Ingest, opt ImportOptions, dir *folder, todo plan) *run {
	r := &run{in: in, opt: opt, dir: dir, plan: todo, results: make([]FileResult, len(todo.items)), done: make([]bool, len(todo.items))}
	r.repeat.Store(true)
	r.totals.Skipped = todo.skipped
	return r
}

// stagedBatch is a batch whose files lie in staging, as far as they could be taken.
type stagedBatch struct {
	entry   Entry
	items   []int // the item of each of entry.Files
	settled []settled
}

// settled is an item of which nothing is left to record.
type settled struct {
	item int
	work archive.WorkID // where it is already
	err  error          // why it failed
}

func (r *run) all(ctx context.Context) (Totals, error) {
	for i := range r.plan.items {
		if err := r.plan.items[i].err; err != nil {
			r.fail(i, err)
		}
	}
	for ready := range r.stageAhead(ctx) {
		b := <-ready
		if ctx.Err() != nil {
			r.in.discard(ctx, b.entry.Files)
			continue
		}
		r.record(ctx, b)
	}
	return r.totals, ctx.Err()
}

// stageAhead stages the batches in order, one ahead of the one being recorded, and hands out a channel for each.
func (r *run) stageAhead(ctx context.Context) <-chan chan stagedBatch {
	queue := make(chan chan stagedBatch, 1)
	go func() {
		defer close(queue)
		for _, b := range r.plan.batches {
			ready := make(chan stagedBatch, 1)
			select {
			case <-ctx.Done():
				return
			case queue <- ready:
				go func() { ready <- r.stage(ctx, b) }()
			}
		}
	}()
	return queue
}

func (r *run) stage(ctx context.Context, b batch) stagedBatch {
	out := stagedBatch{entry: b.entry}
	at := &placing{key: b.entry.Key, work: archive.NewID[archive.WorkID]()}
	out.entry.work = at.work
	for _, i := range b.items {
		file, work, err := r.stageItem(ctx, i, b.entry.Key, at)
		if err != nil || work != "" {
			out.settled = append(out.settled, settled{item: i, work: work, err: err})
			continue
		}
		out.entry.Files = append(out.entry.Files, file)
		out.items = append(out.items, i)
	}
	return out
}

// stageItem brings one file to staging, or says in which work it is already.
func (r *run) stageItem(ctx context.Context, i int, key string, at *placing) (EntryFile, archive.WorkID, error) {
	it := r.plan.items[i]
	if r.down.Load() >= giveUp {
		return EntryFile{}, "", r.why.Load()
	}
	file, actual, err := r.dir.open(it.file)
	if err != nil {
		return EntryFile{}, "", err
	}
	defer func() { _ = file.Close() }() // read only: nothing can be lost by it
	out := EntryFile{Path: NormalPath(actual), Label: it.label}
	if r.repeat.Load() {
		work, known, err := r.known(ctx, file, key, out.Path)
		switch {
		case err != nil:
			return EntryFile{}, "", err
		case work != "" && !r.opt.Update:
			return EntryFile{}, work, nil
		case work != "":
			known.Name = path.Base(actual)
			out.Staged = known
			return out, "", nil
		}
		r.repeat.Store(false)
	}
	out.again = func(ctx context.Context) (Staged, error) { return r.stageAgain(ctx, it.file) }
	out.Staged, err = r.in.stage(ctx, path.Base(actual), fileSource(file), at)
	r.weigh(err)
	return out, "", err
}

// stageAgain stages a file of which the staged bytes are gone.
func (r *run) stageAgain(ctx context.Context, name string) (Staged, error) {
	file, actual, err := r.dir.open(name)
	if err != nil {
		return Staged{}, err
	}
	defer func() { _ = file.Close() }() // read only: nothing can be lost by it
	return r.in.stage(ctx, path.Base(actual), fileSource(file), nil)
}

func (r *run) weigh(err error) {
	told, ok := errors.AsType[*archive.Error](err)
	if !ok || told.Code != archive.Unavailable {
		r.down.Store(0)
		return
	}
	r.why.Store(told) // before the count, which others read first
	r.down.Add(1)
}

// askFrom is from how many bytes on reading a file takes longer than looking through all originals of a large catalogue for one of its size.
const askFrom = 64 << 20

// known looks for the very file in the archive: hash, then ask; a large one is not read when no original has its size. It leaves the file at its beginning.
func (r *run) known(ctx context.Context, file *os.File, key, at string) (archive.WorkID, Staged, error) {
	src := fileSource(file)
	if src.about >= askFrom {
		if there, err := r.in.catalog.Reader(viewer()).HoldsSize(ctx, src.about); err != nil || !there {
			return "", Staged{}, err
		}
	}
	sum := newDigester()
	size, err := copyBytes(ctx, io.Discard, sum, src)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		if ctx.Err() != nil {
			return "", Staged{}, ctx.Err()
		}
		return "", Staged{}, archive.Fail(archive.Invalid, "file-unreadable").Because(err)
	}
	s := Staged{Size: size}
	s.Digest, s.SHA256 = sum.sums()
	work, err := r.in.holder(ctx, key, s.Digest, at)
	if archive.CodeOf(err) == archive.NotFound {
		err = nil
	}
	return work, s, err
}

// holder returns the work that holds the file already: under its key, or else by digest and path. The error is NotFound.
func (in *Ingest) holder(ctx context.Context, key string, digest archive.Digest, at string) (archive.WorkID, error) {
	reader := in.catalog.Reader(viewer())
	if key == "" {
		f, err := reader.FileByDigest(ctx, digest, at)
		return f.Work, err
	}
	w, err := reader.WorkByKey(ctx, key)
	if err != nil {
		return "", err
	}
	if match(&w, EntryFile{Staged: Staged{Digest: digest}}) != sameBytes {
		return "", archive.Fail(archive.NotFound, "file-missing", at)
	}
	return w.ID, nil
}

func (r *run) record(ctx context.Context, b stagedBatch) {
	for _, s := range b.settled {
		if s.err != nil {
			r.fail(s.item, s.err)
		} else {
			r.finish(s.item, FileResult{Status: Exists, Work: s.work})
		}
	}
	if len(b.entry.Files) == 0 {
		return
	}
	b.entry.genres, b.entry.By, b.entry.Publish, b.entry.Update = r.genres, r.opt.by(), r.opt.Publish, r.opt.Update
	rec, err := r.in.Record(ctx, b.entry)
	if err != nil && ctx.Err() != nil {
		return // undone
	}
	if err != nil {
		for _, i := range b.items {
			r.fail(i, err)
		}
		return
	}
	if rec.Created {
		r.totals.Works++
	}
	for at, i := range b.items {
		r.finish(i, r.result(rec, at, b.entry.Files[at].Staged))
	}
}

func (r *run) result(rec Recorded, at int, staged Staged) FileResult {
	f := rec.Files[at]
	res := FileResult{Status: f.Status, Work: rec.Work}
	switch {
	case f.Reason != "":
		res.Remark = archive.Fail(archive.Invalid, f.Reason)
	case rec.Updated && f.Status == Exists:
		res.Remark = archive.Fail(archive.Conflict, "work-updated")
	}
	if f.Status == Exists {
		r.repeat.Store(true)
	} else {
		res.Added = staged.ID
		r.totals.Bytes += staged.Size
	}
	return res
}

// fail reports an item that did not go in.
func (r *run) fail(i int, err error) {
	told, ok := errors.AsType[*archive.Error](err)
	if !ok {
		told = archive.Fail(archive.Internal, "internal").Because(err)
	}
	r.finish(i, FileResult{Status: Failed, Remark: told})
}

// finish keeps the result until all before it are reported.
func (r *run) finish(i int, res FileResult) {
	res.Row, res.File = r.plan.items[i].number, r.plan.items[i].file
	r.results[i], r.done[i] = res, true
	for ; r.next < len(r.done) && r.done[r.next]; r.next++ {
		r.count(r.results[r.next].Status)
		r.report(r.results[r.next])
		r.results[r.next] = FileResult{}
	}
}

func (r *run) count(s Status) {
	r.totals.Files++
	switch s {
	case Added:
		r.totals.Added++
	case Exists:
		r.totals.Exists++
	case Failed:
		r.totals.Failed++
	}
}
