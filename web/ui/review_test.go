package ui_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"vannghe/web/ui"
)

// The pages of deciding and the letters of readers: axe finds nothing, nothing is wider than a phone, and everything that is pressed
// or typed into is at least 48 px high, unless it stands in a line of text.
func TestReviewPagesAreAccessible(t *testing.T) { accessible(t, reviewSamples) }

// The same of the pages of the office.
func TestOfficePagesAreAccessible(t *testing.T) { accessible(t, officeSamples) }

func accessible(t *testing.T, list func(ui.Text, func(string) ui.Page) []sample) {
	t.Helper()
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	b := browser(t)
	for _, s := range list(ui.Speak("vi"), func(title string) ui.Page { return samplePage(ui.Speak("vi"), nil, title) }) {
		prefix := "/"
		if strings.Contains(s.name, "-") {
			prefix = "/en/" // each form of page in one of the languages
		}
		b.open(t, site.URL+prefix+s.name, 360)
		b.axe(t)
		b.equal(t, `document.documentElement.scrollWidth > 360 ? "wider than a phone" : ""`, "")
		b.equal(t, `[...document.querySelectorAll("main button, main .button, main select, main textarea, main input:not([type=hidden]):not([type=radio]):not([type=checkbox])")].filter(e => !e.closest(".letter-trap, .review-preview") && !e.hidden && e.getBoundingClientRect().height < 48).map(e => e.tagName + "." + e.className + " " + e.name + " " + e.getBoundingClientRect().height).join()`, "")
		b.equal(t, `[...document.querySelectorAll("main .review-choice")].filter(e => e.getBoundingClientRect().height < 48).length + ""`, "0")
	}
}
