package reading

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// How much text a piece of prose holds, in words (Vietnamese: syllables): enough to rank by, little enough that its
// anchor is near whatever was looked for. A rest below tail words joins the piece before it.
const (
	goodPiece = 200
	fullPiece = 400
	tail      = 60
)

// Stanzas longer than longStanza lines (the Tale of Kiều is one of 3,254) are addressed by groups of lineGroup lines.
const (
	longStanza = 24
	lineGroup  = 12
)

// manyStanzas is the number from which stanzas are gathered in pieces of prose size, so that a hostile or endless text
// cannot make a row of the catalogue of every line.
const manyStanzas = 5000

// writer turns blocks into HTML and pieces in one pass.
type writer struct {
	form Form
	html strings.Builder

	pieces   []Piece
	open     []string // texts of the piece that is being filled
	words    int      // in open
	locator  string   // of the piece that is being filled
	kind     string   // of that piece, "" for a section
	label    string   // the heading above
	waiting  string   // a heading's id that no piece has used yet
	shift    int      // what brings the top heading to <h2>: the page's title is its <h1>
	quoted   bool
	headings int
	stanzas  int
	lines    int
	passages int
	apart    bool // every stanza is a piece
}

func write(blocks []block, form Form) Document {
	w := &writer{form: form, shift: headingShift(blocks)}
	w.apart = form == Verse && countKind(blocks, stanza) <= manyStanzas
	for i := range blocks {
		w.quote(blocks[i].quoted)
		w.block(&blocks[i])
	}
	w.quote(false)
	w.close()
	return Document{Form: form, HTML: w.html.String(), Pieces: w.pieces}
}

func headingShift(blocks []block) int {
	top := 6
	for i := range blocks {
		if blocks[i].kind == heading {
			top = min(top, blocks[i].level)
		}
	}
	return 2 - top
}

func countKind(blocks []block, k blockKind) int {
	n := 0
	for i := range blocks {
		if blocks[i].kind == k {
			n++
		}
	}
	return n
}

func (w *writer) block(b *block) {
	switch b.kind {
	case heading:
		w.heading(b)
	case paragraph:
		w.paragraph(b.lines[0])
	case stanza:
		w.stanza(b)
	case rule:
		w.html.WriteString("<hr>\n")
	case figure:
		w.figure(b.lines[0])
	case gap:
	}
}

// quote opens or closes a quotation around what follows.
func (w *writer) quote(quoted bool) {
	if quoted == w.quoted || w.form == Verse {
		return
	}
	w.quoted = quoted
	if quoted {
		w.html.WriteString("<blockquote>\n")
	} else {
		w.html.WriteString("</blockquote>\n")
	}
}

func (w *writer) heading(b *block) {
	w.close()
	w.headings++
	w.waiting = "muc-" + strconv.Itoa(w.headings)
	w.label = b.lines[0].text
	tag := "h" + strconv.Itoa(min(b.level+w.shift, 4))
	w.html.WriteString("<" + tag + ` id="` + w.waiting + `">` + b.lines[0].html + "</" + tag + ">\n")
}

func (w *writer) paragraph(l line) {
	if l.plain() && wordCount(l.text) > fullPiece {
		w.longParagraph(l.text)
		return
	}
	w.html.WriteString("<p" + w.prepare(l.text) + ">" + l.html + "</p>\n")
	w.add(l.text)
}

// longParagraph writes a paragraph that fills several pieces, each within a span of its own, so that a hit in the middle
// of a page-long paragraph leads to the middle.
func (w *writer) longParagraph(text string) {
	w.html.WriteString("<p>")
	for i, cut := range cutLong(text) {
		w.close()
		if i > 0 {
			w.html.WriteByte(' ')
		}
		w.html.WriteString("<span" + w.prepare(cut) + ">" + escape(cut) + "</span>")
		w.add(cut)
	}
	w.html.WriteString("</p>\n")
}

