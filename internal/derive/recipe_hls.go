package derive

import (
	"context"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

const hlsVersion = 2

// The media types of what HLS consists of (RFC 8216 §4, RFC 4337).
const (
	playlistType = "application/vnd.apple.mpegurl"
	segmentType  = "video/mp4"
	soundType    = "audio/mp4"
)

// makeHLS makes what plays early: a copy of what browsers play as it is, which takes a second, else the lowest rung of the ladder.
// What is not listed in a multivariant playlist is not whole, and a playlist never changes: the ladder has one of its own.
func makeHLS(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	if info.Remuxable() {
		stop := t.writeAhead(ctx)
		r, err := t.ffmpeg().Remux(ctx, info, t.out(""))
		stop()
		return madeHLS(info, r, "copied"), err
	}
	rungs := ffmpeg.Rungs(info.Video)
	r, how, err := climb(ctx, t, info, climbing{recipe: recipeHLS, version: hlsVersion, rungs: rungs[len(rungs)-1:], sounds: info.Sounds()})
	return madeHLS(info, r, "encoded at 1 size"+how), err
}

func madeHLS(info *ffmpeg.Info, r *ffmpeg.Rendition, how string) made {
	if r == nil {
		return made{}
	}
	largest := r.Variants[0]
	m := made{program: tool.FFmpeg, detail: how, note: shortfall(info, r.Duration)}
	m.assets = append(m.assets, archive.Asset{Kind: "hls", Path: r.Master, Type: playlistType, Width: largest.Width, Height: largest.Height,
		Duration: info.Duration.Seconds()})
	for _, v := range r.Variants {
		m.assets = append(m.assets, segments(v, segmentType)...)
	}
	for _, sound := range []*ffmpeg.Variant{r.Low, r.Audio} {
		if sound != nil {
			m.assets = append(m.assets, segments(*sound, soundType)...)
		}
	}
	if r.Listen != "" {
		// The last playlist without a picture is the one to listen to (media.Offer.Sound).
		m.assets = append(m.assets, archive.Asset{Kind: "segment", Path: r.Listen, Type: playlistType})
	}
	if r.Quick != "" {
		m.assets = append(m.assets, archive.Asset{Kind: "hls-quick", Path: r.Quick, Type: playlistType, Width: largest.Width, Height: largest.Height})
	}
	return m
}

func segments(v ffmpeg.Variant, mediaType string) []archive.Asset {
	all := []archive.Asset{
		{Kind: "segment", Path: v.Playlist, Type: playlistType, Width: v.Width, Height: v.Height},
		{Kind: "segment", Path: v.Media, Type: mediaType, Width: v.Width, Height: v.Height},
	}
	for _, list := range []string{v.IFrames, v.Quick} {
		if list != "" {
			all = append(all, archive.Asset{Kind: "segment", Path: list, Type: playlistType, Width: v.Width, Height: v.Height})
		}
	}
	return all
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
		switch {
		case name == ffmpeg.LowName:
			r.Low = &v
		case a.Type == soundType:
			r.Audio = &v
		default:
			r.Variants = append(r.Variants, v)
		}
	}
	return r
}
