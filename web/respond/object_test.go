package respond

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// stage is a server on a real loopback connection that sends one file.
type stage struct {
	url     string
	addr    string
	content []byte
	streams *Streams
	closed  chan struct{} // one value for every source closed
}

const stageTag = `"stage"`

var stageTime = time.Date(2023, 11, 21, 8, 30, 0, 0, time.UTC)

// source tells when it is closed. plain hides the *os.File, so that the bytes go through this process as those of MinIO do.
type source struct {
	io.ReadCloser
	closed chan<- struct{}
}

func (s source) Close() error {
	err := s.ReadCloser.Close()
	s.closed <- struct{}{}
	return err
}

func newStage(t testing.TB, size int, sendfile bool) *stage {
	t.Helper()
	s := &stage{content: make([]byte, size), streams: NewStreams(), closed: make(chan struct{}, 1024)}
	_, _ = rand.NewChaCha8([32]byte{1}).Read(s.content) // never fails
	name := filepath.Join(t.TempDir(), "object")
	if err := os.WriteFile(name, s.content, 0o600); err != nil {
		t.Fatal(err)
	}
	open := func(_ context.Context, offset, _ int64) (io.ReadCloser, error) {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		if _, err := f.Seek(offset, io.SeekStart); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if sendfile {
			return f, nil
		}
		return source{f, s.closed}, nil
	}
	s.start(t, Object{Size: int64(size), Type: "video/mp4", ETag: stageTag, Modified: stageTime, Cache: Brief, Open: open})
	return s
}

func (s *stage) start(t testing.TB, o Object) {
	t.Helper()
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	app.Get("/o", func(c *fiber.Ctx) error {
		pass := s.streams.Enter("work", archive.Public())
		defer pass.Leave()
		return o.Send(c, pass)
	})
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
}

// reply is an answer read to its end.
type reply struct {
	StatusCode    int
	Header        http.Header
	ContentLength int64
}

func (s *stage) get(t testing.TB, method string, header http.Header) (reply, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		req.Header = header
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := resp.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %v: %v", method, header, err)
	}
	return reply{resp.StatusCode, resp.Header, resp.ContentLength}, body
}

func TestObject(t *testing.T) {
	const size = 3<<20 + 17 // several steps and a rest
	for _, way := range []struct {
		name     string
		sendfile bool
	}{{"sendfile", true}, {"reader", false}} {
		t.Run(way.name, func(t *testing.T) {
			s := newStage(t, size, way.sendfile)
			cases := []struct {
				sentence string
				method   string
				header   http.Header
				status   int
				want     []byte
				length   int64
			}{
				{"the whole", "GET", nil, 200, s.content, size},
				{"its head", "HEAD", nil, 200, nil, size},
				{"HEAD ignores a range", "HEAD", http.Header{"Range": {"bytes=0-9"}}, 200, nil, size},
				{"a part in the middle", "GET", http.Header{"Range": {"bytes=1000-1999999"}}, 206, s.content[1000:2000000], 1999000},
				{"the end", "GET", http.Header{"Range": {"bytes=-17"}}, 206, s.content[size-17:], 17},
				{"outside", "GET", http.Header{"Range": {"bytes=99999999-"}}, 416, nil, 0},
				{"a part of the state it holds", "GET", http.Header{"Range": {"bytes=0-9"}, "If-Range": {stageTag}}, 206, s.content[:10], 10},
				{"a part of another state", "GET", http.Header{"Range": {"bytes=0-9"}, "If-Range": {`"old"`}}, 200, s.content, size},
				{"unchanged", "GET", http.Header{"If-None-Match": {stageTag}, "Range": {"bytes=0-9"}}, 304, nil, 0},
				{"must be another", "GET", http.Header{"If-Match": {`"old"`}}, 412, nil, 0},
			}
			for _, c := range cases {
				t.Run(c.sentence, func(t *testing.T) {
					resp, body := s.get(t, c.method, c.header)
					if resp.StatusCode != c.status || !bytes.Equal(body, c.want) {
						t.Fatalf("status %d with %d bytes, want %d with %d", resp.StatusCode, len(body), c.status, len(c.want))
					}
					if c.status < 300 && resp.ContentLength != c.length {
						t.Errorf("Content-Length %d, want %d", resp.ContentLength, c.length)
					}
					if resp.Header.Get("ETag") != stageTag || resp.Header.Get("Accept-Ranges") != "bytes" {
						t.Errorf("validators or Accept-Ranges missing: %v", resp.Header)
					}
				})
			}
		})
	}
}

func TestEmptyObject(t *testing.T) {
	s := newStage(t, 0, true)
	resp, body := s.get(t, "GET", http.Header{"Range": {"bytes=0-"}})
	if resp.StatusCode != 200 || len(body) != 0 || resp.ContentLength != 0 {
		t.Errorf("status %d, %d bytes, Content-Length %d", resp.StatusCode, len(body), resp.ContentLength)
	}
}

