// Package rsvg makes PDF documents and pictures from drawings that the program describes itself: for `vannghe demo` and for
// tests. Pages are typed values; no SVG from outside ever comes here.
//
// It must not know of works, storage or jobs, and starts no process itself: internal/tool does.
package rsvg

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/tool"
)

// Tool runs rsvg-convert. Safe for concurrent use.
type Tool struct {
	runner *tool.Runner
}

// New returns a Tool that runs rsvg-convert with r.
func New(r *tool.Runner) *Tool { return &Tool{runner: r} }

// Page is one page. Lengths are in points, 72 to the inch; (0, 0) is the upper left corner.
type Page struct {
	Width, Height float64
	Ground        string // colour, such as "#f6efe0"; "" for white
	Shapes        []Shape
}

// A4 returns an empty page of 210 × 297 mm.
func A4() Page { return Page{Width: 595, Height: 842} }

// Shape is what stands on a page; the later covers the earlier.
type Shape interface{ svg(b *strings.Builder) }

// Text is lines of text. Real letters: they can be searched and copied from the PDF.
type Text struct {
	X, Y    float64 // of the first line's base line
	Size    float64
	Leading float64 // from line to line; 0 means 1.5 × Size
	Colour  string  // "" for near black
	Anchor  Anchor
	Bold    bool
	Italic  bool
	Sans    bool
	Lines   []string
}

// Anchor says which part of a line stands at X.
type Anchor string

// The anchors.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Rect is a filled rectangle.
type Rect struct {
	X, Y, Width, Height float64
	Colour              string
}

// Circle is a filled circle.
type Circle struct {
	X, Y, Radius float64
	Colour       string
}

// Hill is the ground below a line of points, smoothed.
type Hill struct {
	Points []Point // from left to right
	Bottom float64
	Colour string
}

// Point is a place on the page.
type Point struct{ X, Y float64 }

// Picture is a JPEG, scaled to cover its place.
type Picture struct {
	X, Y, Width, Height float64
	JPEG                []byte
}

// Drawing is an svg element that the program has written itself, with its size, placed on the page.
type Drawing struct {
	X, Y float64
	SVG  string
}

// PDF writes pages to out. Errors: those of tool.Runner.Run.
func (t *Tool) PDF(ctx context.Context, pages []Page, out string) error {
	return t.convert(ctx, pages, out, []string{"--format=pdf"})
}

// PNG writes page to out, width pixels wide. Errors: those of tool.Runner.Run.
func (t *Tool) PNG(ctx context.Context, page Page, width int, out string) error {
	return t.convert(ctx, []Page{page}, out, []string{"--format=png", "--keep-aspect-ratio", "--width=" + strconv.Itoa(width)})
}

func (t *Tool) convert(ctx context.Context, pages []Page, out string, args []string) error {
	if err := tool.CheckPath(out); err != nil || len(pages) == 0 {
		return fmt.Errorf("%d pages: %w", len(pages), os.ErrInvalid)
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return err
	}
	args = append(args, "--output="+out)
	for n, p := range pages {
		name := folder.File(fmt.Sprintf("page-%04d.svg", n))
		if err = os.WriteFile(name, p.svg(), 0o600); err != nil {
			break
		}
		args = append(args, name)
	}
	if err == nil {
		_, err = t.runner.Run(ctx, tool.Command{Program: tool.RSVG, Args: args, Limits: tool.Limits{Time: 2 * time.Minute, Memory: 1 << 30}})
	}
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return err
}

func (p Page) svg() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%gpt" height="%gpt" viewBox="0 0 %g %g">`, p.Width, p.Height, p.Width, p.Height)
	ground := p.Ground
	if ground == "" {
		ground = "#ffffff"
	}
	Rect{Width: p.Width, Height: p.Height, Colour: ground}.svg(&b)
	for _, s := range p.Shapes {
		s.svg(&b)
	}
	b.WriteString("</svg>")
	return []byte(b.String())
}

// escaped makes text safe between tags and in attributes.
func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

