package diskstore

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"vannghe/storage"
)

// A folder that another process has made, perhaps an instant ago, is made durable before Put promises that the object is.
func TestPutSyncsTheFoldersOfOthers(t *testing.T) {
	root := t.TempDir()
	d, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o750); err != nil {
		t.Fatal(err)
	}
	var synced []string
	d.synced = func(folder string) { synced = append(synced, folder) }
	for _, key := range []storage.Key{"a/b/c", "a/b/new/d"} {
		synced = nil
		if _, err := storage.NewBucket(d).Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
		want := []string{".", "a", "a/b"}
		if key == "a/b/new/d" {
			want = append(want, "a/b/new")
		}
		if !slices.Equal(synced, want) {
			t.Errorf("put %s synced %q, want %q", key, synced, want)
		}
	}
}

// NFS locks a file exclusively only where it is open for writing.
func TestSweepLocksWhatItMayWrite(t *testing.T) {
	d, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	f, name, err := d.newTemp()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	again, err := d.openToLock(name)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	flags, err := unix.FcntlInt(again.Fd(), unix.F_GETFL, 0)
	if err != nil || flags&unix.O_ACCMODE != unix.O_RDWR {
		t.Errorf("opened with flags %#o, %v", flags, err)
	}
}
