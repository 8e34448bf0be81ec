package reading

import (
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"vannghe/internal/archive"
)

// htmlBlocks reads a page twice over: bluemonday takes away everything that acts, then a reader that knows only the
// elements below writes each block anew. What neither knows cannot come out.
func htmlBlocks(page string) ([]block, error) {
	root, err := html.Parse(strings.NewReader(policy().Sanitize(page)))
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "text-unreadable").Because(err)
	}
	r := &reader{}
	r.container(root, false)
	r.flush(false)
	return r.blocks, nil
}

// policy is what may pass into the reader. Containers without meaning pass so that block boundaries are not lost; they
// are not written again.
func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "div", "section", "article",
		"main", "center", "header", "footer", "aside", "figure", "figcaption", "address", "ul", "ol", "li", "dl", "dt", "dd",
		"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "a", "em", "i", "strong", "b", "u", "s", "del",
		"sub", "sup", "ruby", "rt", "rp", "q", "cite", "span")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true) // for notes; the writer drops every other
	p.AllowAttrs("id").Matching(noteID).OnElements("a", "li")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.SkipElementsContent("title", "textarea") // not svg or form: left open they would swallow the rest of the page
	return p
}

// reader walks the tree of a checked page.
type reader struct {
	blocks []block
	inline []*html.Node // inline content met outside a paragraph
}

// container reads the children of a block element.
func (r *reader) container(n *html.Node, quoted bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if isInline(c) {
			r.inline = append(r.inline, c)
			continue
		}
		r.flush(quoted)
		r.element(c, quoted)
	}
	r.flush(quoted)
}

func (r *reader) element(n *html.Node, quoted bool) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.heading(n)
	case atom.P, atom.Address, atom.Figcaption:
		r.lines(children(n), quoted)
	case atom.Pre:
		r.preformatted(n, quoted)
	case atom.Hr:
		r.blocks = append(r.blocks, block{kind: rule})
	case atom.Blockquote:
		r.container(n, true)
	case atom.Ul, atom.Ol, atom.Dl, atom.Table:
		r.figure(n, quoted)
	case atom.Head:
	default:
		r.container(n, quoted)
	}
}

func (r *reader) heading(n *html.Node) {
	l := joinNonEmpty(inlineLines(children(n)))
	if l.text == "" {
		return
	}
	l.text = clip(l.text, 300)
	r.blocks = append(r.blocks, block{kind: heading, level: int(n.Data[1] - '0'), lines: []line{l}})
}

// lines adds a paragraph, or a gap for an empty one. Empty lines inside it (two <br>) part stanzas as empty paragraphs do.
func (r *reader) lines(nodes []*html.Node, quoted bool) {
	r.addLines(inlineLines(nodes), quoted)
}

func (r *reader) addLines(all []line, quoted bool) {
	var run []line
	flush := func() {
		if len(run) > 0 {
			r.blocks = append(r.blocks, block{kind: paragraph, quoted: quoted, lines: run})
			run = nil
		}
	}
	for i, l := range all {
		if l.text != "" {
			run = append(run, l)
			continue
		}
		flush()
		if i > 0 && i < len(all)-1 || len(all) == 1 {
			r.blocks = append(r.blocks, block{kind: gap})
		}
	}
	flush()
}

// flush makes a paragraph of inline content that stood between blocks.
func (r *reader) flush(quoted bool) {
	nodes := r.inline
	r.inline = nil
	for _, n := range nodes {
		if n.Type != html.TextNode || strings.TrimSpace(n.Data) != "" {
			r.lines(nodes, quoted)
			return
		}
	}
}

// preformatted keeps the lines of <pre>: in an archive of literature that is how old pages set verse.
func (r *reader) preformatted(n *html.Node, quoted bool) {
	var all []line
	for s := range strings.SplitSeq(clean(textOf(n)), "\n") {
		all = append(all, plainLine(s))
	}
	r.addLines(all, quoted)
}

func (r *reader) figure(n *html.Node, quoted bool) {
	w := &inlineWriter{}
	w.tree(n)
	l := line{html: w.html.String(), text: figureText(n)}
	if l.text != "" {
		r.blocks = append(r.blocks, block{kind: figure, quoted: quoted, lines: []line{l}})
	}
}

func children(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		list = append(list, c)
	}
	return list
}

func isInline(n *html.Node) bool {
	if n.Type == html.TextNode {
		return true
	}
	if n.Type != html.ElementNode {
		return false
	}
	switch n.DataAtom {
	case atom.A, atom.Em, atom.I, atom.Strong, atom.B, atom.U, atom.S, atom.Del, atom.Sub, atom.Sup, atom.Ruby, atom.Rt,
		atom.Rp, atom.Q, atom.Cite, atom.Span, atom.Br:
		return true
	default:
		return false
	}
}
