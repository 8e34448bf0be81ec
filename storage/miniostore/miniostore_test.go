package miniostore

import (
	"fmt"
	"testing"

	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
	"vannghe/storage/storagetest"
)

func TestConformance(t *testing.T) {
	server := miniotest.Start(t)
	n := 0
	storagetest.Run(t, func(t *testing.T) storage.Driver {
		n++
		d, err := Open(t.Context(), server.DSN(fmt.Sprintf("bucket-%d", n)))
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}

func BenchmarkDriver(b *testing.B) {
	server := miniotest.Start(b)
	storagetest.Benchmark(b, func(b *testing.B) storage.Driver {
		d, err := Open(b.Context(), server.DSN("bench"))
		if err != nil {
			b.Fatal(err)
		}
		return d
	})
}
