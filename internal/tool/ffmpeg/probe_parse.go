package ffmpeg

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// The part of ffprobe's JSON that is read. Numbers come as text, and "N/A" or nothing when unknown.
type probed struct {
	Streams  []probedStream  `json:"streams"`
	Format   probedFormat    `json:"format"`
	Chapters []probedChapter `json:"chapters"`
}

type probedFormat struct {
	Duration string            `json:"duration"`
	BitRate  string            `json:"bit_rate"`
	Tags     map[string]string `json:"tags"`
}

type probedChapter struct {
	Start string            `json:"start_time"`
	End   string            `json:"end_time"`
	Tags  map[string]string `json:"tags"`
}

type probedStream struct {
	Index       int               `json:"index"`
	Kind        string            `json:"codec_type"`
	Codec       string            `json:"codec_name"`
	Profile     string            `json:"profile"`
	Level       int               `json:"level"`
	PixelFormat string            `json:"pix_fmt"`
	Transfer    string            `json:"color_transfer"`
	Width       int               `json:"width"`
	Height      int               `json:"height"`
	Aspect      string            `json:"sample_aspect_ratio"`
	FieldOrder  string            `json:"field_order"`
	RealRate    string            `json:"r_frame_rate"`
	AverageRate string            `json:"avg_frame_rate"`
	BitRate     string            `json:"bit_rate"`
	Duration    string            `json:"duration"`
	Channels    int               `json:"channels"`
	SampleRate  string            `json:"sample_rate"`
	Tags        map[string]string `json:"tags"`
	Disposition struct {
		Attached int `json:"attached_pic"`
	} `json:"disposition"`
	SideData []struct {
		Rotation float64 `json:"rotation"`
	} `json:"side_data_list"`
}

// parseProbe reads ffprobe's JSON. The error is Invalid "media-unreadable" when it is none or names no stream of use.
func parseProbe(b []byte) (*Info, error) {
	var p probed
	if err := json.Unmarshal(b, &p); err != nil {
		return nil, archive.Fail(archive.Invalid, "media-unreadable").Because(err)
	}
	info := &Info{Duration: seconds(p.Format.Duration), BitRate: integer(p.Format.BitRate)}
	for _, s := range p.Streams {
		info.add(s)
	}
	if info.Video == nil && info.Audio == nil && len(info.Subtitles) == 0 {
		return nil, archive.Fail(archive.Invalid, "media-unreadable")
	}
	for _, c := range p.Chapters {
		info.Chapters = append(info.Chapters, Chapter{Start: seconds(c.Start), End: seconds(c.End), Title: text(c.Tags["title"])})
	}
	info.Tags = tagsOf(p)
	info.promised = p.promised(mainStream(info))
	return info, nil
}

// promised returns what the container says of how long the stream lasts. The whole file's word counts only when it holds
// nothing else: a sound may go on after the picture.
func (p probed) promised(stream int) time.Duration {
	for _, s := range p.Streams {
		if s.Index == stream && seconds(s.Duration) > 0 {
			return seconds(s.Duration)
		}
	}
	if len(p.Streams) == 1 {
		return seconds(p.Format.Duration)
	}
	return 0
}

// add takes a stream in. The first of its kind counts.
func (i *Info) add(s probedStream) {
	switch {
	case s.Kind == "video" && s.Disposition.Attached == 1:
		if i.Cover == nil {
			i.Cover = &Cover{Stream: s.Index, Codec: s.Codec, Width: s.Width, Height: s.Height}
		}
	case s.Kind == "video" && s.Width > 0 && s.Height > 0:
		if i.Video == nil {
			i.Video = videoOf(s)
		}
	case s.Kind == "audio" && s.Channels > 0 && s.Codec != "":
		if i.Audio == nil {
			i.Audio = audioOf(s)
		}
	case s.Kind == "subtitle":
		i.Subtitles = append(i.Subtitles, Subtitle{Stream: s.Index, Codec: s.Codec, Language: language(s.Tags),
			Title: text(s.Tags["title"]), Text: slices.Contains(textSubtitles(), s.Codec)})
	}
}

func textSubtitles() []string {
	return []string{"subrip", "ass", "ssa", "mov_text", "webvtt", "text"}
}

