package diskstore_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/diskstore"
)

func opened(t *testing.T, dir string) *storage.Bucket {
	t.Helper()
	d, err := diskstore.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(d)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// TestUnfinishedFileHasOneWriter: another store on the same folder, as another process has one, may not write meanwhile.
func TestUnfinishedFileHasOneWriter(t *testing.T) {
	dir := t.TempDir()
	a, b := opened(t, dir), opened(t, dir)
	u, err := a.Resume(t.Context(), "k", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Resume(t.Context(), "k", 0, 10); archive.ReasonOf(err) != "unfinished-busy" {
		t.Errorf("a second writer: %v", err)
	}
	u.Close()
	again, err := b.Resume(t.Context(), "k", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// TestUnfinishedFilesAreSwept once nobody has gone on with them for longer than is promised, and not before.
func TestUnfinishedFilesAreSwept(t *testing.T) {
	dir := t.TempDir()
	b := opened(t, dir)
	for _, key := range []storage.Key{"old", "busy"} {
		u, err := b.Resume(t.Context(), key, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.Write([]byte("12345")); err != nil {
			t.Fatal(err)
		}
		if err := u.Flush(); err != nil {
			t.Fatal(err)
		}
		if key == "busy" {
			defer u.Close()
		} else {
			u.Close()
		}
		age(t, dir)
	}
	opened(t, dir)
	for key, want := range map[storage.Key]archive.Reason{"old": "unfinished-missing", "busy": "unfinished-busy"} {
		if _, err := b.Resume(t.Context(), key, 5, 10); archive.ReasonOf(err) != want {
			t.Errorf("%s: %v", key, err)
		}
	}
	u, err := b.Resume(t.Context(), "new", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Write([]byte("12345")); err != nil {
		t.Fatal(err)
	}
	u.Close()
	opened(t, dir)
	if u, err = b.Resume(t.Context(), "new", 5, 10); err != nil {
		t.Errorf("a young one was swept: %v", err)
	} else {
		u.Close()
	}
}

// age makes everything unfinished so old that nobody goes on with it.
func age(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, ".part", "*"))
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-storage.KeptUnfinished - time.Hour)
	for _, f := range files {
		if err := os.Chtimes(f, long, long); err != nil {
			t.Fatal(err)
		}
	}
}
