package preserve

import (
	"context"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

var bothFiles = map[string]string{"thơ.txt": marker + " một", "ảnh.jpg": "\xff\xd8\xff\xe0" + marker + " hai"}

// merged are two preserved works of one file each, of which the second was just merged into the first.
func (b bench) merged(t testing.TB) (keep, other archive.WorkID) {
	t.Helper()
	for name, content := range bothFiles {
		id := b.bring(t, map[string]string{name: content})
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
			w, err := tx.Work(ctx, id)
			if err != nil {
				return err
			}
			f := w.Representations[0].Files[0]
			return tx.PutDerivative(ctx, archive.Derivative{Work: id, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady, Prefix: "derived/" + string(id) + "/x/text-v1"})
		})
		key := storage.Key("derived/" + string(id) + "/x/text-v1/text.html")
		if _, err := b.bucket.Put(t.Context(), key, strings.NewReader(marker), int64(len(marker)), storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
		keep, other = other, id
	}
	editor := archive.Viewer{Account: archive.NewID[archive.AccountID](), Name: "Vân", Roles: []archive.Role{archive.EditorRole}}
	k, o := b.work(t, keep), b.work(t, other)
	err := b.desk(editor).MergeWorks(t.Context(), editorial.WorkMerge{Keep: keep, Other: other, SeenKeep: editorial.Seen(&k), SeenOther: editorial.Seen(&o)})
	if err != nil {
		t.Fatal(err)
	}
	return keep, other
}

// readable checks that every file of the kept work can be read, wherever it lies, and that a record of the archive names it.
func (b bench) readable(t testing.TB, keep, other archive.WorkID) {
	t.Helper()
	w := b.work(t, keep)
	b.sameBytes(t, &w, bothFiles)
	named := map[archive.FileID]bool{}
	for _, id := range []archive.WorkID{keep, other} {
		for _, r := range b.document(t, WorkObject(id)).Work.Representations {
			for _, f := range r.Files {
				named[f.ID] = true
			}
		}
	}
	if len(named) != 2 {
		t.Errorf("the archive names the files %v", named)
	}
}

// joined checks what must be true once the jobs are done.
func (b bench) joined(t testing.TB, keep, other archive.WorkID) {
	t.Helper()
	b.readable(t, keep, other)
	for _, id := range []archive.WorkID{keep, other} {
		w := b.work(t, id)
		if w.Preserved != w.Version {
			t.Errorf("version %d, preserved %d", w.Version, w.Preserved)
		}
		b.sameRecord(t, &w)
		problems, err := b.root.Validate(t.Context(), WorkObject(id), ocfl.Fixity)
		if err != nil || len(problems) > 0 {
			t.Errorf("the object is not valid: %v %v", problems, err)
		}
	}
	record, gone := b.document(t, WorkObject(keep)).Work, b.document(t, WorkObject(other)).Work
	if gone.MergedInto != keep || len(gone.Representations) > 0 || len(record.Merged) != 1 || record.Merged[0].ID != other || record.Merged[0].Key == "" {
		t.Errorf("the archive says %+v and %+v", record.Merged, gone)
	}
	folder := string(b.root.Folder(WorkObject(keep))) + "/"
	w := b.work(t, keep)
	for _, r := range w.Representations {
		if f := r.Files[0]; !strings.HasPrefix(f.Key, folder) {
			t.Errorf("%s lies at %s", f.Name, f.Key)
		}
	}
}

// TestMergeKilledAnywhere stops the world at every change of the store while the bytes of a merged work are taken over: at every moment each file can be
// read and is named by a record, and the next run ends it.
func TestMergeKilledAnywhere(t *testing.T) {
	for name, driver := range map[string]func(testing.TB) storage.Driver{
		"memory": func(testing.TB) storage.Driver { return memstore.New() },
		"disk": func(t testing.TB) storage.Driver {
			d, err := diskstore.Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := benchOn(t, catalogtest.Open(t), driver(t))
			for change := 1; b.mergeKilledAt(t, change) || change < 10; change++ {
				if t.Failed() {
					t.Fatalf("when stopped at change %d", change)
				}
			}
		})
	}
}

