package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDiskFullOfOnePart lets the disk of one part alone run full beside a live server: that of the files, of the catalogue with its journal, of the search
// index. It is noticed, nothing that is recorded is lost, and with room the server that ran all the time brings the rest to its end. Backup targets, caches and scratch folders that are full have tests of their own.
func TestDiskFullOfOnePart(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"storage", "rows", "index"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			fillPart(t, part)
		})
	}
}

func fillPart(t *testing.T, part string) {
	data := t.TempDir()
	disk := filepath.Join(data, part)
	noError(t, os.MkdirAll(filepath.Join(data, "rows"), 0o750))
	noError(t, os.MkdirAll(disk, 0o750))
	mount(t, disk, "size=64m")
	set := []string{"--data", data, "--database", "sqlite:" + filepath.Join(data, "rows", "catalog.db")}
	server := serve(t, set...)
	must(t, append([]string{"import", poems(t, 1), "--publish"}, set...)...)
	folder := t.TempDir()
	write(t, folder, "tho.txt", strings.Repeat("Sương xuống bến đò đầy\n", 400))
	noError(t, os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 300, 200), 0o600))

	ballast := filepath.Join(disk, "ballast")
	fillUp(t, disk, ballast)
	first := startImport(t, append([]string{folder, "--publish", "--no-wait"}, set...)...)
	code := first.wait()
	until(t, time.Minute, "somebody notices", func() bool { return code != 0 || noticed(server.log.String()) })
	noError(t, os.Remove(ballast))
	again := startImport(t, append([]string{folder, "--publish"}, set...)...)
	if second := again.wait(); second != 0 || len(first.added())+len(again.added()) != 2 {
		t.Errorf("status %d %+v, then with room %d %+v\n%s", code, first.said, second, again.said, server.log)
	}
	server.holdsAll(t, openParts(t, set).recorded(t))
	server.stop(t)
	inspect(t, set)
	t.Logf("%s: the import ended with %d %v", part, code, first.reasons("failed"))
}

// noticed reports whether a log says that a disk is full, in the words of the system, of SQLite or of the program.
func noticed(log string) bool {
	for _, words := range []string{"no space left", "database or disk is full", "storage-full", "database-full"} {
		if strings.Contains(log, words) {
			return true
		}
	}
	return false
}

// fillUp leaves no room on a disk.
func fillUp(t *testing.T, disk, ballast string) {
	t.Helper()
	var left syscall.Statfs_t
	noError(t, syscall.Statfs(disk, &left))
	noError(t, os.WriteFile(ballast, make([]byte, int64(left.Bavail)*left.Bsize), 0o600))
}
