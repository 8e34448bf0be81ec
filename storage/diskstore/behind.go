package diskstore

import (
	"os"

	"golang.org/x/sys/unix"
)

// behind is how many bytes of a new file are left to the page cache at a time: the disk then works while more comes, and the sync at the end has
// little left to wait for.
const behind = 8 << 20

// writeBehind lets the disk begin with what of f lies whole before written, and returns up to where it was told. It promises nothing: what makes bytes
// durable is the sync.
func writeBehind(f *os.File, told, written int64) int64 {
	if written-told < behind {
		return told
	}
	_ = unix.SyncFileRange(int(f.Fd()), told, written-told, unix.SYNC_FILE_RANGE_WRITE)
	return written
}
