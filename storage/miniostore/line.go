package miniostore

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7/pkg/s3utils"
	"github.com/minio/minio-go/v7/pkg/signer"

	"vannghe/storage"
)

const (
	// lineFrom is from how many bytes on a part of an object is asked for over a line of our own.
	lineFrom = 64 << 10
	// lineIdle and mostIdle bound the lines that wait to be used again.
	lineIdle = 30 * time.Second
	mostIdle = 64
	// slowest is how many bytes a second whoever takes them from a stream takes at least.
	slowest = 4 << 10
)

// lines are connections to the server on which large parts of objects are read. A connection of net/http is never handed out, so that each byte of a film
// would go through this process; from one of these the kernel moves them to the player (splice(2)), which halves what a film costs here. They serve no more than what goes
// well: whatever else the server answers is left to minio-go, which asks again.
type lines struct {
	settings Settings
	stall    time.Duration

	mu   sync.Mutex
	idle []*line // the one used last at the end
}

// line is a connection that carries one answer at a time.
type line struct {
	conn *net.TCPConn
	in   *bufio.Reader // over conn
	used time.Time
}

// newLines returns nil where the connection could not be handed out: it is encrypted, or a proxy is in between.
func newLines(s Settings, l limits) *lines {
	if s.Secure {
		return nil
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "http", Host: s.Endpoint}})
	if err != nil || proxy != nil || s3utils.IsAmazonEndpoint(url.URL{Host: s.Endpoint}) {
		return nil
	}
	return &lines{settings: s, stall: l.stall}
}

// open asks for a part of an object. It returns nil when it did not get exactly that, and an error when the server is silent: to ask again would
// take as long once more.
func (ls *lines) open(ctx context.Context, stop context.CancelCauseFunc, d *Driver, key storage.Key, span storage.Span) (*stream, storage.Object, error) {
	l, err := ls.take(ctx)
	if err != nil {
		return nil, storage.Object{}, d.silent(ctx, key, err)
	}
	s := &stream{ctx: ctx, stop: stop, driver: d, line: l}
	// Before the first byte is waited for: whoever leaves must not wait for a server that is silent.
	s.release = context.AfterFunc(ctx, func() { _ = l.conn.Close() })
	answer, err := l.ask(ls.request(key, span), ls.stall) //nolint:bodyclose // it is read from the line itself
	if err == nil && answer.StatusCode == http.StatusPartialContent && answer.ContentLength > 0 && !answer.Close {
		if o, ok := described(key, answer.Header); ok {
			s.left = answer.ContentLength
			return s, o, nil
		}
	}
	s.drop()
	return nil, storage.Object{}, d.silent(ctx, key, err)
}

// silent is the error of a request that was not answered in time, and nil after any other.
func (d *Driver) silent(ctx context.Context, key storage.Key, err error) error {
	if ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
		return d.translate(ctx, key, err)
	}
	return nil
}

// described reads what the head of an answer says of the whole object.
func described(key storage.Key, head http.Header) (storage.Object, bool) {
	size, ok := totalSize(head.Get("Content-Range"))
	modified, err := http.ParseTime(head.Get("Last-Modified"))
	return storage.Object{Key: key, Size: size, ETag: strings.Trim(head.Get("ETag"), `"`), ModTime: modified.UTC(),
		ContentType: head.Get("Content-Type")}, ok && err == nil
}

func (ls *lines) request(key storage.Key, span storage.Span) *http.Request {
	s := ls.settings
	name := "/" + s.Bucket + "/" + string(key)
	r := http.Request{Method: http.MethodGet, Host: s.Endpoint, ProtoMajor: 1, ProtoMinor: 1,
		URL:    &url.URL{Scheme: "http", Host: s.Endpoint, Path: name, RawPath: s3utils.EncodePath(name)},
		Header: http.Header{"Range": {rangeField(span)}, "X-Amz-Content-Sha256": {"UNSIGNED-PAYLOAD"}, "User-Agent": {"vannghe"}}}
	return signer.SignV4(r, s.Key, s.Secret, "", s.Region)
}

