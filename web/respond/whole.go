package respond

import (
	"bufio"
	"io"

	"github.com/valyala/fasthttp"
)

// Joiner is a connection that sends two pieces by one call of the system.
type Joiner interface {
	// Join has the next Write send tail behind its own bytes.
	Join(tail []byte)
}

// joinedFrom is the length in bytes from which a body does not fit into the buffer of a connection beside a head: fasthttp would send the first 4 KiB
// of both, then the rest.
const joinedFrom = 2 << 10

// Joined has answers of a handler that lie in memory leave together with their head by one call of the system. Nothing may be done to an answer after it.
func Joined(handler fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		handler(ctx)
		join(ctx)
	}
}

func join(ctx *fasthttp.RequestCtx) {
	r := &ctx.Response
	conn, joins := ctx.Conn().(Joiner)
	if !joins || r.IsBodyStream() || r.SkipBody || ctx.IsHead() {
		return
	}
	data := r.Body()
	if len(data) < joinedFrom {
		return
	}
	r.SwapBody(nil) // the bytes are ours now: what fasthttp makes a body in it uses again
	r.SetBodyStream(&whole{data: data, conn: conn}, len(data))
}

// whole is a body in memory.
type whole struct {
	data []byte
	conn Joiner
}

// Read implements io.Reader, for callers without a connection to write to.
func (w *whole) Read(p []byte) (int, error) {
	if len(w.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, w.data)
	w.data = w.data[n:]
	return n, nil
}

// WriteTo implements io.WriterTo. What waits in the buffer, the head, goes out with the body behind it.
func (w *whole) WriteTo(to io.Writer) (int64, error) {
	b, buffers := to.(*bufio.Writer)
	if !buffers || b.Buffered() == 0 {
		n, err := to.Write(w.data)
		return int64(n), err
	}
	w.conn.Join(w.data)
	if err := b.Flush(); err != nil {
		return 0, err
	}
	return int64(len(w.data)), nil
}
