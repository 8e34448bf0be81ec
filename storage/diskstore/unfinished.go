package diskstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"

	"golang.org/x/sys/unix"

	"vannghe/storage"
)

// partFolder holds unfinished objects, each in one file under a name made of its key. Like tempFolder it can be neither named nor listed.
const partFolder = ".part"

func partName(key storage.Key) string {
	sum := sha256.Sum256([]byte(key))
	return path.Join(partFolder, hex.EncodeToString(sum[:]))
}

// unfinished is the file of an unfinished object, locked (flock) for as long as it is written.
type unfinished struct {
	ctx    context.Context
	driver *Driver
	key    storage.Key
	name   string
	file   *os.File
}

// Resume implements storage.Driver.
func (d *Driver) Resume(ctx context.Context, key storage.Key, offset, _ int64) (storage.DriverUnfinished, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	name := partName(key)
	f, err := d.openPart(name, offset == 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, storage.UnfinishedMissing(key)
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, storage.UnfinishedBusy(key)
	case err != nil:
		return nil, fmt.Errorf("open an unfinished file: %w", translate(err))
	}
	if err := placeAt(f, key, offset); err != nil {
		return nil, errors.Join(translate(err), f.Close())
	}
	return &unfinished{ctx: ctx, driver: d, key: key, name: name, file: f}, nil
}

// openPart opens and locks the file, making it when asked to.
func (d *Driver) openPart(name string, begin bool) (*os.File, error) {
	for {
		f, err := d.openToLock(name)
		if errors.Is(err, fs.ErrNotExist) && begin {
			f, err = d.root.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
		}
		if err != nil {
			return nil, err
		}
		if err := lock(f, unix.LOCK_EX|unix.LOCK_NB); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if d.names(name, f) {
			return f, nil
		}
		if err := f.Close(); err != nil { // forgotten or committed between open and lock
			return nil, err
		}
	}
}

// placeAt forgets what lies behind offset and stands there.
func placeAt(f *os.File, key storage.Key, offset int64) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() < offset:
		return storage.UnfinishedMissing(key)
	}
	if err := f.Truncate(offset); err != nil {
		return err
	}
	_, err = f.Seek(offset, io.SeekStart)
	return err
}

// Forget implements storage.Driver.
func (d *Driver) Forget(ctx context.Context, key storage.Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := d.unlink(partName(key), 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return translate(err)
}

func (u *unfinished) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := u.file.Write(p)
	return n, translate(err)
}

// Flush implements storage.DriverUnfinished.
func (u *unfinished) Flush() func() error { return u.sync }

// sync syncs the file, and the folder that names it.
func (u *unfinished) sync() error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	if err := u.file.Sync(); err != nil {
		return fmt.Errorf("sync an unfinished file: %w", translate(err))
	}
	return translate(u.driver.syncFolder(partFolder))
}

func (u *unfinished) Commit() (storage.Object, error) {
	w := writer{ctx: u.ctx, driver: u.driver, key: u.key, file: u.file, temp: u.name}
	if err := w.seal(); err != nil {
		return storage.Object{}, translate(err)
	}
	info, err := u.file.Stat()
	if err == nil {
		err = u.driver.publish(u.name, u.key)
	}
	if err != nil {
		return storage.Object{}, translate(err)
	}
	return describe(u.key, info), nil
}

func (u *unfinished) Close() {
	// So that a sweep counts from the last use. That it cannot be told is no harm: the last write tells too.
	_ = u.driver.touch(u.name)
	_ = u.file.Close()
}
