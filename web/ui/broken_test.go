package ui_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"vannghe/web/ui"
)

// brokenSite is the preview with films and pictures whose bytes were damaged on the way: /hong/{damage} is a page, ?file gives
// it the whole film as one file as well. When healed is set nothing is damaged any more.
func brokenSite(t *testing.T, media string, healed *atomic.Bool) *httptest.Server {
	t.Helper()
	assets, err := ui.LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", previewSite(t, media))
	mux.HandleFunc("GET /hong/phim/{damage}", func(w http.ResponseWriter, r *http.Request) {
		v := videoSample()
		film := v.Sections[0].Items[0].Video
		film.HLS = "/sample/hong/" + r.PathValue("damage") + "/master.m3u8"
		film.MP4 = r.URL.Query().Get("file")
		servePage(w, r, sample{"", ui.WorkPage(ui.Speak("vi"), samplePage(ui.Speak("vi"), assets, v.Title), v)})
	})
	mux.HandleFunc("GET /hong/ca-khuc/{damage}", func(w http.ResponseWriter, r *http.Request) {
		v := songSample()
		v.Sections[0].Items[0].Audio.Sources[0].URL = "/sample/hong/" + r.PathValue("damage") + "/audio.m4a"
		servePage(w, r, sample{"", ui.WorkPage(ui.Speak("vi"), samplePage(ui.Speak("vi"), assets, v.Title), v)})
	})
	mux.HandleFunc("GET /hong/tranh/{damage}", func(w http.ResponseWriter, r *http.Request) {
		v := paintingSample()
		v.Sections[0].Items[0].Image.Tiles = "/sample/hong/" + r.PathValue("damage") + "/iiif/info.json"
		servePage(w, r, sample{"", ui.WorkPage(ui.Speak("vi"), samplePage(ui.Speak("vi"), assets, v.Title), v)})
	})
	mux.HandleFunc("GET /sample/hong/{damage}/{path...}", func(w http.ResponseWriter, r *http.Request) {
		serveDamaged(w, r, media, !healed.Load())
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site
}

// serveDamaged answers a file of the folder with the damage that the address names.
func serveDamaged(w http.ResponseWriter, r *http.Request, media string, damaged bool) {
	damage, name := r.PathValue("damage"), r.PathValue("path")
	b, err := os.ReadFile(filepath.Join(media, filepath.FromSlash(name)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if filepath.Base(name) == "info.json" { // the tiles lie beside it
		b = bytes.ReplaceAll(b, []byte("/sample/iiif"), []byte("/sample/hong/"+damage+"/iiif"))
	}
	if harm, ok := damages[damage]; ok && damaged {
		b = harm(name, b)
	}
	if b == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
}

var (
	segmentTimes = regexp.MustCompile(`(?m)^#EXTINF:.*\n`)
	widthInInfo  = regexp.MustCompile(`"(width|height)":\s*\d+,`)
)

// damages are what a disk, a proxy or a mistake of ours may do to a file.
var damages = map[string]func(name string, b []byte) []byte{
	"master-cut": func(name string, b []byte) []byte {
		if !strings.HasSuffix(name, "master.m3u8") {
			return b
		}
		return b[:bytes.Index(b, []byte("RESOLUTION"))]
	},
	"without-times": func(name string, b []byte) []byte {
		if !strings.HasSuffix(name, ".m3u8") {
			return b
		}
		return segmentTimes.ReplaceAll(b, nil)
	},
	"garbage": func(name string, b []byte) []byte {
		if strings.HasSuffix(name, ".m3u8") || strings.HasSuffix(name, ".json") {
			return b
		}
		return bytes.Repeat([]byte("không phải phim "), len(b)/16+1)[:len(b)]
	},
	"lost": func(string, []byte) []byte { return nil },
	"info-cut": func(name string, b []byte) []byte {
		if !strings.HasSuffix(name, "info.json") {
			return b
		}
		return b[:len(b)/2]
	},
	"info-lies": func(name string, b []byte) []byte {
		if !strings.HasSuffix(name, "info.json") {
			return b
		}
		return widthInInfo.ReplaceAll(b, []byte(`"$1": 5000,`))
	},
}

// TestBrokenFilm holds that hls.js rejects what is broken, that the film then plays as one file, and that without one the person
// is told and may try again.
func TestBrokenFilm(t *testing.T) {
	var healed atomic.Bool
	site := brokenSite(t, mediaFolder(t), &healed)
	b := browser(t)
	for _, damage := range []string{"master-cut", "without-times", "garbage"} {
		t.Run(damage+" plays as one file", func(t *testing.T) {
			healed.Store(false)
			b.open(t, site.URL+"/hong/phim/"+damage+"?file=/sample/media/video.mp4", 1280)
			b.click(t, ".stage-first")
			b.await(t, `document.querySelector("video").currentTime > 0.3 && document.querySelector("video").src.endsWith("/video.mp4")`)
			b.equal(t, `String(document.querySelector("[data-trouble]"))`, "null")
		})
		t.Run(damage+" without a file is said", func(t *testing.T) {
			healed.Store(false)
			b.open(t, site.URL+"/hong/phim/"+damage, 1280)
			b.await(t, `document.querySelector(".stage-first, [data-trouble]") !== null`)
			b.equal(t, `String(document.querySelector("[data-trouble]") !== null || (document.querySelector(".stage-first").click(), true))`, "true")
			b.await(t, `document.querySelector("[data-trouble]")?.checkVisibility()`)
			b.equal(t, `document.querySelector("[data-trouble] p").textContent`, ui.Speak("vi").Text("player.failed"))
			b.equal(t, legible, "legible")
			healed.Store(true)
			b.click(t, "[data-trouble] button")
			b.await(t, `document.querySelector("video").currentTime > 0.3 && document.querySelector("video").webkitAudioDecodedByteCount > 0`)
			b.equal(t, `String(document.querySelector("[data-trouble]"))`, "null")
		})
	}
	t.Run("a broken file as well is said", func(t *testing.T) {
		healed.Store(false)
		b.open(t, site.URL+"/hong/phim/garbage?file=/sample/hong/garbage/video.mp4", 1280)
		b.click(t, ".stage-first")
		b.await(t, `document.querySelector("[data-trouble]")?.checkVisibility()`)
	})
	t.Run("a broken recording is said", func(t *testing.T) {
		healed.Store(false)
		b.open(t, site.URL+"/hong/ca-khuc/garbage", 360)
		b.await(t, `document.querySelector("[data-trouble]")?.checkVisibility()`)
		b.open(t, site.URL+"/hong/ca-khuc/lost", 360)
		b.await(t, `document.querySelector("[data-trouble]")?.checkVisibility()`)
		healed.Store(true)
		b.click(t, "[data-trouble] button")
		b.await(t, `document.querySelector("audio").currentTime > 0.3`)
	})
}

// TestFilmPlayedByTheSystem lets Chromium, which plays HLS itself as Safari does, be taken for Safari.
func TestFilmPlayedByTheSystem(t *testing.T) {
	var healed atomic.Bool
	site := brokenSite(t, mediaFolder(t), &healed)
	b := browser(t)
	b.always(t, `window.ManagedMediaSource = class {}`)
	b.open(t, site.URL+"/phim", 1280)
	b.equal(t, `String(document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "")`, "true")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.3 && document.querySelector("video").src.endsWith("/master.m3u8")`)
	b.await(t, `document.querySelector("video").webkitAudioDecodedByteCount > 0`)
	b.open(t, site.URL+"/hong/phim/master-cut?file=/sample/media/video.mp4", 1280)
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.3 && document.querySelector("video").src.endsWith("/video.mp4")`)
}

// TestBrokenPicture holds that OpenSeadragon rejects what is broken, and that the person then sees the plain picture and is told.
func TestBrokenPicture(t *testing.T) {
	var healed atomic.Bool
	site := brokenSite(t, mediaFolder(t), &healed)
	b := browser(t)
	b.always(t, `window.failures = []; window.addEventListener("error", e => window.failures.push(e.message))`)
	for _, damage := range []string{"info-cut", "info-lies", "garbage", "lost"} {
		t.Run(damage, func(t *testing.T) {
			b.open(t, site.URL+"/hong/tranh/"+damage, 1280)
			b.click(t, "a.button[data-closeup]")
			b.await(t, `document.querySelector("dialog .closeup-plain")?.naturalWidth > 0 && document.querySelector("dialog .closeup-plain").checkVisibility()`)
			b.equal(t, `document.querySelector("dialog .closeup-note").textContent`, ui.Speak("vi").Text("closeup.plain"))
			b.click(t, ".closeup-close")
			b.await(t, `!document.querySelector("dialog")`)
			b.equal(t, `window.failures.join()`, "")
		})
	}
}

// legible looks at the button that tries again: its letters must stand out from its own ground, or from the stage where it has none.
const legible = `(() => {
	const light = c => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2], read = s => s.match(/[\d.]+/g).map(Number)
	const button = getComputedStyle(document.querySelector("[data-trouble] button")), own = read(button.backgroundColor)
	const ground = own[3] === 0 ? read(getComputedStyle(document.querySelector(".stage")).backgroundColor) : own
	return Math.abs(light(read(button.color)) - light(ground)) > 100 ? "legible" : "illegible"
})()`

// always runs a script before those of every page that is opened from now on.
func (b tab) always(t *testing.T, script string) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		t.Fatal(err)
	}
}
