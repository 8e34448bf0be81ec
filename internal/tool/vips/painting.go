package vips

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"strconv"

	"vannghe/internal/tool"
)

// Style is how a made painting looks.
type Style string

// The styles.
const (
	StyleMist    Style = "mist"    // soft clouds of the palette's colours
	StyleMosaic  Style = "mosaic"  // cells like eggshell laid in lacquer
	StyleRidges  Style = "ridges"  // hill behind hill, each of one colour
	StyleRipples Style = "ripples" // rings of colour like the grain of wood
)

// Painting describes a picture that the program makes itself, for `vannghe demo` and for tests. The same description gives
// the same picture.
type Painting struct {
	Size
	Style   Style
	Palette []Colour // at least two, from the ground up
	Seed    int
}

// Paint writes p to out as a JPEG of quality 90. Errors: those of tool.Runner.Run.
func (t *Tool) Paint(ctx context.Context, p Painting, out string) error {
	if err := tool.CheckPath(out); err != nil || p.Width <= 0 || p.Height <= 0 || len(p.Palette) < 2 {
		return fmt.Errorf("painting of %d×%d in %d colours: %w", p.Width, p.Height, len(p.Palette), os.ErrInvalid)
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return err
	}
	err = p.paint(&canvas{tool: t, ctx: ctx, folder: folder, painting: p}, out)
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return err
}

func (p Painting) paint(c *canvas, out string) error {
	relief := c.relief()
	table := c.folder.File("palette.png")
	if err := writePalette(table, p.shades()); err != nil {
		return err
	}
	made := c.file("painted.tif")
	c.vips("maplut", relief, made, table)
	c.vips("copy", made, c.file("made.jpg")+"[Q=90,optimize_coding]")
	if c.err != nil {
		return c.err
	}
	return move(c.file("made.jpg"), out)
}

// canvas runs one operation after another until one fails; every step leaves a file for the next.
type canvas struct {
	tool     *Tool
	ctx      context.Context
	folder   *tool.Folder
	painting Painting
	step     int
	err      error
}

func (c *canvas) file(name string) string { return c.folder.File(name) }

func (c *canvas) vips(args ...string) {
	if c.err == nil {
		_, c.err = c.tool.vips(c.ctx, args...)
	}
}

// next names the result of a step.
func (c *canvas) next() string {
	c.step++
	return c.file("step-" + strconv.Itoa(c.step) + ".tif")
}

// relief returns a picture of one band of 8 bits, which the palette then colours.
func (c *canvas) relief() string {
	p := c.painting
	short := min(p.Width, p.Height)
	switch p.Style {
	case StyleMosaic:
		return c.flat(c.sum(layer{c.cells(short/14 + 1), 1}, layer{c.noise(short/3+1, 0), 0.6}))
	case StyleRidges:
		return c.flat(c.sum(layer{c.slope(), 1}, layer{c.noise(short/2+1, 0), 0.55}, layer{c.noise(short/7+1, 1), 0.16}, layer{c.noise(short/30+1, 2), 0.035}))
	default:
		return c.flat(c.sum(layer{c.noise(short/2+1, 0), 1}, layer{c.noise(short/4+1, 1), 0.5}, layer{c.noise(short/9+1, 2), 0.22}, layer{c.noise(short/25+1, 3), 0.08}))
	}
}

type layer struct {
	file   string
	weight float64
}

// noise makes smooth noise of the given grain, in pixels.
func (c *canvas) noise(grain, n int) string {
	out := c.next()
	c.vips("perlin", out, strconv.Itoa(c.painting.Width), strconv.Itoa(c.painting.Height), "--uchar",
		"--cell-size", strconv.Itoa(grain), "--seed", strconv.Itoa(c.painting.Seed*16+n))
	return out
}

// cells makes distances to scattered points.
func (c *canvas) cells(grain int) string {
	raw, out := c.next(), c.next()
	c.vips("worley", raw, strconv.Itoa(c.painting.Width), strconv.Itoa(c.painting.Height),
		"--cell-size", strconv.Itoa(grain), "--seed", strconv.Itoa(c.painting.Seed))
	c.vips("scale", raw, out)
	return out
}

// slope makes a ramp from top to bottom.
func (c *canvas) slope() string {
	raw, out := c.next(), c.next()
	c.vips("grey", raw, strconv.Itoa(c.painting.Height), strconv.Itoa(c.painting.Width), "--uchar")
	c.vips("rot", raw, out, "d90")
	return out
}

// sum adds weighted layers.
func (c *canvas) sum(layers ...layer) string {
	total := ""
	for _, l := range layers {
		weighted := c.next()
		c.vips("linear", l.file, weighted, strconv.FormatFloat(l.weight, 'f', 3, 64), "0")
		if total == "" {
			total = weighted
			continue
		}
		added := c.next()
		c.vips("add", total, weighted, added)
		total = added
	}
	return total
}

// flat stretches to 8 bits.
func (c *canvas) flat(in string) string {
	out := c.next()
	c.vips("scale", in, out)
	return out
}

// shades returns the 256 colours that a relief's heights become.
func (p Painting) shades() []Colour {
	shades := make([]Colour, 256)
	for i := range shades {
		at := float64(i) / 255
		switch p.Style {
		case StyleRidges:
			shades[i] = p.ridge(at)
		case StyleRipples:
			at = math.Abs(math.Mod(3*at, 2) - 1)
			shades[i] = p.blend(at)
		default:
			shades[i] = p.blend(at)
		}
	}
	return shades
}

// blend mixes the two colours of the palette between which at (0 to 1) lies.
func (p Painting) blend(at float64) Colour {
	place := at * float64(len(p.Palette)-1)
	n := min(int(place), len(p.Palette)-2)
	return mix(p.Palette[n], p.Palette[n+1], place-float64(n))
}

// ridge gives each hill one colour, lighter towards its foot as in haze.
func (p Painting) ridge(at float64) Colour {
	place := at * float64(len(p.Palette))
	n := min(int(place), len(p.Palette)-1)
	return mix(p.Palette[n], Colour{255, 244, 224}, 0.28*(place-float64(n)))
}

func mix(a, b Colour, share float64) Colour {
	one := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*share)) }
	return Colour{one(a.R, b.R), one(a.G, b.G), one(a.B, b.B)}
}

func writePalette(path string, shades []Colour) error {
	m := image.NewNRGBA(image.Rect(0, 0, len(shades), 1))
	for i, s := range shades {
		m.SetNRGBA(i, 0, color.NRGBA{s.R, s.G, s.B, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return fmt.Errorf("encode the palette: %w", err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("write the palette: %w", err)
	}
	return nil
}
