package ui_test

import (
	"net/http/httptest"
	"testing"
)

// Of two recordings on a page, the line that is pressed moves its own.
func TestALineMovesItsOwnRecording(t *testing.T) {
	site := httptest.NewServer(previewSite(t, mediaFolder(t)))
	defer site.Close()
	b := browser(t)
	b.open(t, site.URL+"/hai-giong", 1280)
	b.click(t, "[data-of=bbbbbbbbbbbb]")
	b.await(t, `document.querySelector("[data-file=bbbbbbbbbbbb] audio").currentTime > 5.1`)
	b.equal(t, `String(document.querySelector("[data-file=aaaaaaaaaaaa] audio").currentTime)`, "0")
}

// Verse is read at 20 px or more also on a phone; a line too long for it goes on further in.
func TestVerseOnAPhone(t *testing.T) {
	site := httptest.NewServer(previewSite(t, t.TempDir()))
	defer site.Close()
	b := browser(t)
	b.open(t, site.URL+"/tho", 360)
	b.equal(t, `String(parseFloat(getComputedStyle(document.querySelector(".verse .line")).fontSize) >= 19.9)`, "true")
	b.equal(t, `(line => String(parseFloat(line.paddingLeft) >= 24 && parseFloat(line.textIndent) === -parseFloat(line.paddingLeft)))(getComputedStyle(document.querySelector(".verse .line")))`, "true")
}
