package preserve

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/ingest"
	"vannghe/storage"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

// placing makes imports put files of any size where the archive of record will keep them.
func (b *bench) placing() {
	b.ingest = ingest.New(ingest.Options{Catalog: b.catalog, Bucket: storage.NewBucket(b.faulty), Now: func() time.Time { return time.Now().Add(25 * time.Hour) },
		Places: ingest.Places{Reserve: b.Reserve, Keeps: b.Keeps, From: 1}})
}

func placedBench(t *testing.T) bench {
	t.Helper()
	b := benchOn(t, catalogtest.Open(t), memstore.New())
	b.placing()
	return b
}

func (b bench) archived(t *testing.T) (originals []string) {
	t.Helper()
	for o, err := range b.bucket.List(t.Context(), "archive") {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(o.Key), "/original/") {
			originals = append(originals, string(o.Key))
		}
	}
	return originals
}

// What an import has placed is written once, is no part of any object before its work is preserved, and then is the original.
func TestPlaced(t *testing.T) {
	b := placedBench(t)
	id := b.bring(t, twoFiles)
	w := b.work(t, id)
	var keys []string
	for _, f := range staged(&w) {
		keys = append(keys, f.Key)
	}
	slices.Sort(keys)
	if got := b.archived(t); !slices.Equal(got, keys) || len(keys) != 2 || len(b.staging(t)) > 0 {
		t.Fatalf("rows name %q, in the archive %q, staging %q", keys, got, b.staging(t))
	}
	if placed, err := b.Placed(t.Context()); err != nil || len(placed) > 0 {
		t.Errorf("recorded, and still said to be nobody's: %v %v", placed, err)
	}
	if kept, err := b.Keeps(t.Context(), id); err != nil || kept {
		t.Errorf("there is no object yet: %v %v", kept, err)
	}
	if err := b.ingest.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.keep(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	b.whole(t, id, twoFiles)
	if got := b.archived(t); !slices.Equal(got, keys) {
		t.Errorf("placed as %q, kept as %q", keys, got)
	}
	if kept, err := b.Keeps(t.Context(), id); err != nil || !kept {
		t.Errorf("there is an object: %v %v", kept, err)
	}
}

// An import that stops anywhere leaves nothing but what a sweep removes, and what comes after it has everything, once.
func TestPlacingKilledAnywhere(t *testing.T) {
	b := placedBench(t)
	files, works := map[string]string{"phim.txt": "một cuộn phim"}, 0
	for _, moment := range []storagetest.Moment{storagetest.BeforeEffect, storagetest.AfterEffect} {
		for change, stopped := 1, true; stopped; change++ {
			key := archive.NewID[string]()
			b.faulty.StopAt(change, moment)
			ok := b.tryBring(t, key, files)
			stopped = b.faulty.Stopped()
			b.faulty.Heal()
			if ok == stopped {
				t.Errorf("change %d: stopped %v, brought in %v", change, stopped, ok)
			}
			if err := b.ingest.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if placed, err := b.Placed(t.Context()); err != nil || len(placed) > 0 {
				t.Errorf("change %d: after a sweep still %v, %v", change, placed, err)
			}
			if !ok && !b.tryBring(t, key, files) {
				t.Fatalf("change %d: not brought in again", change)
			}
			w, err := b.catalog.Reader(viewer()).WorkByKey(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.keep(t.Context(), w.ID); err != nil {
				t.Fatal(err)
			}
			b.whole(t, w.ID, files)
			if works++; len(b.archived(t)) != works {
				t.Fatalf("change %d: %d works, originals %q", change, works, b.archived(t))
			}
		}
	}
	if works < 4 {
		t.Errorf("nothing was stopped: %d works", works)
	}
}

func (b bench) tryBring(t *testing.T, key string, files map[string]string) (ok bool) {
	t.Helper()
	dir := tree(t, files)
	rows := "file,work,title\n"
	for name := range files {
		rows += name + "," + key + ",Bến trăng\n"
	}
	manifest := tree(t, map[string]string{"works.csv": rows}) + "/works.csv"
	totals, err := b.ingest.Import(t.Context(), ingest.ImportOptions{Folder: dir, Manifest: manifest}, func(ingest.FileResult) {})
	if err != nil {
		t.Fatal(err)
	}
	return totals.Failed == 0
}

// Where two imports make one work, or the very file is there already, what was placed is taken along, or taken away.
func TestPlacedForAWorkThatIsNotNew(t *testing.T) {
	b := placedBench(t)
	first := b.bring(t, map[string]string{"một.txt": "một"})
	second := ingest.ImportOptions{Folder: tree(t, map[string]string{"một.txt": "một", "hai.txt": "hai"})}
	var hai archive.WorkID
	totals, err := b.ingest.Import(t.Context(), second, func(r ingest.FileResult) {
		if r.File == "hai.txt" {
			hai = r.Work
		}
	})
	if err != nil || totals.Exists != 1 || totals.Added != 1 {
		t.Fatalf("%+v %v", totals, err)
	}
	for _, id := range []archive.WorkID{first, hai} {
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	b.whole(t, first, map[string]string{"một.txt": "một"})
	b.whole(t, hai, map[string]string{"hai.txt": "hai"})
	if placed, err := b.Placed(t.Context()); err != nil || len(placed) > 0 || len(b.archived(t)) != 2 {
		t.Errorf("still %v, originals %q: %v", placed, b.archived(t), err)
	}
}

// A first version of an object that could not be written leaves what was placed for it, whatever fails.
func TestPlacedOnAFailingStore(t *testing.T) {
	for call := 1; ; call++ {
		b := placedBench(t)
		id := b.bring(t, twoFiles)
		b.faulty.FailAt(call, archive.Fail(archive.Unavailable, "storage-full"))
		err := b.keep(t.Context(), id)
		b.faulty.Heal()
		if got := b.archived(t); len(got) != 2 {
			t.Fatalf("call %d: of two originals there are %q", call, got)
		}
		if err == nil && call > 10 {
			return
		}
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.whole(t, id, twoFiles)
	}
}

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Verify does not take what an import has just placed for an object that nobody knows.
func TestPlacedIsNoDamage(t *testing.T) {
	b := placedBench(t)
	work := archive.NewID[archive.WorkID]()
	key, ok := b.Reserve(work, "abcdefghijkl", "phim.mp4")
	if !ok {
		t.Fatal("there is no place for it")
	}
	if _, err := b.bucket.Put(t.Context(), key, strings.NewReader("phim"), 4, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	v := &verifier{Preserve: b.Preserve, root: b.root}
	if strange, err := v.strange(t.Context()); err != nil || len(strange) != 1 {
		t.Errorf("nobody's: %q %v", strange, err)
	}
	register := map[string]any{"placed": map[archive.FileID]any{"abcdefghijkl": map[string]any{"work": work, "key": key}}}
	err := b.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error { return tx.PutSetting(ctx, placedSetting, register) })
	if err != nil {
		t.Fatal(err)
	}
	if strange, err := v.strange(t.Context()); err != nil || len(strange) != 0 {
		t.Errorf("placed: %q %v", strange, err)
	}
	if err := b.ingest.Sweep(t.Context()); err != nil || len(b.archived(t)) > 0 {
		t.Errorf("after a sweep %q: %v", b.archived(t), err)
	}
}

// TestCatalogueIsLostBeforeTheFirstVersion: what an import has placed has no record yet. A catalogue made again does not have it, but it is named, and
// stays where it is.
func TestCatalogueIsLostBeforeTheFirstVersion(t *testing.T) {
	b := placedBench(t)
	id := b.bring(t, map[string]string{"phim.txt": "một cuộn phim"})
	placed := b.archived(t)
	again := benchOn(t, catalogtest.Open(t), b.faulty)
	again.placing()
	var told []Trouble
	done, err := again.Rebuild(t.Context(), RebuildOptions{Scratch: t.TempDir(), Trouble: func(trouble Trouble) { told = append(told, trouble) }})
	if err != nil || done.Works != 0 {
		t.Fatalf("%+v %v", done, err)
	}
	folder := string(b.root.Folder(WorkObject(id)))
	if len(told) != 1 || archive.ReasonOf(told[0].Err) != "object-unrecorded" || !strings.HasSuffix(folder, "/"+told[0].Object) {
		t.Errorf("%+v, and the folder is %s", told, folder)
	}
	if err := again.ingest.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := again.archived(t); len(placed) != 1 || !slices.Equal(got, placed) {
		t.Errorf("placed %q, left %q", placed, got)
	}
}
