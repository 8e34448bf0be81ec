package derive_test

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/derive"
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
