package web

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"vannghe/internal/archive"
	"vannghe/internal/message"
	"vannghe/web/request"
)

// How many connections are open at once: in all, and from one address that is not a proxy of ours. A connection takes up to 30 KB.
const (
	mostConnections  = 12_000
	fewestInAll      = 256
	connectionsEach  = 512
	refusalsAtOnce   = 64
	refusalPatience  = 2 * time.Second
	refusalRetry     = 10 // seconds that a client is told to wait
	connectionsShare = 0.7
)

// gate is a listener that lets in only so many connections. Those beyond are told so in a line and closed.
type gate struct {
	net.Listener
	proxies  request.Proxies
	most     int
	each     int
	refusal  []byte
	refusing chan struct{}

	mu   sync.Mutex
	open int
	from map[netip.Addr]int
	full int64 // connections that were refused
}

func newGate(ln net.Listener, proxies request.Proxies) *gate {
	return &gate{Listener: ln, proxies: proxies, most: connectionsAllowed(), each: connectionsEach, refusal: refusal(),
		refusing: make(chan struct{}, refusalsAtOnce), from: map[netip.Addr]int{}}
}

// connectionsAllowed leaves room among the files that this process may have open for those that are sent and kept.
func connectionsAllowed() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return fewestInAll
	}
	return int(max(fewestInAll, min(mostConnections, connectionsShare*float64(limit.Cur))))
}

// refusal is the answer to who is not let in, in both languages since nothing was read.
func refusal() []byte {
	var body strings.Builder
	full := archive.Fail(archive.Busy, "connections-too-many")
	for _, language := range message.Languages() {
		fmt.Fprintln(&body, message.For(language).Sentence(full))
	}
	return fmt.Appendf(nil, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nRetry-After: %d\r\nConnection: close\r\n\r\n%s",
		body.Len(), refusalRetry, body.String())
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err //nolint:wrapcheck // fasthttp looks at what it is
		}
		tcp, ok := c.(*net.TCPConn)
		if !ok {
			return c, nil
		}
		from := request.Place(request.Peer(tcp.RemoteAddr()))
		if g.enter(from) {
			return &countedConn{TCPConn: tcp, leave: sync.OnceFunc(func() { g.leave(from) })}, nil
		}
		g.refuse(tcp)
	}
}

func (g *gate) enter(from netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open >= g.most || g.from[from] >= g.each && !g.proxies.Trusts(from) {
		g.full++
		return false
	}
	g.open++
	g.from[from]++
	return true
}

func (g *gate) leave(from netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open--
	if g.from[from]--; g.from[from] == 0 {
		delete(g.from, from)
	}
}

// counts returns how many connections are open, and how many were refused.
func (g *gate) counts() (open int, refused int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open, g.full
}

// connections returns how many connections are open, and how many were refused.
func (s *Server) connections() (open int, refused int64) {
	if g := s.gate.Load(); g != nil {
		return g.counts()
	}
	return 0, 0
}

// refuse answers and closes. A connection closed with unread bytes is reset, and the answer lost: what has come is read first, for a few at a
// time.
func (g *gate) refuse(c *net.TCPConn) {
	select {
	case g.refusing <- struct{}{}:
	default:
		_ = c.Close()
		return
	}
	go func() {
		defer func() { <-g.refusing }()
		defer func() { _ = c.Close() }()
		if c.SetDeadline(time.Now().Add(refusalPatience)) != nil {
			return
		}
		if _, err := c.Write(g.refusal); err != nil || c.CloseWrite() != nil {
			return
		}
		rest := make([]byte, maxHeader)
		for n := 0; n < maxHeader; {
			more, err := c.Read(rest)
			if err != nil {
				return
			}
			n += more
		}
	}()
}

// countedConn tells the gate when it is closed. It stays a *net.TCPConn to whoever sends files by the kernel. Only one goroutine may write, and one
// read; a deadline to come is for reads that begin after it was set.
type countedConn struct {
	*net.TCPConn
	leave func()

	tail   []byte // to be sent behind the next Write
	pieces [2][]byte
	both   net.Buffers // of pieces; here, so that it costs nothing

	writeBy time.Time // the deadline that is set

	reads   sync.Mutex
	readBy  time.Time // that was asked for
	readSet time.Time // that is set
}

// deadlineGrain is how much earlier a deadline may fall than it was asked for: to set one for each answer of some microseconds is dear.
const deadlineGrain = time.Second

// SetWriteDeadline implements net.Conn.
func (c *countedConn) SetWriteDeadline(t time.Time) error {
	if late := t.Sub(c.writeBy); late >= 0 && late < deadlineGrain && !t.IsZero() {
		return nil
	}
	c.writeBy = t
	return c.TCPConn.SetWriteDeadline(t)
}

// SetReadDeadline implements net.Conn. fasthttp asks for two with each request, of which nearly all bytes are there before the second: it is set when
// bytes are waited for. One that has passed ends also a read that waits.
func (c *countedConn) SetReadDeadline(t time.Time) error {
	c.reads.Lock()
	defer c.reads.Unlock()
	c.readBy = t
	if t.IsZero() || time.Until(t) > 0 {
		return nil
	}
	c.readSet = t
	return c.TCPConn.SetReadDeadline(t)
}

// SetDeadline implements net.Conn.
func (c *countedConn) SetDeadline(t time.Time) error {
	c.reads.Lock()
	defer c.reads.Unlock()
	c.writeBy, c.readBy, c.readSet = t, t, t
	return c.TCPConn.SetDeadline(t)
}

// Read implements net.Conn.
func (c *countedConn) Read(p []byte) (int, error) {
	if err := c.setReadDeadline(); err != nil {
		return 0, err
	}
	return c.TCPConn.Read(p)
}

func (c *countedConn) setReadDeadline() error {
	c.reads.Lock()
	defer c.reads.Unlock()
	if late := c.readBy.Sub(c.readSet); late >= 0 && late < deadlineGrain && c.readBy.IsZero() == c.readSet.IsZero() {
		return nil
	}
	c.readSet = c.readBy
	return c.TCPConn.SetReadDeadline(c.readBy)
}

// WriteTo implements io.WriterTo by Read: that of the connection within does not know of the deadline.
func (c *countedConn) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}

// Join implements respond.Joiner.
func (c *countedConn) Join(tail []byte) { c.tail = tail }

// Write implements net.Conn.
func (c *countedConn) Write(p []byte) (int, error) {
	if c.tail == nil {
		return c.TCPConn.Write(p)
	}
	c.pieces = [2][]byte{p, c.tail}
	c.both, c.tail = c.pieces[:], nil
	n, err := c.both.WriteTo(c.TCPConn) // writev(2)
	c.pieces = [2][]byte{}
	return int(min(n, int64(len(p)))), err
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	defer c.leave()
	return c.TCPConn.Close()
}
