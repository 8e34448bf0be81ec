package derive

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

const audioVersion = 1

// makeAudio makes AAC in MP4, which every browser plays and seeks in.
func makeAudio(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	if err := t.ffmpeg().AudioAAC(ctx, info, t.out("audio.m4a")); err != nil {
		return made{}, err
	}
	asset := archive.Asset{Kind: "audio", Path: "audio.m4a", Type: "audio/mp4", Duration: info.Duration.Seconds()}
	return made{assets: []archive.Asset{asset}, program: tool.FFmpeg, note: truncation(info)}, nil
}
