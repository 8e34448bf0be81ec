package diskstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

func put(t testing.TB, b *storage.Bucket, key storage.Key, data []byte) {
	t.Helper()
	if _, err := b.Put(t.Context(), key, bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
}

func get(t testing.TB, b *storage.Bucket, key storage.Key) []byte {
	t.Helper()
	r, _, err := b.Open(t.Context(), key)
	if err != nil {
		t.Fatalf("open %q: %v", key, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func list(t testing.TB, b *storage.Bucket) []storage.Key {
	t.Helper()
	keys := []storage.Key{}
	for o, err := range b.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

func temps(t testing.TB, root string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, ".tmp"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// smallDisk returns a folder on which a few hundred KiB are free, and whether it is a file system of its own. Where mounting
// is not allowed, the limit of a file's size (RLIMIT_FSIZE) is what a write runs into instead.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=512k"); err == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
				t.Errorf("unmount: %v", err)
			}
		})
		return folder
	} else if os.Getenv("CI") == "true" {
		t.Fatalf("CI has to mount a small disk: %v", err)
	}
	return ""
}

func TestFullDisk(t *testing.T) {
	folder := smallDisk(t)
	if folder == "" {
		testFileLimit(t)
		return
	}
	b := storage.NewBucket(open(t, folder))
	put(t, b, "a/there", []byte("before"))
	big := bytes.Repeat([]byte("x"), 1<<20)
	for _, key := range []storage.Key{"a/there", "b/new"} {
		_, err := b.Put(t.Context(), key, bytes.NewReader(big), int64(len(big)), storage.PutOptions{})
		if !errors.Is(err, archive.Fail(archive.Unavailable, "storage-full")) {
			t.Errorf("put %s: %v", key, err)
		}
	}
	w, err := b.Create(t.Context(), "c/new")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(big); !errors.Is(err, archive.Fail(archive.Unavailable, "storage-full")) {
		t.Errorf("write: %v", err)
	}
	if _, err := w.Commit(); !errors.Is(err, archive.Fail(archive.Unavailable, "storage-full")) {
		t.Errorf("commit: %v", err)
	}
	if got := get(t, b, "a/there"); string(got) != "before" {
		t.Errorf("what was there holds %d bytes", len(got))
	}
	if keys := list(t, b); !slices.Equal(keys, []storage.Key{"a/there"}) || len(temps(t, folder)) > 0 {
		t.Errorf("keys %q, on their way %q", keys, temps(t, folder))
	}
	put(t, b, "a/there", []byte("there is room again"))
}

// testFileLimit runs TestChildFileLimit in a process of its own: the limit would hold for every test.
func testFileLimit(t *testing.T) {
	child(t, "TestChildFileLimit", t.TempDir())
}

func TestChildFileLimit(t *testing.T) {
	root := childRoot(t)
	limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(open(t, root))
	_, err := b.Put(t.Context(), "k", bytes.NewReader(make([]byte, 1<<20)), 1<<20, storage.PutOptions{})
	if !errors.Is(err, archive.Fail(archive.TooLarge, "object-too-large")) {
		t.Errorf("put: %v", err)
	}
	if keys := list(t, b); len(keys) > 0 || len(temps(t, root)) > 0 {
		t.Errorf("keys %q, on their way %q", keys, temps(t, root))
	}
}

func TestFileLimit(t *testing.T) { testFileLimit(t) }

// rootOfChild names, to a test that runs as a child of another, the store's folder.
const rootOfChild = "VANNGHE_DISKSTORE_CHILD"

func childRoot(t *testing.T) string {
	t.Helper()
	root := os.Getenv(rootOfChild)
	if root == "" {
		t.Skip("runs as the child of another test")
	}
	return root
}

func command(t *testing.T, test, root string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), rootOfChild+"="+root)
	return cmd
}

func child(t *testing.T, test, root string) {
	t.Helper()
	out, err := command(t, test, root).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+test)) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// TestKill kills a process in the middle of its writes: before it has written all, and again and again while it replaces one
// object with others.
func TestKill(t *testing.T) {
	root := t.TempDir()
	b := storage.NewBucket(open(t, root))
	put(t, b, "there", []byte("before"))
	for range 5 {
		killAt(t, root, "TestChildStopsWriting", 1)
	}
	if len(temps(t, root)) == 0 {
		t.Fatal("the killed writers left nothing, so nothing was tried")
	}
	if keys := list(t, b); !slices.Equal(keys, []storage.Key{"there"}) || string(get(t, b, "there")) != "before" {
		t.Errorf("keys: %q", keys)
	}
	for n := range 10 {
		killAt(t, root, "TestChildKeepsWriting", 5+7*n)
		data := get(t, b, "replaced")
		if len(data) != 200_000 || !bytes.Equal(data, bytes.Repeat(data[:1], 200_000)) {
			t.Fatalf("%d bytes that nobody wrote", len(data))
		}
	}
	again := storage.NewBucket(open(t, root))
	if left := temps(t, root); len(left) > 0 {
		t.Errorf("left after opening: %q", left)
	}
	if keys := list(t, again); !slices.Equal(keys, []storage.Key{"replaced", "there"}) {
		t.Errorf("keys: %q", keys)
	}
}

// killAt starts a child and kills it (SIGKILL) when it has said n lines.
func killAt(t *testing.T, root, test string, n int) {
	t.Helper()
	cmd := command(t, test, root)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := 0
	var buf [1]byte
	for lines <= n { // the first is the test's own "=== RUN"
		if _, err := out.Read(buf[:]); err != nil {
			t.Fatalf("the child ended by itself: %v", err)
		}
		if buf[0] == '\n' {
			lines++
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child was not killed")
	}
}

// TestChildStopsWriting says a line when half of its bytes are written, and waits to be killed.
func TestChildStopsWriting(t *testing.T) {
	b := storage.NewBucket(open(t, childRoot(t)))
	half := io.MultiReader(bytes.NewReader(make([]byte, 1<<20)), readFunc(func([]byte) (int, error) {
		fmt.Println("half")
		select {}
	}))
	_, err := b.Put(t.Context(), "there", half, 2<<20, storage.PutOptions{})
	t.Fatalf("not reached: %v", err)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// TestChildKeepsWriting says a line after every object.
func TestChildKeepsWriting(t *testing.T) {
	b := storage.NewBucket(open(t, childRoot(t)))
	for i := 0; ; i++ {
		put(t, b, "replaced", bytes.Repeat([]byte{byte('a' + i%26)}, 200_000))
		fmt.Println(i)
	}
}

// TestSweepSparesLivingWriters opens the store while another process, and another driver here, are writing.
func TestSweepSparesLivingWriters(t *testing.T) {
	root := t.TempDir()
	cmd := command(t, "TestChildStopsWriting", root)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 0, 100)
	for !strings.Contains(string(said), "half\n") {
		n, err := out.Read(said[len(said):cap(said)])
		if err != nil {
			t.Fatal(err)
		}
		said = said[:len(said)+n]
	}
	b := storage.NewBucket(open(t, root))
	w, err := b.Create(t.Context(), "mine")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := w.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	open(t, root)
	if n := len(temps(t, root)); n != 2 {
		t.Errorf("%d files on their way, want the child's and mine", n)
	}
	if _, err := w.Commit(); err != nil {
		t.Errorf("my commit: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child was not killed")
	}
	open(t, root)
	if left := temps(t, root); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}
