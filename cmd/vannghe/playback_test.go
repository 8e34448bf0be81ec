package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// measured stops what is measured by hand, where nobody asks for it: make bench does.
func measured(t *testing.T) (material string) {
	t.Helper()
	if os.Getenv("VANNGHE_BENCH_PLAYBACK") == "" {
		t.SkipNow()
	}
	material = os.Getenv("VANNGHE_TESTDATA")
	if material == "" {
		t.Fatal("VANNGHE_TESTDATA leads to no material")
	}
	return filepath.Join(material, "dev")
}

// Of the line to be measured on: 1 Mbit/s, 150 ms there and back, 1 % of packets lost.
const (
	measuredRate = 1_000_000 / 8
	measuredTrip = 150 * time.Millisecond
	measuredLoss = 0.01
)

// TestBenchThinLine measures what a viewer waits for on a thin line, in Chromium, through the running server.
func TestBenchThinLine(t *testing.T) {
	dev := measured(t)
	folder := t.TempDir()
	// Three minutes of lively pictures that browsers do not play as they are.
	runTool(t, "ffmpeg", "-v", "error", "-stream_loop", "5", "-i", filepath.Join(dev, "video", "bbb-1080p-30s.mp4"), "-t", "180", "-map", "0:v", "-map", "0:a", "-ac", "2",
		"-vf", "scale=854:480", "-c:v", "mpeg4", "-q:v", "4", "-c:a", "mp3", "-b:a", "128k", filepath.Join(folder, "phim.avi"))
	runTool(t, "cp", filepath.Join(dev, "audio", "guitar.mp3"), filepath.Join(folder, "bai hat.mp3"))
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", folder, "--publish"}, set...)...)
	s := serve(t, set...)
	defer s.stop(t)
	target, err := url.Parse(s.url)
	noError(t, err)
	l := &thinLine{target: target.Host, rate: measuredRate, trip: measuredTrip, loss: measuredLoss}
	b := chromium(t, l.open(t))
	song := "/tac-pham/bai-hat-" + s.search(t, "bai hat").Hits[0].Work.ID
	film := "/tac-pham/phim-" + s.search(t, "phim").Hits[0].Work.ID
	var first, seek, sound, opened []float64
	anywhere := rand.New(rand.NewPCG(4, 4)) // always the same
	for range 8 {
		began := time.Now()
		b.viewFilm(film)
		opened = append(opened, time.Since(began).Seconds())
		first = append(first, b.play())
		seek = append(seek, b.seek(15+150*anywhere.Float64()))
		b.viewSong(song)
		sound = append(sound, b.play())
	}
	t.Logf("%v; load %s", versions(t), strings.TrimSpace(read(t, "/proc/loadavg")))
	t.Logf("page until its player stands: %s", spread(opened))
	t.Logf("press → first frame: %s (bar 2.5 s)", spread(first))
	t.Logf("seek → frame: %s (bar 1.5 s)", spread(seek))
	t.Logf("press → first sound of a song: %s (bar 1 s)", spread(sound))
	b.viewFilm(film)
	b.play()
	b.truth(`document.querySelector("video").currentTime > 60`)
	b.truth(`document.querySelector("video").currentTime > 120`)
	b.truth(`document.querySelector("video").currentTime > 170`)
	waited := value[float64](b, `window.stood / 1000`)
	t.Logf("rebuffering %.2f s in 170 s of film, %.2f %% (bar 0.5 %%); heights %s", waited, waited/1.7, value[string](b, `window.heights.join(" ")`))
	t.Logf("over the line went %.1f MB, %d packets were lost", float64(l.sent)/1e6, l.lost)
}

// viewFilm opens a page whose player notes when frames are shown and how long it stands, in milliseconds.
func (b *browser) viewFilm(path string) { b.view(path, "video") }

func (b *browser) viewSong(path string) { b.view(path, "audio") }

func (b *browser) view(path, element string) {
	b.t.Helper()
	b.open("/healthz") // leaves the former page
	b.script(`localStorage.clear(); sessionStorage.clear()`)
	b.open(path)
	b.truth(`document.querySelector("media-controller ` + element + `") !== null`)
	b.script(`(m => {
		window.stood = 0; window.heights = []; let since = 0, begun = false
		const clicked = () => window.pressed ??= performance.now()
		document.addEventListener("pointerdown", clicked, true)
		const shown = () => { window.shown ??= performance.now(); begun = true }
		m.requestVideoFrameCallback?.(shown)
		if (!m.requestVideoFrameCallback) m.addEventListener("timeupdate", () => { if (window.pressed && m.currentTime > 0) shown() })
		m.addEventListener("waiting", () => { if (begun && !m.seeking) since ||= performance.now() })
		m.addEventListener("playing", () => { if (since) window.stood += performance.now() - since; since = 0 })
		m.addEventListener("resize", () => window.heights.push(m.videoHeight))
	})(document.querySelector("` + element + `"))`)
}

