package ui_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	permission "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"vannghe/web/ui"
)

// filmSite is the preview and /dai, a film in two sizes of which so many things are said, one each tenth of a second.
func filmSite(t *testing.T, said int) (site *httptest.Server, media string) {
	t.Helper()
	assets, err := ui.LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	media = copyOf(t, "film", func(dir string) { makeMedia(t, dir); ladder(t, dir) })
	v := videoSample()
	film := v.Sections[0].Items[0].Video
	film.HLS, film.Sound, film.MP4 = "/sample/media/ladder.m3u8", "/sample/media/sound.m3u8", ""
	film.Scripts[0].Cues = nil
	for i := range said {
		at := time.Duration(i) * 100 * time.Millisecond
		film.Scripts[0].Cues = append(film.Scripts[0].Cues, ui.Cue{Start: at, URL: fmt.Sprintf("?t=%g", at.Seconds()), Text: fmt.Sprintf("câu thứ %d", i)})
	}
	mux := http.NewServeMux()
	mux.Handle("/", previewSite(t, media))
	for prefix, language := range map[string]string{"/": "vi", "/en/": "en"} {
		say := ui.Speak(language)
		mux.HandleFunc("GET "+prefix+"dai", func(w http.ResponseWriter, r *http.Request) {
			servePage(w, r, sample{"", ui.WorkPage(say, samplePage(say, assets, v.Title), v)})
		})
	}
	site = httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site, media
}

// ladder makes a film of twelve seconds in two sizes, with its sound apart.
func ladder(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=12:d=12", "-f", "lavfi", "-i", "sine=f=330:d=12",
		"-filter_complex", "[0:v]split[a][b];[b]scale=320:180[c]", "-map", "[a]", "-map", "[c]", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast", "-g", "24",
		"-pix_fmt", "yuv420p", "-b:v:0", "1500k", "-b:v:1", "150k", "-c:a", "aac", "-b:a", "48k", "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod",
		"-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-var_stream_map", "v:0,agroup:s,name:large v:1,agroup:s,name:little a:0,agroup:s,name:sound,default:yes",
		"-master_pl_name", "ladder.m3u8", "%v.m3u8")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
}

// loaded lists the media files that the page has asked for.
const loaded = `[...new Set(performance.getEntriesByType("resource").map(r => r.name.split("/").pop()).filter(n => /\.(m4s|mp4|m4a)$/.test(n)))].sort().join()`

const seek = `document.querySelector("video").currentTime = %g`

func (b tab) run(t *testing.T, script string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

func (b tab) press(t *testing.T, keys string) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

// The words stand beside the film, the line being said is marked and in sight, and a reader who scrolls is left alone.
func TestWordsFollowTheFilm(t *testing.T) {
	site, _ := filmSite(t, 1000)
	b := browser(t)
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `String(document.querySelector(".stage-words details").open)`, "true")
	b.equal(t, `(w => w.left >= document.querySelector(".stage-frame").getBoundingClientRect().right - 1 ? "beside" : "below")(document.querySelector(".stage-words").getBoundingClientRect())`, "beside")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.2`)
	b.run(t, `document.querySelector("video").pause()`)
	const current = `document.querySelector(".cues [aria-current]")`
	const inSight = `(l => { const c = l.closest("ol").getBoundingClientRect(), r = l.getBoundingClientRect(); return r.top >= c.top - 1 && r.bottom <= c.bottom + 1 })(` + current + `)`
	b.run(t, fmt.Sprintf(seek, 5.02))
	b.await(t, current+`?.textContent.endsWith("câu thứ 50") && `+inSight)
	b.equal(t, `String(document.querySelectorAll(".cues [aria-current]").length)`, "1")
	b.equal(t, `document.querySelector(".chapters [aria-current]").textContent`, "0:00Rước đèn")
	b.equal(t, `String(scrollY)`, "0")

	t.Run("a reader who scrolls is left alone until they ask", func(t *testing.T) {
		b.equal(t, `String(document.querySelector("[data-follow-on]").hidden)`, "true")
		b.wheel(t, ".cues ol", -4000)
		b.await(t, `!document.querySelector("[data-follow-on]").hidden`)
		b.run(t, `document.querySelector(".cues ol").scrollTop = 0`)
		b.run(t, fmt.Sprintf(seek, 8.02))
		b.await(t, current+`?.textContent.endsWith("câu thứ 80")`)
		b.equal(t, `String(document.querySelector(".cues ol").scrollTop)`, "0")
		b.click(t, "[data-follow-on]")
		b.await(t, inSight)
		b.equal(t, `String(document.querySelector("[data-follow-on]").hidden)`, "true")
	})
	t.Run("a line and a chapter lead into the film", func(t *testing.T) {
		b.frames(t) // the leap back is put right a frame later
		b.run(t, `document.querySelector(".cues ol").scrollTop = 0`)
		b.frames(t) // lines that come into sight can be pressed once they are drawn (content-visibility)
		b.run(t, `window.sought = []; document.querySelector("video").addEventListener("seeked", e => window.sought.push(e.target.currentTime))`)
		b.click(t, `.cues [data-seek="0.3"]`)
		b.await(t, `window.sought.some(at => at < 2)`)
		b.click(t, `.chapters [data-seek="6"]`)
		b.await(t, `document.querySelector("video").currentTime > 6.05`)
		b.equal(t, `document.querySelector(".chapters [aria-current]").textContent`, "0:06Thuyền hoa cập bến")
		b.equal(t, `location.search`, "")
	})
	t.Run("on a phone they are a line to be pressed", func(t *testing.T) {
		b.open(t, site.URL+"/dai", 360)
		b.equal(t, `String(document.querySelector(".stage-words details").open)`, "false")
		b.click(t, ".cues summary")
		b.frames(t)
		b.click(t, `.cues [data-seek="0.5"]`)
		b.await(t, `document.querySelector("video").currentTime > 0.6 && `+current+` !== null`)
	})
}

// frames waits until the page has been drawn twice.
func (b tab) frames(t *testing.T) {
	t.Helper()
	const drawn = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](drawn, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
}

// wheel turns the wheel over an element.
func (b tab) wheel(t *testing.T, selector string, by float64) {
	t.Helper()
	place, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(r => [r.left + r.width / 2, r.top + r.height / 2])(document.querySelector("`+selector+`").getBoundingClientRect())`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = chromedp.Call(b.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: place[0], Y: place[1], DeltaX: 1, DeltaY: by})
	if err != nil {
		t.Fatal(err)
	}
}

