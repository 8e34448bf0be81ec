package miniostore

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// errStalled is the cause of a context that ended because the server was silent for too long.
var errStalled = errors.New("the server has stopped answering")

// dialTime is within which a server that is there takes a connection; keepAlive how often one is asked whether it is still there.
const (
	dialTime  = 5 * time.Second
	keepAlive = 15 * time.Second
)

// newTransport gives up on a server that does not take a connection, does not take bytes or does not begin to answer.
func newTransport(stall time.Duration) *http.Transport {
	dialer := &net.Dialer{Timeout: min(stall, dialTime), KeepAlive: keepAlive}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &conn{Conn: c, stall: stall}, nil
		},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: stall,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       time.Minute,
		MaxIdleConns:          256,
		MaxIdleConnsPerHost:   256, // the default of 2 opens a new connection for nearly every tile
		DisableCompression:    true,
	}
}

// conn fails a write that the server does not take. Reads have no deadline here: the transport reads ahead while a body
// is being sent, however slowly its source gives it; watch and ResponseHeaderTimeout bound the waiting.
type conn struct {
	net.Conn
	stall time.Duration
}

func (c *conn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// watch ends a context when the server is silent for too long between start and stop.
type watch struct {
	timer *time.Timer
	stall time.Duration
}

func (d *Driver) newWatch(cancel context.CancelCauseFunc) *watch {
	w := &watch{stall: d.limits.stall, timer: time.AfterFunc(d.limits.stall, func() { cancel(errStalled) })}
	w.timer.Stop()
	return w
}

func (w *watch) start() { w.timer.Reset(w.stall) }
func (w *watch) stop()  { w.timer.Stop() }

// reader is the body of an answer. When the answer is cut it asks for what has not come: a film of gigabytes does not begin anew by one
// bad moment of the line.
type reader struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	driver *Driver
	watch  *watch
	object storage.Object // of which it reads
	broken error          // by which body has ended
	at     int64          // of the object, the next byte
	left   int64          // bytes that were promised and have not come; below 0: nobody knows

	mu     sync.Mutex // Close may come while Read waits
	body   io.ReadCloser
	closed bool
}

func (r *reader) Read(p []byte) (int, error) {
	for attempt := 1; ; attempt++ {
		n, err := r.some(p)
		if n > 0 || err == nil || errors.Is(err, io.EOF) {
			return n, err
		}
		if attempt >= r.driver.limits.retries || !cut(err) || r.ctx.Err() != nil || !pause(r.ctx, attempt) || !r.resume() {
			return 0, cmp.Or(r.driver.ended(r.ctx), err)
		}
	}
}

// some reads what comes next of the answer. After an error it tells of that error again.
func (r *reader) some(p []byte) (int, error) {
	if r.broken != nil {
		return 0, r.broken
	}
	r.watch.start()
	n, err := r.body.Read(p)
	r.watch.stop()
	r.at, r.left = r.at+int64(n), r.left-int64(n)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	r.broken = r.driver.translate(r.ctx, "", err)
	if n > 0 {
		return n, nil
	}
	return 0, r.broken
}

// resume asks for what has not come, of the very object that was there before, and reports whether it gets just that.
func (r *reader) resume() bool {
	if r.object.ETag == "" || r.left <= 0 {
		return false
	}
	var opts minio.GetObjectOptions
	span := storage.Span{Offset: r.at, Length: r.left}
	opts.Set("Range", rangeField(span))
	opts.Set("If-Match", `"`+r.object.ETag+`"`)
	r.watch.start()
	body, info, header, err := r.driver.core.GetObject(r.ctx, r.driver.bucket, string(r.object.Key), opts)
	r.watch.stop()
	if err != nil {
		return false
	}
	promised := "bytes " + strings.TrimPrefix(rangeField(span), "bytes=") + "/" + strconv.FormatInt(r.object.Size, 10)
	if info.Size != r.left || describe(info).ETag != r.object.ETag || header.Get("Content-Range") != promised { // some servers do not know If-Match
		_ = body.Close()
		return false
	}
	return r.goOn(body)
}

// goOn reads from body now, unless nobody reads any more.
func (r *reader) goOn(body io.ReadCloser) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = body.Close()
		return false
	}
	_ = r.body.Close()
	r.body, r.broken = body, nil
	return true
}

// Close cancels first: closing a body that was not read to its end would else read the rest.
func (r *reader) Close() error {
	r.watch.stop()
	r.cancel(nil)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.body.Close()
}

// translate maps what minio-go answers to the errors of storage. ctx is the one that the request ran under.
func (d *Driver) translate(ctx context.Context, key storage.Key, err error) error {
	if ctx.Err() != nil {
		if cause := context.Cause(ctx); errors.Is(cause, errStalled) {
			return archive.Fail(archive.Unavailable, "storage-unavailable").Because(cause)
		}
		return ctx.Err()
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		return archive.Fail(archive.Unavailable, "storage-without-tls").Because(err)
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return archive.Fail(archive.Unavailable, "storage-unavailable").Because(err)
	}
	return translateAnswer(answer, key)
}

func translateAnswer(answer minio.ErrorResponse, key storage.Key) error {
	switch answer.Code {
	case minio.NoSuchKey:
		return storage.Missing(key)
	case minio.InvalidRange:
		return archive.Fail(archive.Invalid, "range-unsatisfiable")
	case minio.AccessDenied, "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return archive.Fail(archive.Unavailable, "storage-denied").Because(answer)
	case minio.NoSuchBucket, minio.NoSuchUpload, "RequestTimeTooSkewed":
		return archive.Fail(archive.Unavailable, "storage-unavailable").Because(answer)
	case "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded":
		return archive.Fail(archive.Unavailable, "storage-full").Because(answer)
	case "XMinioParentIsObject", "XMinioObjectExistsAsDirectory":
		return storage.KeyConflict(key).Because(answer)
	case minio.EntityTooLarge:
		return archive.Fail(archive.TooLarge, "object-too-large").Because(answer)
	}
	// MinIO has a code for a disk that it finds full, but not for one that fills while it writes.
	if strings.Contains(answer.Message, "no space left on device") {
		return archive.Fail(archive.Unavailable, "storage-full").Because(answer)
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		return archive.Fail(archive.Unavailable, "storage-unavailable").Because(answer)
	}
	return answer
}
