package derive

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Version 2 measures the loudness, too.
const waveformVersion = 2

// waveform is the document that a player draws: the loudest sample, 0 to 255, of each of at most ffmpeg.PeakCount equal
// stretches.
type waveform struct {
	Duration float64 `json:"duration"` // seconds
	Peaks    []int   `json:"peaks"`
}

// makeWaveform measures a recording: its peaks, and how loud it is.
func makeWaveform(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	peaks, err := t.ffmpeg().Waveform(ctx, info)
	if err != nil {
		return made{}, err
	}
	loudness, err := t.ffmpeg().Measure(ctx, info)
	if err != nil {
		return made{}, err
	}
	w := waveform{Duration: info.Duration.Seconds(), Peaks: make([]int, len(peaks))}
	for i, p := range peaks {
		w.Peaks[i] = int(p)
	}
	b, err := json.Marshal(w)
	if err != nil {
		return made{}, fmt.Errorf("write the waveform: %w", err)
	}
	if err := os.WriteFile(t.out("waveform.json"), b, 0o600); err != nil {
		return made{}, scratchError(err)
	}
	asset := archive.Asset{Kind: "waveform", Path: "waveform.json", Type: "application/json", Duration: w.Duration,
		Loudness: &archive.Loudness{Integrated: loudness.Integrated, TruePeak: loudness.TruePeak}}
	return made{assets: []archive.Asset{asset}, program: tool.FFmpeg}, nil
}
