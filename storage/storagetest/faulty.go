package storagetest

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"sync"

	"vannghe/storage"
)

// ErrStopped is what every call answers once the world has stopped (Faulty.StopAt).
var ErrStopped = errors.New("storagetest: the world has stopped")

// ErrCut is what a cut reader ends with (Faulty.CutReads).
var ErrCut = errors.New("storagetest: the reader was cut")

// Moment is when, around a call that changes the store, the world stops.
type Moment int

// The two sides of a change.
const (
	BeforeEffect Moment = iota // the call changes nothing
	AfterEffect                // the change is there, but nobody has learned of it
)

// Faulty is a driver around another that fails on command. With no command given it passes everything on.
// Calls that change the store are Put, Copy, Delete, Forget, a writer's Commit and an unfinished object's Flush and Commit; they are counted
// from 1.
type Faulty struct {
	driver storage.Driver

	mu       sync.Mutex
	calls    int
	changes  int
	stopped  bool
	stopAt   int
	moment   Moment
	failAt   int
	failWith error
	cutAfter int64
	cutting  bool
}

// NewFaulty returns a Faulty around d, which it closes with itself.
func NewFaulty(d storage.Driver) *Faulty { return &Faulty{driver: d} }

// StopAt stops the world at the n-th change from now: that change and every call after it answers ErrStopped, as if the process
// had been killed there.
func (f *Faulty) StopAt(n int, when Moment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopAt, f.moment = f.changes+n, when
}

// FailAt makes the n-th call from now, of whatever kind, fail once with err and without effect.
func (f *Faulty) FailAt(n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failAt, f.failWith = f.calls+n, err
}

// CutReads makes every reader opened from now end with ErrCut after n bytes.
func (f *Faulty) CutReads(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cutAfter, f.cutting = n, true
}

// Heal takes every command back, and the world goes on.
func (f *Faulty) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped, f.stopAt, f.failAt, f.cutting = false, 0, 0, false
}

// Calls returns how many calls there were.
func (f *Faulty) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Stopped reports whether the world has stopped.
func (f *Faulty) Stopped() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stopped
}

// call counts a call and returns the error it has to fail with, if any.
func (f *Faulty) call() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count()
}

func (f *Faulty) count() error {
	if f.stopped {
		return ErrStopped
	}
	f.calls++
	if f.failAt != 0 && f.calls == f.failAt {
		return f.failWith
	}
	return nil
}

// change runs a call that changes the store.
func (f *Faulty) change(do func() error) error {
	f.mu.Lock()
	if err := f.count(); err != nil {
		f.mu.Unlock()
		return err
	}
	f.changes++
	stop := f.stopAt != 0 && f.changes == f.stopAt
	moment := f.moment
	f.stopped = stop
	f.mu.Unlock()
	if stop && moment == BeforeEffect {
		return ErrStopped
	}
	err := do()
	if stop {
		return ErrStopped
	}
	return err
}

// Put implements storage.Driver.
func (f *Faulty) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, opts storage.PutOptions) (o storage.Object, err error) {
	err = f.change(func() error {
		o, err = f.driver.Put(ctx, key, r, size, opts)
		return err
	})
	return o, err
}

// Copy implements storage.Driver.
func (f *Faulty) Copy(ctx context.Context, from, to storage.Key) error {
	return f.change(func() error { return f.driver.Copy(ctx, from, to) })
}

// Delete implements storage.Driver.
func (f *Faulty) Delete(ctx context.Context, key storage.Key) error {
	return f.change(func() error { return f.driver.Delete(ctx, key) })
}

// Create implements storage.Driver.
func (f *Faulty) Create(ctx context.Context, key storage.Key, about int64) (storage.DriverWriter, error) {
	if err := f.call(); err != nil {
		return nil, err
	}
	w, err := f.driver.Create(ctx, key, about)
	if err != nil {
		return nil, err
	}
	return &faultyWriter{faulty: f, driver: w}, nil
}

type faultyWriter struct {
	faulty *Faulty
	driver storage.DriverWriter
}

func (w *faultyWriter) Write(p []byte) (int, error) {
	if err := w.faulty.call(); err != nil {
		return 0, err
	}
	return w.driver.Write(p)
}

func (w *faultyWriter) Commit() (o storage.Object, err error) {
	done := false
	err = w.faulty.change(func() error {
		done = true
		o, err = w.driver.Commit()
		return err
	})
	if !done {
		w.driver.Abort()
	}
	return o, err
}

func (w *faultyWriter) Abort() { w.driver.Abort() }

// Resume implements storage.Driver.
func (f *Faulty) Resume(ctx context.Context, key storage.Key, offset, size int64) (storage.DriverUnfinished, error) {
	if err := f.call(); err != nil {
		return nil, err
	}
	u, err := f.driver.Resume(ctx, key, offset, size)
	if err != nil {
		return nil, err
	}
	return &faultyUnfinished{DriverUnfinished: u, faulty: f}, nil
}

// Forget implements storage.Driver.
func (f *Faulty) Forget(ctx context.Context, key storage.Key) error {
	return f.change(func() error { return f.driver.Forget(ctx, key) })
}

type faultyUnfinished struct {
	storage.DriverUnfinished

	faulty *Faulty
}

func (u *faultyUnfinished) Write(p []byte) (int, error) {
	if err := u.faulty.call(); err != nil {
		return 0, err
	}
	return u.DriverUnfinished.Write(p)
}

func (u *faultyUnfinished) Flush() func() error {
	wait := u.DriverUnfinished.Flush()
	return func() error { return u.faulty.change(wait) }
}

func (u *faultyUnfinished) Commit() (o storage.Object, err error) {
	err = u.faulty.change(func() error {
		o, err = u.DriverUnfinished.Commit()
		return err
	})
	return o, err
}

// Open implements storage.Driver.
func (f *Faulty) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	if err := f.call(); err != nil {
		return nil, storage.Object{}, err
	}
	r, o, err := f.driver.Open(ctx, key, span)
	if err != nil {
		return nil, storage.Object{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cutting {
		r = &cutReader{ReadCloser: r, left: f.cutAfter}
	}
	return r, o, nil
}

type cutReader struct {
	io.ReadCloser
	left int64
}

func (r *cutReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, ErrCut
	}
	n, err := r.ReadCloser.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	return n, err
}

// File implements storage.Driver.
func (f *Faulty) File(ctx context.Context, key storage.Key) (*os.File, bool, error) {
	if err := f.call(); err != nil {
		return nil, false, err
	}
	return f.driver.File(ctx, key)
}

// Head implements storage.Driver.
func (f *Faulty) Head(ctx context.Context, key storage.Key) (storage.Object, error) {
	if err := f.call(); err != nil {
		return storage.Object{}, err
	}
	return f.driver.Head(ctx, key)
}

// List implements storage.Driver.
func (f *Faulty) List(ctx context.Context, folder string) iter.Seq2[storage.Object, error] {
	if err := f.call(); err != nil {
		return func(yield func(storage.Object, error) bool) { yield(storage.Object{}, err) }
	}
	return f.driver.List(ctx, folder)
}

// Ping implements storage.Driver.
func (f *Faulty) Ping(ctx context.Context) error {
	if err := f.call(); err != nil {
		return err
	}
	return f.driver.Ping(ctx)
}

// Close implements storage.Driver.
func (f *Faulty) Close() error { return f.driver.Close() }
