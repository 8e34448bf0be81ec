package memstore_test

import (
	"testing"

	"vannghe/storage"
	"vannghe/storage/memstore"
	"vannghe/storage/storagetest"
)

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storage.Driver { return memstore.New() })
}

func BenchmarkDriver(b *testing.B) {
	storagetest.Benchmark(b, func(*testing.B) storage.Driver { return memstore.New() })
}
