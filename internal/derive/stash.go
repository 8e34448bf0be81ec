package derive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

// stash keeps what is finished of a long encoding in the storage, so that a try that is cut, by a restart or a crash, costs a minute
// and not the hours before it. It holds pieces 0, 1, …: a folder with what each file grew by. A piece counts when its last file,
// which is stored last, is there.
type stash struct {
	deriver *Deriver
	folder  string   // where the files grow
	files   []string // names in folder
	prefix  storage.Key
	pieces  int
	kept    *int             // counts those of this try
	sizes   map[string]int64 // bytes of each file that are stored
	last    time.Time
}

// stashPause is the least time between two pieces: so much work may be lost.
const stashPause = time.Minute

// stashOf is where the finished pieces of a derivative lie that is being made, by its prefix.
func stashOf(prefix string) string { return prefix + ".pieces" }

// newStash leads to the pieces that this ffmpeg has made: those of another go with other settings of the decoder.
func newStash(ctx context.Context, t task, c climbing) *stash {
	encoder := sha256.Sum256([]byte(t.deriver.version(ctx, tool.FFmpeg)))
	s := &stash{deriver: t.deriver, folder: t.out(""), kept: t.kept,
		prefix: storage.Key(stashOf(Prefix(t.file, c.recipe, c.version))).Join(hex.EncodeToString(encoder[:4]))}
	for _, r := range c.rungs {
		s.files = append(s.files, r.Name()+".m4s")
	}
	return s
}

func (s *stash) key(piece int, file string) storage.Key {
	return s.prefix.Join(strconv.Itoa(piece)).Join(file)
}

// restore puts together in folder what former tries have finished.
func (s *stash) restore(ctx context.Context) error {
	s.sizes, s.last = map[string]int64{}, time.Now()
	if len(s.files) == 0 {
		return nil
	}
	for {
		_, err := s.deriver.bucket.Head(ctx, s.key(s.pieces, s.files[len(s.files)-1]))
		if archive.CodeOf(err) == archive.NotFound {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for finished pieces: %w", err)
		}
		for _, file := range s.files {
			size, err := s.fetch(ctx, file)
			if err != nil {
				return fmt.Errorf("take up piece %d of %s: %w", s.pieces, file, err)
			}
			s.sizes[file] += size
		}
		s.pieces++
	}
}

// fetch appends the next piece to a file and returns its size.
func (s *stash) fetch(ctx context.Context, file string) (int64, error) {
	in, _, err := s.deriver.bucket.Open(ctx, s.key(s.pieces, file))
	if err != nil {
		return 0, err
	}
	out, err := os.OpenFile(filepath.Join(s.folder, file), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, errors.Join(scratchError(err), in.Close())
	}
	n, err := io.Copy(out, in)
	return n, errors.Join(scratchError(err), in.Close(), out.Close())
}

// keep stores what has grown, when there is enough of it. That it cannot be stored is no reason to stop: the next piece is larger.
func (s *stash) keep(ctx context.Context, grown []ffmpeg.Growth) {
	if time.Since(s.last) < s.deriver.pause {
		return
	}
	s.last = time.Now()
	for _, g := range grown {
		if g.Bytes <= s.sizes[g.File] {
			return // a piece has something of every file
		}
	}
	for _, g := range grown {
		if err := s.put(ctx, g); err != nil {
			s.deriver.log.Warn("a finished piece could not be kept", "file", g.File, "err", err)
			return
		}
	}
	for _, g := range grown {
		s.sizes[g.File] = g.Bytes
	}
	s.pieces++
	*s.kept++
}

func (s *stash) put(ctx context.Context, g ffmpeg.Growth) error {
	f, err := os.Open(filepath.Join(s.folder, g.File))
	if err != nil {
		return err
	}
	from := s.sizes[g.File]
	_, err = s.deriver.bucket.Put(ctx, s.key(s.pieces, g.File), io.NewSectionReader(f, from, g.Bytes-from), g.Bytes-from, storage.PutOptions{})
	return errors.Join(err, f.Close())
}

// dropStash removes the pieces of a derivative that is ready. What stays because the storage is away just now, a survey removes.
func (d *Deriver) dropStash(ctx context.Context, t task, r recipe) {
	if r.name != recipeHLS && r.name != recipeLadder {
		return
	}
	if err := d.bucket.DeletePrefix(ctx, stashOf(Prefix(t.file, r.name, r.version))); err != nil {
		d.log.Warn("pieces of what is ready could not be removed", "file", t.file.ID, "recipe", r.name, "err", err)
	}
}

// copyOut writes the bytes at key to a file of its own, which may be changed.
func (d *Deriver) copyOut(ctx context.Context, key storage.Key, path string) error {
	r, _, err := d.bucket.Open(ctx, key)
	if err != nil {
		return err
	}
	return errors.Join(copyTo(path, r), r.Close())
}
