package preserve

import (
	"context"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/storage"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
)

// runJobs runs the jobs of b until the test ends. Planning is another package's: here it finds nothing to make, and settles.
func (b bench) runJobs(t *testing.T, failed func(error)) {
	t.Helper()
	handlers := b.Handlers()
	keep := handlers[editorial.JobPreserve]
	handlers[editorial.JobPreserve] = func(ctx context.Context, j catalog.Job, a catalog.Attempt) error {
		err := keep(ctx, j, a)
		if err != nil {
			failed(err)
		}
		return err
	}
	handlers[editorial.JobPlan] = func(ctx context.Context, j catalog.Job, _ catalog.Attempt) error {
		return b.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return editorial.Settle(ctx, tx, j.Work) })
	}
	jobs, err := b.catalog.StartJobs(t.Context(), catalog.JobOptions{Handlers: handlers, Settings: b.Settings(),
		Backoff: func(int) time.Duration { return 10 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := jobs.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// TestFromImportToPublication lets the jobs of an import run by themselves.
func TestFromImportToPublication(t *testing.T) {
	b := newBench(t)
	b.runJobs(t, func(err error) { t.Error(err) })
	id := b.bring(t, twoFiles)
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := b.work(t, id)
	if w.State != archive.Published || w.Published.IsZero() {
		t.Errorf("state %s", w.State)
	}
	b.whole(t, id, twoFiles)
	record := b.document(t, WorkObject(id)).Work
	if last := record.Events[len(record.Events)-1]; record.State != archive.Published || last.Type != archive.EventPublication {
		t.Errorf("the archive holds %s, last event %s", record.State, last.Type)
	}
	if got := b.document(t, ObjectID("agent", string(w.Credits[0].Agent))).Agent; got.Names[0].Name != "Nguyễn Du" {
		t.Errorf("the new agent was not preserved: %+v", got)
	}
}

// cutting runs a function in the middle of the job: before the first copy into the archive.
type cutting struct {
	storage.Driver
	once sync.Once
	cut  func()
}

func (c *cutting) Copy(ctx context.Context, from, to storage.Key) error {
	c.once.Do(c.cut)
	return c.Driver.Copy(ctx, from, to)
}

// TestMinIOStopsWhilePreserving kills the server in the middle of the job and starts it again once the job has failed.
func TestMinIOStopsWhilePreserving(t *testing.T) {
	server := miniotest.Start(t)
	driver, err := miniostore.Open(t.Context(), server.DSN("kho"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := driver.Close(); err != nil {
			t.Error(err)
		}
	})
	b := benchOn(t, catalogtest.Open(t), &cutting{Driver: driver, cut: server.Stop})
	id := b.bring(t, twoFiles)
	failures, restarted := make(chan error, 1), make(chan struct{})
	b.runJobs(t, func(err error) {
		select {
		case failures <- err:
		default:
		}
		select {
		case <-restarted:
		case <-t.Context().Done():
		}
	})
	if err := <-failures; archive.CodeOf(err) != archive.Unavailable {
		t.Errorf("the first failure: %v", err)
	}
	if w := b.work(t, id); len(staged(&w)) != 2 || w.Preserved != 0 {
		t.Errorf("while the server is down: %+v", w)
	}
	server.Restart()
	close(restarted)
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.whole(t, id, twoFiles)
}
