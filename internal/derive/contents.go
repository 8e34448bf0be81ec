package derive

import (
	"context"
	"slices"
	"sync"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
)

// contents remembers what the films and sounds hold that were looked into last: each recipe of a file asks, and the answer costs two
// programs and reading the file to its end. The zero value remembers nothing yet. Safe for concurrent use.
type contents struct {
	mu   sync.Mutex
	last []content // the newest last
}

// content is what the bytes with a digest hold, taken for a format.
type content struct {
	digest archive.Digest
	format string
	info   ffmpeg.Info
}

// remembered is how many files are: more than a process makes something of at once.
const remembered = 8

// probe looks into a film or sound that lies at path, unless it did so before. What it returns is shared: nobody changes it.
func (d *Deriver) probe(ctx context.Context, f archive.File, path string) (*ffmpeg.Info, error) {
	src := ffmpeg.Source{Path: path, Format: ffmpeg.Format(f.Format)}
	if info, ok := d.contents.of(f); ok {
		info.Source = src // another task has its copy elsewhere
		return &info, nil
	}
	info, err := ffmpeg.New(d.runner).Patient(d.patience).Probe(ctx, src)
	if err != nil {
		return nil, err
	}
	d.contents.keep(content{f.Digest, f.Format, *info})
	return info, nil
}

func (c *contents) of(f archive.File) (ffmpeg.Info, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.last, func(k content) bool { return k.digest == f.Digest && k.format == f.Format })
	if i < 0 {
		return ffmpeg.Info{}, false
	}
	return c.last[i].info, true
}

func (c *contents) keep(k content) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.last) == remembered {
		c.last = slices.Delete(c.last, 0, 1)
	}
	c.last = append(c.last, k)
}
