package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Spec describes a film or a song that the program makes itself: for `vannghe demo` and for tests. It is typed
// throughout: nothing of it is a filter text from outside.
type Spec struct {
	Format   Format
	Duration time.Duration // of the picture; a song lasts as long as its melody
	Picture  *Picture      // nil: sound alone
	Melody   *Melody       // nil: silent
	Cues     []Cue         // subtitles, in mp4 and mkv
	Cover    string        // path of a JPEG that becomes the attached picture, in mp3, m4a and flac
	Tags     Tags
}

// Scene is what moves in a made picture.
type Scene string

// The scenes.
const (
	SceneGradient   Scene = "gradient"   // slow waves of the palette's colours
	SceneMandelbrot Scene = "mandelbrot" // a flight into the set
	SceneTest       Scene = "test"       // a test card with a running clock
	SceneFrames     Scene = "frames"     // the pictures of Picture.Frames, one after another
)

// Colour is a colour of sRGB.
type Colour struct{ R, G, B uint8 }

func (c Colour) String() string { return fmt.Sprintf("0x%02x%02x%02x", c.R, c.G, c.B) }

// VideoCodec names an encoder's codec.
type VideoCodec string

// The codecs that can be made.
const (
	H264  VideoCodec = "h264"
	HEVC  VideoCodec = "hevc"
	VP9   VideoCodec = "vp9"
	MPEG2 VideoCodec = "mpeg2"
	MPEG4 VideoCodec = "mpeg4"
)

// Picture is the moving picture of a Spec.
type Picture struct {
	Scene         Scene
	Palette       []Colour // two to eight, for SceneGradient
	Frames        string   // folder of 0001.png, 0002.png, …, for SceneFrames
	Width, Height int
	FrameRate     int
	Codec         VideoCodec
	KeyInterval   time.Duration // 0: two seconds
	BlackLead     time.Duration // of black before the scene, within Spec.Duration
	Rotation      int           // degrees of turn that the file asks of its player, in mp4 and mov: 0, 90, 180, 270
	Interlaced    bool
}

// Cue is a subtitle.
type Cue struct {
	Start, End time.Duration
	Text       string
}

// Synthesize makes the media file that spec describes at out. Errors: Invalid "format-unknown" for a Format that it cannot
// make, and those of tool.Runner.Run.
func (t *Tool) Synthesize(ctx context.Context, spec Spec, out string) error {
	muxer, ok := muxers[spec.Format]
	if !ok {
		return archive.Fail(archive.Invalid, "format-unknown", string(spec.Format))
	}
	if err := tool.CheckPath(out); err != nil {
		return err
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return err
	}
	j := synthesis{spec: spec, muxer: muxer, args: ff.KwArgs{"f": muxer.name, "threads": threads(), "shortest": ""}}
	err = j.build(folder)
	if err == nil {
		err = t.synthesize(ctx, j, folder, out)
	}
	return errors.Join(err, folder.Remove())
}

// synthesize encodes; a rotation is asked for in a second pass, since ffmpeg 5 notes it only on streams that it copies.
func (t *Tool) synthesize(ctx context.Context, j synthesis, folder *tool.Folder, out string) error {
	encoded := out
	rotated := j.spec.Picture != nil && j.spec.Picture.Rotation != 0
	if rotated {
		encoded = folder.File("upright")
	}
	limits := encoding(j.spec.Duration)
	if _, err := t.run(ctx, ff.Output(j.streams, "file:"+encoded, j.args), tool.Command{Stdin: j.stdin, Limits: limits}); err != nil || !rotated {
		return err
	}
	in, err := Source{Path: encoded, Format: j.spec.Format}.input(nil)
	if err != nil {
		return err
	}
	_, err = t.run(ctx, in.Output("file:"+out, ff.KwArgs{
		"f":              j.muxer.name,
		"c":              "copy",
		"map":            0,
		"metadata:s:v:0": "rotate=" + strconv.Itoa(360-j.spec.Picture.Rotation), // counter-clockwise
	}), tool.Command{Limits: limits})
	return err
}

// muxer is how a container is written.
type muxer struct {
	name  string
	audio string // encoder
	cover bool
	text  string // encoder of subtitles
}

var muxers = map[Format]muxer{
	"mp4":    {name: "mp4", audio: "aac", text: "mov_text"},
	"mov":    {name: "mov", audio: "aac", text: "mov_text"},
	"mkv":    {name: "matroska", audio: "aac", text: "subrip"},
	"webm":   {name: "webm", audio: "libopus", text: "webvtt"},
	"avi":    {name: "avi", audio: "libmp3lame"},
	"mpegps": {name: "vob", audio: "mp2"},
	"mpegts": {name: "mpegts", audio: "aac"},
	"m4a":    {name: "ipod", audio: "aac", cover: true},
	"mp3":    {name: "mp3", audio: "libmp3lame", cover: true},
	"flac":   {name: "flac", audio: "flac", cover: true},
	"ogg":    {name: "ogg", audio: "libvorbis"},
	"opus":   {name: "opus", audio: "libopus"},
	"wav":    {name: "wav", audio: "pcm_s16le"},
}

type synthesis struct {
	spec    Spec
	muxer   muxer
	streams []*ff.Stream
	args    ff.KwArgs
	stdin   io.Reader
}

