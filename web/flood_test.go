package web_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/address"
)

// One client that asks too often is told so, and when to come back; others, and who reads media, notice nothing.
func TestOneClientCannotFlood(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	w.poem("Bến trăng", "Trăng nghiêng bến cũ")
	w.settle()
	const loud, calm = "X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 203.0.113.10"
	for _, c := range []struct {
		path, sentence string
	}{
		{"/tim-kiem?q=trang", "quá nhiều lượt xem"},
		{"/en/tim-kiem?q=trang", "Too many pages"},
		{"/api/v1/search?q=trang", "asked-too-often"},
		{"/the-loai", "quá nhiều lượt xem"},
	} {
		var a answer
		for range 2000 { // more than come back meanwhile, on a slow machine too
			if a = n.get(c.path, loud); a.StatusCode != 200 {
				break
			}
		}
		a.expect(t, 429, c.sentence)
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s: not told when to come back", c.path)
		}
		n.get(c.path, calm).expect(t, 200)
	}
	n.get("/assets/"+"missing.css", loud).expect(t, 404)
	n.get("/healthz", loud).expect(t, 200)
}

// dialled is a connection that belongs to a test.
func dialled(t *testing.T, n *node, sends string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", n.addr)
	n.w.must(err)
	t.Cleanup(func() { _ = c.Close() })
	n.w.must(c.SetDeadline(time.Now().Add(time.Minute)))
	if sends != "" {
		_, err = io.WriteString(c, sends)
		n.w.must(err)
	}
	return c
}

