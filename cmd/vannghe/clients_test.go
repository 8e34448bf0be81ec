package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestForeignPlayers: players that are not ours play the film of an archive, change to a better picture when the line becomes fast, and refuse what was
// damaged. Programs decode every rung to its end.
func TestForeignPlayers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	makeBusyFilm(t, filepath.Join(folder, "phim.avi"))
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", folder, "--publish"}, set...)...)
	s := serve(t, set...)
	film := s.onlyFilm(t)
	t.Run("clients", func(t *testing.T) { playEverywhere(t, s, film) })
	s.stop(t)
}

// playEverywhere plays in all clients beside each other: they mostly wait for their lines.
func playEverywhere(t *testing.T, s *server, film string) {
	t.Helper()
	for _, name := range []string{"hls.js", "shaka-player", "video.js"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := lineTo(t, s.url)
			b := chromium(t, line.url)
			b.playsAndSwitches(t, line, "/client/"+name, film)
			b.refuses(t, line, "/client/"+name)
		})
	}
	t.Run("listening", func(t *testing.T) {
		t.Parallel()
		listensOnAThinLine(t, s)
	})
	t.Run("programs", func(t *testing.T) {
		t.Parallel()
		decodeAll(t, s, s.url+film)
	})
}

const filmSeconds = 60

// makeBusyFilm makes a film that browsers do not play as it is, of a picture that needs many bits.
func makeBusyFilm(t *testing.T, path string) {
	t.Helper()
	seconds := strconv.Itoa(filmSeconds)
	runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=15:duration="+seconds, "-f", "lavfi", "-i", "sine=frequency=440:duration="+seconds,
		"-c:v", "mpeg4", "-q:v", "5", "-c:a", "mp3", "-b:a", "96k", "-shortest", path)
}

// onlyFilm returns the path of the playlist of the one film.
func (s *server) onlyFilm(t *testing.T) string {
	t.Helper()
	for _, hit := range s.search(t, "phim").Hits {
		var w apiWork
		s.answer(t, "/api/v1/works/"+hit.Work.ID, &w)
		if m := w.medium("hls"); m.URL != "" {
			return s.path(m.URL)
		}
	}
	t.Fatal("no work has HLS")
	return ""
}

// line is a slow line to an archive; pages of players beside it are served at once.
type line struct {
	url   string
	bytes atomic.Int64 // a second
}

// Rates of the line: between the smallest and the largest picture of the film, and beyond all of them.
const (
	slowRate = 40 << 10
	fastRate = 8 << 20
)

func lineTo(t *testing.T, archive string) *line {
	t.Helper()
	target, err := url.Parse(archive)
	if err != nil {
		t.Fatal(err)
	}
	l := &line{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	mux := http.NewServeMux()
	mux.HandleFunc("/media/", func(w http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(&pacedWriter{ResponseWriter: w, line: l, ctx: r.Context()}, r)
	})
	mux.Handle("/hong/", damaged())
	mux.Handle("/lib/", http.StripPrefix("/lib/", http.FileServer(http.Dir(filepath.Join("..", "..", "web", "ui", "node_modules")))))
	for name, script := range map[string]string{"hls.js": hlsScript, "shaka-player": shakaScript, "video.js": videoScript} {
		mux.HandleFunc("/client/"+name, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, clientPage+script)
		})
	}
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	l.url = site.URL
	return l
}

// pacedWriter lets through so many bytes a second, in twentieths.
type pacedWriter struct {
	http.ResponseWriter

	line *line
	ctx  context.Context
}

// Unwrap lets the proxy flush.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pacedWriter) Write(b []byte) (n int, err error) {
	const parts = 20
	for len(b) > 0 {
		some := min(len(b), max(1, int(w.line.bytes.Load())/parts))
		m, err := w.ResponseWriter.Write(b[:some])
		n, b = n+m, b[some:]
		if err != nil {
			return n, err
		}
		if f, ok := w.ResponseWriter.(http.Flusher); ok {
			f.Flush()
		}
		select {
		case <-time.After(time.Second / parts): // this is what makes the line slow
		case <-w.ctx.Done():
			return n, w.ctx.Err()
		}
	}
	return n, nil
}

// garbageList is a playlist of garbage.
const garbageList = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:6,\na.ts\n#EXT-X-ENDLIST\n"

// damaged serves garbage: under /hong/list/ in the place of the playlist, under /hong/segments/ in that of its segments.
func damaged() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.apple.mpegurl")
		if strings.HasPrefix(r.URL.Path, "/hong/segments/") && strings.HasSuffix(r.URL.Path, ".m3u8") {
			_, _ = io.WriteString(w, garbageList)
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("oops\n", 100))
	})
}

