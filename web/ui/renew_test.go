package ui_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"vannghe/web/ui"
)

// renewedSite is the preview with one film that plays early. When whole is set, the archive offers its ladder.
func renewedSite(t *testing.T, media string, whole *atomic.Bool) *httptest.Server {
	t.Helper()
	assets, err := ui.LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	const film = "/media/aaaaaaaaaaaa/bbbbbbbbbbbb/"
	offered := func() string {
		if whole.Load() {
			return film + "ladder-v1/master.m3u8"
		}
		return film + "hls-v2/master.m3u8"
	}
	mux := http.NewServeMux()
	mux.Handle("/", previewSite(t, media))
	mux.HandleFunc("GET /som", func(w http.ResponseWriter, r *http.Request) {
		v := videoSample()
		video := v.Sections[0].Items[0].Video
		video.HLS, video.MP4, video.Thumbnails = offered(), "", film+"hls-v2/sprite.vtt"
		servePage(w, r, sample{"", ui.WorkPage(ui.Speak("vi"), samplePage(ui.Speak("vi"), assets, v.Title), v)})
	})
	mux.HandleFunc("GET /api/v1/works/aaaaaaaaaaaa", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"media":[{"kind":"poster","url":"/x.jpg"},{"kind":"hls","url":"http://%s%s"}]}`, r.Host, offered())
	})
	for _, generation := range []string{"hls-v2/", "ladder-v1/"} {
		mux.Handle("GET "+film+generation, http.StripPrefix(film+generation, http.FileServer(http.Dir(media))))
	}
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site
}

// TestAFilmMovesToItsLadder holds that a film that plays early goes on in all its sizes after a pause, from the same instant, and
// that nothing is asked of the ladder before.
func TestAFilmMovesToItsLadder(t *testing.T) {
	var whole atomic.Bool
	site := renewedSite(t, mediaFolder(t), &whole)
	b := browser(t)
	b.always(t, watchPolicy)
	b.open(t, site.URL+"/som", 1280)
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 3`)
	b.equal(t, `String(performance.getEntriesByType("resource").some(r => r.name.includes("/ladder-v1/")))`, "false")
	whole.Store(true)
	b.click(t, ".stage-buttons media-play-button")
	b.await(t, `performance.getEntriesByType("resource").some(r => r.name.includes("/ladder-v1/") && r.name.endsWith(".m4s"))`)
	b.await(t, `document.querySelector("video").currentTime > 2.9 && document.querySelector("video").readyState >= 2`)
	b.equal(t, `String(document.querySelector("video").paused)`, "true")
	b.click(t, ".stage-buttons media-play-button")
	b.await(t, `document.querySelector("video").currentTime > 4`)
	b.nothingRefused(t)
}

// TestSeekingShowsTheFilm holds that the place in the sprite that belongs to an instant is shown over the bar.
func TestSeekingShowsTheFilm(t *testing.T) {
	media := mediaFolder(t)
	index := "WEBVTT\n\n00:00:00.000 --> 00:00:06.000\nframe.png#xywh=0,0,160,90\n\n00:00:06.000 --> 00:00:12.000\nframe.png#xywh=160,0,160,90\n"
	if err := os.WriteFile(filepath.Join(media, "sprite.vtt"), []byte(index), 0o600); err != nil {
		t.Fatal(err)
	}
	site := renewedSite(t, media, &atomic.Bool{})
	b := browser(t)
	b.always(t, watchPolicy)
	for _, width := range []int64{360, 1280} {
		b.open(t, site.URL+"/som", width)
		b.await(t, `document.querySelector("video track[label=thumbnails]")?.track.cues?.length === 2 && document.querySelector("media-time-range") !== null`)
		b.equal(t, `String(document.querySelectorAll("media-captions-button").length)`, "1")
		b.await(t, `(document.querySelector("media-time-range").dispatchEvent(new CustomEvent("mediapreviewrequest", { bubbles: true, composed: true, detail: 8 })),
			document.querySelector("media-time-range").shadowRoot.querySelector("media-preview-thumbnail").getAttribute("mediapreviewcoords") === "160 0 160 90")`)
		b.await(t, `document.querySelector("media-time-range").getAttribute("mediapreviewimage").includes("/hls-v2/frame.png")`)
		b.await(t, `document.querySelector("media-time-range").shadowRoot.querySelector("media-preview-thumbnail").shadowRoot.querySelector("img").naturalWidth === 640`)
		b.nothingRefused(t)
	}
}
