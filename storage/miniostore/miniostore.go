// Package miniostore is the storage driver for MinIO and every other server that speaks S3. It uses no more of S3 than all
// of them have: put and multipart put, multipart copy, ranged get, head, list, delete.
//
// A server that cannot be reached, or that stops answering, gives Unavailable "storage-unavailable" within seconds; the secret
// is in no error and no log. When the answer to the last step of a write is lost, the object may have appeared, whole.
//
// It is the only package that sees minio-go, and must not know what the objects mean.
package miniostore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"vannghe/internal/archive"
	"vannghe/storage"
)

const mebibyte = 1 << 20

// limits are what the tests make smaller.
type limits struct {
	part     int64         // bytes of a part of a stream of unknown length; up to so many an object is one request
	piece    int64         // of a part of all others; of what is flushed of an unfinished object that beyond the last is sent again
	held     int64         // of the parts of an upload that lie in memory together; a larger one lies there alone
	growth   int64         // after so many parts those of a stream of unknown length have doubled, then tripled, and so on
	copyPart int64         // bytes that one request may copy
	small    time.Duration // for a request that moves no object bytes, with its retries
	stall    time.Duration // without a byte from the server while reading, or an answer after a request
	retries  int
	orphan   time.Duration // age of an upload that nobody goes on with any more
}

func defaultLimits() limits {
	return limits{
		part:   16 * mebibyte,
		piece:  8 * mebibyte, // what a client that sends in small pieces has flushed is sent again with each, up to a part
		held:   32 * mebibyte,
		growth: 157, // the most with which 10,000 parts hold 5 TiB
		// S3 allows 5 GiB, but the server answers only when all is copied and must do so within stall.
		copyPart: 256 * mebibyte,
		small:    15 * time.Second,
		stall:    20 * time.Second,
		retries:  3,
		orphan:   storage.KeptUnfinished,
	}
}

// The limits of S3.
const (
	maxParts  = 10_000
	maxObject = 5 << 40
)

// Driver implements storage.Driver. Make it with Open; it is safe for concurrent use.
type Driver struct {
	core      *minio.Core
	bucket    string
	transport *http.Transport
	lines     *lines // nil: there are none
	limits    limits
	crc       atomic.Bool // parts go with a CRC-32C; see putPart
}

// Open connects to the store that the DSN names (ParseDSN), makes the bucket when missing, and aborts the uploads that have
// got nothing for longer than storage.KeptUnfinished: their parts take room that no listing shows.
func Open(ctx context.Context, dsn string) (*Driver, error) {
	s, err := ParseDSN(dsn)
	if err != nil {
		return nil, err
	}
	return open(ctx, s, defaultLimits())
}

func open(ctx context.Context, s Settings, l limits) (*Driver, error) {
	transport := newTransport(l.stall)
	core, err := minio.NewCore(s.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(s.Key, s.Secret, ""),
		Secure:     s.Secure,
		Region:     s.Region, // else minio-go asks for it first
		Transport:  transport,
		MaxRetries: l.retries,
	})
	if err != nil {
		return nil, refuse("HOST:PORT")
	}
	d := &Driver{core: core, bucket: s.Bucket, transport: transport, lines: newLines(s, l), limits: l}
	d.crc.Store(s.sheltered())
	if err := d.prepare(ctx, s.Region); err != nil {
		transport.CloseIdleConnections()
		return nil, fmt.Errorf("open %s: %w", s, err)
	}
	return d, nil
}

// prepare makes sure of the bucket and sweeps it.
func (d *Driver) prepare(ctx context.Context, region string) error {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	exists, err := d.core.BucketExists(ctx, d.bucket)
	if err != nil {
		return d.translate(ctx, "", err)
	}
	if !exists {
		return d.makeBucket(ctx, region)
	}
	if err := d.patiently(ctx, d.sweep); err != nil {
		return err
	}
	return d.patiently(ctx, d.sweepTails)
}

