package ffmpeg

import (
	"context"
	"encoding/binary"
	"math"
	"strconv"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// progressiveSide is the smaller side of an encoded MP4, progressiveRate the most bits a second of one that is copied.
const (
	progressiveSide = 720
	progressiveRate = 8_000_000
)

// Copyable says whether Progressive copies instead of encoding.
func (i *Info) Copyable() bool {
	return i.Video != nil && i.Video.plain() && i.Video.ShortSide() <= 1080 && i.BitRate <= progressiveRate
}

// Progressive writes one MP4 that plays while it loads, for browsers without scripts and for download: the picture as it came
// when Copyable, else H.264 of at most 720 pixels on the smaller side. Errors: Invalid "video-missing", Invalid
// "media-unreadable", and those of tool.Runner.Run.
func (t *Tool) Progressive(ctx context.Context, info *Info, out string) error {
	if info.Video == nil {
		return archive.Fail(archive.Invalid, "video-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return err
	}
	picture, args := progressivePicture(in, info)
	streams := []*ff.Stream{picture}
	if a := info.Audio; a != nil {
		streams = append(streams, in.Get(strconv.Itoa(a.Stream)))
		args = ff.MergeKwArgs([]ff.KwArgs{args, soundFor(a)})
	}
	return t.mp4(ctx, mp4Job{streams: streams, args: args, limits: encoding(info.Duration)}, out)
}

func progressivePicture(in *ff.Stream, info *Info) (*ff.Stream, ff.KwArgs) {
	if info.Copyable() {
		return in.Get(strconv.Itoa(info.Video.Stream)), ff.KwArgs{"c:v": "copy"}
	}
	rate := constantRate(info.Video)
	side := min(progressiveSide, largest(info.Video))
	width, height := info.Video.fit(side)
	toned := toned(normalised(in, info.Video, rate), info.Video, width, height)
	return scaled(toned, width, height), h264(rate, maxRate(info.Video, side))
}

func soundFor(a *Audio) ff.KwArgs {
	if a.plain() {
		return ff.KwArgs{"c:a": "copy"}
	}
	return aac("128k")
}

// Join puts a variant of a Rendition and its sound (audio may be "") together to one MP4 as Progressive writes it, copying
// both: what Ladder encoded need not be encoded again. Both are paths of media files in dir.
func (t *Tool) Join(ctx context.Context, r *Rendition, dir, out string) error {
	v := r.progressive()
	if v == nil {
		return archive.Fail(archive.Invalid, "video-missing")
	}
	picture, err := Source{Path: dir + "/" + v.Media, Format: "mp4"}.input(nil)
	if err != nil {
		return err
	}
	streams := []*ff.Stream{picture.Get("v:0")}
	args := ff.KwArgs{"c:v": "copy"}
	if r.Audio != nil {
		sound, err := Source{Path: dir + "/" + r.Audio.Media, Format: "mp4"}.input(nil)
		if err != nil {
			return err
		}
		streams = append(streams, sound.Get("a:0"))
		args["c:a"] = "copy"
	}
	return t.mp4(ctx, mp4Job{streams: streams, args: args, limits: copying()}, out)
}

// progressive chooses the largest variant that is no larger than an encoded MP4, else the smallest.
func (r *Rendition) progressive() *Variant {
	var best *Variant
	for n := range r.Variants {
		v := &r.Variants[n]
		if best == nil || min(v.Width, v.Height) <= progressiveSide && min(best.Width, best.Height) > progressiveSide {
			best = v
		}
	}
	return best
}

// Gain is what a sound is made louder by, in dB; below zero it is made softer. It is linear: nothing is compressed or limited.
type Gain float64

// none reports whether a gain is too small to be heard or measured.
func (g Gain) none() bool { return math.Abs(float64(g)) < 0.01 }

// AudioAAC writes the sound alone to out as MP4 (m4a) that plays while it loads: as it came when it is plain AAC and there is
// nothing to change, else AAC at 160 kbit/s, or 96 for one channel. The edit list leaves out the encoder's run-up and the filling of
// its last frame, to the sample. Errors: Invalid "audio-missing", Invalid "media-unreadable", and those of tool.Runner.Run.
func (t *Tool) AudioAAC(ctx context.Context, info *Info, gain Gain, out string) error {
	if info.Audio == nil {
		return archive.Fail(archive.Invalid, "audio-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return err
	}
	if info.Audio.plain() && gain.none() {
		return t.mp4(ctx, mp4Job{streams: []*ff.Stream{in.Get(strconv.Itoa(info.Audio.Stream))},
			args: ff.KwArgs{"c:a": "copy", "movie_timescale": max(info.Audio.SampleRate, 1000)}, limits: copying()}, out)
	}
	args := ff.KwArgs{"c:a": "aac", "b:a": "160k",
		// The edit list counts in this: in its usual thousandths it would cut or add up to 24 samples.
		"movie_timescale": 48000}
	if info.Audio.Channels == 1 {
		args["b:a"] = "96k"
	}
	return t.mp4(ctx, mp4Job{streams: []*ff.Stream{louder(in, info.Audio, gain)}, args: args, limits: encoding(info.Duration)}, out)
}

// AudioOpus writes the sound alone to out as Opus in Ogg at 96 kbit/s, or 64 for one channel: three fifths of the bytes of
// AudioAAC for whoever can play it. Errors as AudioAAC.
func (t *Tool) AudioOpus(ctx context.Context, info *Info, gain Gain, out string) error {
	if info.Audio == nil {
		return archive.Fail(archive.Invalid, "audio-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return err
	}
	if err := tool.CheckPath(out); err != nil {
		return err
	}
	rate := "96k"
	if info.Audio.Channels == 1 {
		rate = "64k"
	}
	o := ff.Output([]*ff.Stream{louder(in, info.Audio, gain)}, "file:"+out, ff.KwArgs{
		"c:a": "libopus", "b:a": rate, "f": "ogg", "map_metadata": -1, "map_chapters": -1})
	if _, err := t.run(ctx, o, tool.Command{Limits: encoding(info.Duration)}); err != nil {
		return err
	}
	return wrote(out)
}

func louder(in *ff.Stream, a *Audio, gain Gain) *ff.Stream {
	s := heard(in, a)
	if gain.none() {
		return s
	}
	return s.Filter("volume", ff.Args{"volume=" + strconv.FormatFloat(float64(gain), 'f', 2, 64) + "dB", "precision=float"})
}

type mp4Job struct {
	streams []*ff.Stream
	args    ff.KwArgs
	limits  tool.Limits
}

func (t *Tool) mp4(ctx context.Context, j mp4Job, out string) error {
	if err := tool.CheckPath(out); err != nil {
		return err
	}
	j.args["f"] = "mp4"
	// The index in front, so that playing begins before the end has come.
	j.args["movflags"] = "+faststart"
	j.args["map_metadata"] = -1
	j.args["map_chapters"] = -1
	j.args["threads"] = threads()
	if _, err := t.run(ctx, ff.Output(j.streams, "file:"+out, j.args), tool.Command{Limits: j.limits}); err != nil {
		return err
	}
	return wrote(out)
}

// PeakCount is the greatest number of peaks that Waveform returns.
const PeakCount = 1000

// Waveform returns the loudest sample of each of at most PeakCount equal stretches of the sound, 255 being full scale.
// Errors as AudioAAC.
func (t *Tool) Waveform(ctx context.Context, info *Info) ([]uint8, error) {
	if info.Audio == nil {
		return nil, archive.Fail(archive.Invalid, "audio-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return nil, err
	}
	limits := encoding(info.Duration)
	limits.Output = 8 << 30 // 150 hours; nothing of it is kept
	var p peaks
	out := ff.Output([]*ff.Stream{in.Get(strconv.Itoa(info.Audio.Stream))}, "pipe:1", ff.KwArgs{
		"c:a": "pcm_s16le",
		"ac":  1,
		// Peaks of speech and music are well met at 8 kHz, and it is a tenth of the bytes.
		"ar": 8000,
		"f":  "s16le",
	})
	if _, err := t.run(ctx, out, tool.Command{Stdout: &p, Limits: limits}); err != nil {
		return nil, err
	}
	if len(p.found) == 0 && p.filled == 0 {
		return nil, archive.Fail(archive.Invalid, "media-unreadable")
	}
	return p.finish(), nil
}

// peaks gathers peaks of a stream whose length is not known: when there are twice too many, pairs are joined.
type peaks struct {
	half   []byte // a first byte of a sample whose second has not come
	found  []uint8
	span   int // samples per peak
	filled int // samples in the peak under way
	peak   int
}

func (p *peaks) Write(b []byte) (int, error) {
	n := len(b)
	if len(p.half) == 1 && len(b) > 0 {
		p.sample([]byte{p.half[0], b[0]})
		p.half, b = nil, b[1:]
	}
	for ; len(b) >= 2; b = b[2:] {
		p.sample(b)
	}
	if len(b) == 1 {
		p.half = []byte{b[0]}
	}
	return n, nil
}

func (p *peaks) sample(b []byte) {
	v := int(int16(binary.LittleEndian.Uint16(b)))
	p.peak = max(p.peak, v, -v)
	p.filled++
	if p.filled < max(p.span, 1) {
		return
	}
	p.close()
	if len(p.found) == 2*PeakCount {
		p.halve()
	}
}

func (p *peaks) close() {
	p.found = append(p.found, uint8(min(p.peak>>7, 255)))
	p.peak, p.filled = 0, 0
}

func (p *peaks) halve() {
	for i := range PeakCount {
		p.found[i] = max(p.found[2*i], p.found[2*i+1])
	}
	p.found = p.found[:PeakCount]
	p.span = 2 * max(p.span, 1)
}

// finish returns at most PeakCount peaks of equal stretches.
func (p *peaks) finish() []uint8 {
	if p.filled > 0 {
		p.close()
	}
	if len(p.found) <= PeakCount {
		return p.found
	}
	even := make([]uint8, PeakCount)
	for i := range even {
		for _, v := range p.found[i*len(p.found)/PeakCount : (i+1)*len(p.found)/PeakCount] {
			even[i] = max(even[i], v)
		}
	}
	return even
}
