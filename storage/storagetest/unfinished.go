package storagetest

import (
	"context"
	"errors"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

func resume(t *testing.T, b *storage.Bucket, key storage.Key, offset, size int64) *storage.Unfinished {
	t.Helper()
	u, err := b.Resume(t.Context(), key, offset, size)
	if err != nil {
		t.Fatalf("go on with %q at %d: %v", key, offset, err)
	}
	return u
}

// some writes data and flushes it, as one session of an upload.
func some(t *testing.T, b *storage.Bucket, key storage.Key, offset, size int64, data []byte) {
	t.Helper()
	u := resume(t, b, key, offset, size)
	defer u.Close()
	write(t, u, data)
	if err := u.Flush(); err != nil {
		t.Fatalf("flush: %v", err)
	}
	if u.Offset() != offset+int64(len(data)) {
		t.Fatalf("stands at %d", u.Offset())
	}
}

func write(t *testing.T, u *storage.Unfinished, data []byte) {
	t.Helper()
	if n, err := u.Write(data); err != nil || n != len(data) {
		t.Fatalf("%d of %d bytes written: %v", n, len(data), err)
	}
}

func finish(t *testing.T, b *storage.Bucket, key storage.Key, offset int64, whole []byte) {
	t.Helper()
	u := resume(t, b, key, offset, int64(len(whole)))
	defer u.Close()
	write(t, u, whole[offset:])
	o, err := u.Commit()
	if err != nil || o.Size != int64(len(whole)) || o.Key != key || o.ETag == "" {
		t.Fatalf("commit: %+v, %v", o, err)
	}
	holds(t, b, key, whole)
	if _, err := b.Resume(t.Context(), key, int64(len(whole)), int64(len(whole))); err == nil && len(whole) > 0 {
		t.Fatal("a finished object is still unfinished")
	}
}

func testUnfinished(t *testing.T, b *storage.Bucket) {
	whole := pattern("u", 3000)
	at := int64(0)
	for _, n := range []int64{1, 700, 0, 1299} {
		some(t, b, "u/k", at, 3000, whole[at:at+n])
		at += n
		absent(t, b, "u/k")
	}
	finish(t, b, "u/k", at, whole)
	finish(t, b, "u/at-once", 0, whole)
	some(t, b, "u/all", 0, 3000, whole)
	finish(t, b, "u/all", 3000, whole)
	put(t, b, "u/there", []byte("before"))
	some(t, b, "u/there", 0, 3000, whole[:9])
	holds(t, b, "u/there", []byte("before"))
	finish(t, b, "u/there", 9, whole)
}

// testUnflushed has a session end without a flush, and the next one believe what was flushed before.
func testUnflushed(t *testing.T, b *storage.Bucket) {
	whole := pattern("u", 7<<20)
	other := pattern("v", 7<<20)
	some(t, b, "k", 0, 7<<20, whole[:1000])
	u := resume(t, b, "k", 1000, 7<<20)
	write(t, u, other[1000:6<<20])
	u.Close()
	if err := u.Flush(); err == nil {
		t.Error("a flush after the end went well")
	}
	some(t, b, "k", 1000, 7<<20, other[1000:2000])    // flushed, and nobody got to know
	some(t, b, "k", 1000, 7<<20, whole[1000:6<<20])   // so it was sent again
	some(t, b, "k", 6<<20, 7<<20, other[6<<20:7<<20]) // likewise
	finish(t, b, "k", 6<<20, whole)

	_, err := b.Resume(t.Context(), "never", 1, 10)
	is(t, err, archive.NotFound, "unfinished-missing")
	some(t, b, "short", 0, 10, whole[:3])
	_, err = b.Resume(t.Context(), "short", 4, 10)
	is(t, err, archive.NotFound, "unfinished-missing")
	some(t, b, "short", 0, 10, nil) // begun again
	finish(t, b, "short", 0, whole[:10])

	ctx, cancel := context.WithCancel(t.Context())
	u, err = b.Resume(ctx, "cancelled", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	write(t, u, whole[:3])
	cancel()
	if err := u.Flush(); !errors.Is(err, context.Canceled) {
		t.Errorf("a flush after the context: %v", err)
	}
	u.Close()
}

// testUnfinishedLarge ends sessions on, before and behind the edges of parts.
func testUnfinishedLarge(t *testing.T, b *storage.Bucket) {
	const part = 5 << 20 // of S3
	whole := pattern("large", 2*part+5)
	at := int64(0)
	for _, to := range []int64{part - 1, part, part + 1, 2*part - 7, 2 * part, 2*part + 4} {
		some(t, b, "large", at, int64(len(whole)), whole[at:to])
		at = to
	}
	finish(t, b, "large", at, whole)
	some(t, b, "even", 0, 2*part, whole[:part])
	finish(t, b, "even", part, whole[:2*part])
}

// testFlushBehind goes on writing beside a flush, ends without another one, and has the next session believe in that flush.
func testFlushBehind(t *testing.T, b *storage.Bucket) {
	const part = 5 << 20 // of S3
	whole, other := pattern("behind", 4*part+5), pattern("other", 4*part+5)
	at := int64(0)
	for _, to := range []int64{2 * part, 2*part + 9, 3 * part} { // at the end of a part, in one, at the end of the one that was begun
		u := resume(t, b, "k", at, int64(len(whole)))
		write(t, u, whole[at:to])
		done := u.FlushBehind()
		write(t, u, other[to:to+part+3])
		if err := <-done; err != nil {
			t.Fatalf("flush behind: %v", err)
		}
		u.Close()
		if err := <-u.FlushBehind(); err == nil {
			t.Error("a flush behind the end went well")
		}
		at = to
	}
	finish(t, b, "k", at, whole)
}

func testForget(t *testing.T, b *storage.Bucket) {
	whole := pattern("u", 6<<20)
	some(t, b, "k", 0, 6<<20, whole[:10])
	some(t, b, "k", 10, 6<<20, whole[10:5<<20+1])
	for range 2 {
		if err := b.Forget(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []int64{10, 5<<20 + 1} {
		_, err := b.Resume(t.Context(), "k", at, 6<<20)
		is(t, err, archive.NotFound, "unfinished-missing")
	}
	finish(t, b, "k", 0, whole[:50])
	if err := b.Forget(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	holds(t, b, "k", whole[:50])
	is(t, b.Forget(t.Context(), "../k"), archive.Invalid, "key-invalid")
	if keys := list(t, b, ""); len(keys) != 1 {
		t.Errorf("keys: %q", keys)
	}
}

func testUnfinishedSize(t *testing.T, b *storage.Bucket) {
	_, err := b.Resume(t.Context(), "k", 11, 10)
	is(t, err, archive.Invalid, "size-mismatch")
	_, err = b.Resume(t.Context(), "../k", 0, 10)
	is(t, err, archive.Invalid, "key-invalid")
	u := resume(t, b, "k", 0, 10)
	write(t, u, []byte("abc"))
	_, err = u.Commit()
	is(t, err, archive.Invalid, "size-mismatch")
	if err := u.Flush(); err != nil {
		t.Fatal(err)
	}
	_, err = u.Write([]byte("defghijk"))
	is(t, err, archive.Invalid, "size-mismatch")
	is(t, u.Flush(), archive.Invalid, "size-mismatch")
	u.Close()
	finish(t, b, "k", 3, []byte("abcdefghij"))
}
