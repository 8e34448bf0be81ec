package diskstore_test

import (
	"testing"

	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/storagetest"
)

func open(t testing.TB, path string) *diskstore.Driver {
	t.Helper()
	d, err := diskstore.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func openErr(path string) (*diskstore.Driver, error) { return diskstore.Open(path) }

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storage.Driver { return open(t, t.TempDir()) })
}

func BenchmarkDriver(b *testing.B) {
	storagetest.Benchmark(b, func(b *testing.B) storage.Driver { return open(b, b.TempDir()) })
}
