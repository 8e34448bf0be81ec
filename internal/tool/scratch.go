package tool

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	folderPrefix = "run-"
	lockSuffix   = ".lock"
)

// Folder is a scratch folder that outlives a single run. While it is reachable and not removed, no sweep takes it.
type Folder struct {
	Path string
	lock *os.File // Path + lockSuffix, held (flock)
}

// Folder makes an empty folder (mode 0700) for intermediate files of several runs. The caller removes it.
func (r *Runner) Folder() (*Folder, error) {
	path := filepath.Join(r.scratch, folderPrefix+rand.Text())
	// The lock is there before the folder and goes after it: a folder without one belongs to nobody.
	lock, err := newLock(path + lockSuffix)
	if err != nil {
		return nil, fmt.Errorf("lock scratch folder: %w", err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", errors.Join(err, os.Remove(lock.Name()), lock.Close()))
	}
	return &Folder{Path: path, lock: lock}, nil
}

// File returns the path of name in the folder.
func (f *Folder) File(name string) string { return filepath.Join(f.Path, name) }

// Remove removes the folder and all in it, also what a program made unwritable. What it cannot remove, a later Open gets.
func (f *Folder) Remove() error {
	err := removeLocked(f.Path)
	if closed := f.lock.Close(); !errors.Is(closed, os.ErrClosed) {
		err = errors.Join(err, closed)
	}
	if err != nil {
		return fmt.Errorf("remove scratch folder: %w", err)
	}
	return nil
}

// removeLocked removes the folder path and then its lock, which the caller holds.
func removeLocked(path string) error {
	if err := removeAll(path); err != nil {
		return err
	}
	if err := os.Remove(path + lockSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func removeAll(path string) error {
	if os.RemoveAll(path) == nil {
		return nil
	}
	opened := openFolders(path)
	if err := os.RemoveAll(path); err != nil {
		return errors.Join(opened, err)
	}
	return nil
}

// openFolders gives the owner back the right to remove what lies in the folders below root. Links are not followed.
func openFolders(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return err
	})
}

// newLock makes a file and locks it (flock) for as long as it is open. The kernel drops the lock when a process dies however
// it dies, and shows it to every process that shares the folder. The number of a process does neither: each container counts its own.
func newLock(name string) (*os.File, error) {
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, err
		}
		if err := flock(f, unix.LOCK_EX); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		// A sweep may have found the file before it was locked, and removed it.
		if names(name, f) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

func flock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// names reports whether name still leads to the open file f.
func names(name string, f *os.File) bool {
	byName, err := os.Lstat(name)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(byName, open)
}

// sweep removes the folders that nobody holds locked: a server that was killed had no time for it.
func (r *Runner) sweep() error {
	found, err := filepath.Glob(filepath.Join(r.scratch, folderPrefix+"*"))
	if err != nil {
		return fmt.Errorf("list scratch folders: %w", err)
	}
	for _, name := range found {
		if err := sweepFolder(strings.TrimSuffix(name, lockSuffix)); err != nil {
			return fmt.Errorf("remove a left scratch folder: %w", err)
		}
	}
	return nil
}

func sweepFolder(path string) error {
	name := path + lockSuffix
	// For writing, since NFS gives an exclusive lock to nothing less.
	lock, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return removeAll(path)
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	err = flock(lock, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || err == nil && !names(name, lock) {
		return nil // in use, or removed meanwhile
	}
	if err != nil {
		return err
	}
	return removeLocked(path)
}
