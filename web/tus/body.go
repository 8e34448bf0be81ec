package tus

import (
	"io"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// How much of a body that is refused is read before the answer, and how long: a connection closed with unread bytes is reset, and the
// client never sees why.
const (
	drainBytes = 16 << 20
	drainTime  = 2 * time.Second
)

// body yields the bytes of a request as they come. fasthttp reports a line that was lost as the end of the body, so they are counted.
type body struct {
	conn  net.Conn
	src   io.Reader
	left  int64 // -1: not known
	stall time.Duration

	mu      sync.Mutex
	stopped bool
}

// newBody returns the body of c, nil when it has none, and its length, -1 when that is not known.
func newBody(c *fiber.Ctx, stall time.Duration) (*body, int64) {
	src, length := c.Context().RequestBodyStream(), int64(c.Request().Header.ContentLength())
	if src == nil || length == 0 || length < -1 {
		return nil, 0
	}
	return &body{conn: c.Context().Conn(), src: src, left: length, stall: stall}, length
}

func (b *body) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	if err := b.wait(); err != nil {
		return 0, err
	}
	n, err := b.src.Read(p)
	if b.left > 0 {
		if b.left -= int64(n); b.left == 0 {
			return n, io.EOF
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
	} else if err == io.EOF {
		b.left = 0
	}
	return n, err
}

// wait gives the client time for its next bytes, unless the body was stopped.
func (b *body) wait() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return net.ErrClosed
	}
	return b.conn.SetReadDeadline(time.Now().Add(b.stall))
}

// stop makes Read fail, also one that waits.
func (b *body) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	_ = b.conn.SetReadDeadline(time.Unix(1, 0)) // on a connection that is closed already nothing waits
}

// drain reads what is left of a body that is refused, up to a limit, and closes the connection after the answer: the next request would
// begin in the middle of the body.
func drain(c *fiber.Ctx) {
	b, _ := newBody(c, drainTime)
	if b == nil {
		return
	}
	c.Response().Header.SetConnectionClose()
	if err := b.conn.SetReadDeadline(time.Now().Add(drainTime)); err == nil {
		_, _ = io.CopyN(io.Discard, b.src, drainBytes)
	}
}