// patiently does what may be done twice again when an answer ended in its middle.
func (d *Driver) patiently(ctx context.Context, do func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := do(ctx)
		if attempt >= d.limits.retries || !cut(err) || !pause(ctx, attempt) {
			return cmp.Or(d.ended(ctx), err)
		}
	}
}

// cut reports whether an answer ended in its middle. Only then may to ask again help: before any other error minio-go has done so.
func cut(err error) bool {
	var (
		unsent *url.Error
		answer minio.ErrorResponse
	)
	return unanswered(err) && !errors.As(err, &unsent) && !errors.As(err, &answer)
}

func (d *Driver) makeBucket(ctx context.Context, region string) error {
	err := d.core.MakeBucket(ctx, d.bucket, minio.MakeBucketOptions{Region: region})
	if code := minio.ToErrorResponse(err).Code; code == "BucketAlreadyOwnedByYou" || code == "BucketAlreadyExists" {
		return nil // another process was faster
	}
	if err != nil {
		return d.translate(ctx, "", err)
	}
	return nil
}

func (d *Driver) sweep(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	uploads := d.core.ListIncompleteUploads(ctx, d.bucket, "", true)
	defer func() {
		stop()
		for range uploads { // minio-go would wait for ever for somebody to take what it tells last
		}
	}()
	for upload := range uploads {
		if upload.Err != nil {
			return d.translate(ctx, "", upload.Err)
		}
		if living, err := d.living(ctx, upload); err != nil {
			return err
		} else if living {
			continue
		}
		err := d.core.AbortMultipartUpload(ctx, d.bucket, upload.Key, upload.UploadID)
		if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchUpload {
			return d.translate(ctx, storage.Key(upload.Key), err)
		}
	}
	return d.ended(ctx)
}

// stale reports whether what was last written at that time is nobody's any more.
func (d *Driver) stale(written time.Time) bool { return time.Since(written) >= d.limits.orphan }

// living reports whether the upload was begun, or got a part, a short time ago: a large one may well take longer than a day.
func (d *Driver) living(ctx context.Context, upload minio.ObjectMultipartInfo) (bool, error) {
	if !d.stale(upload.Initiated) {
		return true, nil
	}
	for marker := 0; ; {
		page, err := d.core.ListObjectParts(ctx, d.bucket, upload.Key, upload.UploadID, marker, 1000)
		if code := minio.ToErrorResponse(err).Code; code == minio.NoSuchUpload {
			return true, nil // it has just ended
		} else if err != nil {
			return false, d.translate(ctx, storage.Key(upload.Key), err)
		}
		for _, part := range page.ObjectParts {
			if !d.stale(part.LastModified) {
				return true, nil
			}
		}
		if !page.IsTruncated {
			return false, nil
		}
		marker = page.NextPartNumberMarker
	}
}

// brief bounds a request that moves no object bytes.
func (d *Driver) brief(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d.limits.small, errStalled)
}

// Open implements storage.Driver.
func (d *Driver) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	var opts minio.GetObjectOptions
	if span != storage.Whole() {
		opts.Set("Range", rangeField(span))
	}
	ctx, stop := context.WithCancelCause(ctx)
	if d.lines != nil && span.Length >= lineFrom {
		s, o, err := d.lines.open(ctx, stop, d, key, span)
		if err != nil {
			stop(nil)
			return nil, storage.Object{}, err
		}
		if s != nil {
			return s, o, nil
		}
	}
	body, info, header, err := d.core.GetObject(ctx, d.bucket, string(key), opts)
	if err != nil {
		err = d.translate(ctx, key, err)
		stop(nil)
		if archive.ReasonOf(err) == "range-unsatisfiable" {
			err = span.Unsatisfiable()
		}
		return nil, storage.Object{}, err
	}
	o := describe(info)
	o.Key = key
	if total, ok := totalSize(header.Get("Content-Range")); ok {
		o.Size = total
	}
	return &reader{ctx: ctx, cancel: stop, driver: d, watch: d.newWatch(stop), object: o, body: body, at: max(0, span.Offset), left: info.Size}, o, nil
}

