package miniostore

import (
	"bytes"
	"context"
	"io"

	"github.com/minio/minio-go/v7"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Put implements storage.Driver. Up to one part it is a single request; beyond, a multipart upload. Either way what is sent lies
// in memory, so that a request that fails on a connection the server has dropped is sent again.
func (d *Driver) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, opts storage.PutOptions) (storage.Object, error) {
	if size > maxObject {
		return storage.Object{}, archive.Fail(archive.TooLarge, "object-too-large")
	}
	u := d.newUpload(ctx, key, opts)
	u.partSize = partSize(size, d.limits.part)
	u.buf = make([]byte, 0, min(size, u.partSize))
	if err := u.fill(r, size); err != nil {
		u.Abort()
		return storage.Object{}, err
	}
	return u.Commit()
}

// Create implements storage.Driver. A stream ends at 10,000 parts of 16 MiB, 156 GiB, with TooLarge "object-too-large".
func (d *Driver) Create(ctx context.Context, key storage.Key) (storage.DriverWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return d.newUpload(ctx, key, storage.PutOptions{}), nil
}

// partSize returns the part size with which size bytes fit into maxParts. All parts but the last are equal, as some servers want.
func partSize(size, least int64) int64 {
	need := (size + maxParts - 1) / maxParts
	need = (need + mebibyte - 1) / mebibyte * mebibyte
	return max(need, least)
}

// upload gathers parts and sends each when it is full. It begins a multipart upload only when there is more than one.
type upload struct {
	ctx      context.Context
	driver   *Driver
	key      storage.Key
	opts     minio.PutObjectOptions
	partSize int64
	buf      []byte
	id       string // of the multipart upload, "" before it is begun
	parts    []minio.CompletePart
}

func (d *Driver) newUpload(ctx context.Context, key storage.Key, opts storage.PutOptions) *upload {
	return &upload{
		ctx:      ctx,
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

// sendPart sends what lies in buf as the next part.
func (u *upload) sendPart() error {
	if len(u.parts) == maxParts {
		return archive.Fail(archive.TooLarge, "object-too-large")
	}
	if err := u.begin(); err != nil {
		return err
	}
	part, err := u.driver.core.PutObjectPart(u.ctx, u.driver.bucket, string(u.key), u.id, len(u.parts)+1,
		bytes.NewReader(u.buf), int64(len(u.buf)), minio.PutObjectPartOptions{})
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	u.parts = append(u.parts, minio.CompletePart{PartNumber: part.PartNumber, ETag: part.ETag})
	u.buf = u.buf[:0]
	return nil
}

func (u *upload) begin() error {
	if u.id != "" {
		return nil
	}
	id, err := u.driver.core.NewMultipartUpload(u.ctx, u.driver.bucket, string(u.key), u.opts)
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	u.id = id
	return nil
}

func (u *upload) Commit() (storage.Object, error) {
	if err := u.finish(); err != nil {
		u.Abort()
		return storage.Object{}, err
	}
	// A put does not tell the time that the object got.
	return u.driver.Head(u.ctx, u.key)
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
	_, err := u.driver.core.PutObject(u.ctx, u.driver.bucket, string(u.key), bytes.NewReader(u.buf), int64(len(u.buf)), "", "", u.opts)
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	return nil
}

func (u *upload) complete() error {
	_, err := u.driver.core.CompleteMultipartUpload(u.ctx, u.driver.bucket, string(u.key), u.id, u.parts, u.opts)
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	u.id = ""
	return nil
}

// Abort removes the parts that were sent, also when ctx has ended. What a server that is away keeps, sweep removes a day later.
func (u *upload) Abort() {
	u.buf = nil
	if u.id == "" {
		return
	}
	ctx, cancel := u.driver.brief(context.WithoutCancel(u.ctx))
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
	u.partSize = partSize(source.Size, d.limits.copyPart)
	if err := u.copyAll(source); err != nil {
		u.Abort()
		return err
	}
	return nil
}

func (u *upload) copyAll(source storage.Object) error {
	if err := u.begin(); err != nil {
		return err
	}
	for offset := int64(0); offset < source.Size; offset += u.partSize {
		part, err := u.driver.core.CopyObjectPart(u.ctx, u.driver.bucket, string(source.Key), u.driver.bucket, string(u.key), u.id,
			len(u.parts)+1, offset, min(u.partSize, source.Size-offset), unchanged(source))
		if err != nil {
			return u.driver.translate(u.ctx, source.Key, err)
		}
		u.parts = append(u.parts, part)
	}
	return u.complete()
}

// unchanged makes the server refuse when the source is not the one we looked at.
func unchanged(source storage.Object) map[string]string {
	return map[string]string{"x-amz-copy-source-if-match": source.ETag}
}
