package derive

import (
	"context"
	"fmt"
	"os"

	"vannghe/internal/archive"
	"vannghe/internal/derive/caption"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

const spriteVersion = 1

// makeSprite makes the small pictures that are seen while one looks for a place in a film: sheets of them, and a WebVTT file that
// says which part of which sheet shows what stretch (Media Fragments §4.2.2, #xywh).
func makeSprite(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err == nil && info.RareKeys() {
		info, err = t.probeLowest(ctx, info)
	}
	if err != nil {
		return made{}, err
	}
	s, err := t.ffmpeg().Sprite(ctx, info, t.out(""))
	if err != nil {
		return made{}, err
	}
	if err := os.WriteFile(t.out("sprite.vtt"), spriteIndex(s), 0o600); err != nil {
		return made{}, scratchError(err)
	}
	m := made{program: tool.FFmpeg, detail: fmt.Sprintf("%d pictures", len(s.Tiles))}
	m.assets = []archive.Asset{{Kind: "thumbnails", Path: "sprite.vtt", Type: "text/vtt", Width: s.Width, Height: s.Height, Duration: info.Duration.Seconds()}}
	for _, sheet := range s.Sheets {
		m.assets = append(m.assets, archive.Asset{Kind: "segment", Path: sheet, Type: "image/jpeg"})
	}
	return m, nil
}

// probeLowest looks into the smallest picture of the film's ladder, which has a key frame every two seconds, or returns info when there is
// no ladder yet.
func (t task) probeLowest(ctx context.Context, info *ffmpeg.Info) (*ffmpeg.Info, error) {
	ladder, ok, err := t.ready(ctx, recipeLadder, ladderVersion)
	if err != nil || !ok {
		return info, err
	}
	r := rendition(ladder.Assets)
	name := r.Variants[len(r.Variants)-1].Media
	if err := t.deriver.bring(ctx, source{key: storage.Key(ladder.Prefix).Join(name)}, t.scratch(name)); err != nil {
		return nil, fmt.Errorf("fetch %s of the ladder: %w", name, err)
	}
	return t.ffmpeg().Probe(ctx, ffmpeg.Source{Path: t.scratch(name), Format: "mp4"})
}

// spriteIndex names the place of each picture, relative to the index itself.
func spriteIndex(s *ffmpeg.Sprite) []byte {
	cues := make([]caption.Cue, len(s.Tiles))
	for n, tile := range s.Tiles {
		cues[n] = caption.Cue{Start: tile.Start, End: tile.End, Text: fmt.Sprintf("%s#xywh=%d,%d,%d,%d", tile.Sheet, tile.X, tile.Y, s.Width, s.Height)}
	}
	return []byte(caption.WebVTT(cues))
}