// Each script plays the film that the page's address names, keeps the heights that were shown in window.heights, and says in window.failed why it gave up.
const (
	clientPage = `<!doctype html><meta charset=utf-8><title>player</title>
<video id=v muted playsinline width=640 height=480></video>
<script>
window.heights = []; window.failed = ""
const src = new URLSearchParams(location.search).get("src")
const shown = h => { if (h && heights.at(-1) !== h) heights.push(h) }
</script>`
	hlsScript = `<script src=/lib/hls.js/dist/hls.js></script><script>
const h = new Hls({startLevel: 0, abrEwmaDefaultEstimate: 200000, maxBufferLength: 6, maxMaxBufferLength: 8})
h.on(Hls.Events.FRAG_CHANGED, (e, d) => { if (d.frag.type === "main") shown(h.levels[d.frag.level].height) })
h.on(Hls.Events.ERROR, (e, d) => { if (d.fatal) failed = d.details })
h.loadSource(src); h.attachMedia(v); v.play().catch(() => {})
</script>`
	shakaScript = `<script src=/lib/shaka-player/dist/shaka-player.compiled.js></script><script>
shaka.polyfill.installAll();
(async () => {
	const p = new shaka.Player()
	p.addEventListener("error", e => { failed = String(e.detail.code) })
	p.configure({abr: {defaultBandwidthEstimate: 200000, switchInterval: 1, useNetworkInformation: false}, streaming: {bufferingGoal: 6, retryParameters: {maxAttempts: 1}}})
	await p.attach(v)
	v.addEventListener("timeupdate", () => shown(v.videoHeight))
	try { await p.load(src); await v.play() } catch (e) { failed = failed || String(e.code ?? e) }
})()
</script>`
	videoScript = `<script src=/lib/video.js/dist/video.js></script><script>
v.className = "video-js"
const p = videojs("v", {muted: true, html5: {vhs: {overrideNative: true, bandwidth: 200000, useBandwidthFromLocalStorage: false, limitRenditionByPlayerDimensions: false}}})
p.on("error", () => { failed = String(p.error()?.code) })
p.on("timeupdate", () => shown(p.videoHeight()))
p.src({src, type: "application/x-mpegURL"}); p.ready(() => p.play()?.catch(() => {}))
</script>`
)

// playsAndSwitches plays ten seconds, beginning on a narrow line that becomes wide.
func (b *browser) playsAndSwitches(t *testing.T, l *line, page, film string) {
	b.t = t
	l.bytes.Store(slowRate)
	b.open(page + "?src=" + url.QueryEscape(film))
	b.truth(`document.querySelector("video").currentTime > 0.5 && window.heights.length > 0`)
	first := value[int](b, `window.heights[0]`)
	l.bytes.Store(fastRate)
	b.truth(`document.querySelector("video").currentTime > 10`)
	b.truth(fmt.Sprintf(`window.heights.some(h => h > %d)`, first))
	if failed := value[string](b, `window.failed`); failed != "" {
		t.Errorf("gave up: %s", failed)
	}
	t.Logf("heights shown: %s", value[string](b, `window.heights.join(" ")`))
	b.clean(page)
}

// listensOnAThinLine hears a film of the archive, as it is made by default, on a line of 100 kbit/s: it takes the low sound, and does not stop again.
func listensOnAThinLine(t *testing.T, s *server) {
	t.Helper()
	b := chromium(t, s.url)
	b.open("/tac-pham/phim-" + s.search(t, "phim").Hits[0].Work.ID)
	b.truth(`document.querySelector("media-controller video") !== null`) // the scripts are there: the film is measured, not the page
	b.throttle(100_000/8, 0)
	b.script(`window.waits = 0; document.querySelector("video").addEventListener("waiting", e => { if (e.target.currentTime > 0.1) window.waits++ })`)
	began := time.Now()
	b.click("[data-listen]")
	b.truth(`document.querySelector("video").currentTime > 0`)
	t.Logf("sound %.1f s after the press, at 100 kbit/s", time.Since(began).Seconds())
	b.truth(`document.querySelector("video").currentTime > 12`)
	if waits := value[int](b, `window.waits`); waits > 0 {
		t.Errorf("it stopped %d times; loaded was\n%s", waits, value[string](b, `performance.getEntriesByType("resource").slice(-25).map(r =>
			[r.name.split("/").pop(), r.startTime | 0, r.duration | 0, r.transferSize].join(" ")).join("\n")`))
	}
	const media = `[...new Set(performance.getEntriesByType("resource").map(r => r.name.split("/").pop()).filter(n => n.endsWith(".m4s")))].join()`
	if got := value[string](b, media); got != "audio-low.m4s" {
		t.Errorf("it loads %s", got)
	}
	b.throttle(-1, 0)
	b.script(`document.querySelector("video").currentTime = 40`)
	b.truth(`document.querySelector("video").currentTime > 41`)
	b.truth(media + `.includes("audio.m4s")`)
	b.clean("listening")
}