func (w *writer) figure(l line) {
	if id := w.prepare(l.text); id != "" {
		w.html.WriteString("<div" + id + ">" + l.html + "</div>\n")
	} else {
		w.html.WriteString(l.html + "\n")
	}
	w.add(l.text)
}

func (w *writer) stanza(b *block) {
	w.stanzas++
	id := "kho-" + strconv.Itoa(w.stanzas)
	size := len(b.lines)
	if size > longStanza {
		size = lineGroup
	}
	w.html.WriteString(`<p class="stanza" id="` + id + `">`)
	first := true
	for group := range slices.Chunk(b.lines, size) {
		attribute := ""
		if !first {
			id = "dong-" + strconv.Itoa(w.lines+1)
			attribute = ` id="` + id + `"`
			w.html.WriteString("<br>\n")
		}
		first = false
		w.verseLines(group, attribute)
		w.verse(id, (&block{lines: group}).text())
	}
	w.html.WriteString("</p>\n")
}

// verseLines writes lines, the first with attribute. An em space stands for two columns of the source's indent, as the
// six-syllable lines of lục bát have.
func (w *writer) verseLines(lines []line, attribute string) {
	for i, l := range lines {
		if i > 0 {
			w.html.WriteString("<br>\n")
			attribute = ""
		}
		w.html.WriteString(`<span class="line"` + attribute + ">" + strings.Repeat("\u2003", min((l.indent+1)/2, 8)) + l.html + "</span>")
	}
	w.lines += len(lines)
}

// verse adds the text of some lines: as a piece of its own in a poem, to the running piece in prose.
func (w *writer) verse(id, text string) {
	if w.apart {
		w.close()
		w.locator, w.kind, w.waiting = id, KindStanza, ""
		w.add(text)
		w.close()
		return
	}
	if w.words >= goodPiece {
		w.close()
	}
	if w.locator == "" {
		w.locator, w.waiting = cmp.Or(w.waiting, id), ""
	}
	w.add(text)
}

// prepare makes room for text: it closes a piece that has enough and opens a new one when none is open. It returns the id
// attribute which the element with text must carry, "" when the piece began before or at a heading.
func (w *writer) prepare(text string) string {
	if w.words >= goodPiece || w.words > tail && w.words+wordCount(text) > fullPiece {
		w.close()
	}
	if w.locator != "" {
		return ""
	}
	if w.waiting != "" {
		w.locator, w.waiting = w.waiting, ""
		return ""
	}
	w.passages++
	w.locator = "doan-" + strconv.Itoa(w.passages)
	return ` id="` + w.locator + `"`
}

// add gives text to the open piece. What goes far beyond a full one becomes further pieces at the same place.
func (w *writer) add(text string) {
	words := wordCount(text)
	if words <= 2*fullPiece && len(text) <= longestPiece {
		w.open = append(w.open, text)
		w.words += words
		return
	}
	locator, kind := w.locator, w.kind
	for _, cut := range cutLong(text) {
		w.locator, w.kind = locator, kind
		w.open = append(w.open, cut)
		w.close()
	}
}

// close ends the open piece. A short rest of prose joins the piece before it.
func (w *writer) close() {
	p := Piece{Kind: cmp.Or(w.kind, KindSection), Locator: w.locator, Label: w.label, Text: strings.TrimSpace(strings.Join(w.open, "\n"))}
	short := w.words < tail
	w.open, w.words, w.locator, w.kind = w.open[:0], 0, "", ""
	if p.Text == "" {
		return
	}
	if n := len(w.pieces); n > 0 && short && w.pieces[n-1].takes(p) {
		w.pieces[n-1].Text += "\n" + p.Text
		return
	}
	w.pieces = append(w.pieces, p)
}

// takes reports whether p may end with rest: prose of the same section that is not overfull.
func (p Piece) takes(rest Piece) bool {
	return p.Kind == KindSection && rest.Kind == KindSection && p.Label == rest.Label &&
		!strings.HasPrefix(rest.Locator, "muc-") && len(p.Text)+len(rest.Text) <= longestPiece
}