func (j *synthesis) build(folder *tool.Folder) error {
	if j.spec.Picture != nil {
		j.picture(*j.spec.Picture)
	}
	if j.spec.Melody != nil {
		j.melody()
	}
	if j.spec.Cover != "" && j.muxer.cover {
		j.cover()
	}
	if len(j.spec.Cues) > 0 && j.muxer.text != "" {
		if err := j.cues(folder.File("cues.srt")); err != nil {
			return err
		}
	}
	j.metadata()
	return nil
}

func (j *synthesis) picture(p Picture) {
	s := p.input(j.spec.Duration - p.BlackLead).Get("v:0")
	if p.BlackLead > 0 {
		s = s.Filter("tpad", ff.Args{"start_duration=" + secondsText(p.BlackLead), "color=black"})
	}
	if p.Interlaced {
		s = s.Filter("tinterlace", ff.Args{"mode=interleave_top"})
		j.args["flags"] = "+ilme+ildct"
	}
	j.streams = append(j.streams, s.Filter("format", ff.Args{"yuv420p"}))
	for k, v := range p.encoder() {
		j.args[k] = v
	}
}

// input is where the pictures come from, for so long.
func (p Picture) input(length time.Duration) *ff.Stream {
	if p.Scene == SceneFrames {
		return ff.Input("file:"+p.Frames+"/%04d.png", ff.KwArgs{"f": "image2", "framerate": p.FrameRate, "protocol_whitelist": "file", "t": secondsText(length)})
	}
	return ff.Input(p.source(), ff.KwArgs{"f": "lavfi", "t": secondsText(length)})
}

// source is the text of the generating filter.
func (p Picture) source() string {
	common := fmt.Sprintf("size=%dx%d:rate=%d", p.Width, p.Height, p.FrameRate)
	switch p.Scene {
	case SceneGradient:
		var colours strings.Builder
		for n, c := range p.Palette[:min(len(p.Palette), 8)] {
			fmt.Fprintf(&colours, ":c%d=%s", n, c)
		}
		return fmt.Sprintf("gradients=%s:speed=0.012:nb_colors=%d:seed=7%s", common, max(2, min(len(p.Palette), 8)), colours.String())
	case SceneMandelbrot:
		return "mandelbrot=" + common + ":end_scale=0.002:end_pts=400:maxiter=600"
	default:
		return "testsrc2=" + common
	}
}

func (p Picture) encoder() ff.KwArgs {
	interval := p.KeyInterval
	if interval <= 0 {
		interval = groupSeconds * time.Second
	}
	args := ff.KwArgs{"g": max(1, int(interval.Seconds()*float64(p.FrameRate)))}
	switch p.Codec {
	case HEVC:
		args["c:v"], args["preset"], args["x265-params"] = "libx265", "ultrafast", "log-level=error"
	case VP9:
		args["c:v"], args["deadline"], args["cpu-used"] = "libvpx-vp9", "realtime", 8
	case MPEG2:
		args["c:v"], args["q:v"] = "mpeg2video", 5
	case MPEG4:
		args["c:v"], args["q:v"] = "mpeg4", 5
	default:
		args["c:v"], args["preset"], args["crf"] = "libx264", "veryfast", 23
		args["sc_threshold"], args["keyint_min"] = 0, args["g"]
	}
	return args
}

func (j *synthesis) melody() {
	j.stdin = bytes.NewReader(j.spec.Melody.wave())
	s := ff.Input("pipe:0", ff.KwArgs{"f": "wav", "format_whitelist": "wav", "protocol_whitelist": "pipe"}).Get("a:0")
	j.streams = append(j.streams, s)
	j.args["c:a"] = j.muxer.audio
	if j.muxer.audio != "flac" && j.muxer.audio != "pcm_s16le" {
		j.args["b:a"] = "160k"
	}
}

func (j *synthesis) cover() {
	j.streams = append(j.streams, ff.Input("file:"+j.spec.Cover, ff.KwArgs{"f": "jpeg_pipe", "format_whitelist": "jpeg_pipe", "protocol_whitelist": "file"}).Get("v:0"))
	j.args["c:v"] = "copy"
	j.args["disposition:v:0"] = "attached_pic"
	delete(j.args, "shortest") // the cover lasts one frame
}

func (j *synthesis) cues(path string) error {
	var b strings.Builder
	for n, c := range j.spec.Cues {
		fmt.Fprintf(&b, "%d\n%s --> %s\n%s\n\n", n+1, srtTime(c.Start), srtTime(c.End), c.Text)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write cues: %w", err)
	}
	j.streams = append(j.streams, ff.Input("file:"+path, ff.KwArgs{"f": "srt", "format_whitelist": "srt", "protocol_whitelist": "file"}).Get("s:0"))
	j.args["c:s"] = j.muxer.text
	j.args["metadata:s:s:0"] = "language=vie"
	delete(j.args, "shortest") // the last cue ends before the film
	return nil
}

func srtTime(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d,%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

func (j *synthesis) metadata() {
	t := j.spec.Tags
	var pairs []string
	for _, p := range [][2]string{{"title", t.Title}, {"artist", t.Artist}, {"album_artist", t.AlbumArtist}, {"album", t.Album},
		{"composer", t.Composer}, {"lyricist", t.Lyricist}, {"track", t.Track}, {"disc", t.Disc}, {"date", t.Date}, {"genre", t.Genre},
		{"comment", t.Comment}, {"lyrics", t.Lyrics}} {
		if p[1] != "" {
			pairs = append(pairs, p[0]+"="+p[1])
		}
	}
	if len(pairs) > 0 {
		j.args["metadata"] = pairs
	}
}
