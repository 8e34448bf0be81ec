package ffmpeg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Sprite is a film in small pictures, many on a sheet.
type Sprite struct {
	Sheets        []string // file names of JPEGs
	Width, Height int      // pixels of one picture
	Tiles         []Tile   // in order; each shows the beginning of its stretch
}

// Tile is the place of one picture.
type Tile struct {
	Sheet      string
	X, Y       int
	Start, End time.Duration
}

const (
	spriteSide  = 160 // pixels of the longer side of a tile
	spriteGrid  = 10  // tiles across and down a sheet
	spriteSheet = spriteGrid * spriteGrid
	// spriteTiles bounds all tiles: a film of twenty hours has one every three minutes.
	spriteTiles = 4 * spriteSheet
	// spriteEvery is the least time between two tiles.
	spriteEvery = 2 * time.Second
)

// spriteInterval returns the time between two tiles, in whole milliseconds, and their number.
func spriteInterval(duration time.Duration) (every time.Duration, count int) {
	duration = max(duration, time.Millisecond)
	every = max(spriteEvery, (duration/spriteTiles + time.Millisecond).Truncate(time.Millisecond))
	return every, int((duration + every - 1) / every)
}

// Sprite writes sheets of small pictures of the film, at most spriteTiles of them, to dir. Of a long film, or one with many, only key
// frames are decoded. Errors: Invalid "video-missing", Invalid "media-unreadable", and those of tool.Runner.Run.
func (t *Tool) Sprite(ctx context.Context, info *Info, dir string) (*Sprite, error) {
	v := info.Video
	if v == nil {
		return nil, archive.Fail(archive.Invalid, "video-missing")
	}
	if err := tool.CheckPath(dir); err != nil {
		return nil, err
	}
	keys := !info.RareKeys()
	s, err := t.sprite(ctx, info, dir, keys)
	if keys && archive.ReasonOf(err) == "media-unreadable" {
		// The filter that counts the time makes nothing of a single key frame.
		return t.sprite(ctx, info, dir, false)
	}
	return s, err
}

// RareKeys reports whether Sprite decodes all of the film, since it is short and its key frames are far between.
func (i *Info) RareKeys() bool {
	v := i.Video
	return v != nil && i.Duration <= longFilm && (v.KeyInterval <= 0 || v.KeyInterval > spriteEvery)
}

// sprite makes the sheets of all frames, or of key frames alone.
func (t *Tool) sprite(ctx context.Context, info *Info, dir string, keys bool) (*Sprite, error) {
	v, args := info.Video, ff.KwArgs{}
	if keys {
		args["skip_frame"] = "nokey"
	}
	in, err := info.Source.input(args)
	if err != nil {
		return nil, err
	}
	every, count := spriteInterval(info.Duration)
	s := &Sprite{}
	s.Width, s.Height = v.fit(v.ShortSide() * spriteSide / max(v.Width, v.Height, spriteSide))
	pictures := in.Get(strconv.Itoa(v.Stream)).Filter("fps", ff.Args{fmt.Sprintf("1000/%d", every.Milliseconds()), "start_time=0", "round=up"})
	sheet := scaled(toned(pictures, v, s.Width, s.Height), s.Width, s.Height).Filter("tile", ff.Args{fmt.Sprintf("%dx%d", spriteGrid, spriteGrid)})
	out := ff.Output([]*ff.Stream{sheet}, "sprite-%d.jpg", ff.KwArgs{
		"c:v":      "mjpeg",
		"q:v":      5,
		"pix_fmt":  "yuvj420p",
		"f":        "image2",
		"frames:v": (count + spriteSheet - 1) / spriteSheet,
	})
	// The name is relative to dir, so that a "%" in its path is not taken for a pattern.
	if err := t.watched(ctx, []*ff.Stream{out}, watch{dir: dir, limits: encoding(info.Duration)}); err != nil {
		return nil, err
	}
	return s, s.settle(dir, every, min(count, spriteTiles))
}

// settle lists the sheets that were written and the tiles on them.
func (s *Sprite) settle(dir string, every time.Duration, count int) error {
	for n := range count {
		sheet := fmt.Sprintf("sprite-%d.jpg", 1+n/spriteSheet)
		if n%spriteSheet == 0 {
			if _, err := os.Stat(filepath.Join(dir, sheet)); err != nil {
				break
			}
			s.Sheets = append(s.Sheets, sheet)
		}
		at := n % spriteSheet
		s.Tiles = append(s.Tiles, Tile{Sheet: sheet, X: at % spriteGrid * s.Width, Y: at / spriteGrid * s.Height,
			Start: time.Duration(n) * every, End: time.Duration(n+1) * every})
	}
	if len(s.Sheets) == 0 {
		return archive.Fail(archive.Invalid, "media-unreadable")
	}
	return nil
}
