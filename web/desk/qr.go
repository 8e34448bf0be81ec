package desk

import (
	"fmt"
	"strings"

	qr "github.com/piglig/go-qr"
)

// Code is a QR code: Path draws its dark modules, each one unit wide, in a square of Size units that has the quiet zone of four around it
// (ISO/IEC 18004 §6.3.8).
type Code struct {
	Size int
	Path string
	dark func(x, y int) bool
}

const quiet = 4

// QR draws a text. A quarter of it may be dirty or torn.
func QR(text string) (Code, error) {
	q, err := qr.EncodeText(text, qr.Quartile)
	if err != nil {
		return Code{}, fmt.Errorf("draw a QR code: %w", err)
	}
	size := q.Size() + 2*quiet
	c := Code{Size: size, dark: func(x, y int) bool { return q.Module(x-quiet, y-quiet) }}
	var b strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && c.dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	c.Path = b.String()
	return c, nil
}

// Lines draws the code for a terminal, light on dark or dark on light alike, two rows of it to a line.
func (c Code) Lines() string {
	var b strings.Builder
	for y := 0; y < c.Size; y += 2 {
		for x := range c.Size {
			upper, lower := !c.dark(x, y), y+1 < c.Size && !c.dark(x, y+1)
			b.WriteString(map[[2]bool]string{{true, true}: "█", {true, false}: "▀", {false, true}: "▄", {false, false}: " "}[[2]bool{upper, lower}])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
