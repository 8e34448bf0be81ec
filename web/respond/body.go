package respond

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// A client must take stepBytes within stepTime, or it is held to have left: 4 KiB/s, slower than the slowest line on which
// anything plays. One deadline for the whole answer would cut a film on every slow line; none would let a silent client
// keep a file and a connection for ever.
const (
	stepBytes = 256 << 10
	stepTime  = 60 * time.Second
)

// errShort says that a source ended before the length that was promised; the connection must then be closed.
var errShort = errors.New("the stored object is shorter than its record says")

// body sends left bytes of src. fasthttp calls WriteTo, then Close, also when writing failed because the client left.
type body struct {
	src    io.ReadCloser
	left   int64
	conn   net.Conn
	pass   *Pass
	cancel context.CancelFunc
}

// Read serves callers without a connection to write to. It never reads past the part.
func (b *body) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.src.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if err == io.EOF && b.left > 0 {
		err = errShort
	}
	return n, err
}

// WriteTo hands w a LimitedReader step by step. When w ends in a TCP connection and src is an *os.File, or a *net.TCPConn, Go makes each step one
// sendfile(2), or splice(2), and no byte enters this process; the LimitedReader must hold src itself for that, and it is also what keeps
// the step from running past the part (MEASURED: SetBodyStream after Seek sends more than asked).
func (b *body) WriteTo(w io.Writer) (int64, error) {
	var sent int64
	for b.left > 0 {
		from, step, err := b.step()
		if err != nil {
			return sent, err
		}
		if err := b.conn.SetWriteDeadline(time.Now().Add(stepTime)); err != nil {
			return sent, err
		}
		n, err := copyStep(w, &io.LimitedReader{R: from, N: step})
		sent, b.left = sent+n, b.left-n
		if err != nil {
			return sent, err
		}
		if n < step {
			return sent, errShort
		}
	}
	if f, ok := b.src.(interface{ Finished() }); ok {
		f.Finished()
	}
	return sent, nil // the next answer sets its own deadline
}

// runs is a source that lies in several places, of which some are files, or connections on which nothing but the bytes asked for comes. A source may have a
// method Finished besides, which is called when all was read.
type runs interface {
	Run(most int64) (io.Reader, int64, error)
}

// step returns where the next bytes come from, and how many they are.
func (b *body) step() (io.Reader, int64, error) {
	most := min(b.left, stepBytes)
	if r, ok := b.src.(runs); ok {
		return r.Run(most)
	}
	return b.src, most, nil
}

// buffers are what bytes pass through that do not lie in a file. io.Copy would make one of 32 KiB for every step: a third of the work of a film
// from S3 was collecting them, and the system was called four times as often.
var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

func copyStep(w io.Writer, from *io.LimitedReader) (int64, error) {
	if rf, ok := w.(io.ReaderFrom); ok && isKernels(from.R) {
		return rf.ReadFrom(from)
	}
	buffer := buffers.Get().(*[128 << 10]byte) //nolint:errcheck // nothing else is put in
	defer buffers.Put(buffer)
	return io.CopyBuffer(plainWriter{w}, from, buffer[:])
}

// isKernels reports whether the kernel moves the bytes of r to a connection by itself: sendfile(2), splice(2).
func isKernels(r io.Reader) bool {
	switch r.(type) {
	case *os.File, *net.TCPConn:
		return true
	}
	return false
}

// plainWriter hides that w would rather read for itself.
type plainWriter struct{ io.Writer }

// Close gives everything back.
func (b *body) Close() error {
	b.pass.end()
	b.cancel()
	return b.src.Close()
}

// interrupt ends the answer at once: the reset drops what already waits in the kernel's buffers, so that not even that
// arrives, and wakes a writer that waits for a slow client.
func (b *body) interrupt() {
	b.cancel()
	if tcp, ok := b.conn.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0) // fails only on a connection that is closed already
	}
	_ = b.conn.Close() // the writer sees the error and closes the body
}
