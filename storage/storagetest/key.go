package storagetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

func testListOrder(t *testing.T, b *storage.Bucket) {
	// In byte order: "a-b" and "a.b" before "a/b", which a walk by folder would put first.
	want := []storage.Key{"a-b", "a.b/x", "a/b", "a/b-c", "a/c/d/e", "a0", "aa", "ab/c", "z", "Đ", "đ/ư"}
	slices.Sort(want)
	for _, i := range []int{5, 3, 0, 10, 8, 1, 9, 2, 7, 4, 6} {
		put(t, b, want[i], []byte(want[i]))
	}
	if got := list(t, b, ""); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for o, err := range b.List(t.Context(), "") { // a loop that breaks
		if err != nil || o.Key != want[0] {
			t.Errorf("first: %+v, %v", o, err)
		}
		break
	}
}

func testListFolder(t *testing.T, b *storage.Bucket) {
	for _, k := range []storage.Key{"r-v1/a", "r-v1/b/c", "r-v10/a", "r-v", "r/x"} {
		put(t, b, k, nil)
	}
	for prefix, want := range map[string][]storage.Key{
		"r-v1":    {"r-v1/a", "r-v1/b/c"}, // not r-v10
		"r-v1/":   {"r-v1/a", "r-v1/b/c"},
		"r-v1/b":  {"r-v1/b/c"},
		"r-v1/a":  {},
		"r-v":     {},
		"nothing": {},
	} {
		if got := list(t, b, prefix); !slices.Equal(got, want) {
			t.Errorf("list %q: %q, want %q", prefix, got, want)
		}
	}
	for _, bad := range []string{"/", "//", "../x", "a//b", "/a", ".tmp"} {
		for _, err := range b.List(t.Context(), bad) {
			is(t, err, archive.Invalid, "key-invalid")
		}
	}
}

// testListLong goes past S3's pages of a thousand.
func testListLong(t *testing.T, b *storage.Bucket) {
	const count = 1100
	want := make([]storage.Key, count)
	next := make(chan storage.Key)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for key := range next {
				if _, err := b.Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range want {
		want[i] = storage.Key(fmt.Sprintf("l/%04d", i))
		next <- want[i]
	}
	close(next)
	writers.Wait()
	if got := list(t, b, "l"); !slices.Equal(got, want) {
		t.Errorf("%d keys, want %d in order", len(got), count)
	}
	if err := b.DeletePrefix(t.Context(), "l"); err != nil {
		t.Fatal(err)
	}
	if got := list(t, b, ""); len(got) != 0 {
		t.Errorf("%d keys are left", len(got))
	}
}

func oddKeys() []storage.Key {
	return []storage.Key{
		"B\u1ebfn tr\u0103ng.mp4",               // NFC
		"Be\u0302\u0301n tra\u0306ng.mp4",       // NFD: another key
		"🎬 phim/🎵.flac",                         //
		"a b/ c /d  e",                          //
		"%2e%2e/%2F/+&=?#;:@!$'()*,[]~^`|<>\"{", // everything that an address must escape
		"a\u202egnp.exe",                        // RTL override
		"...",
		storage.Key("x/...y"),
		"-rf",
		"con/nul.txt",
		"a.minio.sys/xl.meta",
		storage.Key(strings.Repeat("n", storage.MaxSegment)),
		storage.Key("long/" + strings.Repeat("ơ", storage.MaxSegment/2) + "x"),
		storage.Key(strings.Repeat("seg/", 255) + "last"),
	}
}

func testOddKeys(t *testing.T, b *storage.Bucket) {
	var want []storage.Key
	for _, key := range oddKeys() {
		if strings.HasPrefix(string(key), ".") {
			continue // refused: testBadKeys
		}
		want = append(want, key)
		put(t, b, key, []byte(key))
	}
	slices.Sort(want)
	if got := list(t, b, ""); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, key := range want {
		holds(t, b, key, []byte(key))
		if err := b.Copy(t.Context(), key, "copy"); err != nil {
			t.Errorf("copy %q: %v", key, err)
		}
		holds(t, b, "copy", []byte(key))
		if err := b.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %q: %v", key, err)
		}
		absent(t, b, key)
	}
}

// BadKeys are keys that every method refuses.
func BadKeys() []storage.Key {
	return []storage.Key{
		"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "./a", "a/ .. /b", "a/..\u00a0",
		".tmp/x", ".hidden", "a\\b", "..\\a", "C:\\a", "a\x00b", "a\nb", "a\x7fb", "a\u0085b", "a\ufffeb", "a\xffb", "\xc0\xae\xc0\xae/a",
		storage.Key(strings.Repeat("n", storage.MaxSegment+1)),
		storage.Key(strings.Repeat("seg/", 256) + "x"),
	}
}

