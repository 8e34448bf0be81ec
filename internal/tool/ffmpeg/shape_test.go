package ffmpeg_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
)

// recorded has ffmpeg itself make what Synthesize has no words for.
func recorded(t *testing.T, f *ffmpeg.Tool, name string, format ffmpeg.Format, args ...string) *ffmpeg.Info {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	out, err := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-v", "error", "-nostdin"}, args...), path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	return probe(t, f, path, format)
}

// seen has ffprobe tell of a rung: one line of values.
func seen(t *testing.T, path string, entries ...string) string {
	t.Helper()
	args := append([]string{"-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"}, entries...)
	out, err := exec.CommandContext(t.Context(), "ffprobe", append(args, path)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestShapesOfFilms holds that whatever shape a film comes in, its rungs are what a person would have seen.
func TestShapesOfFilms(t *testing.T) {
	f := newTool(t)
	const card = "testsrc=s=360x288:r=25:d=1"
	for _, c := range []struct {
		sentence string
		format   ffmpeg.Format
		args     []string
		want     string // of the largest rung: width, height, sample aspect, frames a second, frames
	}{
		{"a tape of 25 frames becomes 50 pictures a second, one for each field", "mpegps",
			[]string{"-f", "lavfi", "-i", "testsrc=s=360x288:r=50:d=1", "-vf", "interlace,setsar=16/15", "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "4M", "-f", "vob"},
			"384,288,1:1,50/1,50"},
		{"a telephone's film lies on its side", "mp4", []string{"-f", "lavfi", "-i", "testsrc=s=640x360:r=30:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"},
			"640,360,1:1,30/1,30"},
		{"pictures that come when they come are counted out", "mkv", []string{"-f", "lavfi", "-i", card, "-vf", `select=lt(mod(n\,10)\,4)`, "-vsync", "vfr", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"},
			"360,288,1:1,,"},
		{"odd sides", "mkv", []string{"-f", "lavfi", "-i", "testsrc=s=641x361:r=25:d=1", "-c:v", "ffv1"}, "640,360,1:1,25/1,25"},
		{"pixels that are wide", "mkv", []string{"-f", "lavfi", "-i", card, "-vf", "setsar=64/45", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"},
			"512,288,1:1,25/1,25"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			info := recorded(t, f, "film."+string(c.format), c.format, c.args...)
			dir, r := ladderOf(t, f, info)
			checkHLS(t, f, dir, r)
			got := seen(t, filepath.Join(dir, r.Variants[0].Media), "-count_packets", "-show_entries", "stream=width,height,sample_aspect_ratio,r_frame_rate,nb_read_packets")
			if want := strings.TrimRight(c.want, ","); !strings.HasPrefix(got, want) {
				t.Errorf("%s, want %s", got, c.want)
			}
			last := probe(t, f, filepath.Join(dir, r.Variants[0].Media), "mp4")
			if !near(last.Duration, time.Second, 150*time.Millisecond) {
				t.Errorf("it lasts %s", last.Duration)
			}
		})
	}
}

// TestHighDynamicRange holds that a film of high dynamic range is brought to that of ordinary screens: grey of 100 cd/m² is shown
// bright, where it would be a third of white untouched.
func TestHighDynamicRange(t *testing.T) {
	f := newTool(t)
	info := recorded(t, f, "hdr.mkv", "mkv", "-f", "lavfi", "-i", "color=c=white:s=320x180:r=25:d=2", "-vf",
		"format=gbrpf32le,zscale=tin=linear:t=smpte2084:npl=100:p=bt2020:pin=bt709:m=bt2020nc,format=yuv420p10le",
		"-c:v", "libx265", "-preset", "ultrafast", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc", "-x265-params", "log-level=none")
	if info.Video.Transfer != "smpte2084" {
		t.Fatalf("the transfer is %q", info.Video.Transfer)
	}
	dir, r := ladderOf(t, f, info)
	bright := func(path string, filter string) float64 {
		out := filepath.Join(t.TempDir(), "frame.jpg")
		if told, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", path, "-frames:v", "1", "-vf", filter, out).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, told)
		}
		b, _ := luma(t, out)
		return b
	}
	before, after := bright(info.Source.Path, "format=yuv420p"), bright(filepath.Join(dir, r.Variants[0].Media), "null")
	if after < before+25 {
		t.Errorf("white is %.0f bright, and %.0f untouched", after, before)
	}
	if got := seen(t, filepath.Join(dir, r.Variants[0].Media), "-show_entries", "stream=color_transfer"); got != "bt709" {
		t.Errorf("the rung says %s", got)
	}
}

// TestFilmsOfNothing holds that a film without a picture in it is refused with a reason, and one of a single frame plays.
func TestFilmsOfNothing(t *testing.T) {
	f := newTool(t)
	one := recorded(t, f, "one.mp4", "mp4", "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=1", "-frames:v", "1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	dir, r := ladderOf(t, f, one)
	checkHLS(t, f, dir, r)
	if s, err := f.Sprite(t.Context(), one, t.TempDir()); err != nil || len(s.Tiles) != 1 {
		t.Errorf("sprite of one frame: %+v, %v", s, err)
	}
	none := filepath.Join(t.TempDir(), "none.mp4")
	if out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=1", "-t", "0", "-c:v", "libx264", none).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if _, err := f.Probe(t.Context(), ffmpeg.Source{Path: none, Format: "mp4"}); archive.ReasonOf(err) != "media-unreadable" {
		t.Errorf("a film of no length: %v", err)
	}
}
