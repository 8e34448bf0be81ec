package storagetest

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"vannghe/storage"
)

// Benchmark measures what the archive does most: puts, whole reads, ranges, look-ups, copies and listings.
func Benchmark(b *testing.B, open func(b *testing.B) storage.Driver) {
	bucket := storage.NewBucket(open(b))
	b.Cleanup(func() {
		if err := bucket.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	small, big := pattern("small", 64<<10), pattern("big", 32<<20)
	put(b, bucket, "big", big)
	b.Run("Put64KiB", func(b *testing.B) { benchPut(b, bucket, small) })
	b.Run("Put32MiB", func(b *testing.B) { benchPut(b, bucket, big) })
	b.Run("Get32MiB", func(b *testing.B) { benchGet(b, bucket, int64(len(big))) })
	b.Run("Range1MiB", func(b *testing.B) { benchGet(b, bucket, 1<<20) })
	b.Run("Head", func(b *testing.B) {
		for b.Loop() {
			if _, err := bucket.Head(b.Context(), "big"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Copy32MiB", func(b *testing.B) {
		for b.Loop() {
			if err := bucket.Copy(b.Context(), "big", "copy"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("List500", func(b *testing.B) { benchList(b, bucket) })
}

func benchPut(b *testing.B, bucket *storage.Bucket, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bucket.Put(b.Context(), "put", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func benchGet(b *testing.B, bucket *storage.Bucket, length int64) {
	b.SetBytes(length)
	b.ReportAllocs()
	for b.Loop() {
		r, _, err := bucket.OpenRange(b.Context(), "big", 0, length)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != length {
			b.Fatalf("%d bytes: %v", n, err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func benchList(b *testing.B, bucket *storage.Bucket) {
	for i := range 500 {
		put(b, bucket, storage.Key(fmt.Sprintf("l/%d/%d", i%10, i)), nil)
	}
	for b.Loop() {
		if n := len(list(b, bucket, "l")); n != 500 {
			b.Fatalf("%d keys", n)
		}
	}
}
