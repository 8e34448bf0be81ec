package storage

import (
	"context"
	"errors"
	"fmt"
	"io"

	"vannghe/internal/archive"
)

// errFinished answers the use of a Writer after its Commit or Abort.
var errFinished = errors.New("the writer is finished")

// Writer receives the bytes of one object. Nothing is visible before Commit. Always `defer w.Abort()`: after a Commit it does
// nothing. For one goroutine.
type Writer struct {
	key      Key
	driver   DriverWriter
	size     int64
	failed   error // the first failure of Write; what follows it would leave a hole
	finished bool
}

// Write appends p. After an error the Writer can only be aborted.
func (w *Writer) Write(p []byte) (int, error) {
	switch {
	case w.finished:
		return 0, fmt.Errorf("write %s: %w", w.key, errFinished)
	case w.failed != nil:
		return 0, w.failed
	}
	n, err := w.driver.Write(p)
	w.size += int64(n)
	if err != nil {
		w.failed = fmt.Errorf("write %s: %w", w.key, err)
	}
	return n, w.failed
}

// Size returns how many bytes were written.
func (w *Writer) Size() int64 { return w.size }

// Commit makes the object visible under its key and durable. After a failed Write it fails with that error.
func (w *Writer) Commit() (Object, error) {
	if w.finished {
		return Object{}, fmt.Errorf("commit %s: %w", w.key, errFinished)
	}
	if w.failed != nil {
		w.Abort()
		return Object{}, w.failed
	}
	w.finished = true
	o, err := w.driver.Commit()
	if err != nil {
		return Object{}, fmt.Errorf("commit %s: %w", w.key, err)
	}
	return o, nil
}

// Abort throws away what was written, unless the Writer is finished.
func (w *Writer) Abort() {
	if w.finished {
		return
	}
	w.finished = true
	w.driver.Abort()
}

// exactReader hands a driver the size bytes of src or an error. It looks past the end before it gives out the last bytes,
// because a server that has got all it was promised makes the object visible.
type exactReader struct {
	ctx  context.Context
	src  io.Reader
	size int64 // promised
	left int64
	err  error // of src, or of a wrong size
}

// start looks at the source of an empty object: a driver may store that without reading.
func (r *exactReader) start() error {
	if r.size < 0 {
		r.err = archive.Fail(archive.Invalid, "size-mismatch", r.size)
	} else if r.size == 0 {
		r.err = r.atEnd()
	}
	return r.err
}

func (r *exactReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.left == 0 {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if r.err = r.ctx.Err(); r.err != nil {
		return 0, r.err
	}
	n, err := r.src.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	switch {
	case err == io.EOF && r.left > 0:
		r.err = archive.Fail(archive.Invalid, "size-mismatch", r.size)
	case err != nil && err != io.EOF:
		r.err = fmt.Errorf("read what is to be stored: %w", err)
	case err == nil && r.left == 0:
		r.err = r.atEnd()
	}
	if r.err != nil {
		return 0, r.err
	}
	return n, nil
}

// atEnd returns nil when src has nothing more.
func (r *exactReader) atEnd() error {
	var extra [1]byte
	for range 100 { // as bufio: a reader that gives neither bytes nor an error for ever is broken
		if err := r.ctx.Err(); err != nil {
			return err
		}
		n, err := r.src.Read(extra[:])
		switch {
		case n > 0:
			return archive.Fail(archive.Invalid, "size-mismatch", r.size)
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read what is to be stored: %w", err)
		}
	}
	return fmt.Errorf("read what is to be stored: %w", io.ErrNoProgress)
}
