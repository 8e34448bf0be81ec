package ffmpeg

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Rendition is an HLS presentation (RFC 8216) in one folder: fragmented MP4, one file per variant, addressed by byte ranges.
type Rendition struct {
	Master   string    // file name of the multivariant playlist
	Variants []Variant // the largest first
	Audio    *Variant  // the audio group, nil when the source is silent
}

// Variant is one quality of the picture, or the sound.
type Variant struct {
	Name          string // such as "720p" or "audio"
	Playlist      string // file name, such as "720p.m3u8"
	Media         string // file name, such as "720p.m4s"
	Width, Height int
	Codecs        string // RFC 6381
	FrameRate     float64
	PeakRate      int64 // bits per second of the heaviest segment
	AverageRate   int64
}

// Files lists the names of all files of r.
func (r *Rendition) Files() []string {
	files := []string{r.Master}
	for _, v := range r.all() {
		files = append(files, v.Playlist, v.Media)
	}
	return files
}

func (r *Rendition) all() []Variant {
	if r.Audio == nil {
		return r.Variants
	}
	return append(append([]Variant{}, r.Variants...), *r.Audio)
}

// Rung is one step of a ladder.
type Rung struct {
	ShortSide int   // pixels of the smaller side: 720 is "720p", upright or not
	MaxRate   int64 // bits per second of the picture
}

// Rungs returns the steps for a picture: none above the source, at least one.
func Rungs(v *Video) []Rung {
	var rungs []Rung
	for _, r := range []Rung{{1080, 5_000_000}, {720, 2_800_000}, {480, 1_400_000}, {360, 800_000}} {
		if r.ShortSide <= v.ShortSide() {
			rungs = append(rungs, r)
		}
	}
	if len(rungs) == 0 {
		return []Rung{{v.ShortSide(), 600_000}}
	}
	if len(rungs) > 3 {
		return rungs[:3] // 480 is small enough below 1080; a fourth costs time and saves nobody
	}
	return rungs
}

// audioName and masterName name files; the variants are named by their height.
const (
	audioName  = "audio"
	masterName = "master.m3u8"
)

// segmentSeconds is the aimed length of a segment: two closed groups of pictures of groupSeconds.
const (
	segmentSeconds = 4
	groupSeconds   = 2
)

// maxKeyInterval is the longest distance of key frames at which a copied stream still starts and seeks soon enough.
const maxKeyInterval = 10 * time.Second

// maxCopyRate bounds what is handed on as it came, in bits per second; more stalls on ordinary lines.
const maxCopyRate = 12_000_000

// Remuxable says whether Remux will do: H.264 as browsers play it, upright, square pixels, key frames close enough, sane rate.
func (i *Info) Remuxable() bool {
	v := i.Video
	return v != nil && v.plain() && v.Rotation == 0 && v.SquarePixels && !i.Truncated &&
		v.KeyInterval > 0 && v.KeyInterval <= maxKeyInterval && i.BitRate <= maxCopyRate
}

// plain reports whether every browser decodes the picture as it is: 8-bit 4:2:0 progressive H.264 of even size.
func (v *Video) plain() bool {
	known := v.Profile == "Constrained Baseline" || v.Profile == "Baseline" || v.Profile == "Main" || v.Profile == "High"
	return v.Codec == "h264" && known && v.Level > 0 && v.Level <= 52 && !v.Interlaced &&
		(v.PixelFormat == "yuv420p" || v.PixelFormat == "yuvj420p")
}

// plain reports whether every browser decodes the sound as it is, in two channels at most.
func (a *Audio) plain() bool {
	return a.Codec == "aac" && a.Profile == "LC" && a.Channels <= 2
}

