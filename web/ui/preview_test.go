package ui_test

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/web/ui"
)

var preview = flag.String("preview", "", "serve every page with invented works on this loopback address until interrupted")

// TestPreview is for people: go test ./web/ui -run TestPreview -timeout 0 -preview 127.0.0.1:8099
func TestPreview(t *testing.T) {
	if *preview == "" {
		return
	}
	t.Log(http.ListenAndServe(*preview, previewSite(t, mediaFolder(t))))
}

// previewSite serves the samples under the site's policy: /name in Vietnamese, /en/name in English; ?theme=dark sets the
// ground.
func previewSite(t *testing.T, media string) http.Handler {
	t.Helper()
	assets, err := ui.LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for prefix, language := range map[string]string{"/": "vi", "/en/": "en"} {
		for _, s := range samples(language, assets) {
			pattern := prefix + s.name
			if s.name == "" {
				pattern += "{$}"
			}
			mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
				servePage(w, r, s)
			})
		}
	}
	mux.HandleFunc("GET "+ui.AssetPrefix+"{name}", func(w http.ResponseWriter, r *http.Request) {
		asset, ok := assets.Open(r.PathValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", asset.Type)
		_, _ = w.Write(asset.Body)
	})
	mux.Handle("GET /sample/media/", http.StripPrefix("/sample/media/", http.FileServer(http.Dir(media))))
	mux.Handle("GET /sample/iiif/", http.StripPrefix("/sample/iiif/", http.FileServer(http.Dir(filepath.Join(media, "iiif")))))
	mux.HandleFunc("GET /sample/waveform.json", serveWaveform)
	mux.HandleFunc("GET /sample/recorder.js", serveRecorder)
	mux.HandleFunc("GET /sample/{name}", servePicture)
	return mux
}

func servePage(w http.ResponseWriter, r *http.Request, s sample) {
	w.Header().Set("Content-Security-Policy", ui.Policy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	var b strings.Builder
	if err := s.page.Render(r.Context(), &b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	page := b.String()
	if theme := r.URL.Query().Get("theme"); theme != "" {
		page = strings.Replace(page, "<html ", `<html data-theme="`+theme+`" `, 1)
	}
	if at := r.URL.Query().Get("t"); at != "" {
		page = strings.Replace(page, `data-start="0"`, `data-start="`+at+`"`, 1)
	}
	_, _ = io.WriteString(w, page)
}

// servePicture paints fields of colour: a picture that nobody made before.
func servePicture(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	width, height := 1600, 1000
	for _, e := range entries() {
		if e.Picture != nil && e.Picture.Src == "/sample/"+name {
			width, height = e.Picture.Width, e.Picture.Height
		}
	}
	var seed uint64
	for _, c := range name {
		seed = seed*31 + uint64(c)
	}
	dice := rand.New(rand.NewPCG(seed, 7))
	hues := []string{"#7d2a1d", "#c58b3b", "#3a4b38", "#20304f", "#d9c49a", "#8a5a3c", "#5c6f77"}
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d"><rect width="100%%" height="100%%" fill="%s"/>`, width, height, hues[dice.IntN(len(hues))])
	for i := range 9 {
		y := height * (i + 1) / 10
		fmt.Fprintf(w, `<path d="M0 %d C %d %d %d %d %d %d L %d %d L 0 %d Z" fill="%s" opacity="0.8"/>`, y, width/3, y-dice.IntN(height/4+1), 2*width/3,
			y+dice.IntN(height/4+1), width, y-dice.IntN(height/8+1), width, height, height, hues[dice.IntN(len(hues))])
	}
	fmt.Fprintf(w, `<circle cx="%d" cy="%d" r="%d" fill="#e7d3a1"/></svg>`, width/5+dice.IntN(width/2), height/4, height/12)
}

func serveWaveform(w http.ResponseWriter, _ *http.Request) {
	dice := rand.New(rand.NewPCG(3, 4))
	peaks := make([]string, 400)
	for i := range peaks {
		peaks[i] = fmt.Sprint(60 + dice.IntN(60) + (i%70)*2*(1-i/399))
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"duration":12,"peaks":[%s]}`, strings.Join(peaks, ","))
}

// TestMain has all that tests leave lie in one folder, which goes with them.
func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "vannghe-ui")
	if err == nil {
		err = os.Setenv("TMPDIR", folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// copyOf returns a folder with what fill makes. It is made once for all tests, each of which has a copy of its own.
func copyOf(t *testing.T, name string, fill func(dir string)) string {
	t.Helper()
	made := filepath.Join(os.TempDir(), name)
	if _, err := os.Stat(made); err != nil {
		dir := t.TempDir()
		fill(dir)
		if err := os.Rename(dir, made); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// mediaFolder has a film of twelve seconds as HLS and as one file, a recording, captions, and the tiles of a picture.
func mediaFolder(t *testing.T) string {
	t.Helper()
	return copyOf(t, "media", func(dir string) { makeMedia(t, dir) })
}

// makeMedia uses the same programs that the archive uses.
func makeMedia(t *testing.T, dir string) {
	t.Helper()
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "gradients=s=640x360:r=25:d=12:c0=#7d2a1d:c1=#20304f:speed=0.02", "-f", "lavfi", "-i", "sine=f=220:d=12",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", "video.mp4")
	// Sound in a group of its own, as internal/tool/ffmpeg writes it.
	run("ffmpeg", "-v", "error", "-i", "video.mp4", "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod",
		"-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-var_stream_map", "v:0,agroup:audio,name:video a:0,agroup:audio,name:audio,default:yes",
		"-master_pl_name", "master.m3u8", "%v.m3u8")
	run("ffmpeg", "-v", "error", "-i", "video.mp4", "-vn", "-c:a", "copy", "audio.m4a")
	// One tone, cut in two in the middle of an oscillation.
	for n, stretch := range []string{"end_sample=192000", "start_sample=192000"} {
		run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=f=330.3:d=8:r=48000", "-af", "atrim="+stretch+",asetpts=N/SR/TB", "-c:a", "aac",
			"-movie_timescale", "48000", "-movflags", "+faststart", fmt.Sprintf("bai%d.m4a", n+1))
	}
	run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=f=330:d=90:r=8000", "-c:a", "aac", "-b:a", "16k", "-movflags", "+faststart", "dai.m4a")
	run("ffmpeg", "-v", "error", "-i", "video.mp4", "-frames:v", "1", "frame.png")
	run("vips", "dzsave", "frame.png", "iiif", "--layout", "iiif3", "--tile-size", "256", "--id", "/sample")
	captions := "WEBVTT\n\n00:02.000 --> 00:05.000\nTrăng lên rồi, các cụ ơi!\n"
	if err := os.WriteFile(filepath.Join(dir, "vi.vtt"), []byte(captions), 0o600); err != nil {
		t.Fatal(err)
	}
	chapters := "WEBVTT\n\n00:00.000 --> 00:06.000\nRước đèn\n\n00:06.000 --> 00:12.000\nThuyền hoa cập bến\n"
	if err := os.WriteFile(filepath.Join(dir, "chapters.vtt"), []byte(chapters), 0o600); err != nil {
		t.Fatal(err)
	}
	lyrics := "WEBVTT\n\n00:00.000 --> 00:02.000\nÀ ơi con nước lớn ròng\n\n00:02.000 --> 00:04.000\nRu con mẹ mượn tấm lòng của sông\n"
	if err := os.WriteFile(filepath.Join(dir, "bai1.vtt"), []byte(lyrics), 0o600); err != nil {
		t.Fatal(err)
	}
}
