package preserve

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/storage"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
	"vannghe/storage/storagetest"
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
		return b.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return nothingToMake(ctx, tx, j.Work) })
	}
	jobs, err := b.catalog.StartJobs(t.Context(), catalog.JobOptions{Handlers: handlers, Settings: b.Settings(), OnFailed: b.OnFailed,
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

func nothingToMake(ctx context.Context, tx *catalog.Tx, id archive.WorkID) error {
	w, err := tx.Work(ctx, id)
	if err != nil {
		return err
	}
	for _, r := range w.Representations {
		for _, f := range r.Files {
			f.Problem = "format-unknown"
			if err := tx.SetFile(ctx, f); err != nil {
				return err
			}
		}
	}
	return editorial.Settle(ctx, tx, id)
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

// failures lists the failed accessions in the record of a work.
func (b bench) failures(t *testing.T, id archive.WorkID) []string {
	t.Helper()
	var details []string
	for _, e := range b.events(t, id) {
		if e.Type == archive.EventAccession && e.Outcome == archive.Failure {
			details = append(details, e.Detail)
		}
	}
	return details
}

// recovered is a new start: Recover, and all jobs that come of it.
func (b bench) recovered(t *testing.T) {
	t.Helper()
	if err := b.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestADamagedObjectIsToldAndTriedAgain: a work whose object cannot be written says so in its record, once, and each start tries again.
func TestADamagedObjectIsToldAndTriedAgain(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	var tries atomic.Int64
	b.runJobs(t, func(error) { tries.Add(1) })
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.retitle(t, id, "Tựa mới")
	whole := b.damage(t)
	for range 2 {
		before := tries.Load()
		b.recovered(t)
		if tries.Load() == before {
			t.Error("the work was not tried again")
		}
		want := WorkObject(id) + ": object-damaged"
		if got := b.failures(t, id); len(got) != 1 || got[0] != want {
			t.Errorf("failures in the record: %q, want one: %s", got, want)
		}
	}
	if w := b.work(t, id); w.Preserved == w.Version {
		t.Error("the work passes for preserved")
	}
	for key, content := range whole {
		b.overwrite(t, key, content)
	}
	b.recovered(t)
	b.sameRecord(t, new(b.work(t, id)))
	if w := b.work(t, id); w.Preserved != w.Version {
		t.Errorf("version %d, preserved %d after the object was mended", w.Version, w.Preserved)
	}
}

// damage makes every inventory of the archive unreadable, and returns what they held.
func (b bench) damage(t *testing.T) map[storage.Key]string {
	t.Helper()
	whole := map[storage.Key]string{}
	for o, err := range b.bucket.List(t.Context(), "archive") {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(string(o.Key), "/inventory.json") {
			whole[o.Key] = ""
		}
	}
	for key := range whole {
		body, _, err := b.bucket.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err = errors.Join(err, body.Close()); err != nil {
			t.Fatal(err)
		}
		whole[key] = string(content)
		b.overwrite(t, key, "{}")
	}
	return whole
}

func (b bench) overwrite(t *testing.T, key storage.Key, content string) {
	t.Helper()
	if _, err := b.bucket.Put(t.Context(), key, strings.NewReader(content), int64(len(content)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
}

// TestOnFailedLeavesOtherJobsAlone: a job of another kind, or one that keeps no work, adds nothing to a record.
func TestOnFailedLeavesOtherJobsAlone(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	before := len(b.events(t, id))
	cause := archive.Fail(archive.Internal, "internal")
	b.OnFailed(t.Context(), catalog.Job{Kind: editorial.JobPlan, Work: id}, cause)
	b.OnFailed(t.Context(), catalog.Job{Kind: editorial.JobPreserve, Note: noteGenres}, cause)
	if after := len(b.events(t, id)); after != before {
		t.Errorf("%d events, want %d", after, before)
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

// TestWhatIsChangedIsKept: settings, the order of collections, and corrected parts reach the archive of record by themselves.
func TestWhatIsChangedIsKept(t *testing.T) {
	b := newBench(t)
	b.runJobs(t, func(err error) { t.Error(err) })
	first, second := b.bring(t, twoFiles), b.bring(t, map[string]string{"c.txt": "ba"})
	w := b.work(t, first)
	shelf := w.Collections[0]
	err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		f := w.Representations[0].Files[0]
		part := archive.Part{Kind: "page", Locator: "trang-1", Text: "chữ đã sửa", EditedBy: "hoa", Edited: time.UnixMicro(5).UTC()}
		return errors.Join(tx.PutSetting(ctx, "site", map[string]string{"body": "Hội"}),
			tx.ArrangeCollection(ctx, shelf, []archive.WorkID{second, first}), tx.PutParts(ctx, f, []archive.Part{part}))
	})
	if err != nil {
		t.Fatal(err)
	}
	b.retitle(t, first, "Tựa mới") // an edit is a change of the work
	b.recovered(t)
	if got := string(b.document(t, ObjectID("setting", "site")).Settings["site"]); !strings.Contains(got, "Hội") {
		t.Errorf("setting %s", got)
	}
	if got := b.document(t, ObjectID("collection", string(shelf))).Collection.Works; len(got) != 2 || got[0] != second || got[1] != first {
		t.Errorf("the collection holds %v, want %v before %v", got, second, first)
	}
	var edited []archive.Part
	for _, parts := range b.document(t, WorkObject(first)).Work.Edited() {
		edited = append(edited, parts...)
	}
	if len(edited) != 1 || edited[0].Text != "chữ đã sửa" || edited[0].EditedBy != "hoa" {
		t.Errorf("edited parts %+v", edited)
	}
}

// TestOthersThatFailedAreTriedAgain: an agent, a collection or a setting whose job failed for good is taken up by the next start.
func TestOthersThatFailedAreTriedAgain(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	b.runJobs(t, func(error) {})
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole := b.damage(t)
	w := b.work(t, id)
	agent, shelf := w.Credits[0].Agent, w.Collections[0]
	err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		return errors.Join(tx.PutAgent(ctx, archive.Agent{ID: agent, Names: []archive.AgentName{{Name: "Tố Như", Kind: archive.PenName}}}),
			tx.PutCollection(ctx, archive.Collection{ID: shelf, Title: "Tuyển tập mới"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.catalog.JobsIdle(t.Context()); err != nil { // all have failed
		t.Fatal(err)
	}
	for key, content := range whole {
		b.overwrite(t, key, content)
	}
	b.recovered(t)
	if got := b.document(t, ObjectID("agent", string(agent))).Agent.Names[0].Name; got != "Tố Như" {
		t.Errorf("the agent is still %s", got)
	}
	if got := b.document(t, ObjectID("collection", string(shelf))).Collection.Title; got != "Tuyển tập mới" {
		t.Errorf("the collection is still %s", got)
	}
	before, err := b.catalog.JobCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, err := b.catalog.JobCounts(t.Context()); err != nil || after.Waiting != before.Waiting {
		t.Errorf("%+v, then %+v: what is kept is written again, %v", before, after, err)
	}
}

// TestAHalfWrittenObjectWithoutAJobIsRecovered: what a process left that died between two writes is whole again after the next start,
// also when its job is gone. That a version is owed stands in the catalogue until all of it is written.
func TestAHalfWrittenObjectWithoutAJobIsRecovered(t *testing.T) {
	for change := 1; ; change++ {
		b := newBench(t)
		id := b.bring(t, twoFiles)
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.retitle(t, id, "Tựa mới")
		b.withoutJobs(t)
		b.faulty.StopAt(change, storagetest.AfterEffect)
		err := b.keep(t.Context(), id)
		b.faulty.Heal()
		if err == nil {
			if change < 5 { // the document, two inventories with sidecars
				t.Errorf("the job ends after %d changes", change-1)
			}
			return
		}
		b.root = openRoot(t, b.faulty)
		b.runJobs(t, func(err error) { t.Error(err) })
		b.recovered(t)
		b.whole(t, id, twoFiles)
		if w := b.work(t, id); w.Preserved != w.Version {
			t.Errorf("stopped at change %d: version %d, preserved %d", change, w.Version, w.Preserved)
		}
	}
}

// withoutJobs does away with all jobs that wait.
func (b bench) withoutJobs(t *testing.T) {
	t.Helper()
	none := func(context.Context, catalog.Job, catalog.Attempt) error { return nil }
	jobs, err := b.catalog.StartJobs(t.Context(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
		editorial.JobPreserve: none, editorial.JobPlan: none}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.catalog.JobsIdle(t.Context()), jobs.Stop(t.Context())); err != nil {
		t.Fatal(err)
	}
}
