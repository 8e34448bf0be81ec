package derive_test

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool/ffmpeg"
)

// wave is a WAV file of 16 bits at 48 kHz in which every channel holds the same.
func wave(channels int, seconds float64, sample func(at float64) float64) []byte {
	const rate = 48000
	frames := int(seconds * rate)
	size := 2 * channels * frames
	b := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(36+size))...)
	b = append(b, "WAVEfmt \x10\x00\x00\x00\x01\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, uint32(rate*2*channels))
	b = binary.LittleEndian.AppendUint16(b, uint16(2*channels))
	b = append(b, "\x10\x00data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	for i := range frames {
		v := uint16(int16(math.Round(sample(float64(i)/rate) * math.MaxInt16)))
		for range channels {
			b = binary.LittleEndian.AppendUint16(b, v)
		}
	}
	return b
}

// tone is a chord of so many dBFS at its loudest.
func tone(level float64) func(at float64) float64 {
	loud := math.Pow(10, level/20)
	return func(at float64) float64 {
		return loud * (math.Sin(2*math.Pi*440*at) + math.Sin(2*math.Pi*997*at)) / 2
	}
}

// struck is a soft tone with a blow near full scale every second: there is no room to make it louder.
func struck(at float64) float64 {
	if at-math.Floor(at) < 0.004 {
		return 0.9 * math.Sin(2*math.Pi*250*at)
	}
	return tone(-35)(at)
}

func TestRecordingsAreEquallyLoud(t *testing.T) {
	for _, c := range []struct {
		sentence string
		file     original
		limited  bool // by its peaks: it stays softer
		silent   bool
	}{
		{"a quiet tape is made louder", original{"a.wav", "wav", wave(2, 6, tone(-42))}, false, false},
		{"a loud master is made softer", original{"a.wav", "wav", wave(2, 6, tone(-0.2))}, false, false},
		{"what has peaks is made louder only as far as they let it", original{"a.wav", "wav", wave(2, 6, struck)}, true, false},
		{"one channel is heard from two speakers", original{"a.wav", "wav", wave(1, 6, tone(-20))}, false, false},
		{"six channels are heard from two speakers", original{"a.wav", "wav", wave(6, 6, tone(-12))}, false, false},
		{"silence stays silence", original{"a.wav", "wav", wave(2, 6, func(float64) float64 { return 0 })}, false, true},
		{"what is too short to be measured is left as it is", original{"a.wav", "wav", wave(2, 0.2, tone(-20))}, false, true},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			b := newBench(t)
			r := b.derived("ca-khuc", c.file)
			for name, format := range map[string]ffmpeg.Format{"audio.m4a": "m4a", "audio.opus": "opus"} {
				kept := r.asset("audio", name).Loudness
				got := b.loudness(r.local("audio", name), format)
				if math.Abs(kept.Integrated-got.Integrated) > 0.01 || math.Abs(kept.TruePeak-got.TruePeak) > 0.01 {
					t.Errorf("%s: kept %+v, measured %+v", name, *kept, got)
				}
				if got.TruePeak > -1 && !c.silent {
					t.Errorf("%s has a true peak of %.1f dBTP", name, got.TruePeak)
				}
				switch off := math.Abs(got.Integrated + 16); {
				case c.silent && (kept.Gain != 0 || !got.Silent()):
					t.Errorf("%s: %+v, gain %.2f", name, got, kept.Gain)
				case c.limited && (got.Integrated > -17 || got.TruePeak < -2.5):
					t.Errorf("%s: %+v, gain %.2f: want it as loud as its peaks let it", name, got, kept.Gain)
				case !c.limited && !c.silent && off > 0.5:
					t.Errorf("%s is %.1f LUFS loud, gain %.2f", name, got.Integrated, kept.Gain)
				}
			}
			if w := r.asset("waveform", "waveform.json").Loudness; w == nil || w.Gain != 0 {
				t.Errorf("of the original is known %+v", w)
			}
		})
	}
}

