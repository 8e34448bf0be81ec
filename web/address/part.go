package address

import (
	"strings"

	"vannghe/internal/archive"
)

// The parameters that tell the page of a work where a recording begins, and which recording.
const (
	Instant     = "t"
	InstantFile = "tep"
)

// Part returns the page of a work at the spot to which a locator within one of its files leads: a fragment
// ("#trang-5"), or a query where the page itself must know ("?t=95"). Words of a recording lead to the recording.
func Part(w *archive.Work, file archive.FileID, locator string) string {
	page := Work(w.ID, w.Title)
	at, moment := instant(locator)
	switch {
	case locator == "":
		return page
	case !moment || lone(w, file):
		return page + "#" + Anchor(w, file, locator)
	}
	if recording := w.Recording(file); recording != nil {
		file = recording.ID
	}
	page += "?" + Instant + "=" + at
	if !w.PlainSpots(file) {
		page += "&" + InstantFile + "=" + string(file)
	}
	return page
}

// Anchor returns the id that the spot of a locator within a file has on the page of the work: "kho-3", and with the file's
// identifier where another file has the same.
func Anchor(w *archive.Work, file archive.FileID, locator string) string {
	if at, moment := instant(locator); moment {
		locator = "loi-" + at // "=" is no letter of an id that people write in style sheets and addresses
	}
	return locator + Suffix(w, file)
}

// instant reads the locator of something said, of which it takes the first moment.
func instant(locator string) (at string, ok bool) {
	at, ok = strings.CutPrefix(locator, archive.Instant)
	at, _, _ = strings.Cut(at, ",")
	return at, ok
}

// Suffix returns what Anchor adds to the locators of a file, "" for nothing. The words that lie in a recording always have it: the
// plain locators are those of a text beside it.
func Suffix(w *archive.Work, file archive.FileID) string {
	if w.PlainSpots(file) && !w.Plays(file) {
		return ""
	}
	return "-" + string(file)
}

// lone reports whether a file is timed words without a recording: then there is nothing to play, only to read.
func lone(w *archive.Work, file archive.FileID) bool {
	return w.HoldsTimedWords(file) && w.Recording(file) == nil
}
