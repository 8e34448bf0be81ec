// Package storagetest is the conformance suite of storage drivers (Run), which is also their benchmark (Benchmark), and a
// driver that fails on command (Faulty) for the tests of what stands on a bucket.
//
// It is for tests only and must not know which driver it looks at.
package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Run checks everything that package storage promises of a driver. open returns a driver of an empty store, which the
// suite closes.
func Run(t *testing.T, open func(t *testing.T) storage.Driver) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *storage.Bucket)
	}{
		{"bytes come back exactly", testBytes},
		{"an object is described", testDescription},
		{"a put replaces", testReplace},
		{"a wrong size stores nothing", testSize},
		{"a failing source stores nothing", testFailingSource},
		{"a cancelled put stores nothing", testCancelledPut},
		{"a stream is visible at its commit", testStream},
		{"a cancelled stream stores nothing", testCancelledStream},
		{"many put and get at once", testConcurrency},
		{"ranges", testRanges},
		{"a reader is closed early", testCloseEarly},
		{"a cancelled reader fails", testCancelledReader},
		{"what is missing", testMissing},
		{"local files", testFile},
		{"lists are ordered", testListOrder},
		{"lists are of folders", testListFolder},
		{"lists of any length", testListLong},
		{"odd keys", testOddKeys},
		{"bad keys", testBadKeys},
		{"a key that is also a folder", testConflict},
		{"delete", testDelete},
		{"delete a folder", testDeletePrefix},
		{"copy", testCopy},
		{"an unfinished object goes on where it was", testUnfinished},
		{"what was not flushed is not believed in", testUnflushed},
		{"an unfinished object of many parts", testUnfinishedLarge},
		{"an unfinished object flushed behind", testFlushBehind},
		{"an unfinished object is forgotten", testForget},
		{"an unfinished object of a wrong size", testUnfinishedSize},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := storage.NewBucket(open(t))
			t.Cleanup(func() {
				if err := b.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			if err := b.Ping(t.Context()); err != nil {
				t.Fatalf("ping: %v", err)
			}
			c.run(t, b)
		})
	}
}

// pattern returns n bytes that repeat nowhere soon and differ for each seed.
func pattern(seed string, n int) []byte {
	out := make([]byte, 0, n+sha256.Size)
	sum := sha256.Sum256([]byte(seed))
	for len(out) < n {
		out = append(out, sum[:]...)
		sum = sha256.Sum256(sum[:])
	}
	return out[:n]
}

func put(t testing.TB, b *storage.Bucket, key storage.Key, data []byte) storage.Object {
	t.Helper()
	o, err := b.Put(t.Context(), key, bytes.NewReader(data), int64(len(data)), storage.PutOptions{})
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
	return o
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
		t.Fatalf("read %q: %v", key, err)
	}
	return data
}

func holds(t testing.TB, b *storage.Bucket, key storage.Key, want []byte) {
	t.Helper()
	if got := get(t, b, key); !bytes.Equal(got, want) {
		t.Fatalf("%q holds %d bytes beginning %.16x, want %d beginning %.16x", key, len(got), got, len(want), want)
	}
}

func absent(t testing.TB, b *storage.Bucket, key storage.Key) {
	t.Helper()
	if _, err := b.Head(t.Context(), key); !errors.Is(err, archive.Fail(archive.NotFound, "object-missing")) {
		t.Fatalf("head of %q, which must not be there: %v", key, err)
	}
	for _, k := range list(t, b, "") {
		if k == key {
			t.Fatalf("%q is listed and must not be", key)
		}
	}
}

func list(t testing.TB, b *storage.Bucket, prefix string) []storage.Key {
	t.Helper()
	keys := []storage.Key{}
	for o, err := range b.List(t.Context(), prefix) {
		if err != nil {
			t.Fatalf("list %q: %v", prefix, err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

// is fails unless err is an archive.Error of that code and reason.
func is(t testing.TB, err error, code archive.Code, reason archive.Reason) {
	t.Helper()
	if !errors.Is(err, archive.Fail(code, reason)) {
		t.Fatalf("got %v, want %s %s", err, code, reason)
	}
}

var errBoom = errors.New("the source broke")

// breaking gives out data and then fails.
func breaking(data []byte) io.Reader {
	return io.MultiReader(bytes.NewReader(data), readFunc(func([]byte) (int, error) { return 0, errBoom }))
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// cancelling cancels once data has been read, and then gives out more.
func cancelling(data []byte, cancel context.CancelFunc) io.Reader {
	return io.MultiReader(bytes.NewReader(data), readFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	}))
}
