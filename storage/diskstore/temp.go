package diskstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"vannghe/storage"
)

// tempFolder holds what is being written. No key begins with ".", so it can be neither named nor listed.
const tempFolder = ".tmp"

const (
	fileMode   = 0o640 // of a file being written
	sealedMode = 0o440 // of an object: nothing that runs as us changes one by mistake
	folderMode = 0o750
	copyBuffer = 256 << 10
)

// newTemp makes a file in tempFolder and locks it (flock) for as long as it is open. The lock, which the kernel drops when a
// process dies however it dies, is what tells a file in use from a leftover, in every process that shares the folder.
func (d *Driver) newTemp() (*os.File, string, error) {
	for {
		name := path.Join(tempFolder, rand.Text())
		f, err := d.openAt(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
		if err != nil {
			return nil, "", err
		}
		if err := lock(f, unix.LOCK_EX); err != nil {
			return nil, "", errors.Join(err, f.Close())
		}
		// A sweep may have found the file before it was locked, and removed it.
		if d.names(name, f) {
			return f, name, nil
		}
		if err := f.Close(); err != nil {
			return nil, "", err
		}
	}
}

// names reports whether name still leads to the open file f.
func (d *Driver) names(name string, f *os.File) bool {
	byName, err := d.lstat(name)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(byName, open)
}

func lock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// sweep removes the files in a folder that nobody holds locked and that were last written so long ago.
func (d *Driver) sweep(name string, age time.Duration) error {
	folder, err := d.root.Open(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, file := range names {
		if age > 0 && !d.older(path.Join(name, file), age) {
			continue
		}
		if err := d.sweepFile(path.Join(name, file)); err != nil {
			return err
		}
	}
	return nil
}

// older reports whether a file was last written longer ago than that.
func (d *Driver) older(name string, age time.Duration) bool {
	info, err := d.lstat(name)
	return err == nil && time.Since(info.ModTime()) > age
}

// openToLock opens a file so that it can be locked exclusively: NFS refuses that where a file is open for reading only (flock(2)).
// A writer that was stopped just before its file became an object has made it read-only.
func (d *Driver) openToLock(name string) (*os.File, error) {
	f, err := d.root.OpenFile(name, os.O_RDWR|unix.O_NONBLOCK, 0)
	if !errors.Is(err, fs.ErrPermission) {
		return f, err
	}
	if err := d.root.Chmod(name, fileMode); err != nil {
		return nil, err
	}
	return d.root.OpenFile(name, os.O_RDWR|unix.O_NONBLOCK, 0)
}

func (d *Driver) sweepFile(name string) error {
	f, err := d.openToLock(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	err = lock(f, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || err == nil && !d.names(name, f) {
		return nil // in use, or renamed into place meanwhile
	}
	if err != nil {
		return err
	}
	if err := d.unlink(name, 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writer is a new object on its way.
type writer struct {
	ctx    context.Context
	driver *Driver
	key    storage.Key
	file   *os.File
	temp   string

	written, told int64 // bytes; of which the disk was told
}

func (w *writer) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.file.Write(p)
	w.written += int64(n)
	w.told = writeBehind(w.file, w.told, w.written)
	return n, translate(err)
}

func (w *writer) Commit() (storage.Object, error) {
	if err := w.seal(); err != nil {
		w.Abort()
		return storage.Object{}, translate(err)
	}
	info, err := w.file.Stat()
	if err == nil {
		err = w.driver.publish(w.temp, w.key)
	}
	if err != nil {
		w.Abort()
		return storage.Object{}, translate(err)
	}
	return describe(w.key, info), w.file.Close()
}

// seal puts the bytes and their time of modification on the disk.
func (w *writer) seal() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if err := w.driver.touch(w.temp); err != nil {
		return fmt.Errorf("set the time of modification: %w", err)
	}
	if err := w.file.Chmod(sealedMode); err != nil {
		return fmt.Errorf("make the new file read-only: %w", err)
	}
	if err := w.file.Sync(); err != nil {
		return fmt.Errorf("sync the new file: %w", err)
	}
	return w.ctx.Err() // the sync may have taken long
}

// touch sets the time of modification to the clock's nanoseconds.
func (d *Driver) touch(name string) error {
	now := unix.NsecToTimespec(time.Now().UnixNano())
	return d.inFolder(name, func(folder int, last string) error {
		return unix.UtimesNanoAt(folder, last, []unix.Timespec{{Nsec: unix.UTIME_OMIT}, now}, unix.AT_SYMLINK_NOFOLLOW)
	})
}

// Abort removes the file while it is still locked. What cannot be removed now, the next sweep gets.
func (w *writer) Abort() {
	_ = w.driver.unlink(w.temp, 0)
	_ = w.file.Close()
}

// reader reads a part of a file until its context ends.
type reader struct {
	ctx  context.Context
	file *os.File
	part io.LimitedReader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.part.Read(p)
	if errors.Is(err, io.EOF) && r.part.N > 0 {
		return n, fmt.Errorf("read %s: %w", r.file.Name(), io.ErrUnexpectedEOF)
	}
	return n, translate(err)
}

func (r *reader) Close() error { return r.file.Close() }
