package miniostore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"time"

	"github.com/minio/minio-go/v7"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Put implements storage.Driver. Up to one part it is a single request; beyond, a multipart upload of which some parts are on their way at once.
// Either way what is sent lies in memory, so that a request that fails on a connection the server has dropped is sent again, and goes with a
// digest, so that the server refuses bytes that changed on the way.
func (d *Driver) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, opts storage.PutOptions) (storage.Object, error) {
	if size > maxObject {
		return storage.Object{}, archive.Fail(archive.TooLarge, "object-too-large")
	}
	u := d.newUpload(ctx, key, opts)
	u.about = size
	u.partSize = d.partOf(size)
	u.buf = make([]byte, 0, min(size, u.partSize))
	if err := u.fill(r, size); err != nil {
		u.abandon(ctx)
		return storage.Object{}, err
	}
	return u.commit(ctx)
}

// Create implements storage.Driver. Up to about bytes all parts are equal; beyond, and when nothing is known, they grow (growing).
// A stream ends at 5 TiB with TooLarge "object-too-large".
func (d *Driver) Create(ctx context.Context, key storage.Key, about int64) (storage.DriverWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	u := d.newUpload(ctx, key, storage.PutOptions{})
	u.about = min(about, maxObject)
	u.partSize = d.partOf(u.about)
	return u, nil
}

// partOf is the size of the parts of an object of size bytes: it is one request, or many of which several fit into memory.
func (d *Driver) partOf(size int64) int64 {
	if size <= d.limits.part {
		return d.limits.part
	}
	return partSize(size, d.limits.piece)
}

// growing returns the size of the part after the first n of a stream whose end is not known. It grows in a straight line: with
// the default limits 10,000 parts hold 5 TiB, the part that lies in memory has 16 MiB at first, 180 MiB at 156 GiB and
// 1 GiB at the end.
func growing(n int, l limits) int64 {
	return (l.part + l.part*int64(n)/l.growth + mebibyte - 1) / mebibyte * mebibyte
}

// partSize returns the part size with which size bytes fit into maxParts. All parts but the last are equal, as some servers want.
func partSize(size, least int64) int64 {
	need := (size + maxParts - 1) / maxParts
	need = (need + mebibyte - 1) / mebibyte * mebibyte
	return max(need, least)
}

// upload gathers parts and sends each when it is full, beside what follows. It begins a multipart upload only when there is more than one.
type upload struct {
	ctx      context.Context // ends with the upload
	stop     context.CancelFunc
	driver   *Driver
	key      storage.Key
	opts     minio.PutObjectOptions
	partSize int64 // of the part in buf
	about    int64 // bytes up to which the parts are equal
	sent     int64 // bytes
	buf      []byte
	crc      bool                 // parts go with a CRC-32C; see putPart
	id       string               // of the multipart upload, "" before it is begun
	parts    []minio.CompletePart // that have arrived
	flights  []*flight            // the parts after them
	spare    [][]byte             // to be used again
}

func (d *Driver) newUpload(ctx context.Context, key storage.Key, opts storage.PutOptions) *upload {
	ctx, stop := context.WithCancel(ctx)
	return &upload{
		ctx:      ctx,
		stop:     stop,
		crc:      d.crc.Load(),
		driver:   d,
		key:      key,
		opts:     minio.PutObjectOptions{ContentType: opts.ContentType},
		partSize: d.limits.part,
	}
}

// fill reads size bytes of r straight into the part, and then r's end.
func (u *upload) fill(r io.Reader, size int64) error {
	for size > 0 {
		if int64(len(u.buf)) == u.partSize {
			if err := u.sendPart(); err != nil {
				return err
			}
		}
		n := min(size, u.partSize)
		if int64(cap(u.buf)) < n {
			u.buf = make([]byte, n)
		}
		u.buf = u.buf[:n]
		if _, err := io.ReadFull(r, u.buf); err != nil {
			return err
		}
		size -= n
	}
	return u.ctx.Err()
}

func (u *upload) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if int64(len(u.buf)) == u.partSize {
			if err := u.sendPart(); err != nil {
				return written, err
			}
		}
		n := min(int64(len(p)), u.partSize-int64(len(u.buf)))
		u.buf = append(u.buf, p[:n]...)
		p, written = p[n:], written+int(n)
	}
	return written, u.ctx.Err()
}

// sendPart begins to send what lies in buf as the next part.
func (u *upload) sendPart() error {
	if u.whole() == maxParts || u.sent+int64(len(u.buf)) > maxObject {
		return archive.Fail(archive.TooLarge, "object-too-large")
	}
	if err := u.begin(); err != nil {
		return err
	}
	full := u.buf
	u.buf = nil
	u.sent += int64(len(full))
	if err := u.fly(full, u.driver.limits.held/u.partSize-1, u.putPart); err != nil {
		return err
	}
	if u.sent >= u.about {
		u.partSize = max(u.partSize, growing(u.whole(), u.driver.limits))
	}
	if n := len(u.spare); n > 0 {
		u.buf, u.spare = u.spare[n-1][:0], u.spare[:n-1]
	}
	return nil
}

