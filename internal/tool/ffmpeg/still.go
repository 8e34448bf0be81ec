package ffmpeg

import (
	"context"
	"strconv"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// jpegQuality is ffmpeg's scale, 2 (best) to 31.
const jpegQuality = 3

// Poster writes a frame that stands for the film to out as JPEG, upright, in square pixels, at most 1280 on the longer side:
// not black, and like its neighbours rather than a flash. Errors: Invalid "video-missing", Invalid "media-unreadable", and
// those of tool.Runner.Run.
func (t *Tool) Poster(ctx context.Context, info *Info, out string) error {
	if info.Video == nil {
		return archive.Fail(archive.Invalid, "video-missing")
	}
	// A film may be dark throughout, or broken after its first frames: ask for less each time.
	err := t.poster(ctx, info, posterTry{from: info.Duration / 10, light: true}, out)
	if archive.ReasonOf(err) == "media-unreadable" {
		err = t.poster(ctx, info, posterTry{}, out)
	}
	return err
}

// PosterAt is Poster at an instant that somebody chose. After the last picture it is the last one.
func (t *Tool) PosterAt(ctx context.Context, info *Info, at time.Duration, out string) error {
	if info.Video == nil {
		return archive.Fail(archive.Invalid, "video-missing")
	}
	err := t.frame(ctx, info, at, out)
	for _, back := range []time.Duration{time.Second, 10 * time.Second} { // the sound may outlast the picture
		if archive.ReasonOf(err) == "media-unreadable" && at > 0 {
			err = t.frame(ctx, info, max(0, at-back), out)
		}
	}
	return err
}

func (t *Tool) frame(ctx context.Context, info *Info, at time.Duration, out string) error {
	args := ff.KwArgs{}
	if at > 0 {
		args["ss"] = secondsText(at)
	}
	in, err := info.Source.input(args)
	if err != nil {
		return err
	}
	width, height := posterSize(info.Video)
	return t.picture(ctx, scaled(toned(in.Get(strconv.Itoa(info.Video.Stream)), info.Video, width, height), width, height), out)
}

type posterTry struct {
	from  time.Duration
	light bool // only frames that are not nearly black
}

// longFilm is from where on only key frames are decoded to choose a poster.
const longFilm = time.Minute

func (t *Tool) poster(ctx context.Context, info *Info, try posterTry, out string) error {
	args := ff.KwArgs{}
	if try.from > 0 {
		args["ss"] = secondsText(try.from)
	}
	if info.Duration > longFilm {
		// Decoding every frame of a long film for one picture would take minutes.
		args["skip_frame"] = "nokey"
	}
	in, err := info.Source.input(args)
	if err != nil {
		return err
	}
	width, height := posterSize(info.Video)
	// Small first: the choice below keeps fifty frames, which at 4K would be 600 MB.
	s := scaled(toned(in.Get(strconv.Itoa(info.Video.Stream)), info.Video, width, height), width, height)
	if try.light {
		// 16 is black in video range; 40 keeps night scenes.
		s = s.Filter("signalstats", nil).
			Filter("metadata", ff.Args{"mode=select", "key=lavfi.signalstats.YAVG", "value=40", "function=greater"})
	}
	// The frame nearest to the average of fifty: none in the middle of a cut or a fade.
	return t.picture(ctx, s.Filter("thumbnail", ff.Args{"n=50"}), out)
}

func posterSize(v *Video) (width, height int) {
	return v.fit(v.ShortSide() * 1280 / max(v.Width, v.Height, 1280))
}

// Cover writes the attached picture to out as JPEG of at most 1200 pixels a side. Errors: NotFound "cover-missing", Invalid
// "media-unreadable", and those of tool.Runner.Run.
func (t *Tool) Cover(ctx context.Context, info *Info, out string) error {
	if info.Cover == nil {
		return archive.Fail(archive.NotFound, "cover-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return err
	}
	s := in.Get(strconv.Itoa(info.Cover.Stream)).
		Filter("scale", ff.Args{"min(1200,iw)", "min(1200,ih)", "force_original_aspect_ratio=decrease"})
	return t.picture(ctx, s, out)
}

// CoverAsGiven writes the attached picture to out as the file holds it. Errors as Cover.
func (t *Tool) CoverAsGiven(ctx context.Context, info *Info, out string) error {
	if info.Cover == nil {
		return archive.Fail(archive.NotFound, "cover-missing")
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return err
	}
	if err := tool.CheckPath(out); err != nil {
		return err
	}
	o := ff.Output([]*ff.Stream{in.Get(strconv.Itoa(info.Cover.Stream))}, "file:"+out, ff.KwArgs{"c:v": "copy", "frames:v": 1, "f": "image2", "update": 1})
	if _, err := t.run(ctx, o, tool.Command{Limits: light()}); err != nil {
		return err
	}
	return wrote(out)
}

// picture writes the first frame of s to out as JPEG.
func (t *Tool) picture(ctx context.Context, s *ff.Stream, out string) error {
	if err := tool.CheckPath(out); err != nil {
		return err
	}
	o := ff.Output([]*ff.Stream{s}, "file:"+out, ff.KwArgs{
		"frames:v": 1,
		"c:v":      "mjpeg",
		"q:v":      jpegQuality,
		// JPEG's own range; the encoder refuses the other.
		"pix_fmt": "yuvj420p",
		"f":       "image2",
		// One file of exactly this name, "%" or not.
		"update": 1,
	})
	if _, err := t.run(ctx, o, tool.Command{Limits: light()}); err != nil {
		return err
	}
	return wrote(out)
}

func secondsText(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}
