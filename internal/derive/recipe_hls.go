package derive

import (
	"context"
	"fmt"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

const hlsVersion = 1

// The media types of what HLS consists of (RFC 8216 §4, RFC 4337).
const (
	playlistType = "application/vnd.apple.mpegurl"
	segmentType  = "video/mp4"
	soundType    = "audio/mp4"
)

// makeHLS copies what browsers play as it is, which takes a second, and encodes a ladder of sizes of everything else.
func makeHLS(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	if info.Remuxable() {
		r, err := t.ffmpeg().Remux(ctx, info, t.out(""))
		return madeHLS(info, r, "copied"), err
	}
	rungs := ffmpeg.Rungs(info.Video)
	r, err := t.ffmpeg().Ladder(ctx, info, t.out(""), rungs)
	return madeHLS(info, r, fmt.Sprintf("encoded at %d sizes", len(rungs))), err
}

func madeHLS(info *ffmpeg.Info, r *ffmpeg.Rendition, how string) made {
	if r == nil {
		return made{}
	}
	largest := r.Variants[0]
	m := made{program: tool.FFmpeg, detail: how, note: truncation(info)}
	m.assets = append(m.assets, archive.Asset{Kind: "hls", Path: r.Master, Type: playlistType, Width: largest.Width, Height: largest.Height,
		Duration: info.Duration.Seconds()})
	for _, v := range r.Variants {
		m.assets = append(m.assets, segments(v, segmentType)...)
	}
	if r.Audio != nil {
		m.assets = append(m.assets, segments(*r.Audio, soundType)...)
	}
	return m
}

func segments(v ffmpeg.Variant, mediaType string) []archive.Asset {
	return []archive.Asset{
		{Kind: "segment", Path: v.Playlist, Type: playlistType, Width: v.Width, Height: v.Height},
		{Kind: "segment", Path: v.Media, Type: mediaType, Width: v.Width, Height: v.Height},
	}
}

// rendition reads back from its assets what madeHLS listed of one HLS derivative.
func rendition(assets []archive.Asset) ffmpeg.Rendition {
	var r ffmpeg.Rendition
	for _, a := range assets {
		name, media := strings.CutSuffix(a.Path, ".m4s")
		if !media {
			continue
		}
		v := ffmpeg.Variant{Name: name, Playlist: name + ".m3u8", Media: a.Path, Width: a.Width, Height: a.Height}
		if a.Type == soundType {
			r.Audio = &v
		} else {
			r.Variants = append(r.Variants, v)
		}
	}
	return r
}
