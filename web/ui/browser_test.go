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

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var (
	shots = flag.String("shots", "", "folder for pictures of every sample page at 360 and 1280 px, light and dark")
	only  = flag.String("only", "", "comma-separated names of the sample pages to picture; all when empty")
)

// browser starts a headless Chromium that ends with the test.
func browser(t *testing.T) context.Context {
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
	return ctx
}

// TestShots is for people: go test ./web/ui -run TestShots -shots /tmp/shots
func TestShots(t *testing.T) {
	if *shots == "" {
		return
	}
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	ctx := browser(t)
	for _, s := range samples("vi", nil) {
		if *only != "" && !strings.Contains(","+*only+",", ","+s.name+",") {
			continue
		}
		for _, width := range []int64{360, 1280} {
			for _, theme := range []string{"light", "dark"} {
				shoot(t, ctx, site.URL+"/"+s.name+"?theme="+theme, fmt.Sprintf("%s-%d-%s.jpg", s.name, width, theme), width)
			}
		}
	}
}

func shoot(t *testing.T, ctx context.Context, url, name string, width int64) {
	t.Helper()
	open(t, ctx, url, width)
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// open shows a page at a width and waits until its fonts have come and its players are dressed.
func open(t *testing.T, ctx context.Context, url string, width int64) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	await(t, ctx, `[...document.images].every(i => { i.loading = "eager"; return i.complete })`)
	await(t, ctx, `document.fonts.status === "loaded" && document.readyState === "complete" &&
		[...document.querySelectorAll("[data-player], [data-recording]")].every(e => e.querySelector("media-play-button")?.shadowRoot)`)
}

// await returns when a condition holds on the page, and fails the test when it does not within half a minute.
func await(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	script := `new Promise(done => { const look = () => (` + condition + `) ? done(true) : requestAnimationFrame(look); look(); })`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatalf("waiting for %s: %v", condition, err)
	}
}

// What the policy forbids is reported to the page, which keeps it for the test.
const watchPolicy = `window.refused = []; document.addEventListener("securitypolicyviolation", e => window.refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile))`

// TestPlayersUnderThePolicy plays, seeks and looks closely in a real browser under script-src 'self'; style-src 'self',
// and nothing is refused.
func TestPlayersUnderThePolicy(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	ctx := browser(t)
	if _, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy}); err != nil {
		t.Fatal(err)
	}

	t.Run("a film plays by HLS in dressed controls", func(t *testing.T) {
		open(t, ctx, site.URL+"/phim", 1280)
		await(t, ctx, `getComputedStyle(document.querySelector("media-play-button")).position === "relative"`)
		click(t, ctx, ".stage-first")
		await(t, ctx, `document.querySelector("video").currentTime > 0.3 && document.querySelector("video").src.startsWith("blob:")`)
		equal(t, ctx, `document.querySelector(".stage-buttons media-play-button").getAttribute("aria-label")`, "Tạm dừng")
		nothingRefused(t, ctx)
	})
	t.Run("a link to an instant begins there", func(t *testing.T) {
		open(t, ctx, site.URL+"/phim?t=6", 1280)
		click(t, ctx, ".stage-first")
		await(t, ctx, `document.querySelector("video").currentTime > 6.1`)
		nothingRefused(t, ctx)
	})
	t.Run("a line of what is said seeks", func(t *testing.T) {
		open(t, ctx, site.URL+"/phim", 1280)
		click(t, ctx, ".cues summary")
		click(t, ctx, `[data-seek="6"]`)
		await(t, ctx, `document.querySelector("video").currentTime > 6.1`)
	})
	t.Run("a song plays with its waveform", func(t *testing.T) {
		open(t, ctx, site.URL+"/ca-khuc", 360)
		await(t, ctx, `document.querySelector(".recording-wave.drawn canvas")?.width > 0`)
		click(t, ctx, "media-play-button")
		await(t, ctx, `document.querySelector("audio").currentTime > 0.3`)
		nothingRefused(t, ctx)
	})
	t.Run("a picture opens closely and closes by key", func(t *testing.T) {
		open(t, ctx, site.URL+"/hoi-hoa", 1280)
		click(t, ctx, "a.button[data-closeup]")
		await(t, ctx, `performance.getEntriesByType("resource").some(r => r.name.includes("/sample/iiif/") && r.name.endsWith(".jpg"))`)
		equal(t, ctx, `[...document.querySelectorAll(".closeup-bar button")].map(b => b.ariaLabel).join(" ")`, "Thu nhỏ Toàn bức Phóng to")
		click(t, ctx, ".closeup-close")
		await(t, ctx, `!document.querySelector("dialog") && document.activeElement.matches("[data-closeup]")`)
		nothingRefused(t, ctx)
	})
	t.Run("the ground is changed and kept", func(t *testing.T) {
		open(t, ctx, site.URL+"/", 1280)
		click(t, ctx, "[data-theme-switch]")
		equal(t, ctx, `document.documentElement.dataset.theme`, "dark")
		open(t, ctx, site.URL+"/tho", 1280)
		equal(t, ctx, `document.documentElement.dataset.theme`, "dark")
		nothingRefused(t, ctx)
	})
}

// TestNothingOverflowsAPhone opens every page at 360 px in both languages: nothing is wider than the screen, and nothing
// that is pressed is smaller than 44 px, unless it stands in a line of text (WCAG 2.2 §2.5.8).
func TestNothingOverflowsAPhone(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	ctx := browser(t)
	for _, prefix := range []string{"/", "/en/"} {
		for _, s := range samples("vi", nil) {
			open(t, ctx, site.URL+prefix+s.name, 360)
			equal(t, ctx, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 361 && getComputedStyle(e).position !== "absolute" && !e.closest("media-controller")).map(e => e.tagName + "." + e.className).join()`, "")
			equal(t, ctx, `[...document.querySelectorAll("a, button, summary, input:not([type=hidden])")].filter(e => {
				const style = getComputedStyle(e), box = e.getBoundingClientRect()
				if (e.closest("label")) return e.closest("label").getBoundingClientRect().height < 44
				const stretched = getComputedStyle(e, "::after").position === "absolute"
				return box.width > 0 && style.display !== "inline" && style.position !== "absolute" && !stretched && box.height < 44
			}).map(e => e.tagName + "." + e.className + " " + e.textContent).join()`, "")
		}
	}
}

func click(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		t.Fatalf("click %s: %v", selector, err)
	}
}

func equal(t *testing.T, ctx context.Context, script, want string) {
	t.Helper()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](script))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	if got != want {
		url, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href`))
		t.Errorf("%s\n%s\nis %q, want %q", url, script, got, want)
	}
}

func nothingRefused(t *testing.T, ctx context.Context) {
	t.Helper()
	equal(t, ctx, `window.refused.join("\n")`, "")
}
