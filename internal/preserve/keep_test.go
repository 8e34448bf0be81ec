package preserve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/internal/ingest"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// bench is an archive with a store that fails on command.
type bench struct {
	*Preserve
	faulty *storagetest.Faulty
	ingest *ingest.Ingest
}

func newBench(t testing.TB) bench {
	t.Helper()
	return benchOn(t, catalogtest.Open(t), memstore.New())
}

func benchOn(t testing.TB, c *catalog.Catalog, d storage.Driver) bench {
	t.Helper()
	faulty := storagetest.NewFaulty(d)
	b := bench{faulty: faulty, ingest: ingest.New(ingest.Options{Catalog: c, Bucket: storage.NewBucket(faulty)})}
	b.Preserve = New(Options{Catalog: c, Bucket: storage.NewBucket(faulty), Root: openRoot(t, faulty)})
	return b
}

func openRoot(t testing.TB, d storage.Driver) *ocfl.Root {
	t.Helper()
	root, err := ocfl.Open(t.Context(), storage.NewBucket(d), "archive")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// bring imports files as one new work and returns it.
func (b bench) bring(t testing.TB, files map[string]string) archive.WorkID {
	t.Helper()
	return b.bringAs(t, archive.NewID[string](), files)
}

// bringAs imports files as the work of that key.
func (b bench) bringAs(t testing.TB, key string, files map[string]string) archive.WorkID {
	t.Helper()
	dir := t.TempDir()
	rows := "file,work,title,creator,collection\n"
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		rows += fmt.Sprintf("\"%s\",%s,Bến trăng,Nguyễn Du,Tuyển tập\n", name, key)
	}
	manifest := filepath.Join(t.TempDir(), "works.csv")
	if err := os.WriteFile(manifest, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	var id archive.WorkID
	_, err := b.ingest.Import(t.Context(), ingest.ImportOptions{Folder: dir, Manifest: manifest, Publish: true}, func(r ingest.FileResult) {
		if r.Status != ingest.Added {
			t.Errorf("%s: %s %v", r.File, r.Status, r.Remark)
		}
		id = r.Work
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (b bench) keep(ctx context.Context, id archive.WorkID) error {
	return b.handle(ctx, catalog.Job{Kind: editorial.JobPreserve, Work: id}, catalog.Attempt{Number: 1})
}

func (b bench) work(t testing.TB, id archive.WorkID) archive.Work {
	t.Helper()
	w, err := b.catalog.Reader(viewer()).Work(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (b bench) events(t testing.TB, id archive.WorkID) []archive.Event {
	t.Helper()
	events, err := b.catalog.Reader(viewer()).Events(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.CheckChain(events); err != nil {
		t.Error(err)
	}
	return events
}

func (b bench) staging(t testing.TB) []storage.Key {
	t.Helper()
	var keys []storage.Key
	for o, err := range b.bucket.List(t.Context(), "staging") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

// document reads the record from the archive alone.
func (b bench) document(t testing.TB, object string) Document {
	t.Helper()
	r, _, err := b.root.Open(t.Context(), object, documentName)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	d, err := Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// whole checks everything that must be true of a work after its preservation, however often that was interrupted.
func (b bench) whole(t testing.TB, id archive.WorkID, files map[string]string) {
	t.Helper()
	object := WorkObject(id)
	problems, err := b.root.Validate(t.Context(), object, ocfl.Fixity)
	if err != nil || len(problems) > 0 {
		t.Errorf("the object is not valid: %v %v", problems, err)
	}
	if left := b.staging(t); len(left) > 0 {
		t.Errorf("staging: %v", left)
	}
	w := b.work(t, id)
	if w.Preserved != w.Version {
		t.Errorf("version %d, preserved %d", w.Version, w.Preserved)
	}
	b.sameBytes(t, &w, files)
	accessions := 0
	for _, e := range b.events(t, id) {
		if e.Type == archive.EventAccession {
			accessions++
		}
	}
	if accessions != 1 {
		t.Errorf("%d accessions", accessions)
	}
	b.sameRecord(t, &w)
}

func (b bench) sameBytes(t testing.TB, w *archive.Work, files map[string]string) {
	t.Helper()
	found := map[string]string{}
	for _, r := range w.Representations {
		for _, f := range r.Files {
			if f.State != archive.FileArchived || !strings.HasPrefix(f.Key, "archive/") {
				t.Errorf("file %q: %s %s", f.Name, f.State, f.Key)
			}
			body, _, err := b.bucket.Open(t.Context(), storage.Key(f.Key))
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(body)
			if err = errors.Join(err, body.Close()); err != nil {
				t.Fatal(err)
			}
			found[f.Name] = string(content)
		}
	}
	if !reflect.DeepEqual(found, files) {
		t.Errorf("originals: got %q, want %q", found, files)
	}
}

// sameRecord rebuilds the work from the archive alone and compares it with the catalogue's.
func (b bench) sameRecord(t testing.TB, w *archive.Work) {
	t.Helper()
	got, events := b.document(t, WorkObject(w.ID)).Work.Archive()
	for i := range got.Representations {
		for j := range got.Representations[i].Files {
			f := &got.Representations[i].Files[j]
			key, err := b.root.ContentKey(t.Context(), WorkObject(w.ID), contentPath(*f))
			if err != nil {
				t.Fatal(err)
			}
			f.Key = string(key)
		}
	}
	if !reflect.DeepEqual(got, *w) {
		t.Errorf("rebuilt from the archive:\n%+v\nin the catalogue:\n%+v", got, *w)
	}
	if err := archive.CheckChain(events); err != nil || len(events) == 0 {
		t.Errorf("events in the archive: %d, %v", len(events), err)
	}
}

var twoFiles = map[string]string{"thơ.txt": "Trăng sáng vườn chè", "ảnh.jpg": "\xff\xd8\xff\xe0 ảnh"}

func TestPreserve(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.whole(t, id, twoFiles)
	if inv, err := b.root.Inventory(t.Context(), WorkObject(id)); err != nil || inv.Head != "v1" {
		t.Errorf("head %s, %v", inv.Head, err)
	}
	if w := b.work(t, id); w.State != archive.Approved {
		t.Errorf("%s before anything was planned", w.State)
	}
}

func TestPreserveAgainChangesNothing(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	events := len(b.events(t, id))
	last, err := b.catalog.LastChange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	now, err := b.catalog.LastChange(t.Context())
	if err != nil || now != last || len(b.events(t, id)) != events {
		t.Errorf("changes %d → %d, events %d → %d, %v", last, now, events, len(b.events(t, id)), err)
	}
	if inv, err := b.root.Inventory(t.Context(), WorkObject(id)); err != nil || inv.Head != "v1" {
		t.Errorf("head %s, %v", inv.Head, err)
	}
}

func (b bench) retitle(t testing.TB, id archive.WorkID, title string) {
	t.Helper()
	err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.Title = title
		return tx.PutWork(ctx, &w)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPreserveAChange(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.retitle(t, id, "Bến trăng (bản sửa)")
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.whole(t, id, twoFiles)
	inv, err := b.root.Inventory(t.Context(), WorkObject(id))
	if err != nil || inv.Head != "v2" || len(inv.FilesOf("v1")) != 3 {
		t.Errorf("head %s, %v", inv.Head, err)
	}
	if got := b.document(t, WorkObject(id)).Work.Title; got != "Bến trăng (bản sửa)" {
		t.Errorf("title %q", got)
	}
}

// TestPreserveWhatWasRead: a file and a change that come while the object is being written are left to their own job.
func TestPreserveWhatWasRead(t *testing.T) {
	b := newBench(t)
	id := b.bringAs(t, "k", map[string]string{"a.txt": "một"})
	before := b.work(t, id)
	events := b.events(t, id)
	b.bringAs(t, "k", map[string]string{"b.txt": "hai"})
	err := b.locked(t.Context(), WorkObject(id), func(lock *catalog.ObjectLock) error {
		return b.keepVersion(t.Context(), lock, version{object: WorkObject(id), work: &before, events: events, waiting: staged(&before)})
	})
	if err != nil {
		t.Fatal(err)
	}
	w := b.work(t, id)
	if left := staged(&w); len(left) != 1 || left[0].Name != "b.txt" || w.Preserved != before.Version || w.Preserved >= w.Version {
		t.Errorf("staged %+v, version %d, preserved %d", left, w.Version, w.Preserved)
	}
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w = b.work(t, id)
	if len(staged(&w)) != 0 || w.Preserved != w.Version || len(b.staging(t)) != 0 {
		t.Errorf("after its own job: staged %v, version %d, preserved %d, staging %v", staged(&w), w.Version, w.Preserved, b.staging(t))
	}
}

// TestKilledAnywhere stops the world before and after every change of the store, starts anew and runs the job again.
func TestKilledAnywhere(t *testing.T) {
	for name, driver := range map[string]func(testing.TB) storage.Driver{
		"memory":         func(testing.TB) storage.Driver { return memstore.New() },
		"memory, placed": func(testing.TB) storage.Driver { return memstore.New() },
		"disk": func(t testing.TB) storage.Driver {
			d, err := diskstore.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	} {
		for _, moment := range []storagetest.Moment{storagetest.BeforeEffect, storagetest.AfterEffect} {
			t.Run(fmt.Sprint(name, " moment ", moment), func(t *testing.T) {
				b := benchOn(t, catalogtest.Open(t), driver(t))
				if strings.HasSuffix(name, "placed") {
					b.placing()
				}
				for change := 1; ; change++ {
					if !killedAt(t, b, change, moment) {
						if change < 8 && !strings.HasSuffix(name, "placed") { // two originals, the document, two inventories with sidecars, a declaration, two deletions
							t.Errorf("the job ends after %d changes", change-1)
						}
						break
					}
				}
			})
		}
	}
}

// killedAt reports whether the world stopped before the job had ended.
func killedAt(t *testing.T, b bench, change int, moment storagetest.Moment) bool {
	t.Helper()
	id := b.bring(t, twoFiles)
	b.faulty.StopAt(change, moment)
	err := b.keep(t.Context(), id)
	stopped := b.faulty.Stopped()
	if stopped == (err == nil) {
		t.Errorf("change %d: stopped %v, but %v", change, stopped, err)
	}
	b.faulty.Heal()
	b.root = openRoot(t, b.faulty)
	if stopped {
		if err := b.keep(t.Context(), id); err != nil {
			t.Errorf("change %d: run again: %v", change, err)
		}
	}
	b.whole(t, id, twoFiles)
	if t.Failed() {
		t.Fatalf("when stopped at change %d", change)
	}
	return stopped
}

// TestKilledWhileChanging does the same to the second version of an object.
func TestKilledWhileChanging(t *testing.T) {
	b := newBench(t)
	for change := 1; ; change++ {
		id := b.bring(t, twoFiles)
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.retitle(t, id, "Tựa mới")
		b.faulty.StopAt(change, storagetest.AfterEffect)
		err := b.keep(t.Context(), id)
		b.faulty.Heal()
		if err == nil {
			if change < 5 {
				t.Errorf("the job ends after %d changes", change-1)
			}
			return
		}
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatalf("change %d: run again: %v", change, err)
		}
		b.whole(t, id, twoFiles)
	}
}

// TestEveryCallFails lets each call of the job fail once, as a full disk or a store that does not answer would.
func TestEveryCallFails(t *testing.T) {
	full := archive.Fail(archive.Unavailable, "storage-full")
	b := newBench(t)
	for call := 1; ; call++ {
		id := b.bring(t, twoFiles)
		before := b.faulty.Calls()
		b.faulty.FailAt(call, full)
		err := b.keep(t.Context(), id)
		b.faulty.Heal()
		if b.faulty.Calls()-before < call {
			return
		}
		if err != nil && archive.ReasonOf(err) != "storage-full" {
			t.Errorf("call %d: %v", call, err)
		}
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatalf("call %d: run again: %v", call, err)
		}
		b.whole(t, id, twoFiles)
		if t.Failed() {
			t.Fatalf("when call %d failed", call)
		}
	}
}

func TestTwoProcessesPreserveOneWork(t *testing.T) {
	opt := catalogtest.SQLite(t)
	d := memstore.New()
	first, second := benchOn(t, catalogtest.OpenWith(t, opt), d), benchOn(t, catalogtest.OpenWith(t, opt), d)
	id := first.bring(t, twoFiles)
	var all sync.WaitGroup
	for _, b := range []bench{first, second, first, second} {
		all.Go(func() {
			if err := b.keep(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first.whole(t, id, twoFiles)
	if inv, err := first.root.Inventory(t.Context(), WorkObject(id)); err != nil || inv.Head != "v1" {
		t.Errorf("head %s, %v", inv.Head, err)
	}
}

func TestStagedBytesThatAreGone(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	w := b.work(t, id)
	if err := b.bucket.Delete(t.Context(), storage.Key(staged(&w)[0].Key)); err != nil {
		t.Fatal(err)
	}
	if err := b.keep(t.Context(), id); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("got %v", err)
	}
	w = b.work(t, id)
	if len(staged(&w)) != 2 || w.Preserved != 0 || len(b.staging(t)) != 1 {
		t.Errorf("a work without its bytes passed for preserved: %+v, staging %v", w, b.staging(t))
	}
}

func TestPreserveNames(t *testing.T) {
	files := map[string]string{"Ba\u0300i thơ.txt": "nfd", "ảnh\u202egpj.exe.txt": "rtl", "🎨 tranh 🐓.txt": "emoji", "tên\ndòng.txt": "lf",
		`a\b.txt`: "bs", strings.Repeat("ữ", 83) + "xx.txt": "255 bytes", "%2e%2e": "percent", "CON.txt ": "windows"}
	b := newBench(t)
	id := b.bring(t, files)
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.whole(t, id, files)
}

func TestPreserveTheOthers(t *testing.T) {
	b := newBench(t)
	id := b.bring(t, twoFiles)
	w := b.work(t, id)
	agent, collection := string(w.Credits[0].Agent), string(w.Collections[0])
	err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutSetting(ctx, "body", map[string]string{"name": "Hội Văn nghệ"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time, nothing changes
		for _, note := range []string{"agent:" + agent, "collection:" + collection, "genres", "setting:body", "agent:aaaaaaaaaaaa"} {
			if err := b.handle(t.Context(), catalog.Job{Kind: editorial.JobPreserve, Note: note}, catalog.Attempt{Number: 1}); err != nil {
				t.Errorf("%s: %v", note, err)
			}
		}
	}
	if got := b.document(t, ObjectID("agent", agent)).Agent; got.Names[0].Name != "Nguyễn Du" {
		t.Errorf("agent: %+v", got)
	}
	if got := b.document(t, ObjectID("collection", collection)).Collection; got.Title != "Tuyển tập" {
		t.Errorf("collection: %+v", got)
	}
	if got := b.document(t, ObjectID("genres", "")).Genres; len(got) != len(archive.Genres()) {
		t.Errorf("%d genres", len(got))
	}
	if got := string(b.document(t, ObjectID("setting", "body")).Settings["body"]); !strings.Contains(got, "Hội Văn nghệ") {
		t.Errorf("setting: %s", got)
	}
	objects := 0
	for object, err := range b.root.Objects(t.Context()) {
		inv, invErr := b.root.Inventory(t.Context(), object)
		if err != nil || invErr != nil || inv.Head != "v1" {
			t.Errorf("%s: %s %v %v", object, inv.Head, err, invErr)
		}
		objects++
	}
	if objects != 4 {
		t.Errorf("%d objects: what is not there was written, or something is missing", objects)
	}
	err = b.handle(t.Context(), catalog.Job{Kind: editorial.JobPreserve, Note: "nonsense"}, catalog.Attempt{Number: 1})
	if archive.CodeOf(err) != archive.Invalid {
		t.Errorf("an unknown note: %v", err)
	}
}

func TestObjectIDsNeverChange(t *testing.T) {
	for got, want := range map[string]string{
		WorkObject("abcdefghijkl"):        "urn:uuid:8f701eb6-b0bc-518a-b987-55a48ac92d58",
		ObjectID("agent", "abcdefghijkl"): "urn:uuid:d55df160-4a19-58bb-a0e4-3ff2e5a0ebda",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStagingKeyIsThatOfIngest(t *testing.T) {
	if got, want := stagingKey("abcdefghijkl"), ingest.StagingKey("abcdefghijkl"); got != want {
		t.Errorf("%s, but files are staged at %s", got, want)
	}
}

func TestRecoverKeepsTheGenres(t *testing.T) {
	b := newBench(t)
	for range 2 {
		if err := b.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	jobs, err := b.catalog.JobCounts(t.Context())
	if err != nil || jobs.Waiting != 1 {
		t.Errorf("%+v %v", jobs, err)
	}
}
