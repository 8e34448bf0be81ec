package respond

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// quick is the time for an answer made in memory on the page's stage: much shorter than the slow client takes.
const quick = 200 * time.Millisecond

// newPage is a stage that answers a text of size bytes from memory.
func newPage(t *testing.T, size int) *stage {
	t.Helper()
	s := &stage{content: make([]byte, size), streams: NewStreams()}
	_, _ = rand.NewChaCha8([32]byte{3}).Read(s.content) // never fails
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true, WriteTimeout: quick})
	app.Get("/o", func(c *fiber.Ctx) error {
		pass := s.streams.Enter("work", archive.Public())
		defer pass.Leave()
		Carry(c, pass)
		return Text{Type: "text/html; charset=utf-8", Cache: Revalidate, Body: s.content}.Send(c)
	})
	app.Get("/small", func(c *fiber.Ctx) error { return Text{Type: "text/plain", Body: []byte("small")}.Send(c) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		if err := app.Listener(ln); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		served.Wait()
	})
	s.addr, s.url = ln.Addr().String(), "http://"+ln.Addr().String()+"/o"
	return s
}

// TestLongTextOnASlowLine holds that a text which no buffer takes in arrives whole, however much longer than an answer's time its
// reader needs, and that the connection can be used again.
func TestLongTextOnASlowLine(t *testing.T) {
	s := newPage(t, 32<<20)
	conn := slowClient(t, s)
	began := time.Now()
	pace := time.NewTicker(10 * time.Millisecond)
	defer pace.Stop()
	got, want := 0, len(s.content)-1024 // the head and the first bytes were read by slowClient
	for got < want {
		<-pace.C
		n, err := io.CopyN(io.Discard, conn, int64(min(256<<10, want-got)))
		if got += int(n); err != nil {
			t.Fatalf("cut after %d of %d bytes and %v: %v", got, want, time.Since(began), err)
		}
	}
	if took := time.Since(began); took < 2*quick {
		t.Fatalf("the line was not slow: %v", took)
	}
}

func TestLongTextIsWhole(t *testing.T) {
	for _, size := range []int{stepBytes - 1, stepBytes, stepBytes + 1, 3*stepBytes + 7} {
		s := newPage(t, size)
		resp, body := s.get(t, http.MethodGet, http.Header{"Accept-Encoding": {"identity"}})
		if resp.StatusCode != 200 || resp.ContentLength != int64(size) || !bytes.Equal(body, s.content) {
			t.Errorf("%d bytes: status %d, length %d, %d bytes came", size, resp.StatusCode, resp.ContentLength, len(body))
		}
		head, body := s.get(t, http.MethodHead, http.Header{"Accept-Encoding": {"identity"}})
		if head.ContentLength != int64(size) || len(body) != 0 {
			t.Errorf("%d bytes: HEAD says %d", size, head.ContentLength)
		}
		if again, _ := s.get(t, http.MethodGet, http.Header{"If-None-Match": {resp.Header.Get("ETag")}}); again.StatusCode != http.StatusNotModified {
			t.Errorf("%d bytes: again %d", size, again.StatusCode)
		}
	}
}

func TestCutEndsALongText(t *testing.T) {
	s := newPage(t, 64<<20)
	conn := slowClient(t, s)
	if n := s.streams.Cut("work", nil); n != 1 {
		t.Fatalf("cut %d answers, want 1", n)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, conn)
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the client read %d bytes more and then %v; want a reset connection", n, err)
	}
}

// A long text leaves nothing behind on its connection: no registration, no deadline.
func TestAfterALongText(t *testing.T) {
	s := newPage(t, 4<<20)
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET /o HTTP/1.1\r\nHost: x\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil || !bytes.Contains(all, s.content) || !bytes.HasSuffix(all, []byte("\r\n\r\nsmall")) {
		t.Errorf("%d bytes came, ending %q: %v", len(all), all[max(0, len(all)-20):], err)
	}
	if open := s.streams.Viewers(); len(open) != 0 {
		t.Errorf("still registered: %v", open)
	}
}
