package diskstore

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"vannghe/storage"
)

// A folder that another process has made, perhaps an instant ago, is made durable before Put promises that the object is; once for each folder, and
// again when it was removed and made anew under the same name.
func TestPutSyncsTheFoldersOfOthers(t *testing.T) {
	root := t.TempDir()
	d, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	made := func() {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o750); err != nil {
			t.Fatal(err)
		}
	}
	var synced []string
	d.synced = func(folder string) { synced = append(synced, folder) }
	put := func(key storage.Key, want ...string) {
		t.Helper()
		synced = nil
		if _, err := storage.NewBucket(d).Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(synced, want) {
			t.Errorf("put %s synced %q, want %q", key, synced, want)
		}
	}
	made()
	put("a/b/c", ".", "a", "a/b")
	put("a/b/c2", "a/b")
	put("a/b/new/d", "a/b", "a/b/new")
	if err := os.RemoveAll(filepath.Join(root, "a", "b")); err != nil { // another process prunes, and a third makes it again
		t.Fatal(err)
	}
	made()
	put("a/b/c", "a", "a/b")
	if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
		t.Fatal(err)
	}
	made()
	put("a/b/new/d", ".", "a", "a/b", "a/b/new")
}

// What is remembered of folders stays bounded, and nothing is where a file system tells no handle.
func TestLastingIsBounded(t *testing.T) {
	var l lasting
	for i := range 3 * maxLasting {
		l.remember(strconv.Itoa(i), "handle")
	}
	if len(l.folders) > maxLasting {
		t.Errorf("%d folders are remembered", len(l.folders))
	}
	l.remember("x", "")
	if l.knows("x", "") || l.knows("x", "other") {
		t.Error("a folder without a handle is remembered")
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
