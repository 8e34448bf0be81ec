package miniostore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/minio/minio-go/v7"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// tailFolder holds what an unfinished object has beyond its last whole part, under its key and the number of whole parts before it. No key
// begins with ".", so it can be neither named nor listed.
const tailFolder = ".tail/"

// mostSending is how many parts are sent at once while the next is being gathered. A server takes in one part on one core, and most of the time
// of one is its digests and its sync: with two, both cores of a small machine have work.
const mostSending = 2

// unfinished is an object whose whole parts lie with the server in a multipart upload, which is found again by its key, and whose beginning
// of a part is put beside it by Flush. Parts are sent while the next is being gathered.
type unfinished struct {
	ctx      context.Context
	driver   *Driver
	key      storage.Key
	partSize int64
	id       string               // of the multipart upload, "" before the first part
	parts    []minio.CompletePart // that have arrived
	sending  []*sending           // the parts after them
	spool    *spool               // what is being gathered
	spare    []*spool             // that hold nothing
	flushed  int64                // of the spool's bytes, how many lie in the tail
	tails    []string             // put here, the oldest first
}

// sending is a part on its way.
type sending struct {
	spool *spool
	done  chan struct{}
	part  minio.CompletePart // from then on, like err
	err   error
}

// spool holds what is to be a part, in a file and not in memory: many uploads may be under way.
type spool struct {
	file *os.File
	held int64     // bytes
	sum  hash.Hash // SHA-256 of them
}

// Resume implements storage.Driver.
func (d *Driver) Resume(ctx context.Context, key storage.Key, offset, size int64) (storage.DriverUnfinished, error) {
	s, err := newSpool()
	if err != nil {
		return nil, err
	}
	u := &unfinished{ctx: ctx, driver: d, key: key, partSize: partSize(size, d.limits.piece), spool: s}
	if err := u.load(offset); err != nil {
		u.Close()
		return nil, err
	}
	return u, nil
}

// newSpool makes a file without a name, which is gone with the process however that ends.
func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "vannghe-part-")
	if err != nil {
		return nil, fmt.Errorf("make a file for a part: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("hide the file of a part: %w", err), f.Close())
	}
	return &spool{file: f, sum: sha256.New()}, nil
}

// write appends bytes.
func (s *spool) write(p []byte) (int, error) {
	n, err := s.file.WriteAt(p, s.held)
	s.sum.Write(p[:n]) // a hash never returns an error
	s.held += int64(n)
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return n, archive.Fail(archive.Unavailable, "storage-full").Because(err)
	case err != nil:
		return n, fmt.Errorf("keep a part in a file: %w", err)
	}
	return n, nil
}

func (s *spool) clear() {
	s.held = 0
	s.sum.Reset()
}

// load finds what there is of the object up to offset.
func (u *unfinished) load(offset int64) error {
	whole, rest := int(offset/u.partSize), offset%u.partSize
	if whole > 0 {
		if err := u.findParts(whole); err != nil {
			return err
		}
	}
	if rest > 0 {
		if err := u.loadTail(rest); err != nil {
			return err
		}
	}
	return u.driver.dropTails(u.ctx, u.key, u.tail())
}

// findParts finds the multipart upload that holds the first so many parts.
func (u *unfinished) findParts(whole int) error {
	ids, err := u.driver.uploadsOf(u.ctx, u.key)
	if err != nil {
		return err
	}
	for _, id := range ids {
		parts, err := u.partsOf(id, whole)
		if err != nil {
			return err
		}
		if parts != nil {
			u.id, u.parts = id, parts
			return nil
		}
	}
	return storage.UnfinishedMissing(u.key)
}

// uploadsOf returns the multipart uploads under way to a key.
func (d *Driver) uploadsOf(ctx context.Context, key storage.Key) ([]string, error) {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	page, err := d.core.ListMultipartUploads(ctx, d.bucket, string(key), "", "", "", 1000)
	if err != nil {
		return nil, d.translate(ctx, key, err)
	}
	var ids []string
	for _, u := range page.Uploads {
		if u.Key == string(key) {
			ids = append(ids, u.UploadID)
		}
	}
	return ids, nil
}

// partsOf returns the first so many parts of a multipart upload, nil when it does not have them.
func (u *unfinished) partsOf(id string, whole int) ([]minio.CompletePart, error) {
	var parts []minio.CompletePart
	for marker := 0; ; {
		ctx, cancel := u.driver.brief(u.ctx)
		page, err := u.driver.core.ListObjectParts(ctx, u.driver.bucket, string(u.key), id, marker, 1000)
		err = u.translateIn(ctx, err)
		cancel()
		if err != nil {
			return nil, err
		}
		for _, p := range page.ObjectParts {
			if p.PartNumber != len(parts)+1 || p.Size != u.partSize {
				return nil, nil
			}
			if parts = append(parts, minio.CompletePart{PartNumber: p.PartNumber, ETag: p.ETag}); len(parts) == whole {
				return parts, nil
			}
		}
		if !page.IsTruncated {
			return nil, nil
		}
		marker = page.NextPartNumberMarker
	}
}

