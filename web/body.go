package web

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"vannghe/internal/archive"
	"vannghe/web/request"
)

// A body must come at slowestBody on average after bodyGrace, and never be silent for bodyStall: a telephone on the worst line is faster, and
// who sends a byte now and then is not let hold a place for ever.
const (
	bodyStall   = 20 * time.Second
	bodyGrace   = 30 * time.Second
	slowestBody = 1 << 10 // bytes a second
	firstPiece  = 16 << 10
)

// incoming is a body on its way into memory.
type incoming struct {
	stream io.Reader
	conn   net.Conn
	room   *semaphore.Weighted // bytes of all bodies in memory
	most   int64
	began  time.Time

	body  []byte
	taken int64 // of room
}

// errBodyLarge says that a body has more bytes than it may.
var errBodyLarge = errors.New("the body is too large")

// read reads the body; room is taken as it comes, not as it is announced. The error is Busy "bodies-too-many", Invalid "request-too-slow" or
// "request-malformed", or errBodyLarge.
func (b *incoming) read() error {
	for {
		if len(b.body) == cap(b.body) && !b.grow() {
			return archive.Fail(archive.Busy, "bodies-too-many")
		}
		err := b.some()
		switch {
		case int64(len(b.body)) > b.most:
			return errBodyLarge
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return archive.Fail(archive.Invalid, "request-too-slow").Because(err)
		case err != nil:
			return archive.Fail(archive.Invalid, "request-malformed").Because(err)
		}
	}
}

func (b *incoming) some() error {
	now := time.Now()
	last := b.began.Add(bodyGrace + time.Duration(len(b.body))*time.Second/slowestBody)
	if next := now.Add(bodyStall); next.Before(last) {
		last = next
	}
	if err := b.conn.SetReadDeadline(last); err != nil {
		return err //nolint:wrapcheck // read says what it means
	}
	n, err := b.stream.Read(b.body[len(b.body):cap(b.body)])
	b.body = b.body[:len(b.body)+n]
	return err //nolint:wrapcheck // read says what it means
}

// grow makes room for as much again, and one byte more than there may be.
func (b *incoming) grow() bool {
	size := min(max(firstPiece, 2*int64(cap(b.body))), b.most+1)
	more := size - b.taken
	if !b.room.TryAcquire(more) {
		return false
	}
	b.taken += more
	grown := make([]byte, len(b.body), size)
	copy(grown, b.body)
	b.body = grown
	return true
}

func (b *incoming) release() { b.room.Release(b.taken) }

// takeBody gives the handlers that follow a body in memory.
func takeBody(c *fiber.Ctx, stream io.Reader, most int64, room *semaphore.Weighted) error {
	b := &incoming{stream: stream, conn: c.Context().Conn(), room: room, most: most, began: time.Now()}
	defer b.release()
	err := b.read()
	if errors.Is(err, errBodyLarge) {
		return refuseBody(c, stream)
	}
	if err != nil {
		c.Response().Header.SetConnectionClose()
		return err
	}
	c.Request().SetBodyRaw(b.body)
	// The time of a handler does not begin before it can.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(request.Context(c)), request.Limit)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}
