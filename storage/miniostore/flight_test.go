package miniostore

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"

	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// The server must refuse a part whose bytes are not those that were meant, in whichever way it is told of them.
func TestSumOfAPartIsChecked(t *testing.T) {
	d := connect(t, miniotest.Start(t), small())
	for what, opts := range map[string]minio.PutObjectPartOptions{
		"CRC-32C": {DisableContentSha256: true, CustomHeader: http.Header{"X-Amz-Checksum-Crc32c": {"AAAAAA=="}}},
		"SHA-256": {DisableContentSha256: true, Sha256Hex: strings.Repeat("ab", 32)},
	} {
		u := d.newUpload(t.Context(), "k", storage.PutOptions{})
		u.crc = what == "CRC-32C"
		if err := u.begin(); err != nil {
			t.Fatal(err)
		}
		f := &flight{buf: []byte("changed on the way")}
		if _, err := u.tryPart(1, f, opts); err == nil {
			t.Errorf("%s: it was taken", what)
		}
		if err := u.putPart(1, f); err != nil {
			t.Errorf("%s: with the right sum: %v", what, err)
		}
		if told := f.part.ChecksumCRC32C != ""; told != u.crc {
			t.Errorf("%s: the server says it looked at the CRC-32C: %v", what, told)
		}
		u.Abort()
	}
}

// A server that says nothing of the CRC-32C has not looked at it, and is told the SHA-256.
func TestAServerThatKnowsNoCRC(t *testing.T) {
	server := miniotest.Start(t)
	var (
		mu     sync.Mutex
		signed []string
	)
	line := behind(t, server, func(r *http.Response) error {
		r.Header.Del("X-Amz-Checksum-Crc32c")
		if r.Request.URL.Query().Has("partNumber") {
			mu.Lock()
			signed = append(signed, r.Request.Header.Get("X-Amz-Content-Sha256"))
			mu.Unlock()
		}
		return nil
	})
	d, err := open(t.Context(), line, small())
	if err != nil {
		t.Fatal(err)
	}
	if !d.crc.Load() {
		t.Fatal("a line to this machine is sheltered")
	}
	u := d.newUpload(t.Context(), "k", storage.PutOptions{})
	u.crc = false // what the server does not know it was not told either
	if err := u.begin(); err != nil {
		t.Fatal(err)
	}
	u.crc = true
	if err := u.putPart(1, &flight{buf: []byte("a part")}); err != nil {
		t.Fatal(err)
	}
	u.Abort()
	if d.crc.Load() {
		t.Error("it is still believed to look at it")
	}
	mu.Lock()
	if len(signed) != 2 || signed[0] != "UNSIGNED-PAYLOAD" || len(signed[1]) != 64 {
		t.Errorf("sent with %q", signed)
	}
	mu.Unlock()
	b, data := storage.NewBucket(d), bytes.Repeat([]byte("bến trăng "), 2<<20)
	if _, err := b.Put(t.Context(), "whole", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	r, _, err := b.Open(t.Context(), "whole")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if r.Close(); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d of %d bytes came back: %v", len(got), len(data), err)
	}
}

func TestSheltered(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1:9000": true, "localhost": true, "[::1]:9000": true, "minio:9000": false, "10.0.0.7:9000": false} {
		if got := (Settings{Endpoint: address}).sheltered(); got != want {
			t.Errorf("%s: %v", address, got)
		}
		if !(Settings{Endpoint: address, Secure: true}).sheltered() {
			t.Errorf("%s over TLS", address)
		}
	}
}

// A part that failed fails the write, and nothing of the upload stays.
func TestAPartThatFailsWhileOthersAreOnTheirWay(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, small())
	w, err := d.Create(t.Context(), "k", 60*mebibyte)
	if err != nil {
		t.Fatal(err)
	}
	u := w.(*upload)
	piece := make([]byte, mebibyte)
	for range 12 { // two parts of 5 MiB are on their way or there
		if _, err := w.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.abort(t.Context(), "k", u.id); err != nil { // the server knows the upload no more
		t.Fatal(err)
	}
	for range 60 {
		if _, err = w.Write(piece); err != nil {
			break
		}
	}
	if err == nil {
		_, err = w.Commit()
	} else {
		w.Abort()
	}
	if err == nil {
		t.Error("it was committed")
	}
	if ids, err := d.uploadsOf(t.Context(), "k"); err != nil || len(ids) > 0 {
		t.Errorf("uploads %q stay: %v", ids, err)
	}
	if _, err := d.Head(t.Context(), "k"); err == nil {
		t.Error("there is an object")
	}
}
