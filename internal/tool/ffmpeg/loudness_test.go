package ffmpeg

import (
	"math"
	"testing"

	"vannghe/internal/archive"
)

const summary = "[Parsed_ebur128_2 @ 0x55b214e81380] Summary:\n\n  Integrated loudness:\n    I:         -26.6 LUFS\n    Threshold: -36.9 LUFS\n\n" +
	"  Loudness range:\n    LRA:         1.4 LU\n    Threshold: -46.7 LUFS\n\n  True peak:\n    Peak:       -9.7 dBFS\n"

func TestParseSummary(t *testing.T) {
	for _, c := range []struct {
		sentence, log string
		want          Loudness
	}{
		{"as ffmpeg writes it", summary, Loudness{-26.6, -9.7}},
		{"silence", "[a] Summary:\n I: -70.0 LUFS\n Peak: -inf dBFS\n", Loudness{Silence, Deepest}},
		{"below the gate there is nothing", "[a] Summary:\n I: -inf LUFS\n Peak: -130.2 dBFS\n", Loudness{Silence, Deepest}},
		{"a title that looks like one comes before it", "title : x] Summary:\n I: 0.0 LUFS\n Peak: 0.0 dBFS\n" + summary, Loudness{-26.6, -9.7}},
	} {
		if got, err := parseSummary(c.log); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.sentence, got, err)
		}
	}
	for _, log := range []string{"", "Summary", "[a] Summary:\n I: -20.0 LUFS\n", "[a] Summary:\n I: nan LUFS\n Peak: 0 dBFS\n", "[a] Summary:\n I: LUFS\n Peak: dBFS\n"} {
		if l, err := parseSummary(log); archive.ReasonOf(err) != "media-unreadable" {
			t.Errorf("%q: %+v, %v", log, l, err)
		}
	}
}

func FuzzParseSummary(f *testing.F) {
	f.Add(summary)
	f.Add("[a] Summary:\n I: 1e400 LUFS\n Peak: -inf dBFS\n")
	f.Add("] Summary:] Summary:\n I:: LUFS\n Peak")
	f.Fuzz(func(t *testing.T, log string) {
		l, err := parseSummary(log)
		if err == nil && !(l.Integrated >= Silence && l.Integrated <= 60 && l.TruePeak >= Deepest && l.TruePeak <= 60) || math.IsNaN(l.Integrated) {
			t.Errorf("%+v", l)
		}
	})
}
