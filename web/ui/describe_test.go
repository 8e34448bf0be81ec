package ui_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"vannghe/web/ui"
)

// The pages of describing: axe finds nothing, nothing is wider than a phone, and everything that is pressed or typed into is at least 48 px high.
func TestDescribePagesAreAccessible(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	b := browser(t)
	for _, s := range describeSamples(ui.Speak("vi"), func(title string) ui.Page { return samplePage(ui.Speak("vi"), nil, title) }) {
		prefix := "/"
		if strings.HasSuffix(s.name, "sai") {
			prefix = "/en/"
		}
		b.open(t, site.URL+prefix+s.name, 360)
		b.axe(t)
		b.equal(t, `[...document.querySelectorAll("main button, main .button, main select, main textarea, main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), main .choice label, .describe-summary a")].filter(e => !e.closest("[hidden]") && !e.classList.contains("visually-hidden") && e.getBoundingClientRect().height < 48 && !e.closest(".describe-new .field")).map(e => e.tagName + "." + e.className + " " + e.name + " " + e.getBoundingClientRect().height).join()`, "")
		b.equal(t, `document.documentElement.scrollWidth > innerWidth ? "wide" : ""`, "")
	}
}
