package ffmpeg

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
)

// Rendition is an HLS presentation (RFC 8216) in one folder: fragmented MP4, one file per variant, addressed by byte ranges.
type Rendition struct {
	Master   string        // file name of the multivariant playlist
	Variants []Variant     // the largest first
	Audio    *Variant      // the sound, nil when the source is silent
	Low      *Variant      // the sound for thin lines, nil when there is none of its own
	Listen   string        // file name of a multivariant playlist of both sounds alone, "" without Low
	Quick    string        // file name of one over the same media in which what a thin line gets comes in shorter segments, "" with one picture
	Duration time.Duration // of the pictures that were made
}

// Variant is one quality of the picture, or the sound.
type Variant struct {
	Name          string // such as "720p" or "audio"
	Playlist      string // file name, such as "720p.m3u8"
	IFrames       string // file name of the I-frame playlist, "" for the sound
	Quick         string // file name of a playlist of shorter segments, "" when there is none
	Media         string // file name, such as "720p.m4s"
	Width, Height int
	Codecs        string // RFC 6381
	FrameRate     float64
	PeakRate      int64 // bits per second of the heaviest segment
	AverageRate   int64
	// PeakIFrames and AverageIFrames are the rates of the I-frame playlist.
	PeakIFrames, AverageIFrames int64
	seconds                     float64
}

// Files lists the names of all files of r.
func (r *Rendition) Files() []string {
	files := []string{r.Master}
	more := []string{r.Listen, r.Quick}
	for _, v := range r.all() {
		files = append(files, v.Playlist, v.Media)
		more = append(more, v.IFrames, v.Quick)
	}
	return append(files, slices.DeleteFunc(more, func(name string) bool { return name == "" })...)
}

func (r *Rendition) all() []Variant {
	all := append([]Variant{}, r.Variants...)
	for _, sound := range []*Variant{r.Audio, r.Low} {
		if sound != nil {
			all = append(all, *sound)
		}
	}
	return all
}

// The names of the sounds, which also name their files; the pictures are named by their height.
const (
	SoundName = "audio"
	LowName   = "audio-low"
)

const (
	masterName = "master.m3u8"
	listenName = "listen.m3u8"
	quickName  = "quick.m3u8"
)

// segmentSeconds is the aimed length of a segment: three closed groups of pictures of groupSeconds.
const (
	segmentSeconds = 6
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
	outs := []*ff.Stream{picture(in.Get(strconv.Itoa(info.Video.Stream)), filepath.Join(dir, mediaName(name)), ff.KwArgs{"c:v": "copy"})}
	names := []string{name}
	limits := copying()
	for _, sound := range info.copiedSounds() {
		limits = encoding(info.Duration)
		outs = append(outs, soundOut(in, info.Audio, filepath.Join(dir, mediaName(sound)), info.Audio.copied(sound)))
		names = append(names, sound)
	}
	limits.Soon = true // no film is to be seen before
	if err := t.watched(ctx, outs, watch{dir: dir, limits: limits}); err != nil {
		return nil, err
	}
	return describe(dir, names, info.Video.FrameRate)
}

// fragmented are the settings of a file that is played by byte ranges and whole up to its last fragment at any time.
func fragmented(args ff.KwArgs, flags string) ff.KwArgs {
	return ff.MergeKwArgs([]ff.KwArgs{args, {
		"f":        "mp4",
		"movflags": "+delay_moov+default_base_moof+skip_trailer" + flags,
		// Each fragment reaches the disk when it is done.
		"flush_packets": 1,
		// Where and when it was filmed is not for readers; what may be shown is in the catalogue.
		"map_metadata": -1,
		"map_chapters": -1,
		"threads":      threads(),
	}})
}

// picture is an output of pictures, a fragment for each closed group.
func picture(s *ff.Stream, path string, args ff.KwArgs) *ff.Stream {
	args = fragmented(args, "+frag_keyframe+frag_discont")
	args["video_track_timescale"] = 90000
	return ff.Output([]*ff.Stream{s}, "file:"+path, args)
}

// h264 are the encoder's settings for all rungs.
func h264(rate pace, maxRate int64) ff.KwArgs {
	group := int(math.Round(rate.number * groupSeconds))
	return ff.KwArgs{
		"c:v": "libx264",
		// fast costs 1.7 times as much for +0.001 SSIM (measured on 30 s of 1080p).
		"preset":  "veryfast",
		"crf":     23,
		"maxrate": maxRate,
		// A second of it: a longer one lets a segment take more than twice what others do.
		"bufsize": maxRate,
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

// normalised makes the picture progressive and of constant rate from the first instant on, so that what follows may count frames.
// ffmpeg turns it upright itself before the first filter.
func normalised(in *ff.Stream, v *Video, rate pace) *ff.Stream {
	s := in.Get(strconv.Itoa(v.Stream))
	if v.Interlaced {
		// Each field becomes a picture: half of them thrown away makes movement jerk.
		s = s.Filter("bwdif", ff.Args{"mode=send_field"})
	}
	return s.Filter("fps", ff.Args{rate.text, "start_time=0"})
}

// scaled gives the picture its size in square pixels.
func scaled(s *ff.Stream, width, height int) *ff.Stream {
	return s.Filter("scale", ff.Args{strconv.Itoa(width), strconv.Itoa(height)}).
		Filter("setsar", ff.Args{"1"}).
		Filter("format", ff.Args{"yuv420p"})
}

// hdr reports whether the picture is of high dynamic range, which looks grey where it is shown as it is.
func (v *Video) hdr() bool { return v.Transfer == "smpte2084" || v.Transfer == "arib-std-b67" }

// toned brings a picture of high dynamic range to that of ordinary screens (BT.709), at the size of the largest rung: it is counted
// in floating point.
func toned(s *ff.Stream, v *Video, width, height int) *ff.Stream {
	if !v.hdr() {
		return s
	}
	return s.Filter("zscale", ff.Args{"w=" + strconv.Itoa(width), "h=" + strconv.Itoa(height), "t=linear", "npl=100"}).
		Filter("format", ff.Args{"gbrpf32le"}).
		Filter("zscale", ff.Args{"p=bt709"}).
		Filter("tonemap", ff.Args{"hable", "desat=0"}).
		Filter("zscale", ff.Args{"t=bt709", "m=bt709", "r=tv"}).
		Filter("format", ff.Args{"yuv420p"})
}
