package ffmpeg

import (
	"context"
	"strconv"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// subtitleOutput bounds a subtitle text: a long film has about 200 KiB.
const subtitleOutput = 8 << 20

// Subtitles returns a text subtitle stream of info as WebVTT. The error is Invalid "subtitle-pictures" for a stream that
// holds pictures of letters, Invalid "media-unreadable", or one of tool.Runner.Run.
func (t *Tool) Subtitles(ctx context.Context, info *Info, s Subtitle) ([]byte, error) {
	if !s.Text {
		return nil, archive.Fail(archive.Invalid, "subtitle-pictures", s.Codec)
	}
	in, err := info.Source.input(nil)
	if err != nil {
		return nil, err
	}
	limits := copying() // the whole file is read for them
	limits.Output = subtitleOutput
	return t.vtt(ctx, in.Get(strconv.Itoa(s.Stream)), limits)
}

// SubtitleFile returns a file of format "srt", "ass" or "vtt" as WebVTT. The file must be UTF-8: other encodings are not guessed.
func (t *Tool) SubtitleFile(ctx context.Context, src Source) ([]byte, error) {
	in, err := src.input(nil)
	if err != nil {
		return nil, err
	}
	limits := light()
	limits.Output = subtitleOutput
	return t.vtt(ctx, in.Get("s:0"), limits)
}

func (t *Tool) vtt(ctx context.Context, s *ff.Stream, limits tool.Limits) ([]byte, error) {
	out := ff.Output([]*ff.Stream{s}, "pipe:1", ff.KwArgs{"c:s": "webvtt", "f": "webvtt"})
	result, err := t.run(ctx, out, tool.Command{Limits: limits})
	return result.Stdout, err
}