// Whatever a head or a body is made of, the answer says what was wrong with it.
func TestFloodsOfHeadsAndBodies(t *testing.T) {
	n := newWorld(t, 1, nil).nodes[0]
	many := strings.Repeat("X-A: b\r\n", 10_000)
	for _, c := range []struct {
		name, sends string
		status      int
	}{
		{"a head without end", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("a", 200_000), 431},
		{"ten thousand lines of head", "GET / HTTP/1.1\r\nHost: x\r\n" + many, 431},
		{"an address without end", "GET /" + strings.Repeat("a", 100_000), 431},
		{"no request at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
		{"a body of ten gigabytes announced", "POST /dang-nhap HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + strings.Repeat("a", 100_000), 413},
		{"a body in pieces without end", "POST /dang-nhap HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + strings.Repeat("10000\r\n"+strings.Repeat("a", 1<<16)+"\r\n", 40) + "0\r\n\r\n", 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dialled(t, n, "")
			var sending sync.WaitGroup
			sending.Go(func() { _, _ = io.WriteString(conn, c.sends) }) // the server may close before it has all
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			n.w.must(err)
			body, err := io.ReadAll(resp.Body)
			n.w.must(errors.Join(err, resp.Body.Close()))
			_ = conn.Close()
			sending.Wait()
			if resp.StatusCode != c.status || len(body) == 0 {
				t.Errorf("status %d, want %d\n%.200s", resp.StatusCode, c.status, body)
			}
		})
	}
	n.get("/healthz").expect(t, 200)
}

// A telephone on a slow line sends its form at its pace, longer than the time of a whole request; who stops in the middle is told so.
// With VANNGHE_SLOW the line is held for 45 s, else for a moment.
func TestSlowBodies(t *testing.T) {
	n := newWorld(t, 1, nil).nodes[0]
	total, every := 20_000, 500*time.Millisecond
	long := os.Getenv("VANNGHE_SLOW") != ""
	pieces := 4
	if long {
		pieces = 90
	}
	conn := dialled(t, n, fmt.Sprintf("POST /dang-nhap/so HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\nso=12&x=", pieces*(total/4)+8))
	n.w.must(conn.SetDeadline(time.Now().Add(3 * time.Minute)))
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range pieces {
		<-tick.C
		_, err := io.WriteString(conn, strings.Repeat("a", total/4))
		n.w.must(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	n.w.must(err)
	n.w.must(resp.Body.Close())
	if resp.StatusCode != 400 { // heard, and the digits were wrong
		t.Errorf("a slow form: status %d", resp.StatusCode)
	}
	if !long {
		return
	}
	silent := dialled(t, n, "POST /dang-nhap/so HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 20000\r\n\r\n"+strings.Repeat("a", 12_000))
	resp, err = http.ReadResponse(bufio.NewReader(silent), nil)
	n.w.must(err)
	n.w.must(resp.Body.Close())
	if resp.StatusCode != 408 {
		t.Errorf("a body that stopped: status %d", resp.StatusCode)
	}
}

// A page that a crowd asks for in the same second is made once, and a withdrawal is told of within two seconds all the same; what a signed-in device
// sees is never given to others.
func TestCrowdedPage(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	poem := w.poem("Bến trăng", "Trăng nghiêng bến cũ")
	path, admin := address.Work(poem.ID, poem.Title), w.device(archive.Administrator)
	first, named := n.get(path), map[string]bool{}
	n.fromMemory(t, path)
	for range 200 {
		a := n.get(path).expect(t, 200, "Trăng nghiêng")
		if id := a.Header.Get("X-Request-Id"); named[id] || id == "" {
			t.Fatalf("two requests are named %q", id)
		} else {
			named[id] = true
		}
		if !bytes.Equal(a.body, first.body) || a.Header.Get("Content-Type") != first.Header.Get("Content-Type") ||
			a.Header.Get("Content-Security-Policy") != first.Header.Get("Content-Security-Policy") || a.Header.Get("ETag") != first.Header.Get("ETag") {
			t.Fatalf("another page than before: %v, %v", a.Header, first.Header)
		}
	}
	if a := n.get(path, admin...).expect(t, 200); bytes.Equal(a.body, first.body) {
		t.Error("an administrator is given the page of the public")
	}
	n.get(path).expect(t, 200)
	n.get("/en"+path).expect(t, 200, "<html lang=\"en\"")
	began := time.Now()
	w.withdraw(poem.ID, "Theo đề nghị của gia đình tác giả.")
	for n.get(path).StatusCode != 410 {
		if time.Since(began) > 2*time.Second {
			t.Fatal("still shown after two seconds")
		}
	}
}

// A page from memory is given only to who asked for that very page: by the same host, in the same way, with nothing more in the head or behind it.
func TestCrowdedPageByOtherWays(t *testing.T) {
	w := newWorld(t, 1, nil)
	n := w.nodes[0]
	poem := w.poem("Bến trăng", "Trăng nghiêng bến cũ")
	w.settle()
	path := address.Work(poem.ID, poem.Title)
	var crowd sync.WaitGroup
	enough := make(chan struct{})
	defer crowd.Wait()
	defer close(enough)
	crowd.Go(func() { // keeps the page hot
		for {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+path, nil)
			if err != nil {
				t.Error(err)
				return
			}
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err == nil {
				_, err = io.Copy(io.Discard, resp.Body)
				err = errors.Join(err, resp.Body.Close())
			}
			if err != nil || resp.StatusCode != 200 {
				t.Errorf("in the crowd: %v, %v", resp, err)
			}
			select {
			case <-enough:
				return
			default:
			}
		}
	})
	n.fromMemory(t, path)
	first := n.get(path).expect(t, 200, `rel="canonical" href="http://`+n.addr)
	for range 20 {
		n.get(path, "X-Forwarded-Proto: https").expect(t, 200, `rel="canonical" href="https://`+n.addr)
		n.get(path+"?q=%22").expect(t, 200)
		if a := n.get(path, "If-None-Match: "+first.Header.Get("ETag")); a.StatusCode != 304 || len(a.body) > 0 {
			t.Errorf("who has it: status %d, %d bytes", a.StatusCode, len(a.body))
		}
		if a := n.do(http.MethodHead, path, nil).expect(t, 200); len(a.body) > 0 || a.Header.Get("ETag") != first.Header.Get("ETag") {
			t.Errorf("HEAD: %v, %d bytes", a.Header, len(a.body))
		}
		if a := n.get(path, "Accept-Encoding: gzip").expect(t, 200); a.Header.Get("Content-Encoding") != "gzip" || bytes.Equal(a.body, first.body) {
			t.Errorf("compressed: %v", a.Header)
		}
		in := "GET " + path + " HTTP/1.1\r\nHost: "
		conn := dialled(t, n, in+"khac.example\r\n\r\n"+in+"khac.example\r\nContent-Length: 3\r\n\r\nabc"+in+n.addr+"\r\nX-Request-Id: truc-tiep.1\r\n\r\n")
		answers := bufio.NewReader(conn)
		for i, want := range []string{`href="http://khac.example`, `href="http://khac.example`, `href="http://` + n.addr} {
			resp, err := http.ReadResponse(answers, nil)
			w.must(err)
			body, err := io.ReadAll(resp.Body)
			w.must(errors.Join(err, resp.Body.Close()))
			if resp.StatusCode != 200 || resp.Close || !bytes.Contains(body, []byte(want)) {
				t.Errorf("status %d, closes: %v, not with %s", resp.StatusCode, resp.Close, want)
			}
			if id := resp.Header.Get("X-Request-Id"); i == 2 && id != "truc-tiep.1" {
				t.Errorf("the request is named %q", id)
			}
		}
	}
	n.fromMemory(t, path)
}

// fromMemory asks for a page until it has come from memory.
func (n *node) fromMemory(t *testing.T, path string) {
	t.Helper()
	given := func() string {
		_, rest, _ := strings.Cut(string(n.get("/metrics").expect(t, 200).body), "\nvannghe_pages_from_memory_total ")
		count, _, _ := strings.Cut(rest, "\n")
		return count
	}
	began := time.Now()
	for before := given(); given() == before; {
		for range 20 {
			n.get(path).expect(t, 200)
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("%s never comes from memory", path)
		}
	}
}