func (u *unfinished) translateIn(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return u.driver.translate(ctx, u.key, err)
}

// tail is the name of the object that holds what lies behind the whole parts.
func (u *unfinished) tail() string { return tailsOf(u.key) + strconv.Itoa(u.whole()) }

// whole returns how many parts there are, with those that are still on their way.
func (u *unfinished) whole() int { return len(u.parts) + len(u.sending) }

func tailsOf(key storage.Key) string { return tailFolder + string(key) + "/" }

// loadTail brings the first bytes of the tail back into the spool.
func (u *unfinished) loadTail(n int64) error {
	body, _, _, err := u.driver.core.GetObject(u.ctx, u.driver.bucket, u.tail(), minio.GetObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return storage.UnfinishedMissing(u.key)
	}
	if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	_, err = io.CopyN(u, body, n)
	u.flushed = n
	if err := errors.Join(err, body.Close()); errors.Is(err, io.EOF) {
		return storage.UnfinishedMissing(u.key)
	} else if err != nil {
		return u.driver.translate(u.ctx, u.key, err)
	}
	return nil
}

func (u *unfinished) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n, err := u.spool.write(p[:min(int64(len(p)), u.partSize-u.spool.held)])
		written += n
		if err == nil && u.spool.held == u.partSize {
			err = u.sendPart()
		}
		if err != nil {
			return written, err
		}
		p = p[n:]
	}
	return written, u.ctx.Err()
}

// send makes a request that carries a spool, again when the server did not answer (see upload.send).
func (u *unfinished) send(s *spool, request func(body io.Reader, sum string) error) error {
	sum := hex.EncodeToString(s.sum.Sum(nil))
	for attempt := 1; ; attempt++ {
		err := u.translateIn(u.ctx, request(unseekable{io.NewSectionReader(s.file, 0, s.held)}, sum))
		if err == nil || attempt >= u.driver.limits.retries || !unanswered(err) || !pause(u.ctx, attempt) {
			return err
		}
	}
}

// begin begins the multipart upload. An earlier one holds parts that nobody believes in: they would be found in its place.
func (u *unfinished) begin() error {
	if u.id != "" {
		return nil
	}
	if err := u.driver.abortAll(u.ctx, u.key); err != nil {
		return err
	}
	id, err := u.driver.core.NewMultipartUpload(u.ctx, u.driver.bucket, string(u.key), minio.PutObjectOptions{})
	u.id = id
	return u.translateIn(u.ctx, err)
}

// sendPart begins to send the spool as the next part, once few enough others are on their way.
func (u *unfinished) sendPart() error {
	if err := u.await(mostSending - 1); err != nil {
		return err
	}
	if err := u.begin(); err != nil {
		return err
	}
	next, err := u.emptySpool()
	if err != nil {
		return err
	}
	s := &sending{spool: u.spool, done: make(chan struct{})}
	number := u.whole() + 1
	u.sending = append(u.sending, s)
	u.spool, u.flushed = next, 0
	go func() {
		defer close(s.done)
		s.part, s.err = u.putPart(s.spool, number)
	}()
	return nil
}

func (u *unfinished) emptySpool() (*spool, error) {
	n := len(u.spare)
	if n == 0 {
		return newSpool()
	}
	s := u.spare[n-1]
	u.spare = u.spare[:n-1]
	s.clear()
	return s, nil
}

func (u *unfinished) putPart(full *spool, number int) (minio.CompletePart, error) {
	var part minio.ObjectPart
	err := u.send(full, func(body io.Reader, sum string) (err error) {
		part, err = u.driver.core.PutObjectPart(u.ctx, u.driver.bucket, string(u.key), u.id, number,
			body, full.held, minio.PutObjectPartOptions{Sha256Hex: sum, DisableContentSha256: true})
		return err
	})
	return minio.CompletePart{PartNumber: part.PartNumber, ETag: part.ETag}, err
}

// await waits until no more than so many parts are on their way. A part that failed stays the first of them: nothing after it counts.
func (u *unfinished) await(most int) error {
	for len(u.sending) > most {
		first := u.sending[0]
		<-first.done
		if first.err != nil {
			return first.err
		}
		u.parts = append(u.parts, first.part)
		u.spare = append(u.spare, first.spool)
		u.sending = u.sending[1:]
	}
	return nil
}

// Flush puts the tail, which takes until then; at the end of a part there is none, and what is waited for are the parts on their way.
func (u *unfinished) Flush() func() error {
	if u.spool.held == u.flushed {
		return u.arrival()
	}
	err := u.putTail()
	return func() error { return err }
}

