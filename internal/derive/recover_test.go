package derive_test

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/storage"
	"vannghe/storage/memstore"
)

// cutting stops something when the first original is read.
type cutting struct {
	storage.Driver
	once sync.Once
	cut  func()
}

func (c *cutting) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	if strings.HasPrefix(string(key), "archive/") {
		c.once.Do(c.cut)
	}
	return c.Driver.Open(ctx, key, span)
}

// TestAFileThatFailsWhileTheDatabaseIsAwayIsTriedAgain: its job must not end before it could say that the file is at fault.
func TestAFileThatFailsWhileTheDatabaseIsAwayIsTriedAgain(t *testing.T) {
	server := catalogtest.Postgres(t)
	b := &bench{t: t, catalog: catalogtest.OpenWith(t, server.Options(t)), scratch: filepath.Join(t.TempDir(), "scratch")}
	b.bucket = storage.NewBucket(&cutting{Driver: memstore.New(), cut: func() { server.Stop(t) }})
	b.runner = newRunner(t, tool.Options{Scratch: b.scratch})
	b.deriver = b.newDeriver(b.runner)
	id := b.accession("tho", original{"a.txt", "text", []byte(" \n \n")})
	job := catalog.Job{Kind: derive.JobDerive, Work: id, File: b.result(id).files[0].ID, Recipe: "text", Version: 1}
	b.pending(job)
	err := b.deriver.Handlers()[derive.JobDerive](t.Context(), job, catalog.Attempt{Number: 1})
	if archive.CodeOf(err) != archive.Unavailable {
		t.Errorf("the job ends with %v, want that the database is unavailable", err)
	}
	if err == nil || !strings.Contains(err.Error(), "text-empty") {
		t.Errorf("%v does not tell why nothing can be made", err)
	}
	server.Start(t)
	await(t, "the database answers", func() bool { return b.catalog.Ping(t.Context()) == nil })
	err = b.deriver.Handlers()[derive.JobDerive](t.Context(), job, catalog.Attempt{Number: 2})
	if archive.ReasonOf(err) != "text-empty" {
		t.Errorf("tried again it ends with %v", err)
	}
	if d := b.result(id).settled().one("text"); d.State != archive.DerivativeFailed || d.Problem != "text-empty" {
		t.Errorf("made %+v", d)
	}
}

// pending plans what a job makes, and the job is not there.
func (b *bench) pending(j catalog.Job) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutDerivative(ctx, archive.Derivative{Work: j.Work, File: j.File, Recipe: j.Recipe, Version: j.Version, State: archive.DerivativePending})
	})
}

// waiting is how many jobs wait.
func (b *bench) waiting() int {
	b.t.Helper()
	n, err := b.catalog.JobCounts(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return n.Waiting
}

func TestADerivativeWithoutAJobIsMadeAfterTheNextStart(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)}, original{"b.txt", "text", []byte(poem + "\nhai")})
	for _, f := range b.result(id).files {
		b.pending(catalog.Job{Work: id, File: f.ID, Recipe: "text", Version: 1})
	}
	b.pending(catalog.Job{Work: id, File: b.result(id).files[0].ID, Recipe: "former", Version: 1}) // no longer run
	before := b.waiting()
	for range 2 {
		if err := b.deriver.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := b.waiting() - before; n != 3 {
			t.Errorf("%d jobs enqueued, want one for each derivative", n)
		}
	}
	b.drain()
	if got := strings.Join(b.result(id).settled().recipes(), " "); got != "text text" {
		t.Errorf("made %s", got)
	}
	if err := b.deriver.Recover(t.Context()); err != nil || b.waiting() != 0 {
		t.Errorf("%d jobs for what is settled, %v", b.waiting(), err)
	}
}

// TestWhatAnEarlierVersionGaveUpIsTakenUp: rows say what is to be made; that no job row tells of it any more changes nothing.
func TestWhatAnEarlierVersionGaveUpIsTakenUp(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)}, original{"b.txt", "text", []byte(poem + "\nhai")},
		original{"c.txt", "text", []byte(poem + "\nba")})
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		f := b.result(id).files
		for i, problem := range []archive.Reason{"making-no-room", "text-empty"} {
			failed := archive.Derivative{Work: id, File: f[i].ID, Recipe: "text", Version: 1, State: archive.DerivativeFailed, Problem: problem}
			if err := tx.PutDerivative(ctx, failed); err != nil {
				return err
			}
		}
		f[2].Problem = "making-no-tool"
		return tx.SetFile(ctx, f[2])
	})
	b.withoutJobs()
	b.drain()
	r := b.result(id).settled()
	states := map[archive.DerivativeState]int{}
	for _, d := range r.made {
		states[d.State]++
	}
	if states[archive.DerivativeReady] != 2 || states[archive.DerivativeFailed] != 1 || r.files[2].Problem != "" {
		t.Errorf("made %+v", r.made)
	}
}

// TestAWorkWaitsForFilesThatNobodyLookedInto: what is made of one file does not publish a work that holds another.
func TestAWorkWaitsForFilesThatNobodyLookedInto(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)}, original{"b.txt", "text", []byte(poem + "\nhai")})
	b.withoutJobs()
	job := catalog.Job{Kind: derive.JobDerive, Work: id, File: b.result(id).files[0].ID, Recipe: "text", Version: 1}
	b.pending(job)
	if err := b.deriver.Handlers()[derive.JobDerive](t.Context(), job, catalog.Attempt{Number: 1}); err != nil {
		t.Fatal(err)
	}
	if w := b.result(id).work; w.State != archive.Approved {
		t.Errorf("the work is %s", w.State)
	}
	b.drain()
	b.result(id).settled()
}

// TestAFileThatEndsItsServerIsGivenUp: what no program survives is settled, else the server would never run for long.
func TestAFileThatEndsItsServerIsGivenUp(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	b.withoutJobs()
	job := catalog.Job{Kind: derive.JobDerive, Work: id, File: b.result(id).files[0].ID, Recipe: "text", Version: 1}
	b.pending(job)
	b.deriver.OnFailed(t.Context(), job, archive.Fail(archive.Internal, catalog.ReasonCrashes, "derive"))
	if d := b.result(id).settled().one("text"); d.State != archive.DerivativeFailed || d.Problem != "making-crashes" {
		t.Errorf("made %+v", d)
	}
}

// withoutJobs does away with all jobs, as a week does with those that failed.
func (b *bench) withoutJobs() {
	b.t.Helper()
	none := func(context.Context, catalog.Job, catalog.Attempt) error { return nil }
	jobs, err := b.catalog.StartJobs(b.t.Context(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
		derive.JobDerive: none, editorial.JobPlan: none, editorial.JobPreserve: none}})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := errors.Join(b.catalog.JobsIdle(b.t.Context()), jobs.Stop(b.t.Context())); err != nil {
		b.t.Fatal(err)
	}
}
