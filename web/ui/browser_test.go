package ui_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var (
	shots = flag.String("shots", "", "folder for pictures of every sample page at 360 and 1280 px, light and dark")
	only  = flag.String("only", "", "comma-separated names of the sample pages to picture; all when empty")
)

// tab is a page open in a real browser.
type tab struct{ ctx context.Context }

// browser starts a headless Chromium that ends with the test.
func browser(t *testing.T) tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("disable-background-networking", true), chromedp.Flag("hide-scrollbars", true))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // starts it: no deadline may hang on this call
		t.Fatal(err)
	}
	return tab{ctx}
}

// TestShots is for people: go test ./web/ui -run TestShots -shots /tmp/shots
func TestShots(t *testing.T) {
	if *shots == "" {
		return
	}
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	b := browser(t)
	for _, s := range samples("vi", nil) {
		if *only != "" && !strings.Contains(","+*only+",", ","+s.name+",") {
			continue
		}
		for _, width := range []int64{360, 1280} {
			for _, theme := range []string{"light", "dark"} {
				b.shoot(t, site.URL+"/"+s.name+"?theme="+theme, fmt.Sprintf("%s-%d-%s.jpg", s.name, width, theme), width)
			}
		}
	}
	if *only == "" || *only == "closeup" {
		b.open(t, site.URL+"/hoi-hoa", 360)
		b.click(t, "a.button[data-closeup]")
		b.await(t, `performance.getEntriesByType("resource").some(r => r.name.includes("/sample/iiif/") && r.name.endsWith(".jpg"))`)
		b.save(t, "closeup-360.jpg")
	}
}

func (b tab) shoot(t *testing.T, url, name string, width int64) {
	t.Helper()
	b.open(t, url, width)
	b.save(t, name)
}

func (b tab) save(t *testing.T, name string) {
	t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(90))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// open shows a page at a width and waits until its fonts have come and its players are dressed.
func (b tab) open(t *testing.T, url string, width int64) {
	t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	b.await(t, `[...document.images].every(i => { i.loading = "eager"; return i.complete })`)
	b.await(t, `document.fonts.status === "loaded" && document.readyState === "complete" &&
		[...document.querySelectorAll("[data-player], [data-recording]")].every(e => e.querySelector("media-play-button")?.shadowRoot)`)
}

// await returns when a condition holds on the page, and fails the test when it does not within half a minute.
func (b tab) await(t *testing.T, condition string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	script := `new Promise(done => { const look = () => (` + condition + `) ? done(true) : requestAnimationFrame(look); look(); })`
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !strings.Contains(err.Error(), "navigated") { // a page that was just left is asked again
			t.Fatalf("waiting for %s: %v", condition, err)
		}
	}
}

// What the policy forbids is reported to the page, which keeps it for the test.
const watchPolicy = `window.refused = []; document.addEventListener("securitypolicyviolation", e => window.refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile))`

// TestPlayersUnderThePolicy plays, seeks and looks closely in a real browser under script-src 'self'; style-src 'self',
// and nothing is refused.
func TestPlayersUnderThePolicy(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	b := browser(t)
	b.always(t, watchPolicy)

	t.Run("a film plays by HLS in dressed controls", func(t *testing.T) {
		b.open(t, site.URL+"/phim", 1280)
		b.await(t, `getComputedStyle(document.querySelector("media-play-button")).position === "relative"`)
		b.click(t, ".stage-first")
		b.await(t, `document.querySelector("video").currentTime > 0.3 && document.querySelector("video").src.startsWith("blob:")`)
		b.await(t, `document.querySelector("video").webkitAudioDecodedByteCount > 0`)
		b.equal(t, `document.querySelector(".stage-buttons media-play-button").getAttribute("aria-label")`, "Tạm dừng")
		b.nothingRefused(t)
	})
	t.Run("a link to an instant begins there", func(t *testing.T) {
		b.open(t, site.URL+"/phim?t=6", 1280)
		b.click(t, ".stage-first")
		b.await(t, `document.querySelector("video").currentTime > 6.1`)
		b.nothingRefused(t)
	})
	t.Run("a line of what is said seeks", func(t *testing.T) {
		b.open(t, site.URL+"/phim", 360)
		b.click(t, ".cues summary")
		b.click(t, `.cues [data-seek="6"]`)
		b.await(t, `document.querySelector("video").currentTime > 6.1`)
	})
	t.Run("a song plays with its waveform", func(t *testing.T) {
		b.open(t, site.URL+"/ca-khuc", 360)
		b.await(t, `document.querySelector(".recording-wave.drawn canvas")?.width > 0`)
		b.click(t, "media-play-button")
		b.await(t, `document.querySelector("audio").currentTime > 0.3`)
		b.nothingRefused(t)
	})
	t.Run("a picture opens closely and closes by key", func(t *testing.T) {
		b.open(t, site.URL+"/hoi-hoa", 1280)
		b.click(t, "a.button[data-closeup]")
		b.await(t, `performance.getEntriesByType("resource").some(r => r.name.includes("/sample/iiif/") && r.name.endsWith(".jpg"))`)
		b.equal(t, `[...document.querySelectorAll(".closeup-bar button")].map(b => b.ariaLabel).join(" ")`, "Thu nhỏ Toàn bức Phóng to")
		b.click(t, ".closeup-close")
		b.await(t, `!document.querySelector("dialog") && document.activeElement.matches("[data-closeup]")`)
		b.nothingRefused(t)
	})
	t.Run("the ground is changed and kept", func(t *testing.T) {
		b.open(t, site.URL+"/", 1280)
		b.click(t, "[data-theme-switch]")
		b.equal(t, `document.documentElement.dataset.theme`, "dark")
		b.open(t, site.URL+"/tho", 1280)
		b.equal(t, `document.documentElement.dataset.theme`, "dark")
		b.nothingRefused(t)
	})
}

// TestNothingOverflowsAPhone opens every page at 360 px in both languages: nothing is wider than the screen, and nothing
// that is pressed is smaller than 44 px, unless it stands in a line of text (WCAG 2.2 §2.5.8).
func TestNothingOverflowsAPhone(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	b := browser(t)
	for _, prefix := range []string{"/", "/en/"} {
		for _, s := range samples("vi", nil) {
			b.open(t, site.URL+prefix+s.name, 360)
			b.equal(t, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 361 && getComputedStyle(e).position !== "absolute" && !e.closest("media-controller, .table-wide table")).map(e => e.tagName + "." + e.className).join()`, "")
			b.equal(t, `[...document.querySelectorAll("a, button, summary, input:not([type=hidden], .visually-hidden)")].filter(e => {
				const style = getComputedStyle(e), box = e.getBoundingClientRect()
				const label = e.closest("label")?.getBoundingClientRect().height
				if (label !== undefined) return label > 0 && label < 44
				const stretched = getComputedStyle(e, "::after").position === "absolute"
				return box.width > 0 && style.display !== "inline" && style.position !== "absolute" && !stretched && box.height < 44
			}).map(e => e.tagName + "." + e.className + " " + (e.name ?? e.textContent)).join()`, "")
		}
	}
}

func (b tab) click(t *testing.T, selector string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		t.Fatalf("click %s: %v", selector, err)
	}
}

func (b tab) equal(t *testing.T, script, want string) {
	t.Helper()
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	if got != want {
		url, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href`))
		t.Errorf("%s\n%s\nis %q, want %q", url, script, got, want)
	}
}

func (b tab) nothingRefused(t *testing.T) {
	t.Helper()
	b.equal(t, `window.refused.join("\n")`, "")
}
