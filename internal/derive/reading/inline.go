package reading

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vannghe/internal/viet"
)

// noteID is what a note's anchor is called in what pandoc writes; the only ids that pass through.
var noteID = regexp.MustCompile(`^fn(?:ref)?\d{1,5}$`)

// written names the inline elements that are written again, by what they become.
var written = map[atom.Atom]string{
	atom.Em: "em", atom.I: "em", atom.Cite: "em", atom.Strong: "strong", atom.B: "strong", atom.U: "u", atom.S: "s", atom.Del: "s",
	atom.Sub: "sub", atom.Sup: "sup", atom.Ruby: "ruby", atom.Rt: "rt", atom.Rp: "rp", atom.Q: "q", atom.A: "a",
}

// structure names the elements of lists and tables that are written again.
var structure = map[atom.Atom]string{
	atom.Ul: "ul", atom.Ol: "ol", atom.Li: "li", atom.Dl: "dl", atom.Dt: "dt", atom.Dd: "dd", atom.Table: "table",
	atom.Thead: "thead", atom.Tbody: "tbody", atom.Tfoot: "tfoot", atom.Tr: "tr", atom.Th: "th", atom.Td: "td",
	atom.Caption: "caption", atom.P: "p", atom.Blockquote: "blockquote",
}

// inlineWriter writes inline content anew. At a line break it closes what is open and opens it again on the next line, so
// that <em>two<br>lines</em> become two lines that each stand alone.
type inlineWriter struct {
	html  strings.Builder
	text  strings.Builder
	open  []string // start tags
	lines []line
}

// inlineLines returns the lines of inline content, cut at <br>; a lone empty line when there is nothing.
func inlineLines(nodes []*html.Node) []line {
	w := &inlineWriter{}
	for _, n := range nodes {
		w.inline(n)
	}
	w.endLine()
	return w.lines
}

func (w *inlineWriter) inline(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		w.words(n.Data)
	case n.DataAtom == atom.Br:
		w.endLine()
	case n.Type == html.ElementNode:
		tag := startTag(n)
		if tag != "" {
			w.open = append(w.open, tag)
			w.html.WriteString(tag)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.inline(c)
		}
		if tag != "" {
			w.open = w.open[:len(w.open)-1]
			w.html.WriteString(endTag(tag))
		}
	}
}

// words writes text with its white space folded: a source's own line ends are not lines.
func (w *inlineWriter) words(s string) {
	s = clean(s)
	text := strings.Join(strings.FieldsFunc(s, isHTMLSpace), " ")
	if s != "" && isHTMLSpace(rune(s[0])) {
		text = " " + text
	}
	if s != "" && text != " " && isHTMLSpace(rune(s[len(s)-1])) {
		text += " "
	}
	w.html.WriteString(escape(text))
	w.text.WriteString(text)
}

// clean makes text of a node: entities may have brought in decomposed letters and controls, so not before parsing.
func clean(s string) string { return withoutOverrides(viet.Normalize(s)) }

// isHTMLSpace is the white space that HTML folds; a no-break space stays, since old pages indent verse with it.
func isHTMLSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func (w *inlineWriter) endLine() {
	for _, tag := range slices.Backward(w.open) {
		w.html.WriteString(endTag(tag))
	}
	text := w.text.String()
	l := line{html: strings.TrimSpace(w.html.String()), text: strings.TrimSpace(text)}
	l.indent = leadingNoBreak(text)
	if l.indent > 0 {
		l.html = strings.Replace(l.html, strings.Repeat("\u00a0", l.indent), "", 1)
	}
	w.lines = append(w.lines, l)
	w.html.Reset()
	w.text.Reset()
	for _, tag := range w.open {
		w.html.WriteString(tag)
	}
}

func leadingNoBreak(s string) int {
	s = strings.TrimLeft(s, " ")
	return (len(s) - len(strings.TrimLeft(s, "\u00a0"))) / len("\u00a0")
}

// tree writes a list or table with everything below it.
func (w *inlineWriter) tree(n *html.Node) {
	tag, block := structure[n.DataAtom]
	switch {
	case n.Type == html.TextNode:
		w.words(n.Data)
		return
	case n.DataAtom == atom.Br:
		w.html.WriteString("<br>")
		return
	case block:
		tag = "<" + tag + blockAttributes(n) + ">"
	default:
		tag = startTag(n)
	}
	w.html.WriteString(tag)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.tree(c)
	}
	if tag != "" {
		w.html.WriteString(endTag(tag))
	}
}

// startTag returns the tag with which n is written, "" when only its content is.
func startTag(n *html.Node) string {
	name := written[n.DataAtom]
	if name != "a" {
		if name == "" {
			return ""
		}
		return "<" + name + ">"
	}
	tag := "<a"
	if id := attribute(n, "id"); noteID.MatchString(id) {
		tag += ` id="` + id + `"`
	}
	href := attribute(n, "href")
	switch {
	case strings.HasPrefix(href, "#") && noteID.MatchString(href[1:]):
		return tag + ` href="` + href + `">`
	case isWebAddress(href):
		return tag + ` href="` + escape(href) + `" rel="nofollow noopener">`
	case tag == "<a":
		return "" // leads nowhere in this archive
	default:
		return tag + ">"
	}
}

func isWebAddress(s string) bool {
	s = strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "mailto:")
}

func endTag(start string) string {
	name := start[1:]
	if i := strings.IndexAny(name, " >"); i >= 0 {
		name = name[:i]
	}
	return "</" + name + ">"
}

func blockAttributes(n *html.Node) string {
	s := ""
	if id := attribute(n, "id"); n.DataAtom == atom.Li && noteID.MatchString(id) {
		s += ` id="` + id + `"`
	}
	if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
		for _, name := range []string{"colspan", "rowspan"} {
			if v, err := strconv.Atoi(attribute(n, name)); err == nil && v > 1 && v <= 100 {
				s += " " + name + `="` + strconv.Itoa(v) + `"`
			}
		}
	}
	return s
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf returns the text below n as it stands.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		} else if d.DataAtom == atom.Br {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// figureText returns the text of a list or table: an item or row a line, cells parted by a space.
func figureText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		switch {
		case d.Type == html.TextNode:
			b.WriteString(clean(d.Data))
		case d.DataAtom == atom.Li, d.DataAtom == atom.Tr, d.DataAtom == atom.Dt, d.DataAtom == atom.Br:
			b.WriteByte('\v')
		case d.DataAtom == atom.Td, d.DataAtom == atom.Th, d.DataAtom == atom.Dd, d.DataAtom == atom.P:
			b.WriteByte(' ')
		}
	}
	var lines []string
	for s := range strings.SplitSeq(b.String(), "\v") {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n")
}

// joinNonEmpty makes one line of several: a heading that its author broke.
func joinNonEmpty(lines []line) line {
	return join(slices.DeleteFunc(lines, func(l line) bool { return l.text == "" }))
}
