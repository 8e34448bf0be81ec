// Package memstore is a storage driver that keeps objects in memory: for tests of what stands on a Bucket, and as the
// plainest statement of what a driver has to do. It is as strict as the strictest of the others.
//
// It must not be used for anything that has to outlive the process.
package memstore

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"vannghe/storage"
)

// Driver is a store in memory. Make it with New; it is safe for concurrent use.
type Driver struct {
	mu      sync.RWMutex
	objects map[storage.Key]object
	folders map[string]int // how many objects lie below "a", "a/b", …
	written int            // makes ETags

	unfinished map[storage.Key][]byte // what was flushed
	writing    map[storage.Key]bool
}

type object struct {
	storage.Object
	data []byte // never changed
}

// New returns an empty store.
func New() *Driver {
	return &Driver{objects: make(map[storage.Key]object), folders: make(map[string]int),
		unfinished: make(map[storage.Key][]byte), writing: make(map[storage.Key]bool)}
}

// Put implements storage.Driver.
func (d *Driver) Put(ctx context.Context, key storage.Key, r io.Reader, _ int64, opts storage.PutOptions) (storage.Object, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return storage.Object{}, err
	}
	if err := ctx.Err(); err != nil {
		return storage.Object{}, err
	}
	return d.keep(key, data, opts)
}

func (d *Driver) keep(key storage.Key, data []byte, opts storage.PutOptions) (storage.Object, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conflicts(key) {
		return storage.Object{}, storage.KeyConflict(key)
	}
	d.written++
	o := storage.Object{Key: key, Size: int64(len(data)), ETag: strconv.Itoa(d.written), ModTime: time.Now().UTC(), ContentType: opts.ContentType}
	if _, replaced := d.objects[key]; !replaced {
		d.count(key, 1)
	}
	d.objects[key] = object{Object: o, data: data}
	return o, nil
}

// conflicts reports whether key lies below an object or is itself a folder.
func (d *Driver) conflicts(key storage.Key) bool {
	for folder := range folders(key) {
		if _, ok := d.objects[storage.Key(folder)]; ok {
			return true
		}
	}
	return d.folders[string(key)] > 0
}

func (d *Driver) count(key storage.Key, by int) {
	for folder := range folders(key) {
		if d.folders[folder] += by; d.folders[folder] == 0 {
			delete(d.folders, folder)
		}
	}
}

// folders yields "a" and "a/b" for "a/b/c".
func folders(key storage.Key) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range len(key) {
			if key[i] == '/' && !yield(string(key[:i])) {
				return
			}
		}
	}
}

type writer struct {
	bytes.Buffer
	commit func([]byte) (storage.Object, error)
	ctx    context.Context
}

// Create implements storage.Driver.
func (d *Driver) Create(ctx context.Context, key storage.Key, _ int64) (storage.DriverWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &writer{ctx: ctx, commit: func(data []byte) (storage.Object, error) {
		return d.keep(key, data, storage.PutOptions{})
	}}, nil
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Buffer.Write(p)
}

func (w *writer) Commit() (storage.Object, error) {
	if err := w.ctx.Err(); err != nil {
		return storage.Object{}, err
	}
	return w.commit(w.Bytes())
}

func (w *writer) Abort() { w.Reset() }

func (d *Driver) get(ctx context.Context, key storage.Key) (object, error) {
	if err := ctx.Err(); err != nil {
		return object{}, err
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	o, ok := d.objects[key]
	if !ok {
		return object{}, storage.Missing(key)
	}
	return o, nil
}

// reader fails once its context has ended, as one from a network would.
type reader struct {
	ctx  context.Context
	data *bytes.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.data.Read(p)
}

// Open implements storage.Driver.
func (d *Driver) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	o, err := d.get(ctx, key)
	if err != nil {
		return nil, storage.Object{}, err
	}
	n, err := span.In(o.Size)
	if err != nil {
		return nil, storage.Object{}, err
	}
	return io.NopCloser(reader{ctx, bytes.NewReader(o.data[span.Offset : span.Offset+n])}), o.Object, nil
}

// File implements storage.Driver: there are no files here.
func (d *Driver) File(context.Context, storage.Key) (*os.File, bool, error) { return nil, false, nil }

// Head implements storage.Driver.
func (d *Driver) Head(ctx context.Context, key storage.Key) (storage.Object, error) {
	o, err := d.get(ctx, key)
	return o.Object, err
}

// List implements storage.Driver. It yields what there is when it begins.
func (d *Driver) List(ctx context.Context, folder string) iter.Seq2[storage.Object, error] {
	return func(yield func(storage.Object, error) bool) {
		for _, o := range d.below(folder) {
			if err := ctx.Err(); err != nil {
				yield(storage.Object{}, err)
				return
			}
			if !yield(o, nil) {
				return
			}
		}
	}
}

func (d *Driver) below(folder string) []storage.Object {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var found []storage.Object
	for key, o := range d.objects {
		if strings.HasPrefix(string(key), folder) {
			found = append(found, o.Object)
		}
	}
	slices.SortFunc(found, func(a, b storage.Object) int { return strings.Compare(string(a.Key), string(b.Key)) })
	return found
}

// Delete implements storage.Driver.
func (d *Driver) Delete(ctx context.Context, key storage.Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.objects[key]; ok {
		delete(d.objects, key)
		d.count(key, -1)
	}
	return nil
}

// Copy implements storage.Driver.
func (d *Driver) Copy(ctx context.Context, from, to storage.Key) error {
	o, err := d.get(ctx, from)
	if err != nil {
		return err
	}
	if _, err := d.keep(to, o.data, storage.PutOptions{ContentType: o.ContentType}); err != nil {
		return fmt.Errorf("keep the copy: %w", err)
	}
	return nil
}

// Ping implements storage.Driver.
func (d *Driver) Ping(ctx context.Context) error { return ctx.Err() }

// Close implements storage.Driver. The objects stay, so that a test can open the store again.
func (d *Driver) Close() error { return nil }
