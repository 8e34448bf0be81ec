package ui_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestListening listens in a real browser: words follow, the waveform is sought in by hand and by key, songs follow one another, and
// what plays goes on from page to page.
func TestListening(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	for sentence, check := range map[string]func(tab, *testing.T, string, int64){
		"words follow the song": tab.wordsFollow, "the waveform is a slider": tab.waveformSeeks, "songs follow one another": tab.songsFollow,
		"it goes on from page to page": tab.goesOn, "a story is heard faster, from chapter to chapter": tab.story,
	} {
		for _, width := range []int64{360, 1280} {
			t.Run(fmt.Sprintf("%s at %d px", sentence, width), func(t *testing.T) {
				b := browser(t) // of its own: what is listened to is kept
				b.always(t, watchPolicy)
				check(b, t, site.URL, width)
			})
		}
	}
}

// fresh opens a page with nothing being listened to.
func (b tab) fresh(t *testing.T, url string, width int64) {
	t.Helper()
	b.open(t, url, width)
	b.equal(t, `(() => { for (const a of document.querySelectorAll("audio")) a.pause(); document.querySelector(".listening:not([hidden]) .listening-close")?.click(); return "" })()`, "")
	b.equal(t, `(() => { window.addEventListener("pagehide", () => { sessionStorage.clear(); localStorage.clear() }); return "" })()`, "")
	b.open(t, url, width)
	b.await(t, `document.querySelector(".listening")`)
}

func (b tab) wordsFollow(t *testing.T, site string, width int64) {
	b.fresh(t, site+"/tuyen-tap", width)
	b.await(t, `document.querySelectorAll(".cue-list li").length === 2`)
	b.click(t, "[data-file=bai1] media-play-button")
	b.await(t, `document.querySelector("[aria-current=true] span:last-child")?.textContent === "À ơi con nước lớn ròng"`)
	b.await(t, `document.querySelector("[aria-current=true] span:last-child")?.textContent.startsWith("Ru con") && document.querySelectorAll(".cue-list [aria-current]").length === 1`)
	b.equal(t, `document.querySelector("[aria-current=true]").getAttribute("href")`, "?t=2")
	b.equal(t, `(() => { document.querySelector("[data-file=bai1] audio").pause(); return "" })()`, "")
	b.click(t, ".cue-list li:first-child a")
	b.await(t, `document.querySelector("[aria-current=true] span:last-child")?.textContent === "À ơi con nước lớn ròng" && !document.querySelector("audio").paused`)
	b.nothingRefused(t)
}

func (b tab) waveformSeeks(t *testing.T, site string, width int64) {
	b.fresh(t, site+"/tuyen-tap", width)
	b.await(t, `document.querySelector(".recording-wave.drawn canvas")?.width > 0 && document.querySelector("audio").readyState > 0`)
	slider := `document.querySelector("media-time-range").shadowRoot.querySelector("input[type=range]")`
	b.equal(t, slider+`.getAttribute("aria-label") + " " + (`+slider+`.getAttribute("role") ?? `+slider+`.type)`, "tua range")
	x, y := b.middle(t, "media-time-range")
	if err := chromedp.Do(b.ctx, chromedp.MouseClickXY(x, y)); err != nil {
		t.Fatal(err)
	}
	b.await(t, `Math.abs(document.querySelector("audio").currentTime - 2) < 0.15`)
	b.equal(t, `(() => { `+slider+`.focus(); return "" })()`, "")
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(kb.End)); err != nil {
		t.Fatal(err)
	}
	b.await(t, `document.querySelector("audio").currentTime > 3.9`)
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Home)); err != nil {
		t.Fatal(err)
	}
	b.await(t, `document.querySelector("audio").currentTime < 0.1`)
	b.nothingRefused(t)
}

// middle is the middle of an element in the window.
func (b tab) middle(t *testing.T, selector string) (x, y float64) {
	t.Helper()
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]float64](`(() => { const e = document.querySelector("`+selector+`"); e.scrollIntoView({block: "center"});
		const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] })()`))
	if err != nil {
		t.Fatal(err)
	}
	return at[0], at[1]
}