// arrival waits until the parts that are on their way now have arrived.
func (u *unfinished) arrival() func() error {
	ctx, all := u.ctx, slices.Clone(u.sending)
	return func() error {
		for _, s := range all {
			if <-s.done; s.err != nil {
				return s.err
			}
		}
		return ctx.Err()
	}
}

// putTail puts the tail. The tail of the flush before stays: somebody may believe in that one still.
func (u *unfinished) putTail() error {
	if err := u.await(0); err != nil {
		return err
	}
	name := u.tail()
	if err := u.sendObject(name); err != nil {
		return err
	}
	u.flushed = u.spool.held
	if !slices.Contains(u.tails, name) {
		u.tails = append(u.tails, name)
	}
	for len(u.tails) > 2 {
		u.driver.drop(u.ctx, u.tails[0])
		u.tails = u.tails[1:]
	}
	return nil
}

// sendObject puts the spool as an object.
func (u *unfinished) sendObject(name string) error {
	return u.send(u.spool, func(body io.Reader, sum string) error {
		_, err := u.driver.core.PutObject(u.ctx, u.driver.bucket, name, body, u.spool.held, "", sum, minio.PutObjectOptions{DisableContentSha256: true})
		return err
	})
}

func (u *unfinished) Commit() (storage.Object, error) {
	if err := u.ctx.Err(); err != nil {
		return storage.Object{}, err
	}
	if err := u.finish(); err != nil {
		return storage.Object{}, err
	}
	o, err := u.driver.Head(u.ctx, u.key)
	if err != nil {
		return storage.Object{}, err
	}
	_ = u.driver.Forget(u.ctx, u.key) // what stays is swept later
	return o, nil
}

func (u *unfinished) finish() error {
	if u.whole() == 0 {
		return u.sendObject(string(u.key))
	}
	if u.spool.held > 0 {
		if err := u.sendPart(); err != nil {
			return err
		}
	}
	if err := u.await(0); err != nil {
		return err
	}
	_, err := u.driver.core.CompleteMultipartUpload(u.ctx, u.driver.bucket, string(u.key), u.id, u.parts, minio.PutObjectOptions{})
	return u.translateIn(u.ctx, err)
}

// Close waits for the parts that are being sent: nobody else may send them meanwhile. The files have no name, so nothing stays of them.
func (u *unfinished) Close() {
	for _, s := range u.sending {
		<-s.done
		_ = s.spool.file.Close()
	}
	for _, s := range append(u.spare, u.spool) {
		_ = s.file.Close()
	}
}

// Forget implements storage.Driver.
func (d *Driver) Forget(ctx context.Context, key storage.Key) error {
	if err := d.abortAll(ctx, key); err != nil {
		return err
	}
	return d.dropTails(ctx, key, "")
}

// abortAll aborts the multipart uploads to a key.
func (d *Driver) abortAll(ctx context.Context, key storage.Key) error {
	ids, err := d.uploadsOf(ctx, key)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.abort(ctx, key, id); err != nil {
			return err
		}
	}
	return nil
}

func (d *Driver) abort(ctx context.Context, key storage.Key, id string) error {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	err := d.core.AbortMultipartUpload(ctx, d.bucket, string(key), id)
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchUpload {
		return d.translate(ctx, key, err)
	}
	return nil
}

// dropTails removes the tails of an object but the one of the name given.
func (d *Driver) dropTails(ctx context.Context, key storage.Key, but string) error {
	ctx, cancel := d.brief(ctx)
	defer cancel()
	for o := range d.core.ListObjectsIter(ctx, d.bucket, minio.ListObjectsOptions{Prefix: tailsOf(key), Recursive: true}) {
		if o.Err != nil {
			return d.translate(ctx, key, o.Err)
		}
		if o.Key != but {
			d.drop(ctx, o.Key)
		}
	}
	if ctx.Err() != nil { // minio-go then just ends
		return d.translate(ctx, key, ctx.Err())
	}
	return nil
}

// drop removes an object that nobody needs. What cannot be removed now is swept later.
func (d *Driver) drop(ctx context.Context, name string) {
	_ = d.core.RemoveObject(ctx, d.bucket, name, minio.RemoveObjectOptions{})
}

// sweepTails removes the tails that nobody has gone on with for long.
func (d *Driver) sweepTails(ctx context.Context) error {
	for o := range d.core.ListObjectsIter(ctx, d.bucket, minio.ListObjectsOptions{Prefix: tailFolder, Recursive: true}) {
		if o.Err != nil {
			return d.translate(ctx, "", o.Err)
		}
		if d.stale(o.LastModified) && strings.HasPrefix(o.Key, tailFolder) {
			d.drop(ctx, o.Key)
		}
	}
	return d.ended(ctx)
}
