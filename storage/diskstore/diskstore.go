// Package diskstore is the storage driver that keeps objects as plain files below one folder: the object "a/b" is the
// file a/b, so that the archive can be read, copied and backed up with any tool. Several processes may share the folder.
//
// Everything goes through os.Root: no key, and no symbolic link that somebody planted, leads out of the folder. A link is
// never an object itself. New bytes are written to a file in the folder .tmp, synced, renamed into place, and the folder that
// got the name is synced: a reader sees the old file or the new, whole, whatever stops. It runs on Unix (flock, inodes).
//
// It must not know what the objects mean.
package diskstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"

	"golang.org/x/sys/unix"

	"vannghe/internal/archive"
	"vannghe/storage"
)

// Driver implements storage.Driver. Make it with Open; it is safe for concurrent use.
type Driver struct {
	root    *os.Root
	folder  *os.File // root's, for openAt
	lasting lasting
	synced  func(folder string) // told of every folder synced; nil but in tests: nothing else shows it short of a loss of power
}

// Open opens the folder path as a store, making it when missing, and removes what writers that died left behind.
func Open(path string) (*Driver, error) {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return nil, translate(err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, translate(err)
	}
	folder, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(translate(err), root.Close())
	}
	d := &Driver{root: root, folder: folder}
	if err := d.prepare(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Driver) prepare() error {
	if err := d.nameFolder(tempFolder); err != nil {
		return fmt.Errorf("make the folder for new files: %w", translate(err))
	}
	if err := d.sweep(tempFolder, 0); err != nil {
		return fmt.Errorf("remove what dead writers left: %w", translate(err))
	}
	if err := d.nameFolder(partFolder); err != nil {
		return fmt.Errorf("make the folder for unfinished files: %w", translate(err))
	}
	if err := d.sweep(partFolder, storage.KeptUnfinished); err != nil {
		return fmt.Errorf("remove unfinished files that nobody goes on with: %w", translate(err))
	}
	return nil
}

// Put implements storage.Driver.
func (d *Driver) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, opts storage.PutOptions) (storage.Object, error) {
	if w, ok := d.take(ctx, key, opts.Given, size); ok {
		return w.Commit()
	}
	w, err := d.create(ctx, key)
	if err != nil {
		return storage.Object{}, err
	}
	buf := make([]byte, max(1, min(size, copyBuffer)))
	if _, err := io.CopyBuffer(w, r, buf); err != nil {
		w.Abort()
		return storage.Object{}, err
	}
	return w.Commit()
}

// Create implements storage.Driver.
func (d *Driver) Create(ctx context.Context, key storage.Key, _ int64) (storage.DriverWriter, error) {
	return d.create(ctx, key)
}

func (d *Driver) create(ctx context.Context, key storage.Key) (*writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, name, err := d.newTemp()
	if err != nil {
		return nil, fmt.Errorf("make a new file: %w", translate(err))
	}
	return &writer{ctx: ctx, driver: d, key: key, file: f, temp: name}, nil
}

// Open implements storage.Driver.
func (d *Driver) Open(ctx context.Context, key storage.Key, span storage.Span) (io.ReadCloser, storage.Object, error) {
	f, o, err := d.open(ctx, key)
	if err != nil {
		return nil, storage.Object{}, err
	}
	n, err := span.In(o.Size)
	if err == nil && span.Offset > 0 {
		_, err = f.Seek(span.Offset, io.SeekStart)
	}
	if err != nil {
		return nil, storage.Object{}, errors.Join(translate(err), f.Close())
	}
	return &reader{ctx: ctx, file: f, part: io.LimitedReader{R: f, N: n}}, o, nil
}

// File implements storage.Driver.
func (d *Driver) File(ctx context.Context, key storage.Key) (*os.File, bool, error) {
	f, _, err := d.open(ctx, key)
	return f, true, err
}

