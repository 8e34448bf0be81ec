package derive

import (
	"context"
	"fmt"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

const mp4Version = 2

// joinSide is the largest smaller side, in pixels, of an HLS variant that serves as the one size of an MP4.
const joinSide = 720

// makeMP4 makes the one file that plays without a script: a copy where the original plays as it is, else what the ladder
// has encoded already, else an encoding of its own.
func makeMP4(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	how, err := writeMP4(ctx, t, info)
	if err != nil {
		return made{}, err
	}
	again, err := t.ffmpeg().Probe(ctx, ffmpeg.Source{Path: t.out("video.mp4"), Format: "mp4"})
	if err != nil {
		return made{}, err
	}
	asset := archive.Asset{Kind: "mp4", Path: "video.mp4", Type: "video/mp4", Width: info.Video.Width, Height: info.Video.Height, Duration: again.Duration.Seconds()}
	if again.Video != nil {
		asset.Width, asset.Height = again.Video.Width, again.Video.Height
	}
	return made{assets: []archive.Asset{asset}, program: tool.FFmpeg, detail: how, note: truncation(info)}, nil
}

func writeMP4(ctx context.Context, t task, info *ffmpeg.Info) (how string, err error) {
	ff := t.ffmpeg()
	if info.Copyable() {
		return "copied", ff.Progressive(ctx, info, t.out("video.mp4"))
	}
	joined, err := joinMP4(ctx, t)
	if err != nil || joined {
		return "joined from hls", err
	}
	return "encoded", ff.Progressive(ctx, info, t.out("video.mp4"))
}

// joinMP4 takes the picture and sound that the ladder of the same film encoded, when there is one of a fit size.
func joinMP4(ctx context.Context, t task) (joined bool, err error) {
	hls, ok, err := t.ready(ctx, recipeLadder, ladderVersion)
	if err == nil && !ok && !climbs(t.file) {
		hls, ok, err = t.ready(ctx, recipeHLS, hlsVersion)
	}
	if err != nil || !ok {
		return false, err
	}
	r := rendition(hls.Assets)
	r.Variants = slices.DeleteFunc(r.Variants, func(v ffmpeg.Variant) bool { return min(v.Width, v.Height) > joinSide })
	if len(r.Variants) == 0 {
		return false, nil
	}
	r.Variants = r.Variants[:1] // the largest is the first
	needed := []string{r.Variants[0].Media}
	if r.Audio != nil {
		needed = append(needed, r.Audio.Media)
	}
	for _, name := range needed {
		if err := t.deriver.bring(ctx, source{key: storage.Key(hls.Prefix).Join(name)}, t.scratch(name)); err != nil {
			return false, fmt.Errorf("fetch %s of the HLS: %w", name, err)
		}
	}
	return true, t.ffmpeg().Join(ctx, &r, t.folder.Path, t.out("video.mp4"))
}
