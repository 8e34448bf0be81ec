package preserve

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
	"vannghe/storage/storagetest"
)

// marker stands in everything that a purge destroys.
const marker = "xq7BÍMẬTzv4"

func administrator(name string) archive.Viewer {
	return archive.Viewer{Account: archive.NewID[archive.AccountID](), Name: name, Roles: []archive.Role{archive.Administrator}}
}

func (b bench) desk(v archive.Viewer) *editorial.Desk {
	return editorial.New(editorial.Options{Catalog: b.catalog}).As(v)
}

func (b bench) update(t testing.TB, fn func(context.Context, *catalog.Tx) error) {
	t.Helper()
	if err := b.catalog.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// condemned is a withdrawn work with the marker in its originals, in all versions of its record, in parts and comments, in what was derived from it, of
// which two administrators have decided that it be destroyed.
func (b bench) condemned(t testing.TB) archive.WorkID {
	t.Helper()
	id := b.bring(t, map[string]string{"thơ.txt": marker + " trong bài", "ảnh.jpg": "\xff\xd8\xff\xe0" + marker})
	for range 2 {
		b.describe(t, id, archive.Approved)
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	b.bringAs(t, b.work(t, id).Key, map[string]string{"thêm.txt": marker + " chưa nhập kho"}) // staged
	b.describe(t, id, archive.Withdrawn)
	w := b.work(t, id)
	f := w.Representations[0].Files[0]
	for _, key := range []storage.Key{"derived/" + storage.Key(id) + "/x/text-v1/text.html", "derived/" + storage.Key(id) + "/x/hls-v1.pieces/0/a.m4s"} {
		if _, err := b.bucket.Put(t.Context(), key, strings.NewReader(marker), int64(len(marker)), storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutDerivative(ctx, archive.Derivative{Work: id, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady, Prefix: "derived/" + string(id) + "/x/text-v1",
			Assets: []archive.Asset{{Path: marker + ".html"}}})
	})
	first, second := administrator("Bà Một"), administrator("Ông Hai")
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		b.leftovers(ctx, t, tx, id)
		return tx.AddAccount(ctx, catalog.Account{ID: second.Account, Name: strings.ToLower(string(second.Account)), Shown: second.Name, Roles: second.Roles})
	})
	w = b.work(t, id)
	if err := b.desk(first).ProposePurge(t.Context(), id, editorial.PurgePlan{Seen: editorial.Seen(&w), Cause: archive.PurgePrivacy, Reason: "Theo thư của gia đình."}); err != nil {
		t.Fatal(err)
	}
	plan, err := b.catalog.Reader(viewer()).Purge(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.desk(second).ConfirmPurge(t.Context(), id, editorial.SeenPurge(plan)); err != nil {
		t.Fatal(err)
	}
	return id
}

// leftovers is what forms, lists and batches hold of a work.
func (b bench) leftovers(ctx context.Context, t testing.TB, tx *catalog.Tx, id archive.WorkID) {
	t.Helper()
	keeper := archive.NewID[archive.AccountID]()
	intake, batch := archive.NewID[archive.IntakeID](), archive.NewID[archive.BatchID]()
	upload := archive.NewID[archive.FileID]()
	for _, err := range []error{
		tx.AddAccount(ctx, catalog.Account{ID: keeper, Name: strings.ToLower(string(keeper)), Roles: []archive.Role{archive.Archivist}}),
		tx.AddUpload(ctx, catalog.Upload{ID: archive.NewID[archive.FileID](), Account: keeper, Name: marker + ".txt", Size: 9, State: catalog.UploadWhole, Expires: tx.Now().Add(time.Hour),
			Metadata: "filename " + marker + ",work " + base64.StdEncoding.EncodeToString([]byte(id)) + ",as page"}),
		tx.KeepEdit(ctx, keeper, id, marker),
		tx.AddIntake(ctx, catalog.Intake{ID: intake, Account: keeper, Stage: catalog.IntakeTaken}),
		tx.AddIntakeFiles(ctx, intake, []catalog.IntakeFile{{Upload: upload, Path: marker + ".txt"}}),
		tx.PutIntakeRows(ctx, intake, []catalog.IntakeRow{{Number: 2, Group: 2, File: marker + ".txt", Upload: upload, Work: id, Done: true, Cells: map[string]string{"title": marker}}}),
		tx.AddBatch(ctx, catalog.Batch{ID: batch, Account: keeper, Stage: "applied"}, nil),
		tx.PutBatchWorks(ctx, batch, []catalog.BatchWork{{Number: 1, Work: id, Before: marker, After: marker}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (b bench) describe(t testing.TB, id archive.WorkID, state archive.State) {
	t.Helper()
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		w.State, w.Description, w.Titles = state, marker, []string{marker}
		w.Published = tx.Now()
		if err := tx.PutWork(ctx, &w); err != nil {
			return err
		}
		f := w.Representations[0].Files[0]
		f.Tags = map[string]string{"title": marker}
		if err := tx.SetFile(ctx, f); err != nil {
			return err
		}
		if err := tx.PutParts(ctx, f, []archive.Part{{Kind: "page", Locator: "trang-1", Text: marker, EditedBy: "van", Edited: tx.Now()}}); err != nil {
			return err
		}
		return tx.PutComment(ctx, archive.Comment{ID: archive.NewID[archive.CommentID](), Work: id, Text: marker, Name: "Vân", Time: tx.Now()})
	})
}

// stored looks for the marker in every object of the store.
func (b bench) stored(t testing.TB) (found []string) {
	t.Helper()
	for o, err := range b.bucket.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		body, _, err := b.bucket.Open(t.Context(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(body)
		if err != nil || body.Close() != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(o.Key), marker) || bytes.Contains(all, []byte(marker)) {
			found = append(found, string(o.Key))
		}
	}
	return found
}

// onDisk looks for the marker in every file below a folder.
func onDisk(t testing.TB, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".trash" { // MinIO's own, which it empties within five minutes
				return fs.SkipDir
			}
			return nil
		}
		all, err := os.ReadFile(path)
		if bytes.Contains(all, []byte(marker)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// purged checks everything that must be true after a purge, however often it was interrupted.
func (b bench) purged(t testing.TB, id archive.WorkID) {
	t.Helper()
	if found := b.stored(t); len(found) > 0 {
		t.Errorf("left in the store: %v", found)
	}
	problems, err := b.root.Validate(t.Context(), WorkObject(id), ocfl.Fixity)
	if err != nil || len(problems) > 0 {
		t.Errorf("the object is not valid: %v %v", problems, err)
	}
	w, record := b.work(t, id), b.document(t, WorkObject(id)).Work
	if w.Preserved != w.Version || w.State != archive.Withdrawn || record.Version != w.Version || record.State != archive.Withdrawn {
		t.Errorf("version %d, preserved %d, in the archive %d, %s", w.Version, w.Preserved, record.Version, w.State)
	}
	for _, r := range record.Representations {
		for _, f := range r.Files {
			if f.Content != "" || f.SHA512 == "" || f.Bytes == 0 {
				t.Errorf("the record of a file: %+v", f)
			}
		}
	}
	events := b.events(t, id)
	if last := events[len(events)-1]; last.Type != archive.EventPurge || last.Agent != "vannghe" || len(record.Events) != len(events) {
		t.Errorf("%d of %d events are in the archive, the last is %+v", len(record.Events), len(events), last)
	}
}

func TestPurge(t *testing.T) {
	for name, open := range map[string]func(testing.TB) (storage.Driver, string){
		"memory": func(testing.TB) (storage.Driver, string) { return memstore.New(), "" },
		"disk": func(t testing.TB) (storage.Driver, string) {
			dir := t.TempDir()
			d, err := diskstore.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			return d, dir
		},
		"minio": func(t testing.TB) (storage.Driver, string) {
			dir := t.TempDir()
			d, err := miniostore.Open(t.Context(), miniotest.StartOn(t, dir).DSN("kho"))
			if err != nil {
				t.Fatal(err)
			}
			return d, dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			driver, dir := open(t)
			options := catalogtest.SQLite(t)
			b := benchOn(t, catalogtest.OpenWith(t, options), driver)
			id := b.condemned(t)
			if len(b.stored(t)) < 6 {
				t.Fatalf("the marker lies in %v only", b.stored(t))
			}
			if err := b.handle(t.Context(), catalog.Job{Kind: editorial.JobPurge, Work: id}, catalog.Attempt{Number: 1}); err != nil {
				t.Fatal(err)
			}
			if err := b.keep(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			b.purged(t, id)
			for _, dir := range []string{dir, filepath.Dir(strings.TrimPrefix(options.DSN, "sqlite:"))} {
				if dir == "" {
					continue
				}
				if found := onDisk(t, dir); len(found) > 0 {
					t.Errorf("left on the disk: %v", found)
				}
			}
			if err := b.desk(administrator("Bà Một")).Restore(t.Context(), id, "", "x"); archive.CodeOf(err) != archive.Forbidden && archive.ReasonOf(err) != "work-purged" {
				t.Errorf("restored: %v", err)
			}
		})
	}
}

// TestPurgeKilledAnywhere stops the world at every change of the store and goes on as the next start does: with the job of the purge or one that
// preserves the work, whichever comes first.
func TestPurgeKilledAnywhere(t *testing.T) {
	b := newBench(t)
	for change := 1; ; change++ {
		id := b.condemned(t)
		b.faulty.StopAt(change, storagetest.Moment(change%2))
		err := b.handle(t.Context(), catalog.Job{Kind: editorial.JobPurge, Work: id}, catalog.Attempt{Number: 1})
		stopped := b.faulty.Stopped()
		b.faulty.Heal()
		b.root = openRoot(t, b.faulty)
		if stopped {
			if err == nil {
				t.Error("stopped, but done")
			}
			b.goesOn(t, id, change)
		}
		if err := b.keep(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.purged(t, id)
		if t.Failed() {
			t.Fatalf("when stopped at change %d", change)
		}
		if !stopped {
			if change < 15 {
				t.Errorf("the job ends after %d changes", change-1)
			}
			return
		}
	}
}

func (b bench) goesOn(t testing.TB, id archive.WorkID, change int) {
	t.Helper()
	if err := b.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	kind := []catalog.JobKind{editorial.JobPurge, editorial.JobPreserve}[change/2%2]
	if err := b.handle(t.Context(), catalog.Job{Kind: kind, Work: id}, catalog.Attempt{Number: 1}); err != nil {
		t.Fatal(fmt.Errorf("change %d: run again: %w", change, err))
	}
}
