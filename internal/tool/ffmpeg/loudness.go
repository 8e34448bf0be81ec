package ffmpeg

import (
	"context"
	"math"
	"strconv"
	"strings"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Loudness is how loud a sound is to the ear, by EBU R 128 (ITU-R BS.1770).
type Loudness struct {
	Integrated float64 // LUFS; Silence when nothing rises above the gate or all is shorter than its 0.4 s
	TruePeak   float64 // dBTP, at least Deepest
}

// Silence is where the gate of BS.1770 lies, in LUFS: what is not louder has no loudness. Deepest is the least peak that is
// told, in dBTP, since −∞ is no number to keep.
const (
	Silence = -70.0
	Deepest = -120.0
)

// Silent reports whether there is no loudness to speak of.
func (l Loudness) Silent() bool { return l.Integrated <= Silence }

// heard is the sound as every derivative carries it, so that what is measured is what is made: two channels at 48 kHz, one
// channel shared out to both at −3 dB, holes in the time stamps filled with silence. Samples are floating point: a downmix of
// six channels may pass full scale on its way to the gain.
func heard(in *ff.Stream, a *Audio) *ff.Stream {
	return in.Get(strconv.Itoa(a.Stream)).
		Filter("aresample", ff.Args{"48000", "async=1", "first_pts=0"}).
		Filter("aformat", ff.Args{"sample_fmts=fltp", "sample_rates=48000", "channel_layouts=stereo"})
}

// Measure returns how loud the sound of info is when it is played in two channels. Errors as AudioAAC.
func (t *Tool) Measure(ctx context.Context, info *Info) (Loudness, error) {
	if info.Audio == nil {
		return Loudness{}, archive.Fail(archive.Invalid, "audio-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return Loudness{}, err
	}
	// A line every tenth of a second would push the summary out of what is kept of the log.
	s := heard(in, info.Audio).Filter("ebur128", ff.Args{"peak=true", "framelog=verbose"})
	out := ff.Output([]*ff.Stream{s}, "pipe:1", ff.KwArgs{
		"f": "null",
		// The summary is told at this level; the later of two levels counts.
		"loglevel": "info",
		"nostats":  "",
	})
	result, err := t.run(ctx, out, tool.Command{Limits: encoding(info.Duration)})
	if err != nil {
		return Loudness{}, err
	}
	return parseSummary(result.Stderr)
}

// parseSummary reads the last summary of the filter ebur128: what a file says of itself may look like one, but is told before.
// The error is Invalid "media-unreadable" when there is none.
func parseSummary(log string) (Loudness, error) {
	at := strings.LastIndex(log, "] Summary:")
	if at < 0 {
		return Loudness{}, archive.Fail(archive.Invalid, "media-unreadable")
	}
	l := Loudness{Integrated: math.NaN(), TruePeak: math.NaN()}
	for line := range strings.Lines(log[at:]) {
		switch name, value, _ := strings.Cut(strings.TrimSpace(line), ":"); name {
		case "I":
			l.Integrated = level(value, " LUFS", Silence)
		case "Peak":
			l.TruePeak = level(value, " dBFS", Deepest)
		}
	}
	if math.IsNaN(l.Integrated) || math.IsNaN(l.TruePeak) {
		return Loudness{}, archive.Fail(archive.Invalid, "media-unreadable")
	}
	return l, nil
}

// level reads "  -26.6 LUFS", no lower than least and no higher than +60, which no decoder gives; NaN when it is no level.
func level(s, unit string, least float64) float64 {
	number, ok := strings.CutSuffix(strings.TrimSpace(s), unit)
	f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || math.IsNaN(f) {
		return math.NaN()
	}
	return min(max(f, least), 60)
}