// A subtitle of ten thousand lines is no burden: the page opens, a line leads into the film and the mark moves.
func TestTenThousandLines(t *testing.T) {
	site, _ := filmSite(t, 10_000)
	b := browser(t)
	b.open(t, site.URL+"/dai", 360)
	b.click(t, ".cues summary")
	b.frames(t)
	b.click(t, `.cues [data-seek="0.4"]`)
	b.await(t, `document.querySelector(".cues [aria-current]") !== null && document.querySelector("video").currentTime > 0.1`)
}

// Only the sound travels, and begins on a line of 100 kbit/s; afterwards the picture comes back at the same instant.
func TestListeningOnly(t *testing.T) {
	site, _ := filmSite(t, 5)
	b := browser(t)
	b.always(t, watchPolicy)
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, loaded, "")
	b.throttle(t, 100_000/8)
	began := time.Now()
	b.click(t, "[data-listen]")
	b.await(t, `document.querySelector("video").currentTime > 0.3`)
	t.Logf("sound after %v at 100 kbit/s", time.Since(began))
	b.await(t, `document.querySelector("video").currentTime > 4`)
	b.equal(t, loaded, "sound.m4s")
	b.equal(t, `String(document.querySelector("video").videoWidth)`, "0")
	b.await(t, `document.querySelector("video").webkitAudioDecodedByteCount > 0`)
	b.equal(t, `document.querySelector("[data-listen]").getAttribute("aria-pressed")`, "true")
	b.equal(t, `document.querySelector("[data-said]").textContent`, ui.Speak("vi").Text("player.listening"))
	b.equal(t, `navigator.mediaSession.metadata.title + "/" + navigator.mediaSession.metadata.artist + "/" + navigator.mediaSession.playbackState`,
		"Đêm hội trăng rằm bên bến Lường/Nhóm ghi hình Bến Cũ/playing")
	b.throttle(t, -1)
	b.click(t, "[data-listen]")
	b.await(t, `document.querySelector("video").videoWidth > 0 && document.querySelector("video").currentTime > 4.2`)
	b.nothingRefused(t)
}

// throttle holds the line to so many bytes a second; -1 for as much as there is.
func (b tab) throttle(t *testing.T, bytes float64) {
	t.Helper()
	type conditions struct {
		Offline  bool    `json:"offline"`
		Latency  float64 `json:"latency"` // milliseconds
		Download float64 `json:"downloadThroughput"`
		Upload   float64 `json:"uploadThroughput"`
	}
	command := cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"} // cdproto has only its successor, which Debian's Chromium lacks
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, command, conditions{Download: bytes, Upload: bytes}); err != nil {
		t.Fatal(err)
	}
}