// throttle holds the line to so many bytes a second, -1 for as many as there are, and each answer back for so many milliseconds.
func (b *browser) throttle(bytes, latency float64) {
	b.t.Helper()
	type conditions struct {
		Offline  bool    `json:"offline"`
		Latency  float64 `json:"latency"`
		Download float64 `json:"downloadThroughput"`
		Upload   float64 `json:"uploadThroughput"`
	}
	command := cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"} // cdproto has only its successor, which Debian's Chromium lacks
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, command, conditions{Latency: latency, Download: bytes, Upload: bytes}); err != nil {
		b.t.Fatal(err)
	}
}

// refuses shows a film that is garbage: the player says so instead of waiting.
func (b *browser) refuses(t *testing.T, l *line, page string) {
	b.t = t
	l.bytes.Store(fastRate)
	address := "/hong/list/master.m3u8"
	if strings.HasSuffix(page, "video.js") { // it waits for a playlist to become one
		address = "/hong/segments/master.m3u8"
	}
	b.open(page + "?src=" + address)
	b.truth(`window.failed !== ""`)
	t.Logf("refused: %s", value[string](b, `window.failed`))
}

// decodeAll has ffmpeg, mpv, GStreamer and VLC decode every rung to its end, strictly, and refuse a damaged one.
func decodeAll(t *testing.T, s *server, master string) {
	t.Helper()
	_, list := s.get(t, s.path(master))
	rungs := 0
	for text := range strings.Lines(list) {
		name := strings.TrimSpace(text)
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		rungs++
		address := master[:strings.LastIndexByte(master, '/')+1] + name
		for program, args := range decoders(address) {
			if out, err := runDecoder(t, program, args); err != nil {
				t.Errorf("%s on %s: %v\n%s", program, name, err, out)
			}
		}
	}
	if length := recordedByVLC(t, master); length < filmSeconds-2 {
		t.Errorf("VLC decodes %.1f of %d s", length, filmSeconds)
	}
	if rungs < 2 {
		t.Fatalf("the film has %d sizes, want at least 2:\n%s", rungs, list)
	}
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".m3u8") {
			_, _ = io.WriteString(w, garbageList)
			return
		}
		_, _ = io.WriteString(w, strings.Repeat("oops", 500))
	}))
	defer bad.Close()
	if length := recordedByVLC(t, bad.URL+"/x.m3u8"); length > 0 {
		t.Errorf("VLC decodes %.1f s of garbage", length)
	}
	for program, args := range decoders(bad.URL + "/x.m3u8") {
		if out, err := runDecoder(t, program, args); err == nil {
			t.Errorf("%s takes garbage for a film:\n%s", program, out)
		}
	}
}

// decoders are programs that decode what an address leads to as fast as they can.
func decoders(address string) map[string][]string {
	return map[string][]string{
		"ffmpeg":         {"-v", "error", "-xerror", "-i", address, "-f", "null", "-"},
		"mpv":            {"--no-config", "--msg-level=all=error", "--vo=null", "--ao=null", "--untimed", "--network-timeout=20", address},
		"gst-launch-1.0": {"-q", "uridecodebin", "uri=" + address, "!", "fakesink", "sync=false"},
	}
}

func runDecoder(t *testing.T, program string, args []string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	return string(out), err
}

// recordedByVLC returns how many seconds VLC makes of a recording when it decodes all and encodes it anew: its own status says nothing. It does not run as root.
func recordedByVLC(t *testing.T, address string) float64 {
	t.Helper()
	home, err := os.MkdirTemp("", "vlc") //nolint:usetesting // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	defer func() { noError(t, os.RemoveAll(home)) }()
	noError(t, os.Chmod(home, 0o777)) //nolint:gosec // of a test, for the user as whom VLC runs
	made := filepath.Join(home, "made.ts")
	args := []string{"cvlc", "-I", "dummy", "--quiet", "--no-video-title-show", "--sout",
		"#transcode{vcodec=mp2v,vb=800,acodec=mpga,ab=96}:std{access=file,mux=ts,dst=" + made + "}", address, "vlc://quit"}
	if os.Geteuid() == 0 {
		args = append([]string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, args...)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_RUNTIME_DIR="+home)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("VLC: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, "ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", made).Output()
	if err != nil {
		return 0 // nothing was decoded
	}
	length, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		return 0
	}
	return length
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
