package diskstore_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/storagetest"
)

// TestNothingEscapes plants links inside the root that lead out of it.
func TestNothingEscapes(t *testing.T) {
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	d := open(t, root)
	b := storage.NewBucket(d)
	put(t, b, "inside", []byte("inside"))
	for name, to := range map[string]string{"file": secret, "folder": outside, "up": "../" + filepath.Base(outside), "loop": "loop", "near": "inside"} {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []storage.Key{"file", "folder/secret", "up/secret", "folder/new", "loop", "loop/x", "near", "folder"} {
		if r, _, err := b.Open(t.Context(), key); err == nil {
			r.Close()
			t.Errorf("%s opens", key)
		}
		if f, _, err := b.File(t.Context(), key); err == nil {
			f.Close()
			t.Errorf("%s opens as a file", key)
		}
		if _, err := b.Head(t.Context(), key); err == nil {
			t.Errorf("%s is there", key)
		}
		if err := b.Copy(t.Context(), key, "copy"); err == nil {
			t.Errorf("%s can be copied", key)
		}
		_ = b.Delete(t.Context(), key) // what it may remove is checked below
	}
	for _, key := range []storage.Key{"folder/secret", "up/secret", "folder/new", "up/x/new"} {
		if _, err := b.Put(t.Context(), key, bytes.NewReader(nil), 0, storage.PutOptions{}); err == nil {
			t.Errorf("put to %s", key)
		}
		if err := b.Copy(t.Context(), "inside", key); err == nil {
			t.Errorf("copy to %s", key)
		}
	}
	if keys := list(t, b); !slices.Equal(keys, []storage.Key{"inside"}) {
		t.Errorf("keys: %q", keys)
	}
	// A put where a link stands replaces the link, not what it leads to.
	put(t, b, "file", []byte("mine"))
	if data, err := os.ReadFile(secret); err != nil || string(data) != "secret" {
		t.Errorf("outside: %q, %v", data, err)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 {
		t.Errorf("outside: %v, %v", entries, err)
	}
	// The driver itself, without the checks of Bucket, cannot be led out either.
	for _, key := range storagetest.BadKeys() {
		if _, _, err := d.Open(t.Context(), "../"+key, storage.Whole()); err == nil {
			t.Errorf("the driver opens ../%s", key)
		}
		if _, err := d.Put(t.Context(), "../"+storage.Key(filepath.Base(outside))+"/new", bytes.NewReader(nil), 0, storage.PutOptions{}); err == nil {
			t.Error("the driver puts outside")
		}
	}
}

// A pipe or a folder in place of an object must neither hang nor be served.
func TestSpecialFiles(t *testing.T) {
	root := t.TempDir()
	b := storage.NewBucket(open(t, root))
	if err := unix.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(root, "empty/folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, key := range []storage.Key{"pipe", "empty", "empty/folder"} {
		if _, _, err := b.Open(t.Context(), key); archive.CodeOf(err) != archive.NotFound {
			t.Errorf("%s: %v", key, err)
		}
	}
	if keys := list(t, b); len(keys) != 0 {
		t.Errorf("keys: %q", keys)
	}
	// Folders without objects, as a kill can leave them, are in nobody's way.
	put(t, b, "empty", []byte("x"))
}

// Copy gives a second name to the same bytes, but no more than one: an original kept twice lies on the disk twice.
func TestCopyLinksOnce(t *testing.T) {
	root := t.TempDir()
	b := storage.NewBucket(open(t, root))
	put(t, b, "staged", []byte("bytes"))
	for _, to := range []storage.Key{"one", "two"} {
		if err := b.Copy(t.Context(), "staged", to); err != nil {
			t.Fatal(err)
		}
	}
	same := func(a, b string) bool {
		one, err := os.Stat(filepath.Join(root, a))
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.Stat(filepath.Join(root, b))
		if err != nil {
			t.Fatal(err)
		}
		return os.SameFile(one, two)
	}
	if !same("staged", "one") || same("staged", "two") {
		t.Errorf("staged is one: %t, staged is two: %t", same("staged", "one"), same("staged", "two"))
	}
	if left := temps(t, root); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

func TestOpenFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openErr(file); err == nil {
		t.Error("a file opens as a store")
	}
	b := storage.NewBucket(open(t, t.TempDir()))
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Ping(t.Context()); !errors.Is(err, archive.Fail(archive.Unavailable, "storage-unavailable")) {
		t.Errorf("a closed store: %v", err)
	}
}

// The file that File opens has the name under which a program finds it.
func TestFileHasItsName(t *testing.T) {
	root := t.TempDir()
	b := storage.NewBucket(open(t, root))
	put(t, b, "a/b.txt", []byte("bytes"))
	f, local, err := b.File(t.Context(), "a/b.txt")
	if err != nil || !local {
		t.Fatal(local, err)
	}
	defer f.Close()
	if data, err := os.ReadFile(f.Name()); err != nil || string(data) != "bytes" {
		t.Errorf("%s: %q, %v", f.Name(), data, err)
	}
}