// mergeKilledAt reports whether the world stopped before both jobs had ended.
func (b bench) mergeKilledAt(t *testing.T, change int) bool {
	t.Helper()
	keep, other := b.merged(t)
	run := func() (err error) {
		for _, id := range []archive.WorkID{other, keep, other} { // the first run finds that it has to wait
			if err = b.keep(t.Context(), id); err != nil {
				return err
			}
		}
		return nil
	}
	b.faulty.StopAt(change, storagetest.Moment(change%2))
	err := run()
	stopped := b.faulty.Stopped()
	if stopped == (err == nil) {
		t.Errorf("stopped %v, but %v", stopped, err)
	}
	b.faulty.Heal()
	b.root = openRoot(t, b.faulty)
	b.bucket = storage.NewBucket(b.faulty)
	if stopped {
		for _, id := range []archive.WorkID{keep, other} {
			if err := b.root.Recover(t.Context(), WorkObject(id), ocfl.Alone); err != nil {
				t.Fatal(err)
			}
		}
		b.readable(t, keep, other)
		if err := run(); err != nil {
			t.Errorf("run again: %v", err)
		}
	}
	b.joined(t, keep, other)
	return stopped
}

// A collection that was removed says so in the archive; what it was is in the former versions.
func TestARemovedCollectionSaysSo(t *testing.T) {
	b := newBench(t)
	c := archive.Collection{ID: archive.NewID[archive.CollectionID](), Title: "Sông nước"}
	for _, change := range []func(context.Context, *catalog.Tx) error{
		func(ctx context.Context, tx *catalog.Tx) error { return tx.PutCollection(ctx, c) },
		func(ctx context.Context, tx *catalog.Tx) error { return tx.DropCollection(ctx, c) },
	} {
		b.update(t, change)
		if err := b.handle(t.Context(), catalog.Job{Kind: editorial.JobPreserve, Note: "collection:" + string(c.ID)}, catalog.Attempt{Number: 1}); err != nil {
			t.Fatal(err)
		}
	}
	object := ObjectID("collection", string(c.ID))
	head, err := b.root.Inventory(t.Context(), object)
	if err != nil || head.Head != "v2" {
		t.Errorf("the object is at %s: %v", head.Head, err)
	}
	if record := b.document(t, object).Collection; !record.Removed || record.ID != c.ID {
		t.Errorf("it says %+v", record)
	}
}

// A purge of a work destroys what came with one that was merged into it, wherever that lies.
func TestPurgeOfAMergedWork(t *testing.T) {
	for _, taken := range []bool{false, true} {
		b := newBench(t)
		keep, other := b.merged(t)
		if taken {
			for _, id := range []archive.WorkID{keep, other} {
				if err := b.keep(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(b.stored(t)) < 4 {
			t.Fatalf("the marker lies in %v only", b.stored(t))
		}
		first, second := administrator("Bà Một"), administrator("Ông Hai")
		b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
			return tx.AddAccount(ctx, catalog.Account{ID: second.Account, Name: strings.ToLower(string(second.Account)), Shown: second.Name, Roles: second.Roles})
		})
		w := b.work(t, keep)
		if err := b.desk(first).ProposePurge(t.Context(), keep, editorial.PurgePlan{Seen: editorial.Seen(&w), Cause: archive.PurgePrivacy, Reason: "Theo thư."}); err != nil {
			t.Fatal(err)
		}
		plan, err := b.catalog.Reader(viewer()).Purge(t.Context(), keep)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.desk(second).ConfirmPurge(t.Context(), keep, editorial.SeenPurge(plan)); err != nil {
			t.Fatal(err)
		}
		for _, id := range []archive.WorkID{other, keep, other} {
			if err := b.keep(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if left := b.stored(t); len(left) > 0 {
			t.Errorf("left after the purge: %v", left)
		}
		if gone := b.document(t, WorkObject(other)).Work; gone.MergedInto != keep {
			t.Errorf("the object of the other says %+v", gone)
		}
	}
}
