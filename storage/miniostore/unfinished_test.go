package miniostore

import (
	"bytes"
	"crypto/sha256"
	"io"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

func mixed(n int) []byte {
	var out []byte
	sum := sha256.Sum256([]byte("unfinished"))
	for len(out) < n {
		sum = sha256.Sum256(sum[:])
		out = append(out, sum[:]...)
	}
	return out[:n]
}

// TestUnfinishedSurvivesTheServer: a server that is killed while parts come, and one that hangs, lose nothing that was flushed.
func TestUnfinishedSurvivesTheServer(t *testing.T) {
	server := miniotest.Start(t)
	b := storage.NewBucket(connect(t, server, small()))
	whole := mixed(13 * mebibyte)
	size := int64(len(whole))
	u, err := b.Resume(t.Context(), "k", 0, size)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Write(whole[:6*mebibyte]); err != nil {
		t.Fatal(err)
	}
	if err := u.Flush(); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	began := time.Now()
	_, err = u.Write(whole[6*mebibyte:])
	if err == nil { // the part may be still on its way
		err = u.Flush()
	}
	unavailable(t, server, "a part to a dead server", began, err)
	u.Close()
	began = time.Now()
	_, err = b.Resume(t.Context(), "k", 6*mebibyte, size)
	unavailable(t, server, "going on with a dead server", began, err)
	began = time.Now()
	unavailable(t, server, "forgetting at a dead server", began, b.Forget(t.Context(), "k"))
	server.Restart()
	if u, err = b.Resume(t.Context(), "k", 6*mebibyte, size); err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if _, err := u.Write(whole[6*mebibyte:]); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Commit(); err != nil {
		t.Fatal(err)
	}
	body, _, err := b.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// TestFlushBehindADeadServer: of parts that are on their way when the server dies none is called durable.
func TestFlushBehindADeadServer(t *testing.T) {
	server := miniotest.Start(t)
	b := storage.NewBucket(connect(t, server, small()))
	u, err := b.Resume(t.Context(), "k", 0, 20*mebibyte)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if _, err := u.Write(make([]byte, 5*mebibyte)); err != nil {
		t.Fatal(err)
	}
	if err := <-u.FlushBehind(); err != nil {
		t.Fatal(err)
	}
	server.Freeze()
	began := time.Now()
	if _, err := u.Write(make([]byte, 10*mebibyte)); err != nil {
		t.Fatal(err)
	}
	done := u.FlushBehind()
	server.Stop()
	unavailable(t, server, "a flush behind", began, <-done)
	_, err = u.Write(make([]byte, 5*mebibyte))
	unavailable(t, server, "the next part", began, err)
}

// TestTailsAreSwept: what nobody goes on with is gone after its time, and not before.
func TestTailsAreSwept(t *testing.T) {
	server := miniotest.Start(t)
	b := storage.NewBucket(connect(t, server, small()))
	u, err := b.Resume(t.Context(), "k", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	defer u.Close()
	if _, err := u.Write(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := u.Flush(); err != nil {
		t.Fatal(err)
	}
	connect(t, server, small())
	if again, err := b.Resume(t.Context(), "k", 10, 100); err != nil {
		t.Fatalf("a young one was swept: %v", err)
	} else {
		again.Close()
	}
	soon := small()
	soon.orphan = 0
	connect(t, server, soon)
	if _, err := b.Resume(t.Context(), "k", 10, 100); archive.ReasonOf(err) != "unfinished-missing" {
		t.Errorf("%v", err)
	}
}
