package reading

import "strings"

// blockKind says what a block is.
type blockKind int

const (
	gap       blockKind = iota // an empty line or paragraph: what parts stanzas
	heading                    // one line
	paragraph                  // one line, or several where the source breaks them
	stanza                     // lines that are kept
	rule                       // a line of asterisks, <hr>
	figure                     // lists and tables: HTML made here from checked elements
)

// block is a piece of a text between two block boundaries of its source.
type block struct {
	kind   blockKind
	level  int  // of a heading, from 1
	quoted bool // inside a quotation
	lines  []line
}

// line is one line of a block: html is safe and of the same letters as text. The html of a figure is its whole.
type line struct {
	html   string
	text   string
	indent int // columns of white space before it
}

// plain reports whether the line carries no markup, so that it may be cut anywhere.
func (l line) plain() bool { return l.html == escape(l.text) }

// text returns the lines of b joined by "\n".
func (b *block) text() string {
	if len(b.lines) == 1 {
		return b.lines[0].text
	}
	var s strings.Builder
	for i, l := range b.lines {
		if i > 0 {
			s.WriteByte('\n')
		}
		s.WriteString(l.text)
	}
	return s.String()
}

func plainLine(s string) line {
	trimmed := strings.TrimLeft(s, " \t\u00a0\u2003\u3000")
	indent := 0
	for _, c := range s[:len(s)-len(trimmed)] {
		if c == '\t' {
			indent += 4
		} else {
			indent++
		}
	}
	text := strings.Join(strings.Fields(trimmed), " ")
	return line{html: escape(text), text: text, indent: indent}
}

// escape writes text so that HTML reads it back unchanged.
func escape(text string) string { return escaper.Replace(text) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")
