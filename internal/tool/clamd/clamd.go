// Package clamd asks a ClamAV daemon whether bytes hold what it knows as malware, by INSTREAM (clamd(8)). The daemon is a program that
// somebody else runs, reached over the network; it needs no file of ours.
//
// It must not know what the bytes are, nor what follows from an answer.
package clamd

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"vannghe/internal/archive"
)

const (
	chunkSize  = 128 << 10
	replyLimit = 4 << 10
	nameLimit  = 200 // bytes of a signature's name
)

// defaultStall is how long the daemon may take no bytes. For its answer it has replyStalls times as long: it looks into some files for two
// minutes (MaxScanTime), and whoever takes it for dead meanwhile lets in what comes after.
const (
	defaultStall = 30 * time.Second
	replyStalls  = 5
)

// Client asks one daemon. Safe for concurrent use: each scan has a connection of its own.
type Client struct {
	Address string        // host:port
	Stall   time.Duration // 0: 30 s
}

// Verdict is what the daemon says of the bytes.
type Verdict struct {
	Signature string // what was found in them; "" when nothing was
}

// Scan sends all of r to the daemon. The errors are TooLarge "scan-too-large" when the bytes are more than the daemon takes
// (StreamMaxLength), Unavailable "scan-failed" when it says that it cannot look into these bytes, Unavailable "scanner-unavailable" when it does not
// answer, or ends in the middle, the error of r, and that of ctx.
func (c *Client) Scan(ctx context.Context, r io.Reader) (Verdict, error) {
	conn, err := (&net.Dialer{Timeout: min(c.stall(), 5*time.Second)}).DialContext(ctx, "tcp", c.Address)
	if err != nil {
		return Verdict{}, away(ctx, err)
	}
	defer func() { _ = conn.Close() }() // what matters has been read by then
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	s := &scan{conn: conn, stall: c.stall()}
	sent := s.send(r)
	if s.source != nil {
		return Verdict{}, fmt.Errorf("read what is to be scanned: %w", s.source)
	}
	// Also after a failure: a daemon that has had enough says so, and closes.
	reply, err := s.reply()
	if err != nil {
		return Verdict{}, away(ctx, errors.Join(sent, err))
	}
	v, err := parseReply(reply)
	if err == nil && sent != nil {
		return Verdict{}, away(ctx, sent) // it has not seen all
	}
	return v, err
}

func (c *Client) stall() time.Duration { return cmp.Or(c.Stall, defaultStall) }

// Ping asks whether the daemon answers.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.Scan(ctx, strings.NewReader(""))
	return err
}

func away(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return archive.Fail(archive.Unavailable, "scanner-unavailable").Because(err)
}

// scan is a conversation with the daemon.
type scan struct {
	conn   net.Conn
	stall  time.Duration
	source error // why the bytes could not be read
}

// send sends the command and the bytes in chunks, each behind its length, and the empty chunk that ends them.
func (s *scan) send(r io.Reader) error {
	if err := s.write([]byte("zINSTREAM\x00")); err != nil {
		return err
	}
	buffer := make([]byte, 4+chunkSize)
	for {
		n, err := io.ReadFull(r, buffer[4:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			s.source = err
			return err
		}
		binary.BigEndian.PutUint32(buffer, uint32(n))
		if writeErr := s.write(buffer[:4+n]); writeErr != nil || n == 0 {
			return writeErr
		}
		if err == nil {
			continue
		}
		return s.write(make([]byte, 4))
	}
}

func (s *scan) write(p []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.stall)); err != nil {
		return err
	}
	_, err := s.conn.Write(p)
	return err
}

// reply reads what the daemon says, up to its zero byte.
func (s *scan) reply() (string, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(replyStalls * s.stall)); err != nil {
		return "", err
	}
	said, err := io.ReadAll(io.LimitReader(s.conn, replyLimit))
	if reply, _, ended := strings.Cut(string(said), "\x00"); ended {
		return reply, nil
	}
	return "", fmt.Errorf("the reply has no end: %w", cmp.Or(err, io.ErrUnexpectedEOF))
}

// parseReply reads "stream: OK", "stream: NAME FOUND" or a sentence that ends in ERROR. Whatever else it is, it is no leave.
func parseReply(reply string) (Verdict, error) {
	said, ours := strings.CutPrefix(strings.TrimSpace(reply), "stream: ")
	switch name, found := strings.CutSuffix(said, " FOUND"); {
	case ours && said == "OK":
		return Verdict{}, nil
	case ours && found && name != "":
		return Verdict{Signature: printable(name)}, nil
	case strings.Contains(reply, "size limit exceeded"):
		return Verdict{}, archive.Fail(archive.TooLarge, "scan-too-large")
	}
	reason := archive.Reason("scanner-unavailable")
	if ours && strings.HasSuffix(said, " ERROR") { // of the daemon itself it says so without "stream: "
		reason = "scan-failed"
	}
	return Verdict{}, archive.Fail(archive.Unavailable, reason).Because(fmt.Errorf("%w: %q", errReply, printable(reply)))
}

var errReply = errors.New("the scanner answers")

// printable keeps what may stand in a record and on a page.
func printable(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return '_'
		}
		return r
	}, name)
	return clean[:min(len(clean), nameLimit)]
}
