package web

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
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

// accepted is a connection that a gate has let in, and its other end.
func accepted(t *testing.T) (*countedConn, net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(ln, nil)
	in := letIn(t, g)
	client := dial(t, g)
	server, ok := (<-in).(*countedConn)
	if !ok {
		t.Fatal("not a connection of the gate")
	}
	return server, client
}

// What is joined to a write goes out behind it, once, whatever its length; the write counts its own bytes.
func TestJoinedWrite(t *testing.T) {
	server, client := accepted(t)
	tail := strings.Repeat("t", 3<<20) // more than the kernel takes at once
	go func() {
		server.Join([]byte(tail))
		for _, part := range []string{"head", "next"} {
			if n, err := io.WriteString(server, part); n != len(part) || err != nil {
				t.Errorf("wrote %d of %q: %v", n, part, err)
			}
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	got, err := io.ReadAll(client)
	if err != nil || string(got) != "head"+tail+"next" {
		t.Errorf("%d bytes arrived, want %d: %v", len(got), len(tail)+8, err)
	}
}

// A deadline for writing that is almost the one that is set is not set anew; another one is, and none clears it.
func TestWriteDeadline(t *testing.T) {
	c, _ := accepted(t)
	now := time.Now()
	for _, step := range []struct{ ask, want time.Time }{
		{now.Add(time.Minute), now.Add(time.Minute)},
		{now.Add(time.Minute + deadlineGrain/2), now.Add(time.Minute)},
		{now.Add(time.Minute + deadlineGrain), now.Add(time.Minute + deadlineGrain)},
		{now.Add(time.Second), now.Add(time.Second)},
		{time.Time{}, time.Time{}},
		{now.Add(-time.Hour), now.Add(-time.Hour)},
	} {
		if err := c.SetWriteDeadline(step.ask); err != nil || !c.writeBy.Equal(step.want) {
			t.Errorf("asked for %v: %v, %v", step.ask, c.writeBy, err)
		}
	}
	if _, err := c.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("past its deadline: %v", err)
	}
}

// TestReadDeadline: each read that waits for bytes ends by the deadline that was asked for last, whatever was asked for before, and not before it but
// for deadlineGrain.
func TestReadDeadline(t *testing.T) {
	c, other := accepted(t)
	now := time.Now()
	for _, step := range []struct{ ask, want time.Time }{
		{time.Time{}, time.Time{}},
		{now.Add(time.Minute), now.Add(time.Minute)},
		{now.Add(time.Minute + deadlineGrain/2), now.Add(time.Minute)},
		{now.Add(2 * time.Minute), now.Add(2 * time.Minute)},
		{now.Add(30 * time.Second), now.Add(30 * time.Second)},
		{time.Time{}, time.Time{}},
	} {
		if _, err := other.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(step.ask); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Read(make([]byte, 9)); err != nil || n != 1 || !c.readSet.Equal(step.want) {
			t.Errorf("asked for %v: %v, %d bytes, %v", step.ask, c.readSet, n, err)
		}
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 9))
		waiting <- err
	}()
	if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a read that waits is not ended: %v", err)
	}
	for _, ended := range []func() error{
		func() error { _, err := c.Read(make([]byte, 9)); return err },
		func() error { _, err := c.WriteTo(io.Discard); return err },
	} {
		if err := c.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if err := ended(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("past its deadline: %v", err)
		}
	}
}
