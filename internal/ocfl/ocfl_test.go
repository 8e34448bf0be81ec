package ocfl_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
)

const id = "urn:uuid:0b6b5f7e-6f5c-4f0e-9d0a-2f6c3b1c7a11"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

func info(message string) ocfl.VersionInfo {
	return ocfl.VersionInfo{Created: noon, Message: message, UserName: "Người lưu trữ", UserAddress: "mailto:luu.tru@example.org"}
}

func openRoot(t testing.TB, b *storage.Bucket) *ocfl.Root {
	t.Helper()
	r, err := ocfl.Open(t.Context(), b, "archive")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// stage puts an original where uploads lie, as ingest does.
func stage(t testing.TB, b *storage.Bucket, key storage.Key, data []byte) ocfl.Source {
	t.Helper()
	if _, err := b.Put(t.Context(), key, bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	long, short := sha512.Sum512(data), sha256.Sum256(data)
	return ocfl.FromKey(key, int64(len(data)), archive.Digest(hex.EncodeToString(long[:])), hex.EncodeToString(short[:]))
}

func commit(t testing.TB, u *ocfl.Update, message string) ocfl.Inventory {
	t.Helper()
	inv, err := u.Commit(t.Context(), info(message))
	if err != nil {
		t.Fatalf("%s: %v", message, err)
	}
	return inv
}

// state returns logical path → bytes of the newest version, as readers get them.
func state(t testing.TB, r *ocfl.Root, objectID string) map[string]string {
	t.Helper()
	inv, err := r.Inventory(t.Context(), objectID)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, f := range inv.Files() {
		body, _, err := r.Open(t.Context(), objectID, f.Logical)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(body)
		if err := errors.Join(err, body.Close()); err != nil {
			t.Fatal(err)
		}
		if sum := sha512.Sum512(data); hex.EncodeToString(sum[:]) != string(f.Digest) {
			t.Errorf("%s has other bytes than its digest says", f.Logical)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.SHA256 {
			t.Errorf("%s has other bytes than its second digest says", f.Logical)
		}
		out[f.Logical] = string(data)
	}
	return out
}

func valid(t testing.TB, r *ocfl.Root, objectID string) {
	t.Helper()
	found, err := r.Validate(t.Context(), objectID, ocfl.Fixity)
	if err != nil || len(found) > 0 {
		t.Fatalf("%s: %v, %v", objectID, found, err)
	}
	found, err = r.ValidateRoot(t.Context())
	if err != nil || len(found) > 0 {
		t.Fatalf("root: %v, %v", found, err)
	}
}

func keys(t testing.TB, b *storage.Bucket, prefix string) []string {
	t.Helper()
	var all []string
	for o, err := range b.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(o.Key))
	}
	return all
}

// onEveryStore runs a test on each of the real drivers.
func onEveryStore(t *testing.T, run func(*testing.T, *storage.Bucket)) {
	t.Run("memory", func(t *testing.T) { run(t, storage.NewBucket(memstore.New())) })
	t.Run("disk", func(t *testing.T) {
		d, err := diskstore.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		run(t, storage.NewBucket(d))
	})
	t.Run("MinIO", func(t *testing.T) {
		d, err := miniostore.Open(t.Context(), miniotest.Start(t).DSN("ocfl"))
		if err != nil {
			t.Fatal(err)
		}
		run(t, storage.NewBucket(d))
	})
}

func TestVersions(t *testing.T) { onEveryStore(t, testVersions) }

func testVersions(t *testing.T, b *storage.Bucket) {
	r := openRoot(t, b)
	if _, err := r.Inventory(t.Context(), id); !errors.Is(err, archive.Fail(archive.NotFound, "archive-object-missing")) {
		t.Fatalf("before the first version: %v", err)
	}
	video := bytes.Repeat([]byte("phim"), 1<<20)
	u := r.Update(id, 0, ocfl.Alone)
	u.Add("Bến trăng.mp4", stage(t, b, "staging/1", video))
	u.Add("metadata.json", ocfl.FromBytes([]byte(`{"state":"draft"}`)))
	u.Add("again/Bến trăng.mp4", stage(t, b, "staging/2", video))
	inv := commit(t, u, "Tiếp nhận")
	if inv.HeadNumber() != 1 || len(inv.Manifest) != 2 {
		t.Errorf("head %s with %d contents, want v1 with 2: equal bytes are stored once", inv.Head, len(inv.Manifest))
	}
	valid(t, r, id)
	if err := b.DeletePrefix(t.Context(), "staging"); err != nil {
		t.Fatal(err)
	}

	u = r.Update(id, 1, ocfl.Alone)
	u.KeepAll()
	u.Remove("again/Bến trăng.mp4")
	u.Add("metadata.json", ocfl.FromBytes([]byte(`{"state":"published"}`)))
	inv = commit(t, u, "Xuất bản")
	valid(t, r, id)
	if len(inv.Versions) != 2 || len(inv.FilesOf("v1")) != 3 {
		t.Errorf("version 1 has %d files, want 3", len(inv.FilesOf("v1")))
	}
	want := map[string]string{"Bến trăng.mp4": string(video), "metadata.json": `{"state":"published"}`}
	if got := state(t, r, id); !maps.Equal(got, want) {
		t.Errorf("files: %q", slices.Collect(maps.Keys(got)))
	}
	key, err := r.ContentKey(t.Context(), id, "Bến trăng.mp4")
	if err != nil || !strings.HasSuffix(string(key), "/v1/content/Bến trăng.mp4") && !strings.HasSuffix(string(key), "/v1/content/again/Bến trăng.mp4") {
		t.Errorf("content key %s, %v", key, err)
	}

	// A version that goes back to older bytes stores nothing new.
	u = r.Update(id, 2, ocfl.Alone)
	u.Keep("Bến trăng.mp4")
	u.Add("metadata.json", ocfl.FromBytes([]byte(`{"state":"draft"}`)))
	commit(t, u, "Rút lại")
	valid(t, r, id)
	for _, k := range keys(t, b, "archive") {
		if strings.Contains(k, "/v3/content/") {
			t.Errorf("stored again: %s", k)
		}
	}
	got, err := objects(t.Context(), r)
	if err != nil || !slices.Equal(got, []string{id}) {
		t.Errorf("objects: %q, %v", got, err)
	}
}

func objects(ctx context.Context, r *ocfl.Root) ([]string, error) {
	var ids []string
	var failed error
	for id, err := range r.Objects(ctx) {
		failed = errors.Join(failed, err)
		if err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, failed
}

func TestOddNames(t *testing.T) { onEveryStore(t, testOddNames) }

func testOddNames(t *testing.T, b *storage.Bucket) {
	r := openRoot(t, b)
	names := []string{
		"Bến trăng.txt",                   // NFC
		"Be\u0302\u0301n tra\u0306ng.txt", // NFD, another file
		"🎬 phim.mp4",
		"a\u202egnp.exe", // RTL override
		"tab\there\nline",
		`back\slash`, "%2F", "a:b*c?d\"e<f>|g", "...", ".hidden", " space ", "dot.", "con",
		"name__XLDIR__", "0=ocfl_object_1.1", "inventory.json",
		strings.Repeat("n", 255), strings.Repeat("ư", 127) + "x", strings.Repeat("🎵", 63) + ".mp3",
		strings.Repeat("long/", 250) + "x", strings.Repeat("n", 3000),
		"folder/a", "folder/b/c",
	}
	want := make(map[string]string)
	u := r.Update(id, 0, ocfl.Alone)
	for _, name := range names {
		want[name] = "bytes of " + name
		u.Add(name, ocfl.FromBytes([]byte(want[name])))
	}
	commit(t, u, "Tên lạ")
	valid(t, r, id)
	if got := state(t, r, id); !maps.Equal(got, want) {
		t.Errorf("got %q", slices.Sorted(maps.Keys(got)))
	}
}

func TestBadArguments(t *testing.T) {
	b := storage.NewBucket(memstore.New())
	r := openRoot(t, b)
	for _, logical := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\xff"} {
		u := r.Update(id, 0, ocfl.Alone)
		u.Add(logical, ocfl.FromBytes(nil))
		if _, err := u.Commit(t.Context(), info("x")); !errors.Is(err, archive.Fail(archive.Invalid, "archive-path-invalid")) {
			t.Errorf("%q: %v", logical, err)
		}
	}
	u := r.Update(id, 0, ocfl.Alone)
	u.Add("a", ocfl.FromBytes(nil))
	u.Add("a/b", ocfl.FromBytes(nil))
	if _, err := u.Commit(t.Context(), info("x")); !errors.Is(err, archive.Fail(archive.Invalid, "archive-path-invalid")) {
		t.Errorf("a file that is a folder: %v", err)
	}
	u = r.Update(id, 0, ocfl.Alone)
	u.Keep("a")
	if _, err := u.Commit(t.Context(), info("x")); !errors.Is(err, archive.Fail(archive.NotFound, "archive-file-missing")) {
		t.Errorf("keep what is not there: %v", err)
	}
	u = r.Update(id, 0, ocfl.Alone)
	u.Add("a", ocfl.FromKey("staging/a", 1, "no digest", ""))
	if _, err := u.Commit(t.Context(), info("x")); err == nil {
		t.Error("a source without digests was taken")
	}
	for _, i := range []ocfl.VersionInfo{{}, {Created: noon, Message: "x"}, {Message: "x", UserName: "x"}} {
		if _, err := r.Update(id, 0, ocfl.Alone).Commit(t.Context(), i); err == nil {
			t.Errorf("a version by nobody: %+v", i)
		}
	}
	if got := keys(t, b, "archive"); len(got) != 3 {
		t.Errorf("something was written: %q", got)
	}
}

func TestConflict(t *testing.T) {
	r := openRoot(t, storage.NewBucket(memstore.New()))
	commit(t, r.Update(id, 0, ocfl.Alone), "trống")
	for _, expected := range []int{0, 2} {
		_, err := r.Update(id, expected, ocfl.Alone).Commit(t.Context(), info("x"))
		if !errors.Is(err, archive.Fail(archive.Conflict, "version-conflict")) {
			t.Errorf("after v%d: %v", expected, err)
		}
	}
}

// A writer whose lock is gone stops before its next write, wherever it is.
func TestLostLock(t *testing.T) {
	errLost := errors.New("lost")
	for n := 1; ; n++ {
		b := storage.NewBucket(memstore.New())
		r := openRoot(t, b)
		asked := 0
		u := r.Update(id, 0, func(context.Context) error {
			if asked++; asked >= n {
				return errLost
			}
			return nil
		})
		u.Add("a", ocfl.FromBytes([]byte("a")))
		u.Add("b", ocfl.FromBytes([]byte("b")))
		_, err := u.Commit(t.Context(), info("x"))
		if err == nil {
			if n != 8 {
				t.Errorf("the lock was asked for %d times, want before each of 7 writes", n-1)
			}
			return
		}
		if !errors.Is(err, errLost) {
			t.Fatal(err)
		}
		if got := len(keys(t, b, "archive")) - 3; got != n-1 {
			t.Errorf("the lock was lost at its %d. check, but %d writes were made", n, got)
		}
	}
}

func TestOriginalChanged(t *testing.T) {
	onEveryStore(t, func(t *testing.T, b *storage.Bucket) {
		r := openRoot(t, b)
		source := stage(t, b, "staging/1", []byte("original"))
		stage(t, b, "staging/1", []byte("something else"))
		u := r.Update(id, 0, ocfl.Alone)
		u.Add("a", source)
		if _, err := u.Commit(t.Context(), info("x")); !errors.Is(err, archive.Fail(archive.Internal, "original-changed")) {
			t.Errorf("got %v", err)
		}
		if got := keys(t, b, "archive"); len(got) != 3 {
			t.Errorf("left behind: %q", got)
		}
	})
}

// Copying from one object to another goes through the bytes, so that they lie on the disk twice.
func TestCopyWithinArchive(t *testing.T) {
	b := storage.NewBucket(memstore.New())
	r := openRoot(t, b)
	data := []byte("thơ")
	u := r.Update(id, 0, ocfl.Alone)
	u.Add("a", ocfl.FromBytes(data))
	commit(t, u, "một")
	key, err := r.ContentKey(t.Context(), id, "a")
	if err != nil {
		t.Fatal(err)
	}
	long, short := sha512.Sum512(data), sha256.Sum256(data)
	u = r.Update(id+"2", 0, ocfl.Alone)
	u.Add("b", ocfl.FromKey(key, int64(len(data)), archive.Digest(hex.EncodeToString(long[:])), hex.EncodeToString(short[:])))
	commit(t, u, "hai")
	valid(t, r, id+"2")
	wrong := sha512.Sum512([]byte("x"))
	u = r.Update(id+"3", 0, ocfl.Alone)
	u.Add("b", ocfl.FromKey(key, int64(len(data)), archive.Digest(hex.EncodeToString(wrong[:])), hex.EncodeToString(short[:])))
	if _, err := u.Commit(t.Context(), info("x")); !errors.Is(err, archive.Fail(archive.Internal, "original-changed")) {
		t.Errorf("got %v", err)
	}
}

func TestOpenRoot(t *testing.T) {
	b := storage.NewBucket(memstore.New())
	openRoot(t, b)
	openRoot(t, b) // it is there already
	want := []string{"archive/0=ocfl_1.1", "archive/extensions/0004-hashed-n-tuple-storage-layout/config.json", "archive/ocfl_layout.json"}
	if got := keys(t, b, ""); !slices.Equal(got, want) {
		t.Errorf("keys: %q", got)
	}
	for name, change := range map[string]func(*storage.Bucket) error{
		"something else lies there": func(b *storage.Bucket) error { return b.Delete(t.Context(), "archive/0=ocfl_1.1") },
		"wrong declaration":         func(b *storage.Bucket) error { return write(t, b, "archive/0=ocfl_1.1", "ocfl_1.0\n") },
		"no layout":                 func(b *storage.Bucket) error { return b.Delete(t.Context(), "archive/ocfl_layout.json") },
		"another layout": func(b *storage.Bucket) error {
			return write(t, b, "archive/ocfl_layout.json", `{"extension":"0003-x"}`)
		},
		"broken layout": func(b *storage.Bucket) error { return write(t, b, "archive/ocfl_layout.json", `{`) },
		"impossible layout": func(b *storage.Bucket) error {
			return write(t, b, storage.Key(want[1]), `{"tupleSize":30,"numberOfTuples":30}`)
		},
		"negative layout": func(b *storage.Bucket) error {
			return write(t, b, storage.Key(want[1]), `{"tupleSize":-3,"numberOfTuples":-3}`)
		},
	} {
		b := storage.NewBucket(memstore.New())
		commit(t, openRoot(t, b).Update(id, 0, ocfl.Alone), "x")
		if err := change(b); err != nil {
			t.Fatal(err)
		}
		if _, err := ocfl.Open(t.Context(), b, "archive"); !errors.Is(err, archive.Fail(archive.Invalid, "archive-foreign")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func write(t testing.TB, b *storage.Bucket, key storage.Key, text string) error {
	t.Helper()
	_, err := b.Put(t.Context(), key, strings.NewReader(text), int64(len(text)), storage.PutOptions{})
	return err
}

func TestObjects(t *testing.T) {
	b := storage.NewBucket(memstore.New())
	r := openRoot(t, b)
	var want []string
	for i := range 20 {
		objectID := fmt.Sprintf("urn:example:%d", i)
		want = append(want, objectID)
		u := r.Update(objectID, 0, ocfl.Alone)
		u.Add("a", ocfl.FromBytes([]byte(objectID)))
		commit(t, u, "x")
	}
	slices.Sort(want)
	if got, err := objects(t.Context(), r); err != nil || !slices.Equal(got, want) {
		t.Errorf("%d objects, %v", len(got), err)
	}
	key, err := r.ContentKey(t.Context(), want[7], "a")
	if err != nil {
		t.Fatal(err)
	}
	folder := key[:strings.Index(string(key), "/v1/")]
	if err := write(t, b, folder.Join("inventory.json"), "{}"); err != nil {
		t.Fatal(err)
	}
	got, err := objects(t.Context(), r)
	if !errors.Is(err, archive.Fail(archive.Internal, "object-damaged")) || !strings.Contains(err.Error(), string(folder[len("archive/"):])) {
		t.Errorf("the damaged object: %v", err)
	}
	if len(got) != 19 {
		t.Errorf("%d objects beside the damaged one", len(got))
	}
	if _, err := r.Inventory(t.Context(), want[7]); !errors.Is(err, archive.Fail(archive.Internal, "object-damaged")) {
		t.Errorf("the inventory of the damaged one: %v", err)
	}
}

func TestLogicalName(t *testing.T) {
	for given, want := range map[string]string{
		"Bến trăng.mp4": "Bến trăng.mp4", "a/b": "a_b", "": "_", ".": "_", "..": "__", "...": "...", "a\x00b": "a_b", "a\xffb": "a_b",
		"a\u202egnp.exe": "a\u202egnp.exe", "🎬": "🎬", "../../etc/passwd": ".._.._etc_passwd",
	} {
		if got := ocfl.LogicalName(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
