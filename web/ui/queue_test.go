package ui_test

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestTheQueueIsEdited edits what is listened to in a real browser, on a phone by touch and on a desk by keys; it stays so from page to page.
func TestTheQueueIsEdited(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprintf("at %d px", width), func(t *testing.T) {
			b := browser(t)
			b.always(t, watchPolicy)
			b.queueEdited(t, site.URL, width)
		})
	}
}

// listed is the titles in the list, the one that is heard in brackets.
const listed = `[...document.querySelectorAll(".queue-list li")].map(i => { const t = i.querySelector(".queue-jump").textContent; return i.ariaCurrent ? "[" + t + "]" : t }).join(", ")`

func (b tab) queueEdited(t *testing.T, site string, width int64) {
	b.fresh(t, site+"/tuyen-tap", width)
	b.click(t, "[data-file=bai1] media-play-button")
	b.await(t, `document.querySelector("audio").currentTime > 0.2`)
	b.equal(t, `(() => { document.querySelector("audio").pause(); return "" })()`, "")
	b.open(t, site+"/doc-truyen", width)
	b.click(t, "[data-enqueue=truyen]")
	b.click(t, ".listening-list")
	b.equal(t, listed, "[Con nước lớn ròng], Đò dọc, Người bán diều, đọc truyện")
	b.equal(t, `document.querySelector(".listening-list").ariaExpanded + " " + document.querySelectorAll(".queue-list img[src^='/sample/']").length`, "true 1")
	b.equal(t, `[...document.querySelectorAll(".queue button")].filter(e => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44).map(e => e.className).join(" ")`, "")
	b.equal(t, `document.documentElement.scrollWidth > innerWidth ? "wider than the screen" : ""`, "")
	b.axe(t)
	if *shots != "" {
		b.save(t, fmt.Sprintf("queue-%d.jpg", width))
	}
	b.pressButton(t, ".queue-list li:nth-child(1) .queue-down", width)
	b.equal(t, listed, "Đò dọc, [Con nước lớn ròng], Người bán diều, đọc truyện")
	b.equal(t, `document.querySelector(".listening [role=status]").textContent`, "Đã chuyển chỗ Con nước lớn ròng.")
	b.pressButton(t, ".queue-list li:nth-child(3) .queue-up", width)
	b.equal(t, `document.activeElement.ariaLabel`, "Chuyển Người bán diều, đọc truyện lên trước") // it can be pressed again
	b.open(t, site+"/tho", width)
	b.click(t, ".listening-list")
	b.equal(t, listed, "Đò dọc, Người bán diều, đọc truyện, [Con nước lớn ròng]")
	b.pressButton(t, ".queue-list li:nth-child(1) .queue-remove", width)
	b.equal(t, listed, "Người bán diều, đọc truyện, [Con nước lớn ròng]")
	b.equal(t, `document.activeElement.ariaLabel`, "Bỏ Người bán diều, đọc truyện khỏi danh sách")
	b.pressButton(t, ".queue-list li:nth-child(1) .queue-jump", width)
	b.await(t, `document.querySelector(".listening-play.playing") && `+listed+` === "[Người bán diều, đọc truyện], Con nước lớn ròng"`)
	b.pressButton(t, ".queue-list li:nth-child(1) .queue-remove", width) // what is heard: the next one is heard
	b.await(t, `document.querySelector(".listening-what a")?.textContent === "Con nước lớn ròng" && document.querySelector(".listening-play.playing")`)
	b.pressButton(t, ".queue-clear", width)
	b.equal(t, listed+` + " " + document.activeElement.className`, "[Con nước lớn ròng] listening-list")
	b.open(t, site+"/", width)
	b.click(t, ".listening-list")
	b.equal(t, listed, "[Con nước lớn ròng]")
	b.click(t, ".queue-remove")
	b.equal(t, `document.querySelector(".listening").hidden + ""`, "true")
	b.nothingRefused(t)
}

// pressButton presses a button: by touch on a phone, else by the Enter key.
func (b tab) pressButton(t *testing.T, selector string, width int64) {
	t.Helper()
	if width < 600 {
		b.click(t, selector)
		return
	}
	b.equal(t, `(() => { document.querySelector("`+selector+`").focus(); return document.activeElement.matches("`+selector+`") ? "" : "it takes no focus" })()`, "")
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
}
