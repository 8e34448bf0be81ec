package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line of Vietnamese verse has four to twelve syllables, 20 to 50 letters; free verse runs longer.
const (
	verseLine     = 60
	freeVerseLine = 90
)

// lineCount is what is counted of a text to tell verse from prose. Letters, not lines, are weighed: a story full of short
// dialogue has up to three short lines in four, but its letters are in the long ones.
type lineCount struct {
	lines, letters, short, free, dialogue int
}

func count(blocks []block) lineCount {
	var c lineCount
	for i := range blocks {
		if k := blocks[i].kind; k != paragraph && k != stanza {
			if k == figure {
				c.letters += len(blocks[i].text())
			}
			continue
		}
		for _, l := range blocks[i].lines {
			c.add(l.text)
		}
	}
	return c
}

func (c *lineCount) add(s string) {
	n := utf8.RuneCountInString(s)
	c.lines++
	c.letters += n
	if n <= verseLine {
		c.short += n
	}
	if n <= freeVerseLine {
		c.free += n
	}
	if isSpeech(s) {
		c.dialogue++
	}
}

// formOf decides whether blocks are verse: nearly all letters in short lines, hardly any speech, and not prose wrapped at
// a narrow width. A hint moves the measure, it does not decide: a story in the genre of poems stays a story.
func formOf(blocks []block, hint Form) Form {
	c := count(blocks)
	if c.lines < 2 || c.dialogue*3 > c.lines || wrapped(blocks) {
		return Prose
	}
	verse := c.short*100 >= c.letters*85
	switch hint {
	case Verse:
		verse = c.free*100 >= c.letters*75
	case Prose:
		verse = c.short*100 >= c.letters*95
	}
	if verse {
		return Verse
	}
	return Prose
}

func isSpeech(s string) bool {
	return strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "– ") || strings.HasPrefix(s, "— ") || strings.HasPrefix(s, "-") && len(s) > 1
}

// wrapped reports whether the lines of blocks are prose that a program broke at a fixed width: lines go on in mid-sentence
// with a small letter, and all but the last of each block reach about the same width.
func wrapped(blocks []block) bool {
	width, lines, full, goesOn := 0, 0, 0, 0
	eachInner(blocks, func(l, _ string) { width = max(width, utf8.RuneCountInString(l)) })
	if width < 40 || width > 120 {
		return false
	}
	eachInner(blocks, func(l, next string) {
		lines++
		if utf8.RuneCountInString(l)*100 >= width*75 {
			full++
		}
		if first, _ := utf8.DecodeRuneInString(next); unicode.IsLower(first) {
			goesOn++
		}
	})
	return lines > 0 && full*100 >= lines*80 && goesOn*100 >= lines*60
}

// eachInner calls f with every line that another one of the same block follows.
func eachInner(blocks []block, f func(l, next string)) {
	for i := range blocks {
		if blocks[i].kind != paragraph {
			continue
		}
		for j := 1; j < len(blocks[i].lines); j++ {
			f(blocks[i].lines[j-1].text, blocks[i].lines[j].text)
		}
	}
}

// gatherStanzas makes stanzas of a verse text. Where the source gives each line a paragraph of its own (as word processors
// do), neighbours up to a gap belong together.
func gatherStanzas(blocks []block) []block {
	var out []block
	open := false
	for _, b := range closeUp(blocks) {
		switch b.kind {
		case gap:
			open = false
		case paragraph, stanza:
			if open && len(b.lines) == 1 {
				last := &out[len(out)-1]
				last.lines = append(last.lines, b.lines...)
				continue
			}
			out = append(out, block{kind: stanza, lines: append([]line(nil), b.lines...)})
			open = len(b.lines) == 1
		default:
			out = append(out, b)
			open = false
		}
	}
	return out
}

// closeUp takes single gaps out of a text in which every line is followed by one, as typewriters and careless programs do:
// only wider gaps part stanzas there.
func closeUp(blocks []block) []block {
	lines := 0
	for i := range blocks {
		if k := blocks[i].kind; k == paragraph || k == stanza {
			lines++
			if len(blocks[i].lines) > 1 || i+1 < len(blocks) && blocks[i+1].kind == paragraph {
				return blocks
			}
		}
	}
	if lines < 4 {
		return blocks
	}
	out := make([]block, 0, len(blocks))
	for i, b := range blocks {
		wide := i > 0 && blocks[i-1].kind == gap
		if b.kind != gap || wide {
			out = append(out, b)
		}
	}
	return out
}

// settleProse gives every line of a prose text its place: wrapped lines are joined, a block of short lines stays together
// as quoted verse, all other lines are paragraphs.
func settleProse(blocks []block) []block {
	joined := wrapped(blocks)
	out := make([]block, 0, len(blocks))
	for _, b := range blocks {
		switch {
		case b.kind == gap:
		case b.kind != paragraph || len(b.lines) == 1:
			out = append(out, b)
		case joined:
			out = append(out, block{kind: paragraph, quoted: b.quoted, lines: []line{join(b.lines)}})
		case quotedVerse(b.lines):
			out = append(out, block{kind: stanza, quoted: b.quoted, lines: b.lines})
		default:
			for _, l := range b.lines {
				out = append(out, block{kind: paragraph, quoted: b.quoted, lines: []line{l}})
			}
		}
	}
	return out
}

func join(lines []line) line {
	var html, text strings.Builder
	for i, l := range lines {
		if i > 0 {
			html.WriteByte(' ')
			text.WriteByte(' ')
		}
		html.WriteString(l.html)
		text.WriteString(l.text)
	}
	return line{html: html.String(), text: text.String()}
}

func quotedVerse(lines []line) bool {
	for _, l := range lines {
		if utf8.RuneCountInString(l.text) > verseLine || isSpeech(l.text) {
			return false
		}
	}
	return true
}