// rangeField writes a Range header (RFC 9110 §14.2).
func rangeField(span storage.Span) string {
	from := "bytes=" + strconv.FormatInt(span.Offset, 10) + "-"
	if span.Length < 0 || span.Offset > maxObject {
		return from
	}
	return from + strconv.FormatInt(span.Offset+min(span.Length, maxObject)-1, 10)
}

// totalSize reads the size of the whole object out of "bytes 0-9/100".
func totalSize(contentRange string) (int64, bool) {
	_, total, _ := strings.Cut(contentRange, "/")
	n, err := strconv.ParseInt(total, 10, 64)
	return n, err == nil
}

// File implements storage.Driver: there are no local files.
func (d *Driver) File(context.Context, storage.Key) (*os.File, bool, error) { return nil, false, nil }

// Head implements storage.Driver.
func (d *Driver) Head(ctx context.Context, key storage.Key) (storage.Object, error) {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	info, err := d.core.StatObject(ctx, d.bucket, string(key), minio.StatObjectOptions{})
	if err != nil {
		return storage.Object{}, d.translate(ctx, key, err)
	}
	return describe(info), nil
}

// List implements storage.Driver. When an answer is cut it asks again for what comes after the last object: a long listing does not
// end by one bad moment of the line.
func (d *Driver) List(ctx context.Context, folder string) iter.Seq2[storage.Object, error] {
	return func(yield func(storage.Object, error) bool) {
		ctx, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		last := ""
		for attempt := 1; ; attempt++ {
			from := last
			err := d.listAfter(ctx, stop, folder, &last, yield)
			if err == nil {
				return
			}
			if last > from {
				attempt = 1
			}
			if ctx.Err() != nil || attempt >= d.limits.retries || !cut(err) || !pause(ctx, attempt) {
				yield(storage.Object{}, cmp.Or(d.ended(ctx), err))
				return
			}
		}
	}
}

// listAfter lists what comes after the object *last, which it moves on. It returns nil at the end, or when yield wants no more.
func (d *Driver) listAfter(ctx context.Context, stop context.CancelCauseFunc, folder string, last *string, yield func(storage.Object, error) bool) error {
	watch := d.newWatch(stop)
	defer watch.stop()
	watch.start()
	for info := range d.core.ListObjectsIter(ctx, d.bucket, minio.ListObjectsOptions{Prefix: folder, Recursive: true, StartAfter: *last}) {
		watch.stop()
		if info.Err != nil {
			return d.translate(ctx, "", info.Err)
		}
		if info.Key > *last { // some servers do not know StartAfter
			*last = info.Key
			// What other programs put there under names that no Key can have is not ours.
			if storage.Key(info.Key).Validate() == nil && !yield(describe(info), nil) {
				return nil
			}
		}
		watch.start()
	}
	return d.ended(ctx)
}

// ended says why a listing came to its end early, when it did: minio-go then says nothing.
func (d *Driver) ended(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return d.translate(ctx, "", ctx.Err())
}

// Delete implements storage.Driver.
func (d *Driver) Delete(ctx context.Context, key storage.Key) error {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	err := d.core.RemoveObject(ctx, d.bucket, string(key), minio.RemoveObjectOptions{})
	if err == nil {
		return nil
	}
	if err = d.translate(ctx, key, err); archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	return err
}

// Ping implements storage.Driver.
func (d *Driver) Ping(ctx context.Context) error {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	exists, err := d.core.BucketExists(ctx, d.bucket)
	if err != nil {
		return d.translate(ctx, "", err)
	}
	if !exists {
		return archive.Fail(archive.Unavailable, "storage-unavailable").Because(errors.New("the bucket is gone"))
	}
	return nil
}

// Close implements storage.Driver.
func (d *Driver) Close() error {
	d.transport.CloseIdleConnections()
	if d.lines != nil {
		d.lines.close()
	}
	return nil
}

func describe(info minio.ObjectInfo) storage.Object {
	return storage.Object{
		Key:         storage.Key(info.Key),
		Size:        info.Size,
		ETag:        strings.Trim(info.ETag, `"`),
		ModTime:     info.LastModified.UTC(),
		ContentType: info.ContentType,
	}
}