// TestKeepAlive proves that an answer is exactly as long as it says: the next one on the same connection is read in step.
func TestKeepAlive(t *testing.T) {
	s := newStage(t, 1<<20, true)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer client.CloseIdleConnections()
	for i := range 20 {
		a, b := i*1000, i*30000+500000
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", a, b))
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if want := s.content[a:min(b+1, len(s.content))]; !bytes.Equal(body, want) {
			t.Fatalf("answer %d: %d bytes, want %d", i, len(body), len(want))
		}
	}
}

// slowClient asks for the whole object and reads only the first bytes of the answer.
func slowClient(t *testing.T, s *stage) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "GET /o HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 1024)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestDisconnectFreesTheSource(t *testing.T) {
	s := newStage(t, 64<<20, false)
	conn := slowClient(t, s)
	if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	await(t, s.closed, "the source was not closed after the client left")
	s.get(t, "HEAD", nil)
	if open := s.streams.Viewers(); len(open) != 0 {
		t.Errorf("still registered: %v", open)
	}
}

func TestCutEndsAnOpenStream(t *testing.T) {
	s := newStage(t, 64<<20, false)
	conn := slowClient(t, s)
	if n := s.streams.Cut("another", nil); n != 0 {
		t.Fatalf("cut %d streams of another work", n)
	}
	if n := s.streams.Cut("work", func(archive.Viewer) bool { return true }); n != 0 {
		t.Fatalf("cut %d streams of viewers who may go on", n)
	}
	if n := s.streams.Cut("work", nil); n != 1 {
		t.Fatalf("cut %d streams, want 1", n)
	}
	await(t, s.closed, "the source was not closed after the cut")
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, conn)
	if err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the client read %d bytes more and then %v; want a reset connection", n, err)
	}
}

// TestCutBetweenQuestionAndBody is the race that a registration after the question would lose.
func TestCutBetweenQuestionAndBody(t *testing.T) {
	streams := NewStreams()
	pass := streams.Enter("work", archive.Public())
	streams.Cut("work", nil)
	if pass.hold(func() {}) {
		t.Error("a pass that was cut let a body begin")
	}
	pass.Leave()
	if open := streams.Viewers(); len(open) != 0 {
		t.Errorf("still registered: %v", open)
	}
}

func TestShortSourceClosesTheConnection(t *testing.T) {
	s := &stage{streams: NewStreams()}
	s.start(t, Object{Size: 1 << 20, Type: "video/mp4", Open: func(context.Context, int64, int64) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(strings.Repeat("short", 100_000))), nil
	}})
	resp, err := http.Get(s.url)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err == nil {
		t.Errorf("read %d of %d bytes as if that were all", len(body), resp.ContentLength)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

func await(t *testing.T, signal <-chan struct{}, otherwise string) {
	t.Helper()
	select {
	case <-signal:
	case <-time.After(20 * time.Second):
		t.Fatal(otherwise)
	}
}

// FuzzRange holds that every answer is consistent in itself and with the object, whatever the headers say.
func FuzzRange(f *testing.F) {
	const size = 4096
	s := newStage(f, size, true)
	for _, seed := range [][2]string{
		{"bytes=0-99", ""}, {"bytes=-5", stageTag}, {"bytes=4096-", ""}, {"bytes=5-1", `W/"stage"`}, {"bytes=0-0,2-3", ""},
		{"bytes=99999999999999999999-", "Tue, 21 Nov 2023 08:30:00 GMT"}, {"=", `"`}, {"bytes=,", ","},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, rangeField, ifRange string) {
		header := http.Header{}
		for name, value := range map[string]string{"Range": rangeField, "If-Range": ifRange} {
			if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Skip("not a header value")
			}
			header.Set(name, value)
		}
		resp, body := s.get(t, "GET", header)
		if resp.ContentLength != int64(len(body)) {
			t.Fatalf("Content-Length %d with %d bytes", resp.ContentLength, len(body))
		}
		checkAnswer(t, s.content, resp, body)
	})
}

func checkAnswer(t *testing.T, content []byte, resp reply, body []byte) {
	t.Helper()
	cr := resp.Header.Get("Content-Range")
	switch resp.StatusCode {
	case 200:
		if cr != "" || !bytes.Equal(body, content) {
			t.Fatalf("200 with %d bytes and Content-Range %q", len(body), cr)
		}
	case 206:
		var a, b, n int
		if _, err := fmt.Sscanf(cr, "bytes %d-%d/%d", &a, &b, &n); err != nil || n != len(content) || a > b || b >= n {
			t.Fatalf("Content-Range %q: %v", cr, err)
		}
		if !bytes.Equal(body, content[a:b+1]) {
			t.Fatalf("206 %s with %d other bytes", cr, len(body))
		}
	case 416:
		if cr != "bytes */"+strconv.Itoa(len(content)) || len(body) != 0 {
			t.Fatalf("416 with %d bytes and Content-Range %q", len(body), cr)
		}
	default:
		t.Fatalf("status %d", resp.StatusCode)
	}
}
