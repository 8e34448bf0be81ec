package miniostore

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/storage"
	"vannghe/storage/miniostore/miniotest"
)

// film is a store that holds a megabyte that does not repeat.
func film(t *testing.T) (*miniotest.Server, *Driver, []byte) {
	t.Helper()
	server := miniotest.Start(t)
	d := connect(t, server, small())
	data := make([]byte, 4*mebibyte)
	if _, err := rand.NewChaCha8([32]byte{7}).Read(data); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.NewBucket(d).Put(t.Context(), "phim/Bến trăng.mp4", bytes.NewReader(data), int64(len(data)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	return server, d, data
}

func part(ctx context.Context, t *testing.T, d *Driver, at, n int64) io.ReadCloser {
	t.Helper()
	r, o, err := d.Open(ctx, "phim/Bến trăng.mp4", storage.Span{Offset: at, Length: n})
	if err != nil {
		t.Fatal(err)
	}
	if want, err := d.Head(t.Context(), "phim/Bến trăng.mp4"); err != nil || !o.ModTime.Equal(want.ModTime) || o.ETag != want.ETag || o.Size != want.Size {
		t.Errorf("described as %+v, not %+v: %v", o, want, err)
	}
	return r
}

func waiting(d *Driver) int {
	d.lines.mu.Lock()
	defer d.lines.mu.Unlock()
	return len(d.lines.idle)
}

// send takes a part as web/respond does, by way of a connection, step by step.
func send(t *testing.T, from *stream, most int64) []byte {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	got := make(chan []byte)
	go func() {
		c, err := listener.Accept()
		if err != nil {
			close(got)
			return
		}
		all, _ := io.ReadAll(c)
		got <- all
	}()
	to, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for {
		r, n, err := from.Run(most)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.(io.ReaderFrom).ReadFrom(&io.LimitedReader{R: r, N: n}); err != nil {
			t.Fatal(err)
		}
	}
	from.Finished()
	to.Close()
	return <-got
}

// A part comes over a line as it was put, read or spliced, and the line serves the next.
func TestPartsOverALine(t *testing.T) {
	_, d, data := film(t)
	for _, at := range []struct{ from, n int64 }{{0, mebibyte}, {123, lineFrom}, {3*mebibyte + 5, 2 * mebibyte}} {
		want := data[at.from:min(at.from+at.n, int64(len(data)))]
		r := part(t.Context(), t, d, at.from, at.n)
		s, ok := r.(*stream)
		if !ok {
			t.Fatalf("%d bytes were not asked for over a line", at.n)
		}
		if got := send(t, s, 100_000); !bytes.Equal(got, want) {
			t.Errorf("%d bytes from %d on came otherwise (%d)", at.n, at.from, len(got))
		}
		if err := r.Close(); err != nil || waiting(d) != 1 {
			t.Errorf("%d lines wait: %v", waiting(d), err)
		}
		r = part(t.Context(), t, d, at.from, at.n)
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes from %d on were read otherwise (%d): %v", at.n, at.from, len(got), err)
		}
		if err := r.Close(); err != nil || waiting(d) != 1 {
			t.Errorf("%d lines wait: %v", waiting(d), err)
		}
	}
}

// On a line of which not all was read the next answer would begin in the middle of this one.
func TestALineWithALeftoverServesNobody(t *testing.T) {
	_, d, _ := film(t)
	for what, act := range map[string]func(*stream, context.CancelFunc){
		"nothing was read":       func(*stream, context.CancelFunc) {},
		"handed out, not read":   func(s *stream, _ context.CancelFunc) { _, _, _ = s.Run(4 * mebibyte); s.left = 0 },
		"the player left":        func(s *stream, leave context.CancelFunc) { _, _ = s.Read(make([]byte, 10)); leave() },
		"said to be read before": func(s *stream, _ context.CancelFunc) { s.Finished() },
	} {
		ctx, leave := context.WithCancel(t.Context())
		r := part(ctx, t, d, 0, mebibyte)
		act(r.(*stream), leave)
		if err := r.Close(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		leave()
		if n := waiting(d); n != 0 {
			t.Errorf("%s: %d lines wait", what, n)
		}
	}
}

// What does not go well on a line is asked for again by minio-go, whose errors are those of storage.
func TestErrorsBesideALine(t *testing.T) {
	server, d, data := film(t)
	if _, _, err := d.Open(t.Context(), "no/such", storage.Span{Length: mebibyte}); archive.ReasonOf(err) != "object-missing" {
		t.Errorf("a missing object: %v", err)
	}
	if _, _, err := d.Open(t.Context(), "phim/Bến trăng.mp4", storage.Span{Offset: 9 * mebibyte, Length: mebibyte}); archive.ReasonOf(err) != "range-unsatisfiable" {
		t.Errorf("beyond the end: %v", err)
	}
	r := part(t.Context(), t, d, 0, mebibyte)
	if _, err := io.Copy(io.Discard, r); err != nil || waiting(d) != 1 {
		t.Fatalf("%d lines wait: %v", waiting(d), err)
	}
	server.Stop()
	server.Restart() // the line that waits is dead
	r = part(t.Context(), t, d, 7, lineFrom)
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, data[7:7+lineFrom]) {
		t.Errorf("after a restart %d bytes: %v", len(got), err)
	}
}

// A server that falls silent in the middle of a part, or before it, is found out in time, and a cut is no end.
func TestSilenceOnALine(t *testing.T) {
	server, d, _ := film(t)
	r := part(t.Context(), t, d, 0, 4*mebibyte)
	if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	server.Freeze()
	began := time.Now()
	_, err := io.Copy(io.Discard, r)
	if err == nil { // all of it lay in the kernel's buffers
		t.Log("the server had sent everything")
	} else {
		unavailable(t, server, "reading on", began, err)
	}
	r.Close()
	began = time.Now()
	_, _, err = d.Open(t.Context(), "phim/Bến trăng.mp4", storage.Span{Length: mebibyte})
	unavailable(t, server, "asking", began, err)
	server.Thaw()
	r = part(t.Context(), t, d, 0, 4*mebibyte)
	if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if n, err := io.Copy(io.Discard, r); err == nil && n < 4*mebibyte-1000 {
		t.Errorf("a part that was cut after %d bytes looks whole", n)
	}
	r.Close()
}
