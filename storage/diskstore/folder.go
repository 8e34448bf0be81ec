package diskstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"vannghe/storage"
)

// publishTries bounds how often a Delete beside us may prune the folder that we have just made.
const publishTries = 16

// publish renames the file temp to key and makes the name durable.
func (d *Driver) publish(temp string, key storage.Key) error {
	var err error
	for range publishTries {
		err = d.rename(temp, string(key))
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.ENOTDIR):
			return storage.KeyConflict(key).Because(err)
		case errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist), errors.Is(err, syscall.ENOTEMPTY):
			if !d.removeEmpty(string(key)) {
				return storage.KeyConflict(key).Because(err)
			}
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	return fmt.Errorf("put the new file in its place: %w", err)
}

// rename moves a file to a place in a folder that is made when missing, and makes its name there durable.
func (d *Driver) rename(from, to string) error {
	folder, err := d.ensureFolder(path.Dir(to))
	if err != nil {
		return err
	}
	defer folder.Close()
	err = d.inFolder(from, func(old int, name string) error {
		return unix.Renameat(old, name, int(folder.Fd()), path.Base(to))
	})
	if err != nil {
		return err
	}
	return d.sync(folder, path.Dir(to))
}

// unlink removes one name: a file with flags 0, an empty folder with AT_REMOVEDIR, and never the one for the other, as
// os.Root.Remove would: between two steps of ours another process may have put an object where the folder was.
func (d *Driver) unlink(name string, flags int) error {
	return d.inFolder(name, func(folder int, last string) error { return unix.Unlinkat(folder, last, flags) })
}

// prune removes folder and those above it as long as they are empty, then makes durable the removal below the last that stays.
func (d *Driver) prune(folder string) error {
	for folder != "." && d.unlink(folder, unix.AT_REMOVEDIR) == nil {
		d.lasting.forget(folder)
		folder = path.Dir(folder)
	}
	return translate(d.syncFolder(folder))
}

// removeEmpty removes folder when nothing but empty folders lies in it, as a kill in the middle of prune leaves them.
func (d *Driver) removeEmpty(folder string) bool {
	entries, err := d.readFolder(folder)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	for _, e := range entries {
		if !e.IsDir() || !d.removeEmpty(path.Join(folder, e.Name())) {
			return false
		}
	}
	err = d.unlink(folder, unix.AT_REMOVEDIR)
	return err == nil || errors.Is(err, fs.ErrNotExist)
}

func (d *Driver) readFolder(folder string) ([]os.DirEntry, error) {
	f, err := d.openFolder(folder)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

// List implements storage.Driver. It holds one folder's names in memory for each level.
func (d *Driver) List(ctx context.Context, folder string) iter.Seq2[storage.Object, error] {
	return func(yield func(storage.Object, error) bool) {
		w := walker{ctx: ctx, driver: d, yield: yield}
		w.walk(folder)
	}
}

type walker struct {
	ctx    context.Context
	driver *Driver
	yield  func(storage.Object, error) bool
}

// walk yields what lies below folder, "" or ending in "/", and reports whether to go on.
func (w walker) walk(folder string) bool {
	entries, err := w.driver.readFolder(path.Join(".", folder))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return true // deleted meanwhile
	case folder == "lost+found/" && errors.Is(err, fs.ErrPermission):
		return true // the file system's own, at the root of a disk
	case err != nil:
		return w.fail(err)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(sortName(a), sortName(b)) })
	for _, e := range entries {
		if !w.visit(folder+e.Name(), e) {
			return false
		}
	}
	return true
}

func (w walker) visit(name string, e os.DirEntry) bool {
	if err := w.ctx.Err(); err != nil {
		return w.fail(err)
	}
	key, err := storage.ParseKey(name)
	switch {
	case err != nil:
		return true // not ours: .tmp, or a name that no key can have
	case e.IsDir():
		return w.walk(name + "/")
	case !e.Type().IsRegular():
		return true
	}
	// Not e.Info: it would look the name up outside os.Root.
	info, err := w.driver.lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return true
	}
	if err != nil {
		return w.fail(err)
	}
	return w.yield(describe(key, info), nil)
}

func (w walker) fail(err error) bool {
	w.yield(storage.Object{}, translate(err))
	return false
}

// sortName puts a folder where the keys below it belong: "a-b" comes before "a/b".
func sortName(e os.DirEntry) string {
	if e.IsDir() {
		return e.Name() + "/"
	}
	return e.Name()
}

// Copy implements storage.Driver by a second name for the same file (link), which takes no time and no room: files are never
// changed in place, so neither name can touch the other's bytes. Where the file system has no links, and where the file has
// two names already, the bytes are copied: an original that was staged once and kept twice is to lie on the disk twice.
func (d *Driver) Copy(ctx context.Context, from, to storage.Key) error {
	f, o, err := d.open(ctx, from)
	if err != nil {
		return err
	}
	defer f.Close()
	// A shared lock keeps sweeps away from the second name while it lies in tempFolder.
	if err := lock(f, unix.LOCK_SH); err != nil {
		return fmt.Errorf("lock what is copied: %w", translate(err))
	}
	if temp, ok := d.link(f, from); ok {
		return translate(d.publishLink(temp, to))
	}
	_, err = d.Put(ctx, to, f, o.Size, storage.PutOptions{})
	return err
}

// link gives the open file f, which lies under from, a second name in tempFolder. It reports false when that cannot be
// done, for whatever reason, or when from holds another file by now.
func (d *Driver) link(f *os.File, from storage.Key) (string, bool) {
	temp := path.Join(tempFolder, rand.Text())
	if shared(f) || d.root.Link(string(from), temp) != nil {
		return "", false
	}
	if !d.names(temp, f) {
		_ = d.unlink(temp, 0) // else the next sweep
		return "", false
	}
	return temp, true
}

// shared reports whether the open file has more than one name.
func shared(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Nlink > 1
}

// publishLink moves temp to its place: link(2), unlike rename(2), would replace nothing there.
func (d *Driver) publishLink(temp string, to storage.Key) error {
	err := d.publish(temp, to)
	// Also when it went well: if to was a name of the same file already, rename(2) did nothing and left temp.
	if gone := d.unlink(temp, 0); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// take gives the file that a caller gives away a name in tempFolder, as if it had been written there. It reports false when that cannot be
// done, for whatever reason: the file lies on another disk, has several names, or is not what it should be.
func (d *Driver) take(ctx context.Context, key storage.Key, given *os.File, size int64) (*writer, bool) {
	if given == nil || ctx.Err() != nil || shared(given) {
		return nil, false
	}
	info, err := given.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return nil, false
	}
	temp := path.Join(tempFolder, rand.Text())
	if err := d.linkOpen(given, temp); err != nil {
		return nil, false
	}
	w := &writer{ctx: ctx, driver: d, key: key, temp: temp}
	w.file, err = d.root.Open(temp)
	if err != nil {
		_ = d.unlink(temp, 0) // else the next sweep
		return nil, false
	}
	if err := lock(w.file, unix.LOCK_EX); err != nil || !d.names(temp, given) {
		w.Abort()
		return nil, false
	}
	return w, true
}

// linkOpen gives an open file a name below the root (open(2), on /proc/self/fd and linkat).
func (d *Driver) linkOpen(f *os.File, name string) error {
	return d.inFolder(name, func(folder int, last string) error {
		return unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", f.Fd()), folder, last, unix.AT_SYMLINK_FOLLOW)
	})
}