// loudness measures a file.
func (b *bench) loudness(path string, format ffmpeg.Format) ffmpeg.Loudness {
	b.t.Helper()
	f := ffmpeg.New(b.runner)
	info, err := f.Probe(b.t.Context(), ffmpeg.Source{Path: path, Format: format})
	if err != nil {
		b.t.Fatal(err)
	}
	l, err := f.Measure(b.t.Context(), info)
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

// An album is one work with several recordings: the soft song stays softer than the loud one by as much as it was, a broken file
// counts for nothing, and a track that comes later is given what the others were.
func TestAnAlbumIsMadeLouderAsOne(t *testing.T) {
	b := newBench(t)
	id := b.accession("ca-khuc", original{"1.wav", "wav", wave(2, 6, tone(-30))}, original{"2.wav", "wav", wave(2, 6, tone(-36))},
		original{"3.wav", "wav", []byte("RIFF nothing of a sound")})
	b.drain()
	first := b.result(id).settled()
	gains := first.gains("audio")
	if len(gains) != 2 {
		t.Fatalf("gains %v: %+v", gains, first.made)
	}
	var levels []float64
	for _, f := range first.files[:2] {
		l := gains[f.ID]
		levels = append(levels, l.Integrated)
		if l.Gain != gains[first.files[0].ID].Gain || l.Gain != l.Shared || l.Gain < 10 {
			t.Errorf("%s: %+v", f.Name, *l)
		}
	}
	if step := levels[0] - levels[1]; math.Abs(step-6) > 0.3 {
		t.Errorf("levels %v: they were 6 dB apart", levels)
	}
	// The mean over the power of both is 2.04 LU below the louder one.
	if math.Abs(levels[0]-(-16+2.04)) > 0.5 {
		t.Errorf("levels %v: together they are not -16 LUFS", levels)
	}
	later := b.add(id, original{"4.wav", "wav", wave(2, 6, tone(-20))})
	now := b.result(id).settled().gains("audio")
	if now[later].Shared != gains[first.files[0].ID].Shared {
		t.Errorf("the later track was given %+v, the first %+v", *now[later], *gains[first.files[0].ID])
	}
	for file, l := range gains {
		if *now[file] != *l {
			t.Errorf("%s changed from %+v to %+v", file, *l, *now[file])
		}
	}
}

// gains are what is known of the AAC of each file.
func (r result) gains(recipe string) map[archive.FileID]*archive.Loudness {
	all := map[archive.FileID]*archive.Loudness{}
	for _, m := range r.made {
		if m.Recipe == recipe && m.State == archive.DerivativeReady {
			all[m.File] = m.Assets[0].Loudness
		}
	}
	return all
}

func TestGainOfAnAlbum(t *testing.T) {
	for _, c := range []struct {
		sentence string
		album    [][3]float64 // seconds, LUFS, dBTP
		want     float64
	}{
		{"nothing to measure", nil, 0},
		{"silence", [][3]float64{{60, -70, -120}}, 0},
		{"as it should be", [][3]float64{{60, -16.2, -3}}, 0},
		{"as it should be, but for its peaks", [][3]float64{{60, -16.2, 0.4}}, -1.45},
		{"one soft song", [][3]float64{{60, -30, -20}}, 14},
		{"a soft song whose peaks leave 3 dB", [][3]float64{{60, -30, -4}}, 2.95},
		{"a song and its silent hidden track", [][3]float64{{60, -20, -10}, {600, -70, -80}}, 4},
		{"a song and a murmur far below it", [][3]float64{{60, -20, -10}, {600, -50, -30}}, 4},
		{"two of equal length, 6 LU apart: the mean is over their power", [][3]float64{{60, -20, -10}, {60, -26, -16}}, 6.04},
		{"the peak of one bounds the gain of all", [][3]float64{{60, -22, -3}, {60, -22, -12}}, 1.95},
	} {
		if got := derive.GainFor(c.album); math.Abs(got-c.want) > 0.011 {
			t.Errorf("%s: %.2f dB, want %.2f", c.sentence, got, c.want)
		}
	}
}

// checkLoudness measures both forms of a real song: as loud as its peaks let it be.
func checkLoudness(t *testing.T, name string, r result) {
	t.Helper()
	source := r.asset("waveform", "waveform.json").Loudness
	for path, format := range map[string]ffmpeg.Format{"audio.m4a": "m4a", "audio.opus": "opus"} {
		kept, got := r.asset("audio", path).Loudness, r.loudness(r.local("audio", path), format)
		t.Logf("%s: %.1f LUFS %.1f dBTP, gain %.2f, %s %.1f LUFS %.1f dBTP", name, source.Integrated, source.TruePeak, kept.Gain, path, got.Integrated, got.TruePeak)
		limited := source.TruePeak+(-16-source.Integrated) > -1.1
		if got.TruePeak > -1 || got.Integrated > -15.5 || !limited && got.Integrated < -16.5 || limited && got.TruePeak < -3 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// add brings one more file into a work and makes what is to be made of it.
func (b *bench) add(id archive.WorkID, o original) archive.FileID {
	b.t.Helper()
	other := b.result(b.accession("ca-khuc", o))
	f := other.files[0]
	w := b.result(id).work
	f.ID, f.Work = archive.NewID[archive.FileID](), id
	r := archive.Representation{ID: archive.NewID[archive.RepresentationID](), Kind: archive.KindRecording, Medium: archive.Audio, Position: len(w.Representations)}
	f.Representation = r.ID
	r.Files = []archive.File{f}
	w.Representations = append(w.Representations, r)
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutWork(ctx, &w); err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.Job{Kind: editorial.JobPlan, Work: id})
	})
	b.drain()
	return f.ID
}
