// Package reading turns a text into a page that is read and into the pieces by which it is found: verse with every line
// kept and its stanzas numbered, prose in paragraphs under its headings. What it writes is safe to put into a page of the
// archive's own origin, whatever came in.
//
// It is pure: text in, text out. It must not know where a text comes from, which program converted it, or who asks.
package reading

import (
	"strconv"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// MaxBytes is the largest text that is turned into a page. A novel of a thousand pages has about 3 MB.
const MaxBytes = 50 << 20

// Form is what a text is made of.
type Form string

// The forms. Unknown as a hint leaves the decision to the text alone.
const (
	Unknown Form = ""
	Verse   Form = "verse"
	Prose   Form = "prose"
)

// The kinds of piece, equal to those of archive.Part.
const (
	KindStanza  = "stanza"
	KindSection = "section"
)

// Document is a text made ready.
type Document struct {
	Form   Form    // what the text turned out to be
	HTML   string  // a fragment without html, head or body
	Pieces []Piece // in reading order, each with text
}

// Piece is a part of the text with an address in the fragment.
type Piece struct {
	Kind    string // KindStanza or KindSection
	Locator string // an id in the fragment: "kho-3", "dong-25", "muc-2", "doan-7"
	Label   string // the heading above it, "" when there is none
	Text    string // NFC, lines joined by "\n"
}

// Plain makes a document of plain text, which is UTF-8 with any line ends. hint is what the catalogue knows of the work;
// the text decides. The error is Invalid "text-too-large" with the limit in MiB, or Invalid "text-empty".
func Plain(text string, hint Form) (Document, error) {
	if err := checkSize(text); err != nil {
		return Document{}, err
	}
	return compose(plainBlocks(viet.Normalize(newlines.Replace(text))), hint)
}

// HTML makes a document of an HTML page or fragment in UTF-8, however hostile. Errors as of Plain, and Invalid
// "text-unreadable" when it is nested beyond reason.
func HTML(page string, hint Form) (Document, error) {
	if err := checkSize(page); err != nil {
		return Document{}, err
	}
	blocks, err := htmlBlocks(page)
	if err != nil {
		return Document{}, err
	}
	return compose(blocks, hint)
}

func checkSize(s string) error {
	if len(s) > MaxBytes {
		return archive.Fail(archive.Invalid, "text-too-large", strconv.Itoa(MaxBytes>>20))
	}
	return nil
}

func compose(blocks []block, hint Form) (Document, error) {
	form := formOf(blocks, hint)
	if form == Verse {
		blocks = gatherStanzas(blocks)
	} else {
		blocks = settleProse(blocks)
	}
	d := write(blocks, form)
	if len(d.Pieces) == 0 {
		return Document{}, archive.Fail(archive.Invalid, "text-empty")
	}
	return d, nil
}