func (d *Driver) open(ctx context.Context, key storage.Key) (*os.File, storage.Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, storage.Object{}, err
	}
	f, ok := d.openBeneath(string(key))
	if !ok {
		var err error
		if f, err = d.openSlowly(key); err != nil {
			return nil, storage.Object{}, err
		}
	}
	info, err := f.Stat()
	if err != nil {
		return nil, storage.Object{}, errors.Join(translate(err), f.Close())
	}
	if !info.Mode().IsRegular() {
		return nil, storage.Object{}, errors.Join(storage.Missing(key), f.Close())
	}
	return f, describe(key, info), nil
}

// openSlowly is open where openBeneath cannot. Lstat first, so that a link is not followed; O_NONBLOCK so that a pipe put in its place meanwhile
// does not hang us.
func (d *Driver) openSlowly(key storage.Key) (*os.File, error) {
	if _, err := d.stat(key); err != nil {
		return nil, err
	}
	f, err := d.root.OpenFile(string(key), os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, missingOr(key, err)
	}
	return f, nil
}

// Head implements storage.Driver.
func (d *Driver) Head(ctx context.Context, key storage.Key) (storage.Object, error) {
	if err := ctx.Err(); err != nil {
		return storage.Object{}, err
	}
	return d.stat(key)
}

func (d *Driver) stat(key storage.Key) (storage.Object, error) {
	info, err := d.lstat(string(key))
	if err != nil {
		return storage.Object{}, missingOr(key, err)
	}
	if !info.Mode().IsRegular() {
		return storage.Object{}, storage.Missing(key)
	}
	return describe(key, info), nil
}

// Delete implements storage.Driver. Folders that become empty go with the object.
func (d *Driver) Delete(ctx context.Context, key storage.Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := d.stat(key); archive.CodeOf(err) == archive.NotFound {
		return nil
	} else if err != nil {
		return err
	}
	err := d.unlink(string(key), 0)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EISDIR) {
		return nil // somebody else was faster
	}
	if err != nil {
		return translate(err)
	}
	return d.prune(path.Dir(string(key)))
}

// Ping implements storage.Driver.
func (d *Driver) Ping(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := d.root.Stat(tempFolder); err != nil {
		return archive.Fail(archive.Unavailable, "storage-unavailable").Because(err)
	}
	return nil
}

// Close implements storage.Driver.
func (d *Driver) Close() error { return errors.Join(d.folder.Close(), d.root.Close()) }

func describe(key storage.Key, info fs.FileInfo) storage.Object {
	return storage.Object{Key: key, Size: info.Size(), ETag: etag(info), ModTime: info.ModTime().UTC()}
}

// etag is made of what changes with every write here: each has its own inode and a time of modification set from the
// clock's nanoseconds (writer.Commit), which the kernel's own, of some milliseconds' grain, would not give.
func etag(info fs.FileInfo) string {
	var inode uint64
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		inode = st.Ino
	}
	return fmt.Sprintf("%x-%x-%x", inode, info.ModTime().UnixNano(), info.Size())
}

// missingOr maps what the system says of a name that leads to no object.
func missingOr(key storage.Key, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP) {
		return storage.Missing(key)
	}
	return translate(err)
}

// translate maps the system's errors to those of storage, and leaves all others as they are.
func translate(err error) error {
	if err == nil {
		return nil // before no escapes: this is called for every read
	}
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err
	}
	switch no {
	case syscall.ENOSPC, syscall.EDQUOT:
		return archive.Fail(archive.Unavailable, "storage-full").Because(err)
	case syscall.EACCES, syscall.EPERM, syscall.EROFS:
		return archive.Fail(archive.Unavailable, "storage-denied").Because(err)
	case syscall.EIO, syscall.ESTALE, syscall.ENODEV, syscall.ENXIO, syscall.ETIMEDOUT:
		return archive.Fail(archive.Unavailable, "storage-unavailable").Because(err)
	case syscall.EFBIG:
		return archive.Fail(archive.TooLarge, "object-too-large").Because(err)
	case syscall.ENAMETOOLONG:
		return archive.Fail(archive.Invalid, "key-invalid").Because(err)
	default:
		return err
	}
}
