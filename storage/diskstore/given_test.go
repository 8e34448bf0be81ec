package diskstore_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// A file that is given away is kept itself; one that is not what it should be, or that has another name, is copied as any other.
func TestAGivenFileIsKeptAsItIs(t *testing.T) {
	dir, scratch := t.TempDir(), t.TempDir()
	d, err := diskstore.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(d)
	defer b.Close()
	content := bytes.Repeat([]byte("bến trăng "), 10_000)
	give := func(key storage.Key, prepare func(path string)) (same bool) {
		t.Helper()
		name := filepath.Join(scratch, "out")
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		prepare(name)
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		o, err := b.Put(t.Context(), key, io.LimitReader(f, int64(len(content))), int64(len(content)), storage.PutOptions{Given: f})
		if err != nil || o.Size != int64(len(content)) {
			t.Fatalf("%s: %+v, %v", key, o, err)
		}
		stored := filepath.Join(dir, filepath.FromSlash(string(key)))
		got, err := os.ReadFile(stored)
		if err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%s holds %d bytes, %v", key, len(got), err)
		}
		a, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		z, err := os.Stat(stored)
		if err != nil || z.Mode().Perm() != 0o440 {
			t.Fatalf("%s: %v, %v", key, z.Mode(), err)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		return os.SameFile(a, z)
	}
	for range 2 { // the second in place of the first
		if !give("a/kept", func(string) {}) {
			t.Error("a file on the same disk was copied")
		}
	}
	if give("a/two-names", func(path string) {
		if err := os.Link(path, path+"-2"); err != nil {
			t.Fatal(err)
		}
	}) {
		t.Error("a file with another name, which somebody may still write to, was kept itself")
	}
	if give("a/longer", func(path string) {
		if err := os.WriteFile(path, append(bytes.Clone(content), 'x'), 0o600); err != nil {
			t.Fatal(err)
		}
	}) {
		t.Error("a file of another size was kept itself")
	}
	if left := temps(t, dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