func videoOf(s probedStream) *Video {
	v := &Video{Stream: s.Index, Codec: s.Codec, Profile: s.Profile, Level: s.Level, PixelFormat: s.PixelFormat,
		Transfer: s.Transfer, CodedWidth: s.Width, CodedHeight: s.Height, BitRate: integer(s.BitRate)}
	v.Width, v.Height, v.SquarePixels = squarePixels(s)
	for _, d := range s.SideData {
		if d.Rotation != 0 {
			v.Rotation = upright(d.Rotation)
		}
	}
	if v.Rotation == 90 || v.Rotation == 270 {
		v.Width, v.Height = v.Height, v.Width
	}
	v.FrameRate = ratio(s.AverageRate)
	nominal := ratio(s.RealRate)
	v.VariableRate = v.FrameRate > 0 && math.Abs(nominal-v.FrameRate) > 0.01*v.FrameRate
	v.Interlaced = slices.Contains([]string{"tt", "bb", "tb", "bt"}, s.FieldOrder)
	return v
}

// squarePixels returns the size at which the picture has its right proportions, enlarging only.
func squarePixels(s probedStream) (width, height int, square bool) {
	num, den, ok := strings.Cut(s.Aspect, ":")
	n, d := integer(num), integer(den)
	// Beyond 1:8 it is an error of the file, not a shape.
	if !ok || n <= 0 || d <= 0 || n == d || n > 8*d || d > 8*n {
		return s.Width, s.Height, true
	}
	if n > d {
		return int(math.Round(float64(s.Width) * float64(n) / float64(d))), s.Height, false
	}
	return s.Width, int(math.Round(float64(s.Height) * float64(d) / float64(n))), false
}

// upright turns ffprobe's counter-clockwise angle of the display matrix into the clockwise turn to be made.
func upright(degrees float64) int {
	quarter := int(math.Round(-math.Mod(degrees, 360)/90)) * 90
	return (quarter%360 + 360) % 360
}

func audioOf(s probedStream) *Audio {
	return &Audio{Stream: s.Index, Codec: s.Codec, Profile: s.Profile, Channels: s.Channels,
		SampleRate: int(integer(s.SampleRate)), BitRate: integer(s.BitRate), Language: language(s.Tags)}
}

func language(tags map[string]string) string {
	if l := tags["language"]; l != "und" {
		return text(l)
	}
	return ""
}

// tagsOf takes tags from the container first, then from the streams: Ogg keeps them there.
func tagsOf(p probed) Tags {
	all := map[string]string{}
	take := func(tags map[string]string) {
		for k, v := range tags {
			if k = strings.ToLower(k); all[k] == "" {
				all[k] = text(v)
			}
		}
	}
	take(p.Format.Tags)
	for _, s := range p.Streams {
		if s.Disposition.Attached == 1 || s.Kind == "subtitle" {
			continue
		}
		if len(p.Format.Tags) > 0 {
			delete(s.Tags, "title") // the stream's own: "Stereo", "Director's comment"
		}
		take(s.Tags)
	}
	first := func(keys ...string) string {
		for _, k := range keys {
			if all[k] != "" {
				return all[k]
			}
		}
		return ""
	}
	return Tags{Title: first("title"), Artist: first("artist", "author"), AlbumArtist: first("album_artist", "albumartist"),
		Album: first("album"), Composer: first("composer"), Lyricist: first("lyricist", "text"), Track: first("track", "tracknumber"), Disc: first("disc", "discnumber"),
		Date: first("date", "year", "creation_date"), Genre: first("genre"), Comment: first("comment", "description"),
		Lyrics: lyrics(all), Language: first("language")}
}

// lyrics are tagged "lyrics", "unsyncedlyrics" or, from ID3, "lyrics-vie" and the like.
func lyrics(all map[string]string) string {
	var keys []string
	for k := range all {
		if k == "lyrics" || k == "unsyncedlyrics" || strings.HasPrefix(k, "lyrics-") {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	slices.Sort(keys)
	return all[keys[0]]
}

// text makes a tag safe to keep: valid UTF-8 without control characters, at most 64 KiB.
func text(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) > 64<<10 {
		s = strings.ToValidUTF8(s[:64<<10], "")
	}
	return strings.TrimSpace(s)
}

// maxSeconds bounds what is believed of a duration: a year.
const maxSeconds = 366 * 24 * 3600

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0) || f > maxSeconds {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

func integer(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// ratio reads "30000/1001"; 0 for what is none or beyond a thousand a second.
func ratio(s string) float64 {
	num, den, ok := strings.Cut(s, "/")
	n, d := integer(num), integer(den)
	if !ok || d == 0 || n > 1000*d {
		return 0
	}
	return float64(n) / float64(d)
}
