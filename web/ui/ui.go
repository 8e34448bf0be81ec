// Package ui is how the public site looks and speaks: components that turn typed views into HTML, the styles, scripts
// and fonts they need, and the built assets embedded into the program.
//
// A component receives plain values (a title, an EDTF date, a duration) and words them itself in the reader's language,
// so that a number looks the same on every page. Components must not fetch anything, know who asks, or decide what may
// be seen; web/page fills the views. Nothing here writes inline scripts or style attributes: the pages are served under
// script-src 'self'; style-src 'self'.
package ui

//go:generate go tool templ generate

import (
	"strings"

	"vannghe/internal/message"
)

// Text speaks to one reader: sentences, numbers and dates in their language, and addresses under its prefix.
type Text struct{ *message.Catalogue }

// Speak returns the Text for a BCP 47 tag; Vietnamese for any that is not spoken here.
func Speak(language string) Text { return Text{message.For(language)} }

// Path returns a path of the site for this reader: the same in Vietnamese, after /en in English.
func (t Text) Path(path string) string {
	if t.Language() == message.Vietnamese {
		return path
	}
	if path == "/" {
		return "/" + t.Language()
	}
	return "/" + t.Language() + path
}

// DefaultTitle is what an archive calls itself until it has a name.
const DefaultTitle = "Văn nghệ"

// HTML is markup that is safe as it stands: made by our own recipes, with everything but a short list of elements
// removed. Components write it unescaped. What a visitor or a file says never becomes HTML by conversion alone.
type HTML string

// marked returns escaped text in which only <mark> and </mark> are markup, whatever else snippet contains.
func marked(snippet string) string {
	var b strings.Builder
	for i := 0; i < len(snippet); i++ {
		switch rest := snippet[i:]; {
		case strings.HasPrefix(rest, "<mark>"):
			b.WriteString("<mark>")
			i += len("<mark>") - 1
		case strings.HasPrefix(rest, "</mark>"):
			b.WriteString("</mark>")
			i += len("</mark>") - 1
		case rest[0] == '<':
			b.WriteString("&lt;")
		case rest[0] == '>':
			b.WriteString("&gt;")
		default:
			b.WriteByte(rest[0])
		}
	}
	return b.String()
}