// unanswered reports whether the server did not answer, so that to ask again may help.
func unanswered(err error) bool { return archive.ReasonOf(err) == "storage-unavailable" }

// unseekable hides everything of a reader but Read.
type unseekable struct{ io.Reader }

// pause waits a little longer after each attempt and reports whether ctx still goes on.
func pause(ctx context.Context, attempt int) bool {
	timer := time.NewTimer(time.Duration(attempt) * 200 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (u *upload) begin() error {
	if u.id != "" {
		return nil
	}
	opts := u.opts
	if u.crc {
		opts.UserMetadata = map[string]string{"X-Amz-Checksum-Algorithm": minio.ChecksumCRC32C.String()} // S3 wants to know before the first part
	}
	id, err := u.driver.core.NewMultipartUpload(u.ctx, u.driver.bucket, string(u.key), opts)
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	u.id = id
	return nil
}

func (u *upload) Commit() (storage.Object, error) { return u.commit(u.ctx) }

func (u *upload) commit(ctx context.Context) (storage.Object, error) {
	if err := u.finish(); err != nil {
		u.abandon(ctx)
		return storage.Object{}, err
	}
	defer u.giveUp()
	// A put does not tell the time that the object got.
	return u.driver.Head(ctx, u.key)
}

func (u *upload) finish() error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if u.id == "" {
		return u.sendWhole()
	}
	if len(u.buf) > 0 {
		if err := u.sendPart(); err != nil {
			return err
		}
	}
	return u.complete()
}

func (u *upload) sendWhole() error {
	raw := sha256.Sum256(u.buf)
	sum := hex.EncodeToString(raw[:])
	opts := u.opts
	opts.DisableContentSha256 = true // the one we give is used instead
	_, err := u.send(u.buf, func(body io.Reader) error {
		_, err := u.driver.core.PutObject(u.ctx, u.driver.bucket, string(u.key), body, int64(len(u.buf)), "", sum, opts)
		return err
	})
	return err
}

func (u *upload) complete() error {
	if err := u.land(0); err != nil {
		return err
	}
	_, err := u.driver.core.CompleteMultipartUpload(u.ctx, u.driver.bucket, string(u.key), u.id, u.parts, u.opts)
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	u.id = ""
	return nil
}

func (u *upload) Abort() { u.abandon(u.ctx) }

// abandon removes the parts that were sent, also when ctx has ended. What a server that is away keeps, sweep removes later.
func (u *upload) abandon(ctx context.Context) {
	u.giveUp()
	if u.id == "" {
		return
	}
	ctx, cancel := u.driver.brief(context.WithoutCancel(ctx))
	defer cancel()
	_ = u.driver.core.AbortMultipartUpload(ctx, u.driver.bucket, string(u.key), u.id)
	u.id = ""
}

// Copy implements storage.Driver: the server copies, in parts above copyPart bytes.
func (d *Driver) Copy(ctx context.Context, from, to storage.Key) error {
	source, err := d.Head(ctx, from)
	if err != nil {
		return err
	}
	if source.Size > d.limits.copyPart {
		return d.copyParts(ctx, source, to)
	}
	_, err = d.core.CopyObject(ctx, d.bucket, string(from), d.bucket, string(to), unchanged(source),
		minio.CopySrcOptions{}, minio.PutObjectOptions{})
	if err != nil {
		return d.translate(ctx, from, err)
	}
	return nil
}

func (d *Driver) copyParts(ctx context.Context, source storage.Object, to storage.Key) error {
	u := d.newUpload(ctx, to, storage.PutOptions{ContentType: source.ContentType})
	u.crc = false // who copies has no bytes to count it of
	u.partSize = partSize(source.Size, d.limits.copyPart)
	if err := u.copyAll(source); err != nil {
		u.abandon(ctx)
		return err
	}
	u.giveUp()
	return nil
}

func (u *upload) copyAll(source storage.Object) error {
	if err := u.begin(); err != nil {
		return err
	}
	for offset := int64(0); offset < source.Size; offset += u.partSize {
		err := u.fly(nil, mostSending-1, func(number int, f *flight) (err error) {
			f.part, err = u.driver.core.CopyObjectPart(u.ctx, u.driver.bucket, string(source.Key), u.driver.bucket, string(u.key), u.id,
				number, offset, min(u.partSize, source.Size-offset), unchanged(source))
			return err
		})
		if err != nil {
			return u.driver.translate(u.ctx, source.Key, err)
		}
	}
	return u.complete()
}

// unchanged makes the server refuse when the source is not the one we looked at.
func unchanged(source storage.Object) map[string]string {
	return map[string]string{"x-amz-copy-source-if-match": source.ETag}
}
