package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// folder is a folder to be imported. Nothing is reached through it that lies outside, not even by symbolic links (os.Root).
// Safe for concurrent use.
type folder struct {
	root   *os.Root
	escape error // what os.Root answers to a way out; the package does not export it

	mu    sync.Mutex
	names map[string]map[string]string // by folder: loose name → name on disk
}

// openFolder opens the folder. The error is Invalid "folder-missing".
func openFolder(name string) (*folder, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "folder-missing", DisplayName(name)).Because(err)
	}
	f := &folder{root: root, names: map[string]map[string]string{}}
	if _, err := root.Stat(".."); err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			f.escape = pathErr.Err
		}
	}
	return f, nil
}

func (f *folder) close() error {
	if err := f.root.Close(); err != nil {
		return fmt.Errorf("close the folder: %w", err)
	}
	return nil
}

// open opens a regular file for reading by a name from a manifest: "/" or "\" between names, composed or decomposed Vietnamese
// letters. It returns the path as it is on disk. The errors are "file-not-in-folder", "file-outside" (the name or a link leads out),
// "file-is-folder", "file-not-regular", "file-unreadable".
func (f *folder) open(name string) (*os.File, string, error) {
	var file *os.File
	var err error
	for _, try := range []func(string) string{path.Clean, f.resolve, func(n string) string { return f.resolve(strings.ReplaceAll(n, `\`, "/")) }} {
		found := try(name)
		if !filepath.IsLocal(found) || strings.ContainsRune(found, 0) {
			return nil, "", archive.Fail(archive.Invalid, "file-outside", DisplayName(name))
		}
		// Without O_NONBLOCK, opening a named pipe waits for somebody to write into it.
		file, err = f.root.OpenFile(found, os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			return f.regular(file, found)
		}
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			break
		}
	}
	return nil, "", f.explain(name, err)
}

func (f *folder) explain(name string, err error) error {
	shown := DisplayName(name)
	switch {
	case f.escape != nil && errors.Is(err, f.escape):
		return archive.Fail(archive.Invalid, "file-outside", shown).Because(err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG):
		return archive.Fail(archive.NotFound, "file-not-in-folder", shown).Because(err)
	default:
		return archive.Fail(archive.Invalid, "file-unreadable").Because(err)
	}
}

func (f *folder) regular(file *os.File, name string) (*os.File, string, error) {
	info, err := file.Stat()
	switch {
	case err != nil:
		err = f.explain(name, err)
	case info.IsDir():
		err = archive.Fail(archive.Invalid, "file-is-folder", DisplayName(name))
	case !info.Mode().IsRegular():
		err = archive.Fail(archive.Invalid, "file-not-regular", DisplayName(name))
	}
	if err != nil {
		return nil, "", errors.Join(err, file.Close())
	}
	return file, name, nil
}

// resolve replaces each name of the path by the one on disk that is equal but for its Unicode form: a manifest written on
// Windows is composed, a disk written by a Macintosh is not. Names without an equal stay.
func (f *folder) resolve(name string) string {
	at := "."
	for part := range strings.SplitSeq(path.Clean(name), "/") {
		if actual, ok := f.listing(at)[loose(part)]; ok && part != ".." {
			part = actual
		}
		at = path.Join(at, part)
	}
	return at
}

// loose is the form in which names are compared: the cells of a manifest are trimmed, and composed or not as their writer is.
func loose(name string) string { return strings.TrimSpace(viet.Normalize(name)) }

// listing returns the names in a folder; none when it cannot be read, since opening then says why.
func (f *folder) listing(dir string) map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known, ok := f.names[dir]; ok {
		return known
	}
	names := map[string]string{}
	f.names[dir] = names
	if !filepath.IsLocal(dir) {
		return names
	}
	d, err := f.root.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return names
	}
	entries, err := d.ReadDir(-1)
	if closeErr := d.Close(); err != nil || closeErr != nil {
		return names
	}
	for _, e := range entries {
		names[loose(e.Name())] = e.Name()
	}
	return names
}

// found is what a walk through the folder yields.
type found struct {
	path    string
	err     error // it cannot be read; path says where
	skipped bool  // not meant for the archive: hidden files and what operating systems leave behind
}

// walk lists every file of the folder in the order of names, folder by folder.
func (f *folder) walk() []found {
	var list []found
	_ = fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error { // the function below returns no error but SkipDir
		switch {
		case err != nil:
			list = append(list, found{path: name, err: f.explain(name, err)})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
		case name != "." && leftBehind(d.Name()):
			list = append(list, found{path: name, skipped: true})
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			list = append(list, found{path: name})
		}
		return nil
	})
	return list
}

// leftBehind reports whether a name is that of a hidden file, of a lock of an office program, or of a file that an operating
// system keeps for itself.
func leftBehind(name string) bool {
	switch strings.ToLower(name) {
	case "thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "lost+found":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$")
}
