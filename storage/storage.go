// Package storage keeps objects: immutable runs of bytes under slash-separated keys. Bucket is the portable surface that the
// rest of the program uses; a Driver (diskstore, miniostore, memstore) does the work. storagetest is the conformance suite
// that every driver passes.
//
// What an object means, who may read it and where it is served are none of its business: it must not know of works,
// viewers, addresses or configuration.
//
// The promises of a Bucket, whatever its driver:
//   - A write is all or nothing. Readers see what was there before or the new bytes whole, also after a crash at any instant.
//     Once Put, Commit or Copy has returned without error, the bytes survive a loss of power. When it fails, nothing
//     has changed; only if the store stopped answering in its last step may the new bytes be there, whole.
//   - Bytes are never changed in place. Put under an existing key replaces the object; who has the old one open reads old bytes
//     to its end, or gets an error, and never a mixture.
//   - A key and keys below it ("a" and "a/b") do not live together: the disk cannot hold both, so no program may rely on
//     it. A driver that notices answers Conflict "key-conflict".
//   - All methods may be called from many goroutines and processes at once; the last writer of a key wins.
//
// Errors that a caller can act on are archive.Errors: Invalid "key-invalid", "range-unsatisfiable" or "size-mismatch",
// NotFound "object-missing", Conflict "key-conflict", TooLarge "object-too-large", Unavailable "storage-unavailable"
// (the store does not answer), "storage-without-tls", "storage-full" or "storage-denied". A cancelled context gives its own error.
package storage

import (
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"vannghe/internal/archive"
)

// Object describes a stored object.
type Object struct {
	Key  Key
	Size int64 // bytes

	// ETag is a strong validator (RFC 9110 §8.8.1) without its quotes: it changes whenever the bytes under the key change.
	// It is not a digest, and copies may share it.
	ETag    string
	ModTime time.Time // UTC

	// ContentType is what PutOptions said, where the driver keeps it (the disk does not), else "". The catalogue knows better.
	ContentType string
}

// PutOptions is what may be said about an object when it is put. The zero value is fine.
type PutOptions struct {
	ContentType string // media type, for tools that look into the store from outside
	// Given is a file that holds exactly what is put, from its beginning, and that nobody writes to any more, for good: a store that can keep it
	// as it is does so instead of copying. It is not closed, its name may go, and it may become read-only. nil: copy.
	Given *os.File
}

// Bucket is a set of objects. Make it with NewBucket; it is safe for concurrent use.
type Bucket struct {
	driver   Driver
	silences atomic.Int64
}

// NewBucket returns a Bucket over d, which it then owns: Close closes d.
func NewBucket(d Driver) *Bucket { return &Bucket{driver: d} }

// Silences returns how many questions since the start were not answered, or answered with a failure of the store.
func (b *Bucket) Silences() int64 { return b.silences.Load() }

// heard counts a failure of the store, and returns err.
func (b *Bucket) heard(err error) error {
	if archive.CodeOf(err) == archive.Unavailable {
		b.silences.Add(1)
	}
	return err
}

// Put stores exactly size bytes of r under key. When r has fewer or more, it answers Invalid "size-mismatch"; when r fails,
// r's error. Nothing is then visible and what was there before stays.
func (b *Bucket) Put(ctx context.Context, key Key, r io.Reader, size int64, opts PutOptions) (Object, error) {
	if err := key.Validate(); err != nil {
		return Object{}, err
	}
	exact := &exactReader{ctx: ctx, src: r, left: size, size: size}
	if err := exact.start(); err != nil {
		return Object{}, fmt.Errorf("store %s: %w", key, b.heard(err))
	}
	o, err := b.driver.Put(ctx, key, exact, size, opts)
	if exact.err != nil { // what the driver made of its reader's failure is less than the failure itself
		return Object{}, fmt.Errorf("store %s: %w", key, exact.err)
	}
	if err != nil {
		return Object{}, fmt.Errorf("store %s: %w", key, b.heard(err))
	}
	return o, nil
}

// Create begins an object whose size is not known yet; see Writer. Cancelling ctx makes the Writer fail.
func (b *Bucket) Create(ctx context.Context, key Key) (*Writer, error) {
	return b.CreateAbout(ctx, key, 0)
}

// CreateAbout is Create of an object that is expected to have about so many bytes; 0 when nothing is known. It is no promise, but
// with it a store that takes large objects in pieces cuts them to fit.
func (b *Bucket) CreateAbout(ctx context.Context, key Key, about int64) (*Writer, error) {
	if err := key.Validate(); err != nil {
		return nil, err
	}
	w, err := b.driver.Create(ctx, key, about)
	if err != nil {
		return nil, fmt.Errorf("begin %s: %w", key, b.heard(err))
	}
	return &Writer{key: key, driver: w}, nil
}