// watchGap tells, from what both players say of where they are, how long after the end of the first the second began.
const watchGap = `(() => {
	const [one, two] = document.querySelectorAll("audio");
	let end = 0;
	window.gap = undefined;
	const look = () => {
		if (!one.paused && one.duration - one.currentTime > 0.1) end = performance.now() + (one.duration - one.currentTime) * 1000;
		if (two.currentTime > 0.2) window.gap = performance.now() - two.currentTime * 1000 - end;
		else requestAnimationFrame(look);
	};
	look();
	return "";
})()`

func (b tab) songsFollow(t *testing.T, site string, width int64) {
	b.fresh(t, site+"/tuyen-tap", width)
	b.equal(t, watchGap, "")
	b.click(t, "[data-file=bai1] media-play-button")
	b.await(t, `window.gap !== undefined`)
	gap, err := chromedp.Run(b.ctx, chromedp.Evaluate[float64](`window.gap`))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("between two songs at %d px lie %.0f ms", width, gap)
	b.await(t, `document.querySelectorAll("audio")[0].paused && !document.querySelectorAll("audio")[1].paused`)
	b.equal(t, `document.querySelector(".listening").hidden ? "" : "the bar shows what the page plays"`, "")
	b.nothingRefused(t)
}

func (b tab) goesOn(t *testing.T, site string, width int64) {
	b.fresh(t, site+"/doc-truyen", width)
	b.click(t, "media-play-button")
	b.await(t, `document.querySelector("audio").currentTime > 3`)
	b.open(t, site+"/tho", width)
	b.await(t, `document.querySelector(".listening:not([hidden]) .listening-play.playing")`)
	b.await(t, `document.querySelector(".listening input").value >= 4`)
	b.equal(t, `document.querySelector(".listening-what").textContent`, "Người bán diều, đọc truyệnĐỗ Vân Khoa")
	b.equal(t, `document.querySelector(".listening input").getAttribute("aria-valuetext").replace(/^0:0[0-9]/, "")`, " trên 0:12")
	b.axe(t)
	if *shots != "" {
		b.save(t, map[int64]string{360: "listening-360.jpg", 1280: "listening-1280.jpg"}[width])
	}
	b.equal(t, `[...document.querySelectorAll(".listening button, .listening a")].filter(e => e.getBoundingClientRect().width > 0 && e.tagName === "BUTTON" && e.getBoundingClientRect().height < 44).length + ""`, "0")
	b.click(t, ".listening-play")
	b.await(t, `!document.querySelector(".listening-play.playing")`)
	b.open(t, site+"/", width)
	b.await(t, `document.querySelector(".listening:not([hidden]) .listening-play:not(.playing)") && document.querySelector(".listening input").value >= 4`)
	b.click(t, ".listening-play")
	b.await(t, `document.querySelector(".listening input").value >= 6`)
	b.click(t, ".listening-what a")
	b.await(t, `location.pathname === "/doc-truyen" && document.querySelector("audio")?.currentTime > 6 && !document.querySelector("audio").paused && document.querySelector(".listening").hidden`)
	b.open(t, site+"/tho", width)
	b.click(t, ".listening-close")
	b.open(t, site+"/", width)
	b.equal(t, `document.querySelector(".listening:not([hidden])") ? "it comes back" : ""`, "")
	b.nothingRefused(t)
}

func (b tab) story(t *testing.T, site string, width int64) {
	b.fresh(t, site+"/doc-truyen", width)
	b.click(t, "media-playback-rate-button")
	b.await(t, `document.querySelector("audio").playbackRate === 1.25`)
	b.await(t, `(document.querySelector("media-playback-rate-button").shadowRoot.querySelector("[role=button], button")?.ariaLabel ?? document.querySelector("media-playback-rate-button").ariaLabel) === "1.25x, tốc độ nghe"`)
	b.click(t, `[data-seek="6"]`)
	b.await(t, `document.querySelector("audio").currentTime > 6.2 && document.querySelector("audio").playbackRate === 1.25`)
	b.axe(t)
	b.nothingRefused(t)
}

// axe finds nothing to object to on the page.
func (b tab) axe(t *testing.T) {
	t.Helper()
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing (make assets fetches it): %v", err)
	}
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](string(source)+";undefined")); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run().then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(", ")).join("; "))`, chromedp.EvalAwaitPromise))
	if err != nil || found != "" {
		t.Errorf("axe finds %s %v", found, err)
	}
}