// Remux writes the picture as it came, and the sound as it came or as stereo AAC, to dir as HLS. Segments end at the
// source's own key frames. Call it when info.Remuxable. Errors: Invalid "video-missing", Invalid "media-unreadable", and
// those of tool.Runner.Run.
func (t *Tool) Remux(ctx context.Context, info *Info, dir string) (*Rendition, error) {
	if info.Video == nil {
		return nil, archive.Fail(archive.Invalid, "video-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return nil, err
	}
	name := strconv.Itoa(info.Video.ShortSide()) + "p"
	job := hlsJob{dir: dir, names: []string{name}, rate: info.Video.FrameRate, limits: copying()}
	job.streams = []*ff.Stream{in.Get(strconv.Itoa(info.Video.Stream))}
	job.args = ff.KwArgs{"c:v": "copy"}
	if info.Audio != nil {
		job.limits = encoding(info.Duration)
		job.sound(in, info.Audio, info.Audio.plain())
	}
	return t.hls(ctx, job)
}

// Ladder encodes the picture at each rung, decoding once, and the sound once, to dir as HLS: H.264 and AAC that every
// browser plays, key frames aligned across rungs every two seconds, constant frame rate, square pixels, upright, even sizes.
// Errors as Remux.
func (t *Tool) Ladder(ctx context.Context, info *Info, dir string, rungs []Rung) (*Rendition, error) {
	if info.Video == nil || len(rungs) == 0 {
		return nil, archive.Fail(archive.Invalid, "video-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return nil, err
	}
	rate, number := standardRate(info.Video.FrameRate)
	group := strconv.Itoa(int(math.Round(number * groupSeconds)))
	job := hlsJob{dir: dir, rate: number, limits: encoding(info.Duration)}
	job.args = h264(group)
	picture := normalised(in, info.Video, rate).Split()
	for n, r := range rungs {
		width, height := info.Video.fit(r.ShortSide)
		job.streams = append(job.streams, scaled(picture.Get(strconv.Itoa(n)), width, height))
		job.names = append(job.names, strconv.Itoa(min(width, height))+"p")
		job.args["maxrate:v:"+strconv.Itoa(n)] = r.MaxRate
		job.args["bufsize:v:"+strconv.Itoa(n)] = 2 * r.MaxRate
	}
	if info.Audio != nil {
		job.sound(in, info.Audio, false)
	}
	return t.hls(ctx, job)
}

// h264 are the encoder's settings for all rungs.
func h264(group string) ff.KwArgs {
	return ff.KwArgs{
		"c:v": "libx264",
		// fast costs 1.7 times as much for +0.001 SSIM (measured on 30 s of 1080p).
		"preset": "veryfast",
		"crf":    23,
		// What old phones decode.
		"profile:v": "high",
		"pix_fmt":   "yuv420p",
		// Key frames every two seconds and nowhere else, so that the rungs' segments begin at the same instants.
		"g":            group,
		"keyint_min":   group,
		"sc_threshold": 0,
		"flags":        "+cgop",
	}
}

// normalised makes the picture progressive and of constant rate, so that what follows may count frames.
// ffmpeg turns it upright itself before the first filter.
func normalised(in *ff.Stream, v *Video, rate string) *ff.Stream {
	s := in.Get(strconv.Itoa(v.Stream))
	if v.Interlaced {
		s = s.Filter("bwdif", ff.Args{"mode=send_frame"})
	}
	return s.Filter("fps", ff.Args{rate})
}

// scaled gives the picture its size in square pixels.
func scaled(s *ff.Stream, width, height int) *ff.Stream {
	return s.Filter("scale", ff.Args{strconv.Itoa(width), strconv.Itoa(height)}).
		Filter("setsar", ff.Args{"1"}).
		Filter("format", ff.Args{"yuv420p"})
}

// fit returns the size at which the smaller side is short, never enlarging, both sides even as 4:2:0 needs.
func (v *Video) fit(short int) (width, height int) {
	scale := min(1, float64(short)/float64(v.ShortSide()))
	return even(float64(v.Width) * scale), even(float64(v.Height) * scale)
}

func even(f float64) int { return max(2, 2*int(math.Round(f/2))) }

// standardRate returns the constant frame rate for a source of rate f, as ffmpeg reads it and as a number: the nearest
// usual rate within a hundredth, else the next above, at most 60.
func standardRate(f float64) (string, float64) {
	usual := []struct {
		text   string
		number float64
	}{{"10", 10}, {"12", 12}, {"15", 15}, {"24000/1001", 24000.0 / 1001}, {"24", 24}, {"25", 25}, {"30000/1001", 30000.0 / 1001},
		{"30", 30}, {"48", 48}, {"50", 50}, {"60000/1001", 60000.0 / 1001}, {"60", 60}}
	if !(f > 0) {
		return "25", 25
	}
	best := usual[len(usual)-1]
	for _, u := range usual {
		if math.Abs(u.number-f) <= math.Abs(best.number-f) && math.Abs(u.number-f) <= f/100 {
			best = u
		}
	}
	if math.Abs(best.number-f) <= f/100 {
		return best.text, best.number
	}
	for _, u := range usual {
		if u.number >= f {
			return u.text, u.number
		}
	}
	return best.text, best.number
}

// hlsJob is one run that writes HLS.
type hlsJob struct {
	dir     string
	names   []string // of the pictures, in the order of streams
	streams []*ff.Stream
	args    ff.KwArgs
	audio   bool
	rate    float64
	limits  tool.Limits
}

// sound adds the audio group.
func (j *hlsJob) sound(in *ff.Stream, a *Audio, plain bool) {
	j.audio = true
	j.streams = append(j.streams, in.Get(strconv.Itoa(a.Stream)))
	if plain {
		j.args["c:a"] = "copy"
		return
	}
	for k, v := range aac("128k") {
		j.args[k] = v
	}
}

// aac are the settings of the encoder for sound.
func aac(rate string) ff.KwArgs {
	return ff.KwArgs{
		"c:a": "aac",
		"b:a": rate,
		// Two channels at a rate that every device plays.
		"ac": 2,
		"ar": 48000,
		// Holes in the time stamps become silence, so that sound and picture stay together.
		"af": "aresample=async=1:first_pts=0",
	}
}

func (t *Tool) hls(ctx context.Context, j hlsJob) (*Rendition, error) {
	if err := tool.CheckPath(j.dir); err != nil {
		return nil, err
	}
	j.args["f"] = "hls"
	j.args["hls_time"] = segmentSeconds
	j.args["hls_playlist_type"] = "vod"
	// Fragmented MP4 in one file per variant: fewer objects to keep, and the browser's own format.
	j.args["hls_segment_type"] = "fmp4"
	j.args["hls_flags"] = "single_file+independent_segments"
	// Sound as a group of its own is stored and fetched once for all pictures.
	j.args["var_stream_map"] = j.streamMap()
	// Where and when it was filmed is not for readers; what may be shown is in the catalogue.
	j.args["map_metadata"] = -1
	j.args["map_chapters"] = -1
	j.args["threads"] = threads()
	out := ff.Output(j.streams, "%v.m3u8", j.args)
	// Names are relative to dir, so that a "%" in its path is not taken for a pattern.
	if _, err := t.run(ctx, out, tool.Command{Dir: j.dir, Limits: j.limits}); err != nil {
		return nil, err
	}
	return j.describe()
}

func (j *hlsJob) streamMap() string {
	var entries []string
	group := ""
	if j.audio {
		group = ",agroup:" + audioName
	}
	for n, name := range j.names {
		entries = append(entries, fmt.Sprintf("v:%d%s,name:%s", n, group, name))
	}
	if j.audio {
		entries = append(entries, "a:0"+group+",default:yes,name:"+audioName)
	}
	return strings.Join(entries, " ")
}

// describe reads back what was written and writes the multivariant playlist: ffmpeg's lacks codecs for copied streams
// and takes bandwidths from its arguments instead of the segments.
func (j *hlsJob) describe() (*Rendition, error) {
	r := &Rendition{Master: masterName}
	for _, name := range j.names {
		v, err := readVariant(j.dir, name)
		if err != nil {
			return nil, err
		}
		v.FrameRate = j.rate
		r.Variants = append(r.Variants, v)
	}
	if j.audio {
		v, err := readVariant(j.dir, audioName)
		if err != nil {
			return nil, err
		}
		r.Audio = &v
	}
	return r, writeFile(filepath.Join(j.dir, masterName), r.master())
}