// Who saves data gets the small picture, and nothing before they press play; the choice outlives the page.
func TestSavingData(t *testing.T) {
	site, _ := filmSite(t, 5)
	b := browser(t)
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `document.querySelector("[data-saver]").getAttribute("aria-pressed")`, "false")
	b.await(t, `!document.querySelector("[data-quality-choice]").hidden`)
	b.equal(t, `[...document.querySelector("[data-quality]").options].map(o => o.text).join()`, "Tự động,180p,720p")
	b.choose(t, "[data-quality]", "1")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").videoHeight === 720`)
	b.click(t, "[data-saver]")
	b.equal(t, `document.querySelector("[data-quality]").value`, "-1")
	b.await(t, `document.querySelector("video").videoHeight === 180`)

	b.open(t, site.URL+"/dai?t=2", 1280)
	b.equal(t, `document.querySelector("[data-saver]").getAttribute("aria-pressed")`, "true")
	b.await(t, `document.querySelector("[data-quality]").options.length === 3`)
	b.equal(t, loaded, "")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 2.5`)
	b.equal(t, loaded, "little.m4s,sound.m4s")
	b.click(t, "[data-saver]")
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `document.querySelector("[data-saver]").getAttribute("aria-pressed")`, "false")
}

// choose takes an option of a list as a person does.
func (b tab) choose(t *testing.T, list, value string) {
	t.Helper()
	b.run(t, `(l => { l.value = "`+value+`"; l.dispatchEvent(new Event("change", {bubbles: true})) })(document.querySelector("`+list+`"))`)
}

// Whoever comes back goes on where they stopped, on this device alone, unless the address says otherwise.
func TestGoingOnWhereOneStopped(t *testing.T) {
	site, _ := filmSite(t, 5)
	b := browser(t)
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `String(document.querySelector(".resumed"))`, "null")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.2`)
	b.run(t, fmt.Sprintf(seek, 7.5))
	b.await(t, `document.querySelector("video").currentTime > 7.6`)
	b.run(t, `document.querySelector("video").pause()`)
	b.await(t, `(localStorage.getItem("positions") ?? "").includes("ffffffffffff")`)

	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `document.querySelector(".resumed p").textContent`, "Tiếp từ 0:07.")
	b.equal(t, loaded, "")
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 7.1`)
	b.open(t, site.URL+"/dai", 1280)
	b.click(t, ".resumed button")
	b.await(t, `document.querySelector("video").currentTime > 0.2`)
	b.equal(t, `String(document.querySelector("video").currentTime < 5)+document.querySelector(".resumed")`, "truenull")
	b.open(t, site.URL+"/dai?t=0", 1280)
	b.equal(t, `String(document.querySelector(".resumed"))`, "null")
	b.run(t, `localStorage.setItem("positions", "[[1],{},null,7")`) // nonsense is no place
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `String(document.querySelector(".resumed"))`, "null")
}

// Keys move the film while it has the focus, and are letters in the search box.
func TestKeysOfTheFilm(t *testing.T) {
	site, _ := filmSite(t, 5)
	b := browser(t)
	b.open(t, site.URL+"/dai", 1280)
	b.click(t, `input[type="search"]`)
	b.press(t, "k mfcp jl<>")
	b.equal(t, `document.querySelector('input[type="search"]').value`, "k mfcp jl<>")
	b.equal(t, `[document.querySelector("video").paused, document.querySelector("video").muted, document.fullscreenElement].join()`, "true,false,")

	b.run(t, `document.querySelector(".stage-buttons media-play-button").focus()`)
	b.press(t, "k")
	b.await(t, `!document.querySelector("video").paused && document.querySelector("video").currentTime > 0.2`)
	b.press(t, "m")
	b.await(t, `document.querySelector("video").muted`)
	b.press(t, kb.ArrowRight)
	b.await(t, `document.querySelector("video").currentTime > 9`)
	b.press(t, ">")
	b.await(t, `document.querySelector("video").playbackRate === 1.25 && document.querySelector("[data-speed]").value === "1.25"`)
	b.press(t, "?") // media-chrome's list of keys speaks English only
	b.press(t, "k")
	b.await(t, `document.querySelector("video").paused`)
	b.equal(t, `String(document.querySelector("media-keyboard-shortcuts-dialog"))`, "null")

	t.Run("everything is reached by Tab and has a name", func(t *testing.T) {
		b.run(t, `document.querySelector(".stage-buttons media-play-button").focus(); window.reached = []`)
		const note = `(e => window.reached.push((e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent).trim()))(document.activeElement)`
		for range 14 {
			b.press(t, kb.Tab)
			b.run(t, note)
		}
		b.equal(t, `["Bật tiếng", "Phụ đề", "Xem toàn màn hình", "Chỉ nghe", "Tiết kiệm dữ liệu", "Tốc độ", "Độ nét", "Cỡ phụ đề", "Cửa sổ nhỏ", "Chép đường dẫn lúc này", "Phím tắt"].filter(name => !window.reached.some(n => n.startsWith(name))).join()`, "")
	})
	t.Run("every target is at least 44 px", func(t *testing.T) {
		for _, width := range []int64{360, 1280} {
			b.open(t, site.URL+"/dai", width)
			b.equal(t, `[...document.querySelectorAll(".stage button, .stage select, .stage summary, .stage-buttons > [tabindex], .stage-buttons > media-play-button")].filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.height < 44 || r.width < 44) }).map(e => e.outerHTML).join()`, "")
		}
	})
}

// Speed, size of the captions and a small window do what they say; size outlives the page.
func TestToolsOfTheFilm(t *testing.T) {
	site, _ := filmSite(t, 5)
	b := browser(t)
	b.open(t, site.URL+"/dai", 1280)
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 0.2`)
	b.choose(t, "[data-speed]", "1.5")
	b.equal(t, `String(document.querySelector("video").playbackRate)`, "1.5")
	b.click(t, "[data-listen]") // another source keeps the speed
	b.await(t, `document.querySelector("video").src.startsWith("blob:") && document.querySelector("video").readyState > 2`)
	b.equal(t, `String(document.querySelector("video").playbackRate)`, "1.5")
	b.choose(t, "[data-caption-size]", "huge")
	b.open(t, site.URL+"/dai", 1280)
	b.equal(t, `document.querySelector("[data-cue-size]").dataset.cueSize + " " + document.querySelector("select[data-caption-size]").value`, "huge huge")
	b.equal(t, `String(document.querySelector("[data-pip]").hidden)`, "false")
}

