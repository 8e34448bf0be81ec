package derive

import (
	"context"
	"fmt"
	"math"
	"os"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
)

// Every recording is brought to targetLoudness as far as its true peak stays at or below peakCeiling.
const (
	targetLoudness = -16.0 // LUFS: what players of music and of the spoken word agree on
	peakCeiling    = -1.0  // dBTP
	// leastGain is the least change, in dB, for which a recording that is plain AAC is encoded a second time.
	leastGain = 0.3
	// measureStep is the step in which the meter tells its levels, in dB.
	measureStep = 0.1
	// albumGate is how far below the mean, in LU, a recording is too soft to count (as blocks are in BS.1770).
	albumGate = 10
)

// sound is a recording of a work: how long and how loud it is.
type sound struct {
	seconds  float64
	loudness archive.Loudness
}

// sharedGain returns the gain in dB that all recordings of the task's work get: an album here is one work with several recordings,
// and its soft song stays softer than its loud one. What was decided when the first of them were made holds for those that come
// later, too.
func sharedGain(ctx context.Context, t task, info *ffmpeg.Info) (float64, error) {
	versions, err := t.deriver.reader().DerivativeVersions(ctx, t.file.Work)
	if err != nil {
		return 0, err
	}
	for _, m := range versions {
		if l := loudnessIn(m, recipeAudio, audioVersion); l != nil && t.holds(m.File) {
			return l.Shared, nil
		}
	}
	var album []sound
	for _, f := range files(&t.work) {
		s, err := t.sound(ctx, f, info, versions)
		if err != nil {
			return 0, fmt.Errorf("measure file %s: %w", f.ID, err)
		}
		if s != nil {
			album = append(album, *s)
		}
	}
	return gainFor(album), nil
}

// holds reports whether the work holds a file that is listened to.
func (t task) holds(id archive.FileID) bool {
	f, ok := fileOf(&t.work, id)
	return ok && sounding(f)
}

// sound returns how loud a file of the work is: as the recipe of waveforms measured it, else measured now. Nil for what is no
// recording, is not there any more or cannot be read.
func (t task) sound(ctx context.Context, f archive.File, own *ffmpeg.Info, versions []archive.Derivative) (*sound, error) {
	if !sounding(f) || f.State != archive.FileArchived || f.Problem != "" {
		return nil, nil
	}
	for _, m := range versions {
		if m.File != f.ID || m.Recipe != recipeWaveform || m.Version != waveformVersion {
			continue
		}
		if l := loudnessIn(m, recipeWaveform, waveformVersion); l != nil {
			return &sound{seconds: f.Duration.Seconds(), loudness: *l}, nil
		}
		if m.State == archive.DerivativeFailed && f.ID != t.file.ID {
			return nil, nil
		}
	}
	if f.ID == t.file.ID {
		l, err := t.ffmpeg().Measure(ctx, own)
		return &sound{seconds: own.Duration.Seconds(), loudness: archive.Loudness{Integrated: l.Integrated, TruePeak: l.TruePeak}}, err
	}
	return t.sibling(ctx, f)
}

// sibling measures another recording of the work.
func (t task) sibling(ctx context.Context, f archive.File) (*sound, error) {
	path := t.scratch("sibling")
	if err := t.deriver.bring(ctx, source{key: storage.Key(f.Key), size: f.Size}, path); err != nil {
		return nil, err
	}
	info, l, err := measure(ctx, t, ffmpeg.Source{Path: path, Format: ffmpeg.Format(f.Format)})
	if removing := os.Remove(path); removing != nil && err == nil {
		return nil, scratchError(removing)
	}
	if err != nil && final(err) {
		return nil, nil // its own jobs say so
	}
	if err != nil {
		return nil, err
	}
	return &sound{seconds: info.Duration.Seconds(), loudness: *l}, nil
}

// loudnessIn returns what was measured when that version of a recipe made m, nil when m is something else or is not ready.
func loudnessIn(m archive.Derivative, recipe string, version int) *archive.Loudness {
	if m.Recipe != recipe || m.Version != version || m.State != archive.DerivativeReady {
		return nil
	}
	for i := range m.Assets {
		if l := m.Assets[i].Loudness; l != nil {
			return l
		}
	}
	return nil
}

// sounding reports whether a file was found to be a recording without pictures.
func sounding(f archive.File) bool {
	return classOf(f.Format) == classMedia && f.Width == 0 && f.Duration > 0
}

// gainFor returns the one gain, in dB, that brings sounds together to targetLoudness without any of their peaks above peakCeiling;
// 0 for silence.
func gainFor(album []sound) float64 {
	mean := meanLoudness(album, math.Inf(-1))
	mean = meanLoudness(album, mean-albumGate)
	if mean <= ffmpeg.Silence {
		return 0
	}
	peak := ffmpeg.Deepest
	for _, s := range album {
		if s.loudness.Integrated > ffmpeg.Silence {
			peak = max(peak, s.loudness.TruePeak)
		}
	}
	gain := targetLoudness - mean
	if math.Abs(gain) < leastGain && peak <= peakCeiling {
		return 0
	}
	return rounded(min(gain, peakCeiling-peak-measureStep/2))
}

// meanLoudness is the mean over the power of all sounds that are louder than floor, each as long as it is.
func meanLoudness(album []sound, floor float64) float64 {
	power, seconds := 0.0, 0.0
	for _, s := range album {
		if l := s.loudness.Integrated; l > ffmpeg.Silence && l >= floor {
			power += s.seconds * math.Pow(10, l/10)
			seconds += s.seconds
		}
	}
	if seconds == 0 {
		return ffmpeg.Silence
	}
	return 10 * math.Log10(power/seconds)
}

// rounded is to a hundredth of a dB, as it is told to ffmpeg and kept.
func rounded(gain float64) float64 { return math.Round(100*gain) / 100 }