// play presses the button and returns how long nothing was to be seen or heard, in seconds.
func (b *browser) play() float64 {
	b.t.Helper()
	b.click(`media-controller media-play-button`)
	b.truth(`window.shown !== undefined`)
	return value[float64](b, `(window.shown - window.pressed) / 1000`)
}

// seek goes to a second that is not loaded and returns how long its picture took.
func (b *browser) seek(second float64) float64 {
	b.t.Helper()
	b.truth(`document.querySelector("video").currentTime > 1`)
	b.script(fmt.Sprintf(`(v => {
		window.asked = performance.now(); window.found = undefined
		v.addEventListener("seeked", () => v.requestVideoFrameCallback(() => window.found = performance.now()), { once: true })
		v.currentTime = %.2f
	})(document.querySelector("video"))`, second))
	b.truth(`window.found !== undefined`)
	return value[float64](b, `(window.found - window.asked) / 1000`)
}

// TestBenchFirstFrame measures how long a film that browsers play is not to be seen after its last byte has come. An import reads the film again
// and copies it, and begins with that: what is measured is more than what is asked.
func TestBenchFirstFrame(t *testing.T) {
	dev := measured(t)
	set := []string{"--data", t.TempDir()}
	s := serve(t, set...)
	defer s.stop(t)
	b := chromium(t, s.url)
	clip := filepath.Join(t.TempDir(), "clip.mp4") // the original has key frames more than ten seconds apart: it is no film that is copied
	runTool(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dev, "video", "bbb-1080p-30s.mp4"), "-t", "6", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "6M", "-g", "48", "-bf", "0",
		"-profile:v", "high", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "128k", clip)
	for _, loops := range []string{"4", "31", "155"} { // some 30, 200 and 1,000 MB
		folder := t.TempDir()
		name := "phim " + loops
		runTool(t, "ffmpeg", "-v", "error", "-stream_loop", loops, "-i", clip, "-map", "0:v", "-map", "0:a", "-c", "copy", filepath.Join(folder, name+".mp4"))
		film := filepath.Join(folder, name+".mp4")
		size, bare := sizeOf(t, film), bareCopy(t, film)
		began := time.Now()
		must(t, append([]string{"import", folder, "--publish", "--no-wait"}, set...)...)
		came := time.Since(began)
		id := ""
		until(t, patience, "the film is offered", func() bool {
			for _, w := range s.public(t) {
				var work apiWork
				s.answer(t, "/api/v1/works/"+w, &work)
				if work.Title == name && work.medium("hls").URL != "" {
					id = w
				}
			}
			return id != ""
		})
		offered := time.Since(began)
		b.viewFilm("/tac-pham/phim-" + id)
		b.play()
		after := time.Since(began) - came
		t.Logf("%d MB: the import ended after %.1f s, offered after %.1f s, first frame %.1f s after the import (bar 3 s up to 200 MB, beyond 1.3 times the bare copy and hash of %.1f s: %.2f)",
			size/1_000_000, came.Seconds(), offered.Seconds(), after.Seconds(), bare.Seconds(), after.Seconds()/bare.Seconds())
	}
	t.Logf("%v; load %s", versions(t), strings.TrimSpace(read(t, "/proc/loadavg")))
}

// bareCopy is how long the bare tools take to copy the streams of a film for HLS and to hash it once.
func bareCopy(t *testing.T, film string) time.Duration {
	t.Helper()
	began := time.Now()
	runTool(t, "ffmpeg", "-v", "error", "-i", film, "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4",
		"-hls_flags", "single_file", filepath.Join(t.TempDir(), "bare.m3u8"))
	runTool(t, "sha512sum", film)
	return time.Since(began)
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	noError(t, err)
	return info.Size()
}

func spread(all []float64) string {
	slices.Sort(all)
	return fmt.Sprintf("median %.2f, worst %.2f of %d", all[len(all)/2], all[len(all)-1], len(all))
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	noError(t, err)
	return string(content)
}

// versions names the programs that decide what is measured.
func versions(t *testing.T) string {
	t.Helper()
	var all []string
	for _, program := range [][]string{{"ffmpeg", "-version"}, {"chromium", "--version"}} {
		out, err := exec.CommandContext(t.Context(), program[0], program[1:]...).Output()
		noError(t, err)
		first, _, _ := strings.Cut(string(out), "\n")
		first, _, _ = strings.Cut(first, " Copyright")
		all = append(all, strings.TrimSpace(first))
	}
	return strings.Join(all, ", ")
}
