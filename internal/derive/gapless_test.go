package derive_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"vannghe/internal/tool"
)

// TestRecordingsAreAsLongAsTheyWere: programs of other makers play albums without a gap by what the files say of themselves: the edit list of
// the MP4 (media skipped and played, to the sample), and of Opus the samples to skip before and, by the last page's position, after.
func TestRecordingsAreAsLongAsTheyWere(t *testing.T) {
	b := newBench(t)
	const samples = 65_760 // no whole number of frames of either codec
	r := b.derived("ca-khuc", original{"a.wav", "wav", wave(2, samples/48000.0, tone(-20))})

	m4a := r.local("audio", "audio.m4a")
	told, err := b.runner.Run(t.Context(), tool.Command{Program: tool.FFprobe, Limits: tool.Limits{Time: time.Minute},
		Args: []string{"-v", "error", "-show_entries", "stream=duration_ts,start_pts,time_base", "-of", "json", "-i", m4a}})
	if err != nil {
		t.Fatal(err)
	}
	var probed struct {
		Streams []struct {
			Duration int    `json:"duration_ts"`
			Start    int    `json:"start_pts"`
			Base     string `json:"time_base"`
		}
	}
	if err := json.Unmarshal(told.Stdout, &probed); err != nil || len(probed.Streams) != 1 {
		t.Fatalf("%v in %s", err, told.Stdout)
	}
	if s := probed.Streams[0]; s.Duration != samples || s.Start != 0 || s.Base != "1/48000" {
		t.Errorf("the edit list plays %+v, want %d samples", s, samples)
	}

	var sound bytes.Buffer
	if _, err := b.runner.Run(t.Context(), tool.Command{Program: tool.FFmpeg, Stdout: &sound, Limits: tool.Limits{Time: time.Minute, Output: 1 << 20},
		Args: []string{"-nostdin", "-v", "error", "-i", r.local("audio", "audio.opus"), "-ac", "1", "-f", "s16le", "pipe:1"}}); err != nil {
		t.Fatal(err)
	}
	if n := sound.Len() / 2; n != samples {
		t.Errorf("Opus gives %d samples, want %d", n, samples)
	}
	if l := r.asset("audio", "audio.opus").Duration; math.Abs(l-samples/48000.0) > 0.0005 {
		t.Errorf("Opus is said to last %f s", l)
	}
}
