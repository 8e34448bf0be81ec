package miniostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// small makes everything happen sooner.
func small() limits {
	l := defaultLimits()
	l.part, l.piece, l.copyPart = 5*mebibyte, 5*mebibyte, 6*mebibyte // S3 wants parts of 5 MiB
	l.small, l.stall, l.retries = 2*time.Second, time.Second, 2
	return l
}

func connect(t *testing.T, server *miniotest.Server, l limits) *Driver {
	t.Helper()
	s, err := ParseDSN(server.DSN("faults"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := open(t.Context(), s, l)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// unavailable fails unless err says that the store does not answer, without the secret, and came soon.
func unavailable(t *testing.T, server *miniotest.Server, what string, began time.Time, err error) {
	t.Helper()
	if !errors.Is(err, archive.Fail(archive.Unavailable, "storage-unavailable")) {
		t.Errorf("%s: %v", what, err)
	} else if strings.Contains(err.Error(), server.Secret()) {
		t.Errorf("%s: the secret is in %v", what, err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("%s took %s", what, took)
	}
}

func everyCall(ctx context.Context, b *storage.Bucket) map[string]func() error {
	return map[string]func() error{
		"ping": func() error { return b.Ping(ctx) },
		"head": func() error { _, err := b.Head(ctx, "k"); return err },
		"open": func() error { _, _, err := b.Open(ctx, "k"); return err },
		"put": func() error {
			_, err := b.Put(ctx, "k", strings.NewReader("x"), 1, storage.PutOptions{})
			return err
		},
		"delete": func() error { return b.Delete(ctx, "k") },
		"copy":   func() error { return b.Copy(ctx, "k", "l") },
		"list": func() error {
			for _, err := range b.List(ctx, "") {
				return err
			}
			return nil
		},
	}
}

// everyCallFails makes the calls at once: each may take seconds.
func everyCallFails(t *testing.T, server *miniotest.Server, b *storage.Bucket) {
	t.Helper()
	var all sync.WaitGroup
	for what, call := range everyCall(t.Context(), b) {
		all.Go(func() {
			began := time.Now()
			unavailable(t, server, what, began, call())
		})
	}
	all.Wait()
}

func TestServerStopped(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, defaultLimits())
	b := storage.NewBucket(d)
	data := bytes.Repeat([]byte("0123456789abcdef"), 2*mebibyte)
	if _, err := b.Put(t.Context(), "k", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}

	body, _, err := b.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, body, 1000); err != nil {
		t.Fatal(err)
	}
	w, err := b.Create(t.Context(), "stream")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	given := 0
	stopping := func(p []byte) (int, error) {
		if given += len(p); given > 17*mebibyte {
			server.Stop()
		}
		return len(p), nil
	}
	began := time.Now()
	_, err = b.Put(t.Context(), "half", io.LimitReader(readFunc(stopping), int64(len(data))), int64(len(data)), storage.PutOptions{})
	unavailable(t, server, "a put in the middle of which the server stops", began, err)
	began = time.Now()
	_, err = io.Copy(io.Discard, body)
	unavailable(t, server, "a get in the middle of which the server stops", began, err)
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	began = time.Now()
	_, err = w.Commit()
	unavailable(t, server, "the commit of a stream", began, err)
	everyCallFails(t, server, b)
	began = time.Now()
	_, err = Open(t.Context(), server.DSN("faults"))
	unavailable(t, server, "open", began, err)

	// On the connections that are dead by now.
	server.Restart()
	if got, err := b.Head(t.Context(), "k"); err != nil || got.Size != int64(len(data)) {
		t.Errorf("after the restart: %+v, %v", got, err)
	}
	var keys []storage.Key
	for o, err := range b.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	if len(keys) != 1 {
		t.Errorf("after the restart: %q", keys)
	}
	if _, err := b.Put(t.Context(), "half", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Errorf("put after the restart: %v", err)
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// A server that takes connections and says nothing must not hang us either.
func TestServerFrozen(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, small())
	b := storage.NewBucket(d)
	data := make([]byte, 30*mebibyte)
	if _, err := b.Put(t.Context(), "k", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	body, _, err := b.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	server.Freeze()
	began := time.Now()
	_, err = io.Copy(io.Discard, body)
	unavailable(t, server, "read", began, err)
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	everyCallFails(t, server, b)
	began = time.Now()
	_, err = b.Put(t.Context(), "big", bytes.NewReader(data), int64(len(data)), storage.PutOptions{})
	unavailable(t, server, "a big put", began, err)
	server.Thaw()
	if err := b.Ping(t.Context()); err != nil {
		t.Errorf("after the thaw: %v", err)
	}
}

func TestWrongSecret(t *testing.T) {
	server := miniotest.Start(t)
	dsn := strings.Replace(server.DSN("faults"), server.Secret(), "wrong-secret", 1)
	_, err := Open(t.Context(), dsn)
	if !errors.Is(err, archive.Fail(archive.Unavailable, "storage-denied")) || strings.Contains(err.Error(), "wrong-secret") {
		t.Errorf("got %v", err)
	}
}

// Whoever forgot that the server does not encrypt is told what to write.
func TestServerWithoutTLS(t *testing.T) {
	server := miniotest.Start(t)
	dsn, ok := strings.CutSuffix(server.DSN("faults"), "?tls=false")
	_, err := Open(t.Context(), dsn)
	if !ok || !errors.Is(err, archive.Fail(archive.Unavailable, "storage-without-tls")) {
		t.Errorf("%s: %v", dsn, err)
	}
}

func TestBucketGone(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, small())
	d.bucket = "never-made" // removing one right after the start meets the server's own healing, which brings it back
	b := storage.NewBucket(d)
	for what, call := range everyCall(t.Context(), b) {
		if err := call(); archive.CodeOf(err) != archive.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// The server must refuse bytes that are not those that were meant.
func TestSumIsChecked(t *testing.T) {
	d := connect(t, miniotest.Start(t), small())
	u := d.newUpload(t.Context(), "k", storage.PutOptions{})
	u.buf = []byte("changed on the way")
	wrong := strings.Repeat("ab", 32)
	_, err := u.send(u.buf, func(body io.Reader) error {
		_, err := d.core.PutObject(t.Context(), d.bucket, "k", body, int64(len(u.buf)), "", wrong, minio.PutObjectOptions{DisableContentSha256: true})
		return err
	})
	if err == nil {
		t.Error("it was taken")
	}
	if err := u.sendWhole(); err != nil {
		t.Errorf("with the right sum: %v", err)
	}
}

// Multipart copies, and the parts of streams, at sizes that a test can afford.
func TestParts(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, small())
	b := storage.NewBucket(d)
	data := make([]byte, 16*mebibyte+3)
	for i := range data {
		data[i] = byte(i >> 12)
	}
	if _, err := b.Put(t.Context(), "k", bytes.NewReader(data), int64(len(data)), storage.PutOptions{ContentType: "video/mp4"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Copy(t.Context(), "k", "thư mục/%2F + bản sao"); err != nil {
		t.Fatal(err)
	}
	for _, key := range []storage.Key{"k", "thư mục/%2F + bản sao"} {
		body, o, err := b.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if err != nil || !bytes.Equal(got, data) || o.ContentType != "video/mp4" {
			t.Errorf("%s: %d bytes of %s, %v", key, len(got), o.ContentType, err)
		}
		if err := body.Close(); err != nil {
			t.Error(err)
		}
	}
	if n := uploads(t, d); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
}

func uploads(t *testing.T, d *Driver) int {
	t.Helper()
	n := 0
	for u := range d.core.ListIncompleteUploads(t.Context(), d.bucket, "", true) {
		if u.Err != nil {
			t.Fatal(u.Err)
		}
		n++
	}
	return n
}

func TestFailedUploadsAreAborted(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, small())
	b := storage.NewBucket(d)
	for range 2 {
		w, err := b.Create(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, 12*mebibyte)); err != nil {
			t.Fatal(err)
		}
		if n := uploads(t, d); n != 1 {
			t.Fatalf("%d uploads under way", n)
		}
		w.Abort()
	}
	ctx, cancel := context.WithCancel(t.Context())
	given := 0
	_, err := b.Put(ctx, "k", readFunc(func(p []byte) (int, error) {
		if given += len(p); given > 12*mebibyte {
			cancel()
		}
		return len(p), nil
	}), 20*mebibyte, storage.PutOptions{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled put: %v", err)
	}
	if n := uploads(t, d); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
}

func TestOrphansAreSwept(t *testing.T) {
	server := miniotest.Start(t)
	d := connect(t, server, small())
	if _, err := d.core.NewMultipartUpload(t.Context(), d.bucket, "orphan", minio.PutObjectOptions{}); err != nil {
		t.Fatal(err)
	}
	connect(t, server, small())
	if n := uploads(t, d); n != 1 {
		t.Errorf("%d uploads: a young one was swept", n)
	}
	// A large file may take longer than a day: what counts is its last part.
	began := time.Now()
	w, err := d.Create(t.Context(), "slow", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 6*mebibyte)); err != nil {
		t.Fatal(err)
	}
	if err := w.(*upload).land(0); err != nil { // the part has arrived
		t.Fatal(err)
	}
	late := small()
	late.orphan = time.Hour
	for info := range d.core.ListIncompleteUploads(t.Context(), d.bucket, "slow", true) {
		info.Initiated = began.Add(-48 * time.Hour)
		if living, err := connect(t, server, late).living(t.Context(), info); err != nil || !living {
			t.Errorf("an upload that has just got a part passes for dead: %v", err)
		}
	}
	w.Abort()
	soon := small()
	soon.orphan = 0
	connect(t, server, soon)
	if n := uploads(t, d); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
}

func TestPartSize(t *testing.T) {
	for _, size := range []int64{0, 1, 16 * mebibyte, 100 << 30, 160_000 * mebibyte, 160_000*mebibyte + 1, 1 << 40, maxObject} {
		part := partSize(size, 16*mebibyte)
		if parts := (size + part - 1) / part; parts > maxParts || part < 16*mebibyte || part > 5<<30 {
			t.Errorf("%d bytes: %d parts of %d", size, parts, part)
		}
	}
	if part := partSize(1<<30, 16*mebibyte); part != 16*mebibyte {
		t.Errorf("a gigabyte goes in parts of %d", part)
	}
}

// 10,000 growing parts hold the largest object that S3 knows, and the part in memory stays bounded.
func TestGrowingParts(t *testing.T) {
	l := defaultLimits()
	var sum, at156 int64
	for n := range maxParts {
		part := growing(n, l)
		if n > 0 && part < growing(n-1, l) {
			t.Fatalf("part %d is smaller than the one before", n)
		}
		if sum += part; sum < 156<<30 {
			at156 = part
		}
	}
	if last := growing(maxParts-1, l); sum < maxObject || last > 1040*mebibyte || at156 > 200*mebibyte {
		t.Errorf("%d parts hold %d bytes; at 156 GiB one has %d, the last %d", maxParts, sum, at156, last)
	}
	if first := growing(0, l); first != l.part {
		t.Errorf("the first has %d", first)
	}
}

// The server takes parts of different sizes, of a stream that nothing is known of, that is shorter, and that is longer than said.
func TestStreamsOfEveryLength(t *testing.T) {
	l := small()
	l.growth = 1 // 5, 10, 15 MiB
	d := connect(t, miniotest.Start(t), l)
	b := storage.NewBucket(d)
	data := make([]byte, 31*mebibyte+7)
	for i := range data {
		data[i] = byte(i >> 12)
	}
	for about, want := range map[int64][]int64{
		0:                  {5, 10, 15, 1},
		3:                  {5, 10, 15, 1},
		int64(len(data)):   {5, 5, 5, 5, 5, 5, 1},
		11 * mebibyte:      {5, 5, 5, 16},
		100_000 * mebibyte: {10, 10, 10, 1},
		2 * maxObject:      {31},
	} {
		t.Run(fmt.Sprint(about), func(t *testing.T) {
			key := storage.Key(fmt.Sprint("about-", about))
			w, err := b.CreateAbout(t.Context(), key, about)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Abort()
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Commit(); err != nil {
				t.Fatal(err)
			}
			body, _, err := b.Open(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes came back, %v", len(got), err)
			}
			if got := partsOf(t, d, key, len(want)); !slices.Equal(got, want) {
				t.Errorf("parts of %v MiB, want %v", got, want)
			}
		})
	}
}

// partsOf returns the sizes of an object's parts in MiB.
func partsOf(t *testing.T, d *Driver, key storage.Key, n int) []int64 {
	t.Helper()
	var sizes []int64
	for part := 1; part <= n; part++ {
		info, err := d.core.StatObject(t.Context(), d.bucket, string(key), minio.StatObjectOptions{PartNumber: part})
		if err != nil {
			t.Fatalf("part %d: %v", part, err)
		}
		sizes = append(sizes, info.Size/mebibyte)
	}
	return sizes
}

func TestTooLarge(t *testing.T) {
	b := storage.NewBucket(&Driver{})
	_, err := b.Put(t.Context(), "k", strings.NewReader(""), maxObject+1, storage.PutOptions{})
	if !errors.Is(err, archive.Fail(archive.TooLarge, "object-too-large")) {
		t.Errorf("got %v", err)
	}
}

// TestServerFull fills the server's disk. Where mounting is not allowed, which it must be in CI, TestTranslateAnswer has to do.
func TestServerFull(t *testing.T) {
	drive := t.TempDir()
	if err := syscall.Mount("tmpfs", drive, "tmpfs", 0, "size=48m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to mount a small disk: %v", err)
		}
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(drive, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	server := miniotest.StartOn(t, drive)
	b := storage.NewBucket(connect(t, server, small()))
	if _, err := b.Put(t.Context(), "there", strings.NewReader("x"), 1, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	data := make([]byte, 64*mebibyte)
	_, err := b.Put(t.Context(), "big", bytes.NewReader(data), int64(len(data)), storage.PutOptions{})
	if !errors.Is(err, archive.Fail(archive.Unavailable, "storage-full")) {
		t.Errorf("got %v", err)
	}
	if _, err := b.Head(t.Context(), "big"); archive.CodeOf(err) != archive.NotFound {
		t.Errorf("half of it is there: %v", err)
	}
	if _, err := b.Head(t.Context(), "there"); err != nil {
		t.Errorf("what was there: %v", err)
	}
}

// What servers say, also of what no test here can bring them to.
func TestTranslateAnswer(t *testing.T) {
	for _, c := range []struct {
		answer minio.ErrorResponse
		code   archive.Code
		reason archive.Reason
	}{
		{minio.ErrorResponse{Code: "XMinioStorageFull", StatusCode: 507}, archive.Unavailable, "storage-full"},
		{minio.ErrorResponse{Code: "XMinioAdminBucketQuotaExceeded", StatusCode: 400}, archive.Unavailable, "storage-full"},
		{minio.ErrorResponse{Code: "SlowDown", StatusCode: 503}, archive.Unavailable, "storage-unavailable"},
		{minio.ErrorResponse{Code: "XMinioServerNotInitialized", StatusCode: 503}, archive.Unavailable, "storage-unavailable"},
		{minio.ErrorResponse{Code: "InternalError", StatusCode: 500}, archive.Unavailable, "storage-unavailable"},
		{minio.ErrorResponse{Code: "AccessDenied", StatusCode: 403}, archive.Unavailable, "storage-denied"},
		{minio.ErrorResponse{Code: "NoSuchKey", StatusCode: 404}, archive.NotFound, "object-missing"},
		{minio.ErrorResponse{Code: "XMinioParentIsObject", StatusCode: 400}, archive.Conflict, "key-conflict"},
	} {
		if err := translateAnswer(c.answer, "k"); !errors.Is(err, archive.Fail(c.code, c.reason)) {
			t.Errorf("%s: %v", c.answer.Code, err)
		}
	}
}