// ask sends a request and reads the head of the answer.
func (l *line) ask(r *http.Request, stall time.Duration) (*http.Response, error) {
	if err := l.conn.SetDeadline(time.Now().Add(stall)); err != nil {
		return nil, err
	}
	if err := r.Write(l.conn); err != nil {
		return nil, err
	}
	return http.ReadResponse(l.in, r)
}

// take returns a line that waits, or a new one.
func (ls *lines) take(ctx context.Context) (*line, error) {
	ls.mu.Lock()
	n := len(ls.idle)
	var l *line
	if n > 0 {
		l, ls.idle = ls.idle[n-1], ls.idle[:n-1]
	}
	ls.mu.Unlock()
	if l != nil && time.Since(l.used) < lineIdle {
		return l, nil
	}
	if l != nil { // those before it have waited for longer
		_ = l.conn.Close()
		ls.close()
	}
	c, err := (&net.Dialer{Timeout: min(ls.stall, dialTime), KeepAlive: keepAlive}).DialContext(ctx, "tcp", withPort(ls.settings.Endpoint))
	if err != nil {
		return nil, err
	}
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		_ = c.Close()
		return nil, net.ErrClosed
	}
	return &line{conn: tcp, in: bufio.NewReader(tcp)}, nil
}

func withPort(endpoint string) string {
	if _, _, err := net.SplitHostPort(endpoint); err == nil {
		return endpoint
	}
	return net.JoinHostPort(endpoint, "80")
}

// give takes back a line whose answer was read to its end.
func (ls *lines) give(l *line) {
	l.used = time.Now()
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if len(ls.idle) >= mostIdle || l.conn.SetDeadline(time.Time{}) != nil {
		_ = l.conn.Close()
		return
	}
	ls.idle = append(ls.idle, l)
}

// close closes the lines that wait.
func (ls *lines) close() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.idle {
		_ = l.conn.Close()
	}
	ls.idle = nil
}

// stream is the body of an answer on a line.
type stream struct {
	ctx     context.Context
	stop    context.CancelCauseFunc
	release func() bool // the line from ctx; false when that has ended it
	driver  *Driver
	line    *line
	left    int64 // bytes
}

func (s *stream) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n, err := 0, s.patience(0)
	if err == nil {
		n, err = s.line.in.Read(p[:min(int64(len(p)), s.left)])
	}
	s.left -= int64(n)
	if err != nil {
		return n, s.driver.translate(s.ctx, "", err)
	}
	if s.left == 0 {
		s.Finished()
	}
	return n, nil
}

// Run returns a reader of the next bytes, at most most and at least one, and how many it yields; the caller reads as many before it asks
// again, or Finished. What has not come with the head is a *net.TCPConn, which splice(2) takes. io.EOF at the end.
func (s *stream) Run(most int64) (io.Reader, int64, error) {
	if s.left == 0 {
		return nil, 0, io.EOF
	}
	n := min(most, s.left)
	if err := s.patience(n); err != nil {
		return nil, 0, s.driver.translate(s.ctx, "", err)
	}
	if held := int64(s.line.in.Buffered()); held > 0 {
		n = min(n, held)
		s.left -= n
		return s.line.in, n, nil
	}
	s.left -= n
	return s.line.conn, n, nil
}

// patience is for how long the server may be silent before the next bytes, and whoever takes so many may keep them waiting besides: the clock runs
// while a slow player is written to.
func (s *stream) patience(taken int64) error {
	return s.line.conn.SetReadDeadline(time.Now().Add(s.driver.limits.stall + time.Duration(taken)*time.Second/slowest))
}

// Finished says that all that Run has handed out was read; it is for who has come to the end of what was asked for. The line then serves others.
func (s *stream) Finished() {
	if s.left > 0 || s.line == nil || s.line.in.Buffered() > 0 || !s.release() {
		return // Close ends the line
	}
	s.driver.lines.give(s.line)
	s.line = nil
}

// Close gives everything back.
func (s *stream) Close() error {
	s.drop()
	s.stop(nil)
	return nil
}

// drop ends the line unless it serves others by now.
func (s *stream) drop() {
	if s.line != nil {
		s.release()
		_ = s.line.conn.Close()
		s.line = nil
	}
	s.left = 0
}