func (t Text) svg(b *strings.Builder) {
	leading, colour := t.Leading, t.Colour
	if leading <= 0 {
		leading = 1.5 * t.Size
	}
	if colour == "" {
		colour = "#1d1712"
	}
	anchor := t.Anchor
	if anchor == "" {
		anchor = Start
	}
	for n, line := range t.Lines {
		if line == "" {
			continue
		}
		fmt.Fprintf(b, `<text x="%g" y="%g" font-size="%g" font-family="%s"%s text-anchor="%s" fill="%s" xml:space="preserve">%s</text>`,
			t.X, t.Y+float64(n)*leading, t.Size, t.family(), t.style(), anchor, escaped(colour), escaped(line))
	}
}

// family names fonts that hold every Vietnamese letter; DejaVu comes with Debian's fontconfig.
func (t Text) family() string {
	if t.Sans {
		return "Be Vietnam Pro, Noto Sans, DejaVu Sans, sans-serif"
	}
	return "Literata, Noto Serif, DejaVu Serif, serif"
}

func (t Text) style() string {
	s := ""
	if t.Bold {
		s += ` font-weight="bold"`
	}
	if t.Italic {
		s += ` font-style="italic"`
	}
	return s
}

func (r Rect) svg(b *strings.Builder) {
	fmt.Fprintf(b, `<rect x="%g" y="%g" width="%g" height="%g" fill="%s"/>`, r.X, r.Y, r.Width, r.Height, escaped(r.Colour))
}

func (c Circle) svg(b *strings.Builder) {
	fmt.Fprintf(b, `<circle cx="%g" cy="%g" r="%g" fill="%s"/>`, c.X, c.Y, c.Radius, escaped(c.Colour))
}

func (h Hill) svg(b *strings.Builder) {
	if len(h.Points) < 2 {
		return
	}
	first, last := h.Points[0], h.Points[len(h.Points)-1]
	fmt.Fprintf(b, `<path fill="%s" d="M%g %gL%g %g`, escaped(h.Colour), first.X, h.Bottom, first.X, first.Y)
	for n := 1; n < len(h.Points); n++ { // through the middles, with the points as handles
		p, q := h.Points[n-1], h.Points[n]
		fmt.Fprintf(b, `Q%g %g %g %g`, p.X, p.Y, (p.X+q.X)/2, (p.Y+q.Y)/2)
	}
	fmt.Fprintf(b, `L%g %gL%g %gZ"/>`, last.X, last.Y, last.X, h.Bottom)
}

func (p Picture) svg(b *strings.Builder) {
	fmt.Fprintf(b, `<image x="%g" y="%g" width="%g" height="%g" preserveAspectRatio="xMidYMid slice" href="data:image/jpeg;base64,%s"/>`,
		p.X, p.Y, p.Width, p.Height, base64.StdEncoding.EncodeToString(p.JPEG))
}

func (d Drawing) svg(b *strings.Builder) {
	fmt.Fprintf(b, `<g transform="translate(%g %g)">%s</g>`, d.X, d.Y, d.SVG)
}

// Wrap breaks text into lines of at most width points at the given size. Widths are estimated from the shapes of letters in
// serif text, on the wide side; a word longer than a line stands alone. Line breaks in text are kept.
func Wrap(text string, size, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, length := "", 0.0
		for _, word := range strings.Fields(paragraph) {
			w := wordWidth(word) * size
			if line != "" && length+0.33*size+w > width {
				lines = append(lines, line)
				line, length = "", 0
			}
			if line != "" {
				line += " "
				length += 0.33 * size
			}
			line += word
			length += w
		}
		lines = append(lines, line)
	}
	return lines
}

// wordWidth is in ems.
func wordWidth(word string) float64 {
	total := 0.0
	for _, r := range word {
		switch {
		case strings.ContainsRune("iìíỉĩịljtfrI.,;:'’‘!|()[]", r):
			total += 0.40
		case strings.ContainsRune("mwMWƠỜỚỞỠỢ—…", r):
			total += 0.98
		case r >= 'A' && r <= 'Z' || r == 'Đ':
			total += 0.76
		default:
			total += 0.62
		}
	}
	return total
}
