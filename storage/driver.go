package storage

import (
	"context"
	"io"
	"iter"
	"os"

	"vannghe/internal/archive"
)

// Driver does the work of a Bucket on one kind of store. Only Bucket and tests call it.
//
// Bucket promises: keys and folders are valid; spans have an offset of at least 0 and a length other than 0; the reader given to
// Put yields exactly size bytes and then io.EOF, or an error, and never the last byte of a wrong size.
// A driver promises what the package comment says, the errors named there, and to be safe for concurrent use. Whatever its
// reader or context fails with, it leaves nothing visible, and it returns that error.
type Driver interface {
	// Put stores r's size bytes under key.
	Put(ctx context.Context, key Key, r io.Reader, size int64, opts PutOptions) (Object, error)

	// Create begins an object of unknown size, perhaps of about so many bytes (0: nothing is known). ctx rules until Commit or Abort.
	Create(ctx context.Context, key Key, about int64) (DriverWriter, error)

	// Resume opens the unfinished object of size bytes under key to be written from offset on; see Bucket.Resume. ctx rules until Close.
	Resume(ctx context.Context, key Key, offset, size int64) (DriverUnfinished, error)

	// Forget removes what there is of an unfinished object.
	Forget(ctx context.Context, key Key) error

	// Open returns a reader of the span, cut where the object ends, and the whole object's description.
	Open(ctx context.Context, key Key, span Span) (io.ReadCloser, Object, error)

	// File opens the local file behind key, or reports false when this kind of store has none.
	File(ctx context.Context, key Key) (*os.File, bool, error)

	// Head describes the object under key.
	Head(ctx context.Context, key Key) (Object, error)

	// List yields the objects whose key begins with folder, which is "" or ends in "/", in byte order.
	// ContentType may be left empty.
	List(ctx context.Context, folder string) iter.Seq2[Object, error]

	// Delete removes the object under key, if there is one.
	Delete(ctx context.Context, key Key) error

	// Copy makes to a copy of from.
	Copy(ctx context.Context, from, to Key) error

	// Ping reports whether the store answers.
	Ping(ctx context.Context) error

	// Close releases what the driver holds.
	Close() error
}

// DriverWriter receives an object of unknown size, from one goroutine at a time. Bucket calls Commit or Abort once, whichever comes
// first, and nothing after it.
type DriverWriter interface {
	io.Writer

	// Commit makes the object visible. When it fails, nothing is visible and everything is released.
	Commit() (Object, error)

	// Abort throws away what was written. What cannot be removed now is removed when the driver is opened next.
	Abort()
}

// Span is a run of bytes of an object.
type Span struct {
	Offset int64
	Length int64 // below 0: to the end
}

// Whole is the span of a whole object, even of an empty one.
func Whole() Span { return Span{Length: -1} }

// Unsatisfiable is the error for a span that begins outside its object.
func (s Span) Unsatisfiable() error {
	return archive.Fail(archive.Invalid, "range-unsatisfiable", s.Offset, s.Length)
}

// In returns how many bytes the span has in an object of size bytes, or the error of Unsatisfiable.
func (s Span) In(size int64) (int64, error) {
	if s == Whole() {
		return size, nil
	}
	if s.Offset < 0 || s.Offset >= size || s.Length == 0 {
		return 0, s.Unsatisfiable()
	}
	if s.Length < 0 || s.Length > size-s.Offset {
		return size - s.Offset, nil
	}
	return s.Length, nil
}

// Missing is the error for a key under which there is no object.
func Missing(key Key) *archive.Error {
	return archive.Fail(archive.NotFound, "object-missing", string(key))
}

// KeyConflict is the error for a key that lies below an object, or that is a folder of objects.
func KeyConflict(key Key) *archive.Error {
	return archive.Fail(archive.Conflict, "key-conflict", string(key))
}