// Open returns the whole object, to be closed by the caller. A failure of the store while reading comes from Read.
func (b *Bucket) Open(ctx context.Context, key Key) (io.ReadCloser, Object, error) {
	return b.OpenRange(ctx, key, 0, -1)
}

// OpenRange returns length bytes from offset, fewer where the object ends before; length below 0 means to the end. Object
// describes the whole object. The first byte asked for must exist and length must not be 0, else it answers Invalid
// "range-unsatisfiable"; only (0, -1), which is Open, also reads an empty object.
func (b *Bucket) OpenRange(ctx context.Context, key Key, offset, length int64) (io.ReadCloser, Object, error) {
	if err := key.Validate(); err != nil {
		return nil, Object{}, err
	}
	span := Span{Offset: offset, Length: length}
	if offset < 0 || length == 0 {
		return nil, Object{}, fmt.Errorf("open %s: %w", key, span.Unsatisfiable())
	}
	r, o, err := b.driver.Open(ctx, key, span)
	if err != nil {
		return nil, Object{}, fmt.Errorf("open %s: %w", key, b.heard(err))
	}
	return r, o, nil
}

// File opens the local file that holds the object, standing at its start, so that it can be sent by the kernel or read by
// a tool without a copy. It reports false when the driver has no local files. The file is for reading only.
func (b *Bucket) File(ctx context.Context, key Key) (*os.File, bool, error) {
	if err := key.Validate(); err != nil {
		return nil, false, err
	}
	f, ok, err := b.driver.File(ctx, key)
	if err != nil {
		return nil, ok, fmt.Errorf("open the file of %s: %w", key, b.heard(err))
	}
	return f, ok, nil
}

// Head describes the object; NotFound "object-missing" when there is none.
func (b *Bucket) Head(ctx context.Context, key Key) (Object, error) {
	if err := key.Validate(); err != nil {
		return Object{}, err
	}
	o, err := b.driver.Head(ctx, key)
	if err != nil {
		return Object{}, fmt.Errorf("look up %s: %w", key, b.heard(err))
	}
	return o, nil
}

// List yields every object below the folder prefix, at any depth, in the order of the keys' bytes, as it finds them: a
// listing of any length needs little memory. The folder is named with or without its last "/"; "" is the whole bucket. What is
// put or deleted meanwhile may or may not appear. After an error the sequence ends.
func (b *Bucket) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	folder, err := parseFolder(prefix)
	if err != nil {
		return func(yield func(Object, error) bool) { yield(Object{}, err) }
	}
	return func(yield func(Object, error) bool) {
		for o, err := range b.driver.List(ctx, folder) {
			if err != nil {
				yield(Object{}, fmt.Errorf("list %s: %w", prefix, b.heard(err)))
				return
			}
			if !yield(o, nil) {
				return
			}
		}
	}
}

// Delete removes the object. That there is none is no error.
func (b *Bucket) Delete(ctx context.Context, key Key) error {
	if err := key.Validate(); err != nil {
		return err
	}
	if err := b.driver.Delete(ctx, key); err != nil {
		return fmt.Errorf("delete %s: %w", key, b.heard(err))
	}
	return nil
}

// DeletePrefix deletes every object below the folder prefix (as in List), one after another; it is not atomic, and calling it
// again finishes what a failure left. "" is refused with Invalid "key-invalid": nobody empties a bucket by a missing argument.
func (b *Bucket) DeletePrefix(ctx context.Context, prefix string) error {
	if strings.Trim(prefix, "/") == "" {
		return archive.Fail(archive.Invalid, "key-invalid", prefix)
	}
	for o, err := range b.List(ctx, prefix) {
		if err != nil {
			return err
		}
		if err := b.Delete(ctx, o.Key); err != nil {
			return err
		}
	}
	return nil
}

// Copy makes to hold the bytes of from, replacing what it held, without sending them through this process. The two are then
// independent: neither a Put nor a Delete of one touches the other.
func (b *Bucket) Copy(ctx context.Context, from, to Key) error {
	if err := from.Validate(); err != nil {
		return err
	}
	if err := to.Validate(); err != nil {
		return err
	}
	if from == to { // S3 refuses a copy onto itself
		_, err := b.Head(ctx, from)
		return err
	}
	if err := b.driver.Copy(ctx, from, to); err != nil {
		return fmt.Errorf("copy %s to %s: %w", from, to, b.heard(err))
	}
	return nil
}

// Ping reports whether the store answers, within seconds.
func (b *Bucket) Ping(ctx context.Context) error {
	if err := b.driver.Ping(ctx); err != nil {
		return fmt.Errorf("ask the store: %w", b.heard(err))
	}
	return nil
}

// Close releases the driver. Readers and Writers still open may fail.
func (b *Bucket) Close() error {
	if err := b.driver.Close(); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return nil
}
