// Package ffmpeg builds the arguments of ffmpeg and ffprobe and reads their answers: what a media file holds, HLS, plain
// MP4, AAC, posters, covers, waveforms, subtitles, and the test and demonstration media that the program makes itself.
//
// Every source comes with the container that our own sniffing found; ffmpeg never guesses one, so that a playlist in
// the dress of an MP4 is refused instead of followed. The package must not know of works, storage, recipes or jobs,
// and starts no process itself: internal/tool does.
package ffmpeg

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"time"

	ff "github.com/u2takey/ffmpeg-go"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Tool runs ffmpeg and ffprobe. Safe for concurrent use; a heavy run (Ladder, an encoding Progressive) uses all cores
// and up to 3 GiB, so the caller decides how many run at once.
type Tool struct {
	runner *tool.Runner
	stall  time.Duration // how long a long run may tell nothing
	report string        // seconds between what it tells
}

// New returns a Tool that runs its programs with r.
func New(r *tool.Runner) *Tool { return &Tool{runner: r, stall: StallPatience, report: reportSeconds} }

// Format is a container as our own sniffing names it, such as "mp4" or "mkv".
type Format string

// demuxers maps each container that is accepted to the one demuxer that may open it.
var demuxers = map[Format]string{
	"mp4": "mov", "mov": "mov", "3gp": "mov", "m4a": "mov",
	"mkv": "matroska", "webm": "matroska",
	"avi": "avi", "mpegps": "mpeg", "mpegts": "mpegts", "asf": "asf", "wma": "asf", "flv": "flv",
	"ogv": "ogg", "ogg": "ogg", "opus": "ogg",
	"mp3": "mp3", "aac": "aac", "flac": "flac", "wav": "wav", "aiff": "aiff", "amr": "amr",
	"srt": "srt", "vtt": "webvtt", "ass": "ass",
}

// Accepts reports whether f is a container that this package opens.
func Accepts(f Format) bool { return demuxers[f] != "" }

// Source is a file with the container it was found to be.
type Source struct {
	Path   string // absolute
	Format Format
}

// maxPixels bounds a decoded video frame: twice 8K.
const maxPixels = 2 * 7680 * 4320

// input returns the source as ffmpeg-go's input, with the flags that keep a hostile file harmless.
func (s Source) input(extra ff.KwArgs) (*ff.Stream, error) {
	demuxer := demuxers[s.Format]
	if demuxer == "" {
		return nil, archive.Fail(archive.Invalid, "format-unknown", string(s.Format))
	}
	if err := tool.CheckPath(s.Path); err != nil {
		return nil, err
	}
	args := ff.KwArgs{
		// The container is what we found it to be; ffmpeg does not guess.
		"f": demuxer,
		// A file may refer to nothing but itself: playlists and concat scripts open others through nested demuxers.
		"format_whitelist": demuxer,
		// And never to the network.
		"protocol_whitelist": "file,pipe",
		// A frame of a billion pixels is refused before memory is taken for it.
		"max_pixels": maxPixels,
		// Decoding threads; each keeps frames of its own.
		"threads": threads(),
	}
	// "file:" keeps a name from being read as an address or an option.
	return ff.Input("file:"+s.Path, args, merged(extra)), nil
}

func merged(extra ff.KwArgs) ff.KwArgs {
	if extra == nil {
		return ff.KwArgs{}
	}
	return extra
}

// threads bounds threads, because memory grows with them.
func threads() int { return min(runtime.NumCPU(), 8) }

// globals stand before every ffmpeg command line.
func globals() []string {
	return []string{
		"-nostdin",
		"-hide_banner",
		"-loglevel", "error",
		// Outputs lie in scratch folders that only we write.
		"-y",
		// One allocation, such as a forged box length, may not take the memory of the whole run.
		"-max_alloc", strconv.Itoa(maxAlloc),
		"-filter_threads", strconv.Itoa(threads()),
		"-filter_complex_threads", strconv.Itoa(threads()),
	}
}

const maxAlloc = 512 << 20

// The limits of a run by what it does.
func light() tool.Limits {
	return tool.Limits{Time: 2 * time.Minute, Memory: 2 << 30}
}

// copying is for stream copies: bound by the disk, not the processor.
func copying() tool.Limits {
	return tool.Limits{Time: time.Hour, Memory: 1 << 30, FileSize: 64 << 30}
}

// encoding allows forty times the playing time, as on one slow core; 508 MB was measured for a 1080p ladder, 4K takes thrice that.
func encoding(duration time.Duration) tool.Limits {
	return tool.Limits{Time: min(10*time.Minute+40*duration, 24*time.Hour), Memory: 3 << 30, FileSize: 64 << 30}
}

// run runs ffmpeg for the graph that ends in out.
func (t *Tool) run(ctx context.Context, out *ff.Stream, c tool.Command) (tool.Result, error) {
	c.Program = tool.FFmpeg
	c.Args = append(globals(), out.GetArgs()...)
	result, err := t.runner.Run(ctx, c)
	return result, unreadable(err)
}

// unreadable says "media-unreadable" instead of "tool-failed": the program did its work, the file is at fault.
func unreadable(err error) error {
	if archive.ReasonOf(err) == "tool-failed" {
		return archive.Fail(archive.Invalid, "media-unreadable").Because(err)
	}
	return err
}

// wrote checks that a run that claims success left a file with something in it.
func wrote(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		return archive.Fail(archive.Invalid, "media-unreadable").Because(err)
	}
	return nil
}
