package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"vannghe/storage/miniostore/miniotest"
)

// TestBenchImport: small texts a second, and large files beside `cp` with `sha512sum`, and beside `mc cp` where MinIO's client is at hand
// (VANNGHE_MC, else mc). VANNGHE_BENCH_TEXTS (2000), VANNGHE_BENCH_BYTES (2 GiB).
func TestBenchImport(t *testing.T) {
	bench(t)
	texts, size := amount(t, "VANNGHE_BENCH_TEXTS", 2000), amount(t, "VANNGHE_BENCH_BYTES", 2<<30)
	small := t.TempDir()
	for n := range texts {
		write(t, small, fmt.Sprintf("tho/%d.txt", n), fmt.Sprintf("Bài số %d\n\nChiều rơi trên bến cũ\nmái chèo gác ngang trời\n", n))
	}
	large := t.TempDir()
	file := filepath.Join(large, "bang-goc.bin")
	noise(t, file, size)
	m := miniotest.StartWith(t, "kho", "bi-mat-cua-kho")
	var ours []float64
	for _, store := range []struct {
		name string
		more []string
	}{{"disk", nil}, {"minio", []string{"--storage", m.DSN("vannghe")}}} {
		took := timed(t, func() {
			must(t, append([]string{"import", small, "--data", t.TempDir(), "--no-wait"}, store.more...)...)
		})
		t.Logf("%s: %d small texts recorded in %v: %.0f works/s", store.name, texts, took.Round(time.Millisecond), float64(texts)/took.Seconds())
		data := t.TempDir()
		took = timed(t, func() { must(t, append([]string{"import", large, "--data", data}, store.more...)...) })
		ours = append(ours, rateOf(size, took))
		t.Logf("%s: %d MiB imported, in the archive of record, in %v: %.0f MB/s", store.name, size>>20, took.Round(time.Millisecond), ours[len(ours)-1])
	}
	to := filepath.Join(t.TempDir(), "copy")
	bare := rateOf(size, timed(t, func() {
		runTool(t, "sh", "-c", `cp "$1" "$2" && sync "$2" && sha512sum "$2" >/dev/null`, "sh", file, to)
	}))
	t.Logf("cp, sync and sha512sum: %.0f MB/s", bare)
	verdict(t, "large file to disk / cp + sha512sum", ours[0]/bare, 0.7, false)
	client := os.Getenv("VANNGHE_MC")
	if client == "" {
		client = "mc"
	}
	if _, err := exec.LookPath(client); err != nil {
		t.Log("mc is not at hand (go install github.com/minio/mc@latest; VANNGHE_MC names it): nothing is said of it")
		return
	}
	config := t.TempDir()
	runTool(t, client, "--config-dir", config, "--quiet", "alias", "set", "kho", "http://"+m.Address(), "kho", "bi-mat-cua-kho")
	theirs := rateOf(size, timed(t, func() {
		runTool(t, client, "--config-dir", config, "--quiet", "cp", file, "kho/vannghe/mc-cp.bin")
	}))
	t.Logf("mc cp: %.0f MB/s", theirs)
	verdict(t, "large file to MinIO / mc cp", ours[1]/theirs, 0.7, false)
	curve(t, "load-import.svg", "MB/s of a large file", []string{"vannghe, disk", "cp + sha512sum", "vannghe, MinIO", "mc cp"}, []series{{"MB/s", []float64{ours[0], bare, ours[1], theirs}}})
}

func timed(t *testing.T, act func()) time.Duration {
	t.Helper()
	began := time.Now()
	act()
	return time.Since(began)
}

func rateOf(size int64, took time.Duration) float64 { return float64(size) / 1e6 / took.Seconds() }

// noise writes a file that nothing can make smaller.
func noise(t *testing.T, file string, size int64) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, io.LimitReader(rand.NewChaCha8([32]byte{4}), size)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
