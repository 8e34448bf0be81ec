package ffmpeg

import (
	"context"
	"strconv"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Info is what a media file holds.
type Info struct {
	Source Source
	// Duration is that of the packets really there, measured on the main stream; the container's word when there was
	// too much to read.
	Duration time.Duration
	// Truncated says that the container promised at least a second and two hundredths more than there is.
	Truncated bool
	BitRate   int64 // of everything together, bits per second, 0 when unknown
	Video     *Video
	Audio     *Audio
	Subtitles []Subtitle
	Cover     *Cover
	Chapters  []Chapter
	Tags      Tags
	// promised is what the container says of the main stream, 0 when it says nothing of it alone.
	promised time.Duration
}

// Video is the main video stream.
type Video struct {
	Stream      int // index in the file
	Codec       string
	Profile     string
	Level       int // as the codec counts it: 40 is H.264's 4.0
	PixelFormat string
	Transfer    string // colour transfer, such as "bt709" or "smpte2084"
	// CodedWidth and CodedHeight are of the stored picture, Width and Height of what is seen: after rotation, in square pixels.
	CodedWidth, CodedHeight int
	Width, Height           int
	Rotation                int // degrees clockwise to be seen upright: 0, 90, 180, 270
	SquarePixels            bool
	FrameRate               float64 // average, frames per second, 0 when unknown
	VariableRate            bool
	Interlaced              bool
	// KeyInterval is the longest distance between key frames, 0 when unknown.
	KeyInterval time.Duration
	BitRate     int64
}

// ShortSide is the smaller of the sides as seen, in pixels.
func (v *Video) ShortSide() int { return min(v.Width, v.Height) }

// Audio is the main audio stream.
type Audio struct {
	Stream     int
	Codec      string
	Profile    string
	Channels   int
	SampleRate int // Hz
	BitRate    int64
	Language   string // as tagged, ISO 639-2 such as "vie"; "" when not
}

// Subtitle is a subtitle stream.
type Subtitle struct {
	Stream   int
	Codec    string
	Language string
	Title    string
	Text     bool // text that becomes WebVTT, rather than pictures of letters
}

// Cover is an attached picture.
type Cover struct {
	Stream        int
	Codec         string
	Width, Height int
}

// Chapter is a named stretch of time.
type Chapter struct {
	Start, End time.Duration
	Title      string
}

// Tags are what the file says of itself, from the container or its main stream. Valid UTF-8, not normalised.
type Tags struct {
	Title, Artist, AlbumArtist, Album         string
	Composer, Lyricist                        string
	Track, Disc, Date, Genre, Comment, Lyrics string
	Language                                  string
}

// packetOutput bounds the list of packets: about 15 hours at 30 frames a second.
const packetOutput = 64 << 20

// Probe reads what src holds. Errors: Invalid "format-unknown" (format), Invalid "media-unreadable", and those of tool.Runner.Run.
func (t *Tool) Probe(ctx context.Context, src Source) (*Info, error) {
	described, err := t.ffprobe(ctx, src, probeRun{args: []string{
		"-show_format",
		"-show_streams",
		"-show_chapters",
		"-of", "json",
	}})
	if err != nil {
		return nil, err
	}
	info, err := parseProbe(described.Stdout)
	if err != nil {
		return nil, err
	}
	info.Source = src
	return info, t.measure(ctx, info)
}

// measure reads the packets of the main stream: containers lie about durations, and none says how far key frames are apart.
func (t *Tool) measure(ctx context.Context, info *Info) error {
	stream := mainStream(info)
	if stream < 0 {
		return nil
	}
	var p packets
	_, err := t.ffprobe(ctx, info.Source, probeRun{stdout: &p, args: []string{
		"-select_streams", strconv.Itoa(stream),
		"-show_entries", "packet=pts_time,dts_time,duration_time,flags",
		"-of", "csv=p=0",
	}})
	if archive.CodeOf(err) == archive.TooLarge {
		return nil // too long to be counted: the container's word stands, and the key interval is unknown
	}
	if err != nil {
		return err
	}
	return p.settle(info)
}

func mainStream(info *Info) int {
	switch {
	case info.Video != nil:
		return info.Video.Stream
	case info.Audio != nil:
		return info.Audio.Stream
	default:
		return -1
	}
}

type probeRun struct {
	args   []string
	stdout *packets
}

func (t *Tool) ffprobe(ctx context.Context, src Source, p probeRun) (tool.Result, error) {
	demuxer := demuxers[src.Format]
	if demuxer == "" {
		return tool.Result{}, archive.Fail(archive.Invalid, "format-unknown", string(src.Format))
	}
	if err := tool.CheckPath(src.Path); err != nil {
		return tool.Result{}, err
	}
	args := append([]string{
		"-hide_banner",
		"-loglevel", "error",
		// The same walls as in Source.input.
		"-f", demuxer,
		"-format_whitelist", demuxer,
		"-protocol_whitelist", "file,pipe",
		"-max_alloc", strconv.Itoa(maxAlloc),
		"-max_pixels", strconv.Itoa(maxPixels),
	}, p.args...)
	limits := light()
	limits.Soon = true // what is to be made is planned by it
	c := tool.Command{Program: tool.FFprobe, Args: append(args, "file:"+src.Path), Limits: limits}
	c.Limits.Output = packetOutput
	if p.stdout != nil {
		c.Stdout = p.stdout
	}
	result, err := t.runner.Run(ctx, c)
	return result, unreadable(err)
}
