package main

import (
	"path/filepath"
	"strconv"
	"strings"

	"vannghe/internal/archive"
	"vannghe/storage/blockcache"
)

// keepFree is how many bytes of the data folder's disk the cache leaves to the catalogue and to others.
const keepFree = 2 << 30

// openCache opens the cache of derivatives in the data folder; nil where files lie on a disk themselves, where none is wanted, and, with a line in
// the log, where the folder cannot be used: all is then read from the store.
func (c *serveCommand) openCache(p *parts) (*blockcache.Cache, error) {
	size, err := parseSize(c.Cache)
	if err != nil || size == 0 || p.folder != "" {
		return nil, err
	}
	cache, err := blockcache.Open(blockcache.Options{Bucket: p.bucket, Dir: filepath.Join(p.data, "cache"), Bytes: size, KeepFree: keepFree, Log: p.log})
	if err != nil {
		p.log.Warn("files that are used often are not kept on this machine", "error", err)
		return nil, nil
	}
	return cache, nil
}

func closeCache(c *blockcache.Cache) {
	if c != nil {
		c.Close()
	}
}

// units are powers of two; the long ones come first.
var units = []struct {
	name  string
	shift uint
}{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}, {"", 0}}

// parseSize reads a number of bytes such as 512MiB or 2GiB. The error is Invalid "setting-invalid".
func parseSize(s string) (int64, error) {
	for _, u := range units {
		if digits, ok := strings.CutSuffix(strings.TrimSpace(s), u.name); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
			if err != nil || n < 0 || n > (1<<62)>>u.shift {
				break
			}
			return n << u.shift, nil
		}
	}
	return 0, archive.Fail(archive.Invalid, "setting-invalid", "cache", "2GiB | 512MiB | 0")
}
