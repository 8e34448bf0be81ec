package ffmpeg_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/tool/ffmpeg"
)

// bareLadder is one ffmpeg command that makes of a film in full HD what Ladder, Sprite and Waveform make, with the settings of h264,
// lowAAC and aac written out. The film is $1, its frame rate $2, a group of pictures $3, the folder $4; the rates of the four sizes are $5 to $8.
const bareLadder = `exec ffmpeg -nostdin -hide_banner -loglevel error -y -i "$1" -filter_complex "
[0:v]fps=$2:start_time=0,split=5[a][b][c][d][e];
[a]scale=1920:1080,setsar=1,format=yuv420p[v1080];
[b]scale=1280:720,setsar=1,format=yuv420p[v720];
[c]scale=854:480,setsar=1,format=yuv420p[v480];
[d]scale=426:240,setsar=1,format=yuv420p[v240];
[e]fps=1/2:start_time=0:round=up,scale=160:90,setsar=1,format=yuv420p,tile=10x10[sprite];
[0:a]asplit=3[s1][s2][s3];
[s1]aresample=async=1:first_pts=0[high];
[s2]aresample=async=1:first_pts=0,aformat=channel_layouts=stereo,pan=stereo|c0=.5*c0+.5*c1|c1=.5*c0+.5*c1[low]" \
-map "[v1080]" $(rung $5) "$4/1080p.mp4" -map "[v720]" $(rung $6) "$4/720p.mp4" -map "[v480]" $(rung $7) "$4/480p.mp4" -map "[v240]" $(rung $8) "$4/240p.mp4" \
-map "[high]" -c:a aac -b:a 128k -ac 2 -ar 48000 "$4/audio.mp4" \
-map "[low]" -c:a aac -b:a 48k -ac 2 -ar 48000 -aac_ms 1 -aac_coder fast -cutoff 12000 "$4/low.mp4" \
-map "[sprite]" -c:v mjpeg -q:v 5 -pix_fmt yuvj420p -frames:v 1 "$4/sprite.jpg" \
-map "[s3]" -c:a pcm_s16le -ac 1 -ar 8000 -f s16le "$4/wave.pcm"`

// bareRung writes the options of one size.
const bareRung = `rung() { echo -c:v libx264 -preset veryfast -crf 23 -maxrate $1 -bufsize $1 -profile:v high -pix_fmt yuv420p -g $G -keyint_min $G -sc_threshold 0 -flags +cgop; }
G=$3
`

// TestBenchLadder measures a ladder with its sounds, sprite and waveform beside the bare command, in CPU seconds of all that runs, wall time, bytes and SSIM.
func TestBenchLadder(t *testing.T) {
	if os.Getenv("VANNGHE_BENCH_PLAYBACK") == "" {
		t.SkipNow()
	}
	f := newTool(t)
	film := filepath.Join(os.Getenv("VANNGHE_TESTDATA"), "dev", "video", "bbb-1080p-30s.mp4")
	info := probe(t, f, film, "mp4")
	version, err := exec.CommandContext(t.Context(), "ffmpeg", "-version").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.60s; load %s", version, loadavg(t))
	ours, bare := t.TempDir(), t.TempDir()
	for range 2 { // one after the other, twice: the machine may be busier at one time than at another
		spent(t, "the bare command", func() {
			args := []string{"-c", bareRung + bareLadder, "sh", film, "24", "48", bare}
			for _, r := range ffmpeg.Rungs(info.Video) {
				args = append(args, strconv.FormatInt(r.MaxRate, 10))
			}
			if out, err := exec.CommandContext(t.Context(), "sh", args...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		})
		spent(t, "ladder, sprite and waveform", func() { benchOurs(t, f, info, ours) })
	}
	for _, name := range []string{"1080p", "720p", "480p", "240p", "audio", "low"} {
		our := strings.Replace(name, "low", "audio-low", 1) + ".m4s"
		t.Logf("%s: %s, bare %s", name, told(t, film, filepath.Join(ours, our)), told(t, film, filepath.Join(bare, name+".mp4")))
	}
}

func benchOurs(t *testing.T, f *ffmpeg.Tool, info *ffmpeg.Info, dir string) {
	t.Helper()
	entries, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries { // else it goes on with the ladder that is there
		if err := os.Remove(e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Ladder(t.Context(), info, ffmpeg.Order{Dir: dir, Rungs: ffmpeg.Rungs(info.Video), Sounds: []string{ffmpeg.SoundName, ffmpeg.LowName}}); err != nil {
		t.Fatal(err)
	}
	small := info
	if info.RareKeys() { // as the recipe has it
		small = probe(t, f, filepath.Join(dir, "240p.m4s"), "mp4")
	}
	if _, err := f.Sprite(t.Context(), small, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Waveform(t.Context(), info); err != nil {
		t.Fatal(err)
	}
}

// spent logs the processor's and the clock's seconds of what is done, with all processes that it starts.
func spent(t *testing.T, what string, do func()) {
	t.Helper()
	before, began := cpu(t), time.Now()
	do()
	t.Logf("%s: %.2f s CPU, %.1f s", what, (cpu(t) - before).Seconds(), time.Since(began).Seconds())
}

func cpu(t *testing.T) time.Duration {
	t.Helper()
	var sum time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			t.Fatal(err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum
}

var ssimAll = regexp.MustCompile(`SSIM .*All:([0-9.]+)`)

// told is how large a file is and, of pictures, how like the film at its size.
func told(t *testing.T, film, path string) string {
	t.Helper()
	s, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%d bytes", s.Size())
	if strings.Contains(filepath.Base(path), "p.") {
		graph := "[1:v]fps=24:start_time=0[f];[f][0:v]scale2ref[r][p];[p][r]ssim"
		out, err := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-i", path, "-i", film, "-filter_complex", graph, "-f", "null", "-").CombinedOutput()
		m := ssimAll.FindSubmatch(out)
		if err != nil || m == nil {
			t.Fatalf("%v\n%s", err, out)
		}
		said += fmt.Sprintf(", SSIM %s", m[1])
	}
	return said
}

func loadavg(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}