func testBadKeys(t *testing.T, b *storage.Bucket) {
	put(t, b, "good", []byte("x"))
	for _, key := range BadKeys() {
		_, err := b.Put(t.Context(), key, bytes.NewReader(nil), 0, storage.PutOptions{})
		is(t, err, archive.Invalid, "key-invalid")
		_, err = b.Create(t.Context(), key)
		is(t, err, archive.Invalid, "key-invalid")
		_, err = b.Head(t.Context(), key)
		is(t, err, archive.Invalid, "key-invalid")
		_, _, err = b.Open(t.Context(), key)
		is(t, err, archive.Invalid, "key-invalid")
		_, _, err = b.File(t.Context(), key)
		is(t, err, archive.Invalid, "key-invalid")
		is(t, b.Delete(t.Context(), key), archive.Invalid, "key-invalid")
		is(t, b.Copy(t.Context(), key, "to"), archive.Invalid, "key-invalid")
		is(t, b.Copy(t.Context(), "good", key), archive.Invalid, "key-invalid")
	}
	for _, prefix := range []string{"", "/", "..", "../", "a/../b"} {
		is(t, b.DeletePrefix(t.Context(), prefix), archive.Invalid, "key-invalid")
	}
	if keys := list(t, b, ""); !slices.Equal(keys, []storage.Key{"good"}) {
		t.Errorf("keys: %q", keys)
	}
}

// testConflict allows a driver to hold both, as S3 itself does; where it refuses, it says Conflict and what was there stays.
func testConflict(t *testing.T, b *storage.Bucket) {
	put(t, b, "a", []byte("a"))
	put(t, b, "d/e/f", []byte("f"))
	for _, key := range []storage.Key{"a/b", "a/b/c", "d", "d/e"} {
		if _, err := b.Put(t.Context(), key, strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
			is(t, err, archive.Conflict, "key-conflict")
		}
		w, err := b.Create(t.Context(), key)
		if err == nil {
			_, err = w.Commit()
		}
		if err != nil {
			is(t, err, archive.Conflict, "key-conflict")
		}
		if err := b.Copy(t.Context(), "a", key); err != nil {
			is(t, err, archive.Conflict, "key-conflict")
		}
	}
	holds(t, b, "a", []byte("a"))
	holds(t, b, "d/e/f", []byte("f"))
}

func testDelete(t *testing.T, b *storage.Bucket) {
	for _, key := range []storage.Key{"a/b/c", "a/b/d", "e"} {
		put(t, b, key, []byte("x"))
	}
	for range 2 { // the second time there is nothing
		for _, key := range []storage.Key{"a/b/c", "e", "never", "a/b", "a", "a/b/d/x"} {
			if err := b.Delete(t.Context(), key); err != nil {
				t.Errorf("delete %q: %v", key, err)
			}
		}
	}
	if got := list(t, b, ""); !slices.Equal(got, []storage.Key{"a/b/d"}) {
		t.Errorf("keys: %q", got)
	}
	if err := b.Delete(t.Context(), "a/b/d"); err != nil {
		t.Fatal(err)
	}
	put(t, b, "a", []byte("where a folder was"))
	holds(t, b, "a", []byte("where a folder was"))
}

func testDeletePrefix(t *testing.T, b *storage.Bucket) {
	for _, key := range []storage.Key{"w/1/a", "w/1/b/c", "w/12/a", "w/1-2", "x"} {
		put(t, b, key, nil)
	}
	for range 2 {
		if err := b.DeletePrefix(t.Context(), "w/1"); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, b, ""); !slices.Equal(got, []storage.Key{"w/1-2", "w/12/a", "x"}) {
		t.Errorf("keys: %q", got)
	}
}

func testCopy(t *testing.T, b *storage.Bucket) {
	data := pattern("c", 3<<20)
	put(t, b, "from", data)
	put(t, b, "over", []byte("old"))
	for _, to := range []storage.Key{"to/a/b", "over", "over", "from"} {
		if err := b.Copy(t.Context(), "from", to); err != nil {
			t.Fatalf("copy to %s: %v", to, err)
		}
		holds(t, b, to, data)
	}
	put(t, b, "from", []byte("changed"))
	holds(t, b, "to/a/b", data)
	put(t, b, "over", []byte("changed too"))
	holds(t, b, "to/a/b", data)
	if err := b.Delete(t.Context(), "from"); err != nil {
		t.Fatal(err)
	}
	holds(t, b, "to/a/b", data)
	put(t, b, "empty", nil)
	if err := b.Copy(t.Context(), "empty", "empty2"); err != nil {
		t.Fatal(err)
	}
	holds(t, b, "empty2", nil)
}
