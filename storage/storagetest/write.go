package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// sizes hold the edges of buffers and parts.
var sizes = []int{0, 1, 4095, 4096, 256<<10 + 1, 16 << 20, 33<<20 + 7}

func testBytes(t *testing.T, b *storage.Bucket) {
	for _, n := range sizes {
		data := pattern("bytes", n)
		key := storage.Key(fmt.Sprintf("put/%d", n))
		put(t, b, key, data)
		holds(t, b, key, data)
		key = storage.Key(fmt.Sprintf("stream/%d", n))
		stream(t, b, key, iotest.HalfReader(bytes.NewReader(data)))
		holds(t, b, key, data)
	}
	data := pattern("slowly", 3000)
	if _, err := b.Put(t.Context(), "slow", iotest.OneByteReader(iotest.DataErrReader(bytes.NewReader(data))), 3000, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	holds(t, b, "slow", data)
}

func stream(t *testing.T, b *storage.Bucket, key storage.Key, r io.Reader) storage.Object {
	t.Helper()
	w, err := b.Create(t.Context(), key)
	if err != nil {
		t.Fatalf("create %q: %v", key, err)
	}
	defer w.Abort()
	if _, err := io.Copy(w, r); err != nil {
		t.Fatalf("write %q: %v", key, err)
	}
	o, err := w.Commit()
	if err != nil {
		t.Fatalf("commit %q: %v", key, err)
	}
	return o
}

func testDescription(t *testing.T, b *storage.Bucket) {
	before := time.Now().Add(-5 * time.Second) // S3 tells seconds
	made := put(t, b, "a/b", []byte("văn nghệ"))
	head, err := b.Head(t.Context(), "a/b")
	if err != nil {
		t.Fatal(err)
	}
	if made.Key != "a/b" || made.Size != 11 || made.ETag == "" || made != head {
		t.Errorf("put says %+v, head %+v", made, head)
	}
	if head.ModTime.Before(before) || head.ModTime.After(time.Now().Add(5*time.Second)) || head.ModTime.Location() != time.UTC {
		t.Errorf("modified %s", head.ModTime)
	}
	r, opened, err := b.OpenRange(t.Context(), "a/b", 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if opened.Size != 11 || opened.ETag != head.ETag || opened.Key != "a/b" {
		t.Errorf("open of a range says %+v, head %+v", opened, head)
	}
	for listed, err := range b.List(t.Context(), "") {
		if err != nil || listed.Key != "a/b" || listed.Size != 11 || listed.ETag != head.ETag {
			t.Errorf("list says %+v, %v; head %+v", listed, err, head)
		}
	}
	if o := stream(t, b, "streamed", bytes.NewReader(pattern("s", 99))); o.Size != 99 || o.ETag == "" || o.Key != "streamed" {
		t.Errorf("commit says %+v", o)
	}
}

func testReplace(t *testing.T, b *storage.Bucket) {
	seen := make(map[string]int)
	for i := range 50 { // same size, faster than a clock's grain
		data := pattern(fmt.Sprint(i), 64)
		o := put(t, b, "k", data)
		if before, ok := seen[o.ETag]; ok {
			t.Fatalf("put %d has the ETag %s of put %d", i, o.ETag, before)
		}
		seen[o.ETag] = i
		holds(t, b, "k", data)
	}
	stream(t, b, "k", bytes.NewReader([]byte("streamed")))
	holds(t, b, "k", []byte("streamed"))
	if keys := list(t, b, ""); len(keys) != 1 {
		t.Errorf("keys: %q", keys)
	}
}

func testSize(t *testing.T, b *storage.Bucket) {
	put(t, b, "there", []byte("before"))
	for _, size := range []int64{0, 1, 99_999, 100_001, 40 << 20, -1} {
		for _, key := range []storage.Key{"new", "there"} {
			_, err := b.Put(t.Context(), key, bytes.NewReader(pattern("x", 100_000)), size, storage.PutOptions{})
			is(t, err, archive.Invalid, "size-mismatch")
		}
	}
	_, err := b.Put(t.Context(), "new", bytes.NewReader(pattern("x", 20<<20+1)), 20<<20, storage.PutOptions{})
	is(t, err, archive.Invalid, "size-mismatch")
	absent(t, b, "new")
	holds(t, b, "there", []byte("before"))
}

func testFailingSource(t *testing.T, b *storage.Bucket) {
	put(t, b, "there", []byte("before"))
	for _, given := range []int{0, 1, 300_000, 20 << 20} {
		for _, key := range []storage.Key{"new", "there"} {
			_, err := b.Put(t.Context(), key, breaking(pattern("x", given)), int64(given)+10, storage.PutOptions{})
			if !errors.Is(err, errBoom) {
				t.Fatalf("source broke after %d bytes: %v", given, err)
			}
		}
	}
	absent(t, b, "new")
	holds(t, b, "there", []byte("before"))
}

func testCancelledPut(t *testing.T, b *storage.Bucket) {
	put(t, b, "there", []byte("before"))
	for _, given := range []int{0, 1, 300_000, 20 << 20} {
		for _, key := range []storage.Key{"new", "there"} {
			ctx, cancel := context.WithCancel(t.Context())
			_, err := b.Put(ctx, key, cancelling(pattern("x", given), cancel), int64(given)+(1<<20), storage.PutOptions{})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("cancelled after %d bytes: %v", given, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Put(ctx, "new", bytes.NewReader([]byte("x")), 1, storage.PutOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled before: %v", err)
	}
	absent(t, b, "new")
	holds(t, b, "there", []byte("before"))
}

func testStream(t *testing.T, b *storage.Bucket) {
	w, err := b.Create(t.Context(), "s/one")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	data := pattern("s", 18<<20)
	if _, err := w.Write(data); err != nil || w.Size() != 18<<20 {
		t.Fatalf("%d bytes written: %v", w.Size(), err)
	}
	absent(t, b, "s/one")
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	w.Abort() // as a deferred one: nothing
	holds(t, b, "s/one", data)
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("a write after the commit went well")
	}
	if _, err := w.Commit(); err == nil {
		t.Error("a second commit went well")
	}
	for _, n := range []int{0, 10, 18 << 20} {
		aborted(t, b, pattern("a", n))
	}
}

func aborted(t *testing.T, b *storage.Bucket, data []byte) {
	t.Helper()
	w, err := b.Create(t.Context(), "s/aborted")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if _, err := w.Commit(); err == nil {
		t.Error("a commit after the abort went well")
	}
	absent(t, b, "s/aborted")
}

func testCancelledStream(t *testing.T, b *storage.Bucket) {
	for _, n := range []int{0, 10, 18 << 20} {
		ctx, cancel := context.WithCancel(t.Context())
		w, err := b.Create(ctx, "s")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(pattern("s", n)); err != nil {
			t.Fatal(err)
		}
		cancel()
		if n > 0 {
			if _, err := w.Write(pattern("s", n)); !errors.Is(err, context.Canceled) {
				t.Fatalf("write after cancel: %v", err)
			}
		}
		if _, err := w.Commit(); !errors.Is(err, context.Canceled) {
			t.Fatalf("commit after cancel: %v", err)
		}
		absent(t, b, "s")
	}
}

// testConcurrency has writers replace one object while readers look whether they ever see anything but one writer's bytes.
func testConcurrency(t *testing.T, b *storage.Bucket) {
	const rounds = 20
	contents := make([][]byte, 4)
	for i := range contents {
		contents[i] = bytes.Repeat([]byte{byte('a' + i)}, 100_000+i)
	}
	put(t, b, "c/k", contents[0])
	var all sync.WaitGroup
	for i, content := range contents {
		all.Go(func() {
			for range rounds {
				if _, err := b.Put(t.Context(), "c/k", bytes.NewReader(content), int64(len(content)), storage.PutOptions{}); err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
				own := storage.Key(fmt.Sprintf("c/d%d/k", i)) // makes and removes a folder
				if _, err := b.Put(t.Context(), own, bytes.NewReader(content), int64(len(content)), storage.PutOptions{}); err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
				if err := b.Delete(t.Context(), own); err != nil {
					t.Errorf("writer %d: %v", i, err)
				}
			}
		})
		all.Go(func() {
			for range rounds {
				if err := readsOne(t.Context(), b, contents); err != nil {
					t.Errorf("reader %d: %v", i, err)
				}
			}
		})
	}
	all.Wait()
	if keys := list(t, b, ""); len(keys) != 1 {
		t.Errorf("keys: %q", keys)
	}
}

func readsOne(ctx context.Context, b *storage.Bucket, contents [][]byte) error {
	r, o, err := b.Open(ctx, "c/k")
	if err != nil {
		return err
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, c := range contents {
		if bytes.Equal(c, got) && o.Size == int64(len(got)) {
			return nil
		}
	}
	return fmt.Errorf("%d bytes beginning %.4q, said to be %d, are nobody's", len(got), got, o.Size)
}
