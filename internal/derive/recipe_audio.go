package derive

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
)

// Version 2 has one loudness, and Opus.
const audioVersion = 2

// The two forms of a recording: AAC in MP4, which every device plays and seeks in, and Opus, which is smaller.
const (
	audioAAC  = "audio.m4a"
	audioOpus = "audio.opus"
)

// makeAudio makes the recording as it is listened to, at the loudness of all others. The gain lies in the samples: a player on
// an iPhone cannot change the volume of what it plays.
func makeAudio(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	shared, err := sharedGain(ctx, t, info)
	if err != nil {
		return made{}, err
	}
	assets, err := encodeBelow(ctx, t, info, shared)
	if err != nil {
		return made{}, err
	}
	detail := fmt.Sprintf("gain %+.2f dB", assets[0].Loudness.Gain)
	return made{assets: assets, program: tool.FFmpeg, note: truncation(info), detail: detail}, nil
}

// encodings is how often a recording is encoded until its peaks are where they should be: encoding moves them.
const encodings = 3

// encodeBelow writes both forms with the gain, or with less as long as their true peak is above peakCeiling.
func encodeBelow(ctx context.Context, t task, info *ffmpeg.Info, shared float64) ([]archive.Asset, error) {
	gain := shared
	for n := 1; ; n++ {
		assets, err := encodeAudio(ctx, t, info, gain)
		if err != nil {
			return nil, err
		}
		over := 0.0
		for i := range assets {
			l := assets[i].Loudness
			l.Gain, l.Shared = gain, shared
			over = max(over, l.TruePeak-peakCeiling)
		}
		if over <= 0 || n == encodings {
			return assets, nil
		}
		gain = rounded(gain - over - measureStep/2)
	}
}

// encodeAudio writes both forms and measures what came out.
func encodeAudio(ctx context.Context, t task, info *ffmpeg.Info, gain float64) ([]archive.Asset, error) {
	forms := []struct {
		name, mediaType string
		format          ffmpeg.Format
		write           func(context.Context, *ffmpeg.Info, ffmpeg.Gain, string) error
	}{
		{audioAAC, "audio/mp4", "m4a", t.ffmpeg().AudioAAC},
		{audioOpus, `audio/ogg; codecs="opus"`, "opus", t.ffmpeg().AudioOpus},
	}
	var assets []archive.Asset
	for _, f := range forms {
		if err := f.write(ctx, info, ffmpeg.Gain(gain), t.out(f.name)); err != nil {
			return nil, err
		}
		// Of what was just written it is known what it holds: one stream, as long as the original.
		l, err := t.ffmpeg().Measure(ctx, &ffmpeg.Info{Source: ffmpeg.Source{Path: t.out(f.name), Format: f.format}, Duration: info.Duration, Audio: &ffmpeg.Audio{}})
		if err != nil {
			return nil, err
		}
		loudness := &archive.Loudness{Integrated: l.Integrated, TruePeak: l.TruePeak}
		assets = append(assets, archive.Asset{Kind: "audio", Path: f.name, Type: f.mediaType, Duration: info.Duration.Seconds(), Loudness: loudness})
	}
	return assets, nil
}

// measure looks into a sound and says how loud it is.
func measure(ctx context.Context, t task, src ffmpeg.Source) (*ffmpeg.Info, *archive.Loudness, error) {
	info, err := t.ffmpeg().Probe(ctx, src)
	if err != nil {
		return nil, nil, err
	}
	l, err := t.ffmpeg().Measure(ctx, info)
	if err != nil {
		return nil, nil, err
	}
	return info, &archive.Loudness{Integrated: l.Integrated, TruePeak: l.TruePeak}, nil
}
