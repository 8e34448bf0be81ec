package diskstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"

	"golang.org/x/sys/unix"
)

// maxLasting bounds how many folders are remembered, at some 200 bytes each.
const maxLasting = 8192

// lasting remembers the folders whose names, with those above them, are on the disk. A folder is known by the handle that the file system gives
// it, in which it is told from every other that had its inode before (name_to_handle_at(2)): what was pruned and made again is another one. Where
// a file system gives none nothing is remembered.
type lasting struct {
	mu      sync.Mutex
	folders map[string]string // handle by name
}

// handle is how a file system tells a folder from all others that it ever had; "" when it does not say.
func handle(folder *os.File) string {
	h, mount, err := unix.NameToHandleAt(int(folder.Fd()), "", unix.AT_EMPTY_PATH)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d %x", mount, h.Type(), h.Bytes())
}

func (l *lasting) knows(name, handle string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return handle != "" && l.folders[name] == handle
}

func (l *lasting) remember(name, handle string) {
	if handle == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.folders == nil || len(l.folders) >= maxLasting {
		l.folders = map[string]string{}
	}
	l.folders[name] = handle
}

func (l *lasting) forget(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.folders, name)
}

// ensureFolder opens a folder, which is made with what is above it when missing, and whose names are durable; the caller closes it. ENOTDIR when
// a file is in the way, ENOENT when it was pruned just now. The names of folders that are there already are synced as well, once for each folder:
// another process may have made one just now and not have come to that.
func (d *Driver) ensureFolder(name string) (*os.File, error) {
	f, err := d.openFolder(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if f != nil {
		if name == "." || d.lasting.knows(name, handle(f)) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
	if err := d.nameFolder(name); err != nil {
		return nil, err
	}
	return d.openFolder(name)
}

// nameFolder makes a folder when it is missing, makes its name durable and remembers that.
func (d *Driver) nameFolder(name string) error {
	above, err := d.ensureFolder(path.Dir(name))
	if err != nil {
		return err
	}
	defer above.Close()
	if err := unix.Mkdirat(int(above.Fd()), path.Base(name), folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return &fs.PathError{Op: "mkdir", Path: name, Err: err}
	}
	f, err := d.openFolder(name)
	if err != nil {
		return err
	}
	defer f.Close()
	// The handle is taken before the sync: what another process puts in its place afterwards is not remembered.
	known := handle(f)
	if err := d.sync(above, path.Dir(name)); err != nil {
		return err
	}
	d.lasting.remember(name, known)
	return nil
}

// syncFolder puts the names in folder on the disk. A folder that has been pruned meanwhile needs none.
func (d *Driver) syncFolder(folder string) error {
	f, err := d.openFolder(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return d.sync(f, folder)
}

func (d *Driver) sync(folder *os.File, name string) error {
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if d.synced != nil {
		d.synced(name)
	}
	return nil
}
