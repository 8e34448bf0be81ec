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

// Room that must be free in the scratch folder before a job begins: what tools write as a rule is smaller than the original
// (a ladder of a compressed film, tiles of a photograph), or bounded by their own limits.
const (
	roomLeft      = 64 << 20
	roomPerSource = 2
)

// fetch puts the bytes of f into folder under a plain name and returns its path. Where the storage has local files it is a
// link: nothing is copied, and no program sees a name that a stranger chose.
func (d *Deriver) fetch(ctx context.Context, f archive.File, folder *tool.Folder) (string, error) {
	if err := os.MkdirAll(filepath.Join(folder.Path, outFolder), 0o700); err != nil {
		return "", fmt.Errorf("make the scratch folder: %w", err)
	}
	if err := checkRoom(folder.Path, roomLeft+roomPerSource*f.Size); err != nil {
		return "", err
	}
	path := folder.File("original")
	if err := d.bring(ctx, storage.Key(f.Key), path); err != nil {
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

// bring makes path lead to the bytes under key.
func (d *Deriver) bring(ctx context.Context, key storage.Key, path string) error {
	local, ok, err := d.bucket.File(ctx, key)
	if err != nil {
		return err
	}
	if ok {
		return errors.Join(link(local.Name(), path), local.Close())
	}
	r, _, err := d.bucket.Open(ctx, key)
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
