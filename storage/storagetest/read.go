package storagetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

func testRanges(t *testing.T, b *storage.Bucket) {
	data := pattern("r", 1000)
	put(t, b, "k", data)
	put(t, b, "empty", nil)
	for _, c := range []struct {
		offset, length int64
		from, to       int
	}{
		{0, 1, 0, 1},
		{0, 1000, 0, 1000},
		{0, -1, 0, 1000},
		{1, -1, 1, 1000},
		{999, 1, 999, 1000},
		{999, -1, 999, 1000},
		{990, 100, 990, 1000},
		{10, 1 << 62, 10, 1000},
		{250, 500, 250, 750},
	} {
		r, o, err := b.OpenRange(t.Context(), "k", c.offset, c.length)
		if err != nil {
			t.Fatalf("(%d, %d): %v", c.offset, c.length, err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, data[c.from:c.to]) || o.Size != 1000 {
			t.Errorf("(%d, %d): %d bytes of %d, %v; want [%d:%d]", c.offset, c.length, len(got), o.Size, err, c.from, c.to)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range [][2]int64{{1000, 1}, {1000, -1}, {1001, 1}, {1 << 62, 1 << 62}, {-1, 1}, {-1, -1}, {0, 0}, {5, 0}} {
		_, _, err := b.OpenRange(t.Context(), "k", c[0], c[1])
		is(t, err, archive.Invalid, "range-unsatisfiable")
	}
	for _, c := range [][2]int64{{0, 1}, {1, -1}} {
		_, _, err := b.OpenRange(t.Context(), "empty", c[0], c[1])
		is(t, err, archive.Invalid, "range-unsatisfiable")
	}
	holds(t, b, "empty", nil)
}

func testCloseEarly(t *testing.T, b *storage.Bucket) {
	data := pattern("c", 8<<20)
	put(t, b, "k", data)
	for range 20 {
		r, _, err := b.Open(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		var some [1000]byte
		if _, err := io.ReadFull(r, some[:]); err != nil || !bytes.Equal(some[:], data[:1000]) {
			t.Fatalf("first bytes: %v", err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, b, "k", data)
}

func testCancelledReader(t *testing.T, b *storage.Bucket) {
	put(t, b, "k", pattern("c", 8<<20))
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err := b.Open(ctx, "k")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var some [1000]byte
	if _, err := io.ReadFull(r, some[:]); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, context.Canceled) {
		t.Errorf("read after cancel: %v", err)
	}
	if _, _, err := b.Open(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("open after cancel: %v", err)
	}
	if _, err := b.Head(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("head after cancel: %v", err)
	}
	if err := b.Delete(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("delete after cancel: %v", err)
	}
	if err := b.Copy(ctx, "k", "l"); !errors.Is(err, context.Canceled) {
		t.Errorf("copy after cancel: %v", err)
	}
	for _, err := range b.List(ctx, "") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("list after cancel: %v", err)
		}
	}
	if keys := list(t, b, ""); len(keys) != 1 {
		t.Errorf("keys: %q", keys)
	}
}

func testMissing(t *testing.T, b *storage.Bucket) {
	put(t, b, "folder/k", []byte("x"))
	for _, key := range []storage.Key{"no", "no/such", "folder", "folder/k2", "folder/k/below"} {
		_, err := b.Head(t.Context(), key)
		is(t, err, archive.NotFound, "object-missing")
		_, _, err = b.Open(t.Context(), key)
		is(t, err, archive.NotFound, "object-missing")
		_, _, err = b.OpenRange(t.Context(), key, 5, 5)
		is(t, err, archive.NotFound, "object-missing")
		is(t, b.Copy(t.Context(), key, "to"), archive.NotFound, "object-missing")
		is(t, b.Copy(t.Context(), key, key), archive.NotFound, "object-missing")
		if _, ok, err := b.File(t.Context(), key); ok {
			is(t, err, archive.NotFound, "object-missing")
		}
	}
	absent(t, b, "to")
}

func testFile(t *testing.T, b *storage.Bucket) {
	data := pattern("f", 5000)
	put(t, b, "a/b", data)
	f, ok, err := b.File(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		if f != nil {
			t.Error("a file although there is none")
		}
		return
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes: %v", len(got), err)
	}
	if _, err := f.WriteAt([]byte("x"), 0); err == nil {
		t.Error("the file can be written")
	}
}
