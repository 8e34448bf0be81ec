package web

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// letIn accepts connections in the background, as a server does, and returns them.
func letIn(t *testing.T, g *gate) <-chan net.Conn {
	t.Helper()
	in := make(chan net.Conn, 100)
	go func() {
		for {
			c, err := g.Accept()
			if err != nil {
				close(in)
				return
			}
			in <- c
		}
	}()
	t.Cleanup(func() { _ = g.Close() })
	return in
}

func dial(t *testing.T, g *gate) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", g.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return c
}

// Who comes when all places are taken is told so, also when it has sent its request already, and finds one when another has left.
func TestGateIsFull(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(ln, nil)
	g.most = 2
	in := letIn(t, g)
	dial(t, g)
	dial(t, g)
	first, second := <-in, <-in
	late := dial(t, g)
	if _, err := io.WriteString(late, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(late)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 503 ") || !strings.Contains(string(answer), "\r\nRetry-After: 10\r\n") ||
		!strings.Contains(string(answer), "quá nhiều người") || !strings.Contains(string(answer), "too many visitors") {
		t.Errorf("%v, %q", err, answer)
	}
	if open, refused := g.counts(); open != 2 || refused != 1 {
		t.Errorf("%d open, %d refused", open, refused)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_ = first.Close() // fasthttp closes twice now and then
	dial(t, g)
	if third := <-in; third.Close() != nil || second.Close() != nil {
		t.Error("a connection that was let in cannot be closed")
	}
	if open, _ := g.counts(); open != 0 || len(g.from) != 0 {
		t.Errorf("%d open, %v", open, g.from)
	}
}

// One address that is no proxy of ours cannot take all places; a proxy may.
func TestGateOfOneAddress(t *testing.T) {
	g := &gate{most: 100, each: 3, from: map[netip.Addr]int{}}
	for range 3 {
		if !g.enter(netip.MustParseAddr("203.0.113.9")) {
			t.Fatal("refused before its share is taken")
		}
	}
	if g.enter(netip.MustParseAddr("203.0.113.9")) {
		t.Error("one address has more than its share")
	}
	for range 10 {
		if !g.enter(netip.MustParseAddr("127.0.0.1")) || !g.enter(netip.MustParseAddr("198.51.100.7")) && g.from[netip.MustParseAddr("198.51.100.7")] < 3 {
			t.Fatal("others are refused")
		}
	}
}
