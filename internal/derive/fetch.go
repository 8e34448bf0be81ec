package derive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/storage"
)

// fetch puts the bytes of f into folder under a plain name and returns its path, when there is room for what the job is going to
// write besides, in bytes. Where the storage has local files it is a link: nothing is copied, and no program sees a name that a
// stranger chose.
func (d *Deriver) fetch(ctx context.Context, f archive.File, folder *tool.Folder, room int64) (string, error) {
	if err := os.MkdirAll(filepath.Join(folder.Path, outFolder), 0o700); err != nil {
		return "", fmt.Errorf("make the scratch folder: %w", err)
	}
	path := folder.File("original")
	if err := d.bring(ctx, source{key: storage.Key(f.Key), size: f.Size, room: room}, path); err != nil {
		return "", fmt.Errorf("fetch file %s: %w", f.ID, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("fetch file %s: %w", f.ID, err)
	}
	if info.Size() != f.Size {
		return "", fmt.Errorf("fetch file %s: %d bytes of %d: %w", f.ID, info.Size(), f.Size, io.ErrUnexpectedEOF)
	}
	return path, nil
}

// source is something to be brought into a scratch folder.
type source struct {
	key  storage.Key
	size int64 // what a copy of it takes, as far as room was not asked for it before
	room int64 // that is to be free besides
}

// bring makes path lead to the bytes of s.
func (d *Deriver) bring(ctx context.Context, s source, path string) error {
	local, ok, err := d.bucket.File(ctx, s.key)
	if err != nil {
		return err
	}
	if ok {
		return errors.Join(link(local.Name(), path), local.Close(), checkRoom(filepath.Dir(path), s.room))
	}
	if err := checkRoom(filepath.Dir(path), s.size+s.room); err != nil {
		return err
	}
	r, _, err := d.bucket.Open(ctx, s.key)
	if err != nil {
		return err
	}
	return errors.Join(copyTo(path, r), r.Close())
}

func link(name, path string) error {
	target, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	return os.Symlink(target, path)
}

func copyTo(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return scratchError(err)
	}
	_, err = io.Copy(f, r)
	return errors.Join(scratchError(err), f.Close())
}

// checkRoom reports whether need bytes are free where folder lies.
func checkRoom(folder string, need int64) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return fmt.Errorf("look for room in %s: %w", folder, err)
	}
	if free := int64(stat.Bavail) * stat.Bsize; free < need {
		return archive.Fail(archive.Unavailable, "scratch-full", need>>20, free>>20)
	}
	return nil
}

// scratchError says "scratch-full" for a full disk.
func scratchError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return archive.Fail(archive.Unavailable, "scratch-full", 0, 0).Because(err)
	}
	return err
}
