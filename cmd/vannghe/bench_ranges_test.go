package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

const mebibyte = 1 << 20

// film stores a derivative of size bytes that do not repeat, and returns its address and its key.
func (p *parts) film(t *testing.T, size int64) (path string, key storage.Key) {
	t.Helper()
	w := catalogtest.Work("Phim dài", func(w *archive.Work) {
		w.Genre = "phim"
		w.Representations[0].Medium, w.Representations[0].Kind = archive.Video, archive.KindRecording
	})
	file := w.Representations[0].Files[0].ID
	d := archive.Derivative{Work: w.ID, File: file, Recipe: "mp4", Version: 1, State: archive.DerivativeReady,
		Prefix: fmt.Sprintf("derived/%s/%s/mp4-v1", w.ID, file), Made: time.Now().UTC().Truncate(time.Microsecond),
		Assets: []archive.Asset{{Kind: "mp4", Path: "film.mp4", Type: "video/mp4", Bytes: size}}}
	key = storage.Key(d.Prefix).Join("film.mp4")
	if _, err := p.bucket.Put(t.Context(), key, io.LimitReader(rand.NewChaCha8([32]byte{9}), size), size, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	err := p.catalog.Update(t.Context(), func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutWork(ctx, w); err != nil {
			return err
		}
		return tx.PutDerivative(ctx, d)
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("/media/%s/%s/mp4-v1/film.mp4", w.ID, file), key
}

// ranges asks for random parts of 1 MiB, the same for every peer.
func ranges(path string, size int64) func(n int64) (string, []string) {
	return func(n int64) (string, []string) {
		at := rand.New(rand.NewPCG(uint64(n), 3)).Int64N(size - mebibyte + 1)
		return path, []string{fmt.Sprintf("Range: bytes=%d-%d", at, at+mebibyte-1)}
	}
}

// signed is an address by which whoever has it may read an object of MinIO for an hour (AWS Signature Version 4, query string).
func signed(m *miniotest.Server, key, secret, path string) string {
	now := time.Now().UTC()
	day, stamp := now.Format("20060102"), now.Format("20060102T150405Z")
	scope := day + "/us-east-1/s3/aws4_request"
	query := url.Values{"X-Amz-Algorithm": {"AWS4-HMAC-SHA256"}, "X-Amz-Credential": {key + "/" + scope}, "X-Amz-Date": {stamp}, "X-Amz-Expires": {"3600"}, "X-Amz-SignedHeaders": {"host"}}.Encode()
	request := "GET\n" + path + "\n" + query + "\nhost:" + m.Address() + "\n\nhost\nUNSIGNED-PAYLOAD"
	digest := sha256.Sum256([]byte(request))
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	signing := mac(mac(mac(mac([]byte("AWS4"+secret), day), "us-east-1"), "s3"), "aws4_request")
	signature := mac(signing, "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+hex.EncodeToString(digest[:]))
	return path + "?" + query + "&X-Amz-Signature=" + hex.EncodeToString(signature)
}

// TestBenchRanges: random parts of 1 MiB of a file of 1 GiB over 64 connections. VANNGHE_BENCH_BYTES and VANNGHE_BENCH_COUNT make it smaller.
func TestBenchRanges(t *testing.T) {
	bench(t)
	size, count := amount(t, "VANNGHE_BENCH_BYTES", 1<<30), amount(t, "VANNGHE_BENCH_COUNT", 8192)
	const connections, key, secret = 64, "kho", "bi-mat-cua-kho"
	quiet := []string{"--run", "web", "--log-level", "warn"}

	disk := []string{"--data", t.TempDir()}
	p := openParts(t, disk)
	path, stored := p.film(t, size)
	onDisk := serve(t, append(quiet, disk...)...)
	file := filepath.Join(p.folder, string(stored))
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	nginxAddr, nginxPids := peerNginx(t, filepath.Dir(file), "")
	bareAddr, barePids := bare(t, asSendfile, file)

	m := miniotest.StartWith(t, key, secret)
	far := []string{"--data", t.TempDir(), "--storage", m.DSN("vannghe")}
	farPath, farKey := openParts(t, far).film(t, size)
	store := called("minio")
	uncached := serve(t, append(append(quiet, "--cache", "0"), far...)...)
	cached := serve(t, append(append(quiet, "--cache", "8GiB"), far...)...)

	object := signed(m, key, secret, "/vannghe/"+string(farKey))
	relayAddr, relayPids := bare(t, asRelay, m.Address()+object)

	peers := []peer{
		{"nginx, sendfile", nginxAddr, nginxPids, ranges("/film.mp4", size), 206},
		{"vannghe, disk", onDisk.address(), family(onDisk.cmd.Process.Pid), ranges(path, size), 206},
		{"nothing but sendfile(2)", bareAddr, barePids, ranges("/", size), 206},
		{"MinIO itself", m.Address(), store, ranges(object, size), 206},
		{"vannghe and MinIO, uncached", uncached.address(), append(family(uncached.cmd.Process.Pid), store...), ranges(farPath, size), 206},
		{"nothing but splice(2) and MinIO", relayAddr, append(relayPids, store...), ranges("/", size), 206},
		{"vannghe and MinIO, hot cache", cached.address(), append(family(cached.cmd.Process.Pid), store...), ranges(farPath, size), 206},
	}
	got := make([]outcome, len(peers))
	for i, p := range peers {
		for warm := range 3 { // page cache, and blocks that come in when they are asked for again
			if i == len(peers)-1 || warm == 0 {
				p.put(t, connections, size/mebibyte*2)
			}
		}
		start := residentOf(p.pids)
		ofMinIO := cpuOf(store)
		got[i] = p.put(t, connections, count)
		ofMinIO = cpuOf(store) - ofMinIO
		t.Logf("%-31s %6.2f CPU s/GiB (MinIO's %.2f) %8.0f MiB/s  p50 %v p99 %v  memory %d → %d MiB, %d failed", p.name, got[i].perGiB(), ofMinIO.Seconds()/(float64(got[i].bytes)/(1<<30)), float64(got[i].bytes)/mebibyte/got[i].took.Seconds(),
			got[i].at(50), got[i].at(99), start>>20, got[i].memory>>20, got[i].failures)
	}
	for _, s := range []*server{onDisk, uncached, cached} {
		s.stop(t) // writes its profile
	}
	verdict(t, "disk / nginx sendfile, CPU s/GiB", got[1].perGiB()/got[0].perGiB(), 0.7, true)
	t.Logf("disk / nothing but sendfile(2), the least while bytes go by it: %.2f", got[1].perGiB()/got[2].perGiB())
	verdict(t, "MinIO uncached / MinIO itself, CPU s/GiB", got[4].perGiB()/got[3].perGiB(), 1.4, true)
	t.Logf("nothing but splice(2), the least while bytes come from MinIO, / MinIO itself: %.2f; ours / that: %.2f", got[5].perGiB()/got[3].perGiB(), got[4].perGiB()/got[5].perGiB())
	verdict(t, "hot cache / disk, CPU s/GiB", got[6].perGiB()/got[1].perGiB(), 1.2, true)
	names, figures := make([]string, len(got)), make([]float64, len(got))
	for i, o := range got {
		names[i], figures[i] = o.name, o.perGiB()
	}
	curve(t, "load-ranges.svg", "CPU s/GiB of random 1 MiB ranges, 64 connections", names, []series{{"CPU s/GiB", figures}})
}