// The button copies the address of the work with the second that is being played.
func TestSharingAMoment(t *testing.T) {
	site, _ := filmSite(t, 5)
	b := browser(t)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.Call(b.ctx, permission.SetPermission, permission.SetPermissionParams{Origin: site.URL,
			Permission: &permission.PermissionDescriptor{Name: name}, Setting: permission.PermissionSettingGranted})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.open(t, site.URL+"/dai?t=6", 1280)
	b.click(t, ".stage-first")
	b.await(t, `document.querySelector("video").currentTime > 6.1`)
	b.run(t, `document.querySelector("video").pause()`)
	b.click(t, "[data-copy-at]")
	b.await(t, `document.querySelector("[data-said]").textContent === "Đã chép. Đường dẫn mở ở 0:06."`)
	b.run(t, `navigator.clipboard.readText().then(text => window.copied = text)`)
	b.await(t, `window.copied !== undefined`)
	b.equal(t, `window.copied`, "https://vannghe.example/tac-pham/mau-abcdefghijkl?t=6")

	b.run(t, `navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed here"))`) // as on a site without https
	b.run(t, `document.querySelector("[data-said]").textContent = ""`)
	b.click(t, "[data-copy-at]")
	b.await(t, `document.querySelector("[data-said]").textContent === "Đã chép. Đường dẫn mở ở 0:06."`)
}

// axe finds nothing on the page of a film, words open, in both languages, by day and by night.
func TestAxeOnAFilm(t *testing.T) {
	site, _ := filmSite(t, 30)
	checker, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing (make assets fetches it): %v", err)
	}
	b := browser(t)
	for _, path := range []string{"/dai", "/en/dai"} {
		for _, width := range []int64{360, 1280} {
			for _, theme := range []string{"light", "dark"} {
				b.open(t, site.URL+path+"?theme="+theme, width)
				b.run(t, `for (const d of document.querySelectorAll(".stage details")) d.open = true; document.querySelector(".cues a").setAttribute("aria-current", "true")`)
				b.run(t, string(checker))
				b.run(t, `window.wrong = undefined; void axe.run().then(r => { window.wrong = r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")).join("\n") })`)
				b.await(t, `window.wrong !== undefined`)
				b.equal(t, `window.wrong`, "")
				b.picture(t, fmt.Sprintf("film%s-%d-%s.png", filepath.Dir(path[1:]), width, theme))
			}
		}
	}
}

// picture keeps a PNG where -shots says.
func (b tab) picture(t *testing.T, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Fatalf("picture: %v", err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name), png, 0o600); err != nil {
		t.Fatal(err)
	}
}
