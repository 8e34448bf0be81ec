package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// A scene is a picture as SVG: drawn by rule and chance from a fixed seed, so that every machine makes the same.

// The colours of lacquer painting.
const (
	son   = "#9e2b20" // sơn son, red
	gach  = "#c4573a"
	cham  = "#1d3a5f" // chàm, indigo
	khoi  = "#6f8596"
	vang  = "#d8a342" // vàng quỳ, gold leaf
	trung = "#f2e8d5" // vỏ trứng, eggshell
	then  = "#15110f" // sơn then, black
	reu   = "#45543a"
	la    = "#7d8f4e"
)

// canvas collects the elements of a picture of w by h units.
type canvas struct {
	w, h float64
	rnd  *rand.Rand
	b    strings.Builder
}

func newCanvas(w, h float64, seed uint64) *canvas {
	return &canvas{w: w, h: h, rnd: rand.New(rand.NewPCG(seed, 1943))}
}

func (c *canvas) put(format string, args ...any) { fmt.Fprintf(&c.b, format+"\n", args...) }

func (c *canvas) svg() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f">`+"\n%s</svg>\n",
		c.w, c.h, c.w, c.h, c.b.String())
}

// between returns a number in [low, high).
func (c *canvas) between(low, high float64) float64 { return low + c.rnd.Float64()*(high-low) }

func (c *canvas) pick(colours ...string) string { return colours[c.rnd.IntN(len(colours))] }

// ground fills the canvas from one colour at the top to another at the bottom.
func (c *canvas) ground(top, bottom string) {
	c.put(`<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient></defs>`, top, bottom)
	c.put(`<rect width="%.0f" height="%.0f" fill="url(#g)"/>`, c.w, c.h)
}

// grain lays the texture of paper or film over the picture, in tiles: noise over the whole of a large picture takes seconds to draw.
func (c *canvas) grain(strength float64) {
	c.put(`<filter id="n" x="0" y="0" width="100%%" height="100%%"><feTurbulence type="fractalNoise" stitchTiles="stitch" baseFrequency="0.9" numOctaves="1" seed="7"/>`+
		`<feColorMatrix values="0 0 0 0 0.5  0 0 0 0 0.45  0 0 0 0 0.4  0 0 0 %.2f 0"/></filter>`, strength)
	c.put(`<pattern id="t" width="400" height="400" patternUnits="userSpaceOnUse"><rect width="400" height="400" filter="url(#n)"/></pattern>`)
	c.put(`<rect width="%.0f" height="%.0f" fill="url(#t)"/>`, c.w, c.h)
}

// ridge returns the outline of a range of hills around height y, closed at the bottom.
func (c *canvas) ridge(y, swell float64) string {
	var p strings.Builder
	fmt.Fprintf(&p, "M0,%.0f L0,%.1f", c.h, y)
	a, b, d := c.between(0, 6), c.between(0, 6), c.between(0, 6)
	for x := 0.0; x <= c.w; x += c.w / 80 {
		t := x / c.w * 2 * math.Pi
		fmt.Fprintf(&p, " L%.1f,%.1f", x, y-swell*(0.6*math.Sin(t*1.3+a)+0.3*math.Sin(t*3.1+b)+0.12*math.Sin(t*8.7+d)))
	}
	fmt.Fprintf(&p, " L%.0f,%.0f Z", c.w, c.h)
	return p.String()
}

func (c *canvas) moon(x, y, r float64, colour string) {
	for i := 5; i >= 1; i-- {
		c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s" fill-opacity="%.3f"/>`, x, y, r*(1+float64(i)*0.45), colour, 0.055)
	}
	c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`, x, y, r, colour)
}

// boat draws a sampan of the given length with its oarsman.
func (c *canvas) boat(x, y, length float64, colour string) {
	l := length
	c.put(`<path d="M%.1f,%.1f q%.1f,%.1f %.1f,0 q%.1f,%.1f %.1f,0 Z" fill="%s"/>`, x, y, l/2, l*0.26, l, -l/2, l*0.1, -l, colour)
	c.put(`<path d="M%.1f,%.1f l%.1f,%.1f l%.1f,0 Z" fill="%s"/>`, x+l*0.74, y+l*0.06, l*0.05, -l*0.3, l*0.07, colour)
	c.put(`<path d="M%.1f,%.1f l%.1f,%.1f l%.1f,%.1f Z" fill="%s"/>`, x+l*0.7, y-l*0.22, l*0.13, -l*0.1, l*0.13, l*0.1, colour)
	c.put(`<path d="M%.1f,%.1f l%.1f,%.1f" stroke="%s" stroke-width="%.1f"/>`, x+l*0.8, y-l*0.12, l*0.32, l*0.3, colour, l*0.02)
}

// river draws broken light on water below y.
func (c *canvas) river(y, lightX float64, light string) {
	for range 240 {
		depth := c.rnd.Float64()
		w := 12 + depth*depth*c.w*0.12
		x := lightX + (c.rnd.Float64()-0.5)*(c.w*(0.12+0.8*depth*c.rnd.Float64()))
		c.put(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="2" fill="%s" fill-opacity="%.2f"/>`,
			x-w/2, y+depth*(c.h-y), w, 1.5+depth*4, light, 0.10+0.35*c.rnd.Float64())
	}
}

// moonlitRiver: night, hills, moon, boats at shift of their way (0..1), which the film moves.
func moonlitRiver(w, h float64, shift float64) string {
	c := newCanvas(w, h, 11)
	c.ground("#0e1b2c", "#3d4c58")
	c.moon(w*0.68, h*0.24, h*0.075, "#f4e3b0")
	for i, colour := range []string{"#22384b", "#1b2d3d", "#13212d"} {
		c.put(`<path d="%s" fill="%s"/>`, c.ridge(h*(0.50+0.05*float64(i)), h*0.07), colour)
	}
	c.put(`<rect y="%.1f" width="%.1f" height="%.1f" fill="#1a2a36"/>`, h*0.62, w, h*0.38)
	c.river(h*0.63, w*0.68, "#f0dca4")
	c.boat(w*(0.08+0.5*shift), h*0.76, w*0.17, "#080c10")
	c.boat(w*(0.62+0.1*shift), h*0.66, w*0.06, "#0c141b")
	return c.svg()
}

// terraces: rice fields on a slope, band over band.
func terraces(w, h float64) string {
	c := newCanvas(w, h, 23)
	c.ground("#e9d9b0", "#c9b27a")
	c.moon(w*0.2, h*0.17, h*0.06, gach)
	colours := []string{"#b9a24c", la, "#a8913f", reu, "#c7a94a", "#8a7a35", la, vang}
	for i := range 22 {
		f := float64(i) / 21
		c.put(`<path d="%s" fill="%s" stroke="#5d4b22" stroke-opacity="0.35" stroke-width="%.1f"/>`,
			c.ridge(h*(0.30+0.68*f), h*(0.085-0.03*f)), colours[i%len(colours)], 2+4*f)
	}
	for range 26 {
		x, y := c.between(0, w), c.between(h*0.45, h*0.97)
		r := h * 0.006 * (0.6 + y/h)
		c.put(`<path d="M%.1f,%.1f l%.1f,%.1f l%.1f,%.1f Z" fill="%s"/>`, x, y, r, -r*1.3, r, r*1.3, c.pick(trung, son, then))
	}
	c.grain(0.16)
	return c.svg()
}

// lotus: withered stems and seed heads on black lacquer, with gold leaf and eggshell.
func lotus(w, h float64) string {
	c := newCanvas(w, h, 37)
	c.ground("#1a1411", then)
	for range 900 {
		x, y := c.between(0, w), h*math.Pow(c.rnd.Float64(), 0.5)
		s := c.between(3, 14)
		c.put(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" fill-opacity="%.2f" transform="rotate(%.0f %.1f %.1f)"/>`,
			x, y, s, s*0.7, c.pick(vang, vang, trung), c.between(0.04, 0.32), c.between(0, 90), x, y)
	}
	for range 17 {
		x, top := c.between(w*0.05, w*0.95), c.between(h*0.12, h*0.6)
		bend := c.between(-w*0.1, w*0.1)
		c.put(`<path d="M%.1f,%.1f Q%.1f,%.1f %.1f,%.1f" stroke="%s" stroke-width="%.1f" fill="none"/>`,
			x, h, x+bend, (h+top)/2, x+bend*0.6, top, c.pick("#7c5a2a", son, "#5c4a28"), c.between(5, 12))
		r := c.between(w*0.018, w*0.04)
		hx := x + bend*0.6
		c.put(`<ellipse cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f" fill="%s"/>`, hx, top, r, r*0.62, c.pick(son, gach, "#8a6a2f"))
		for i := range 7 {
			a := float64(i) / 7 * 2 * math.Pi
			c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`, hx+math.Cos(a)*r*0.6, top+math.Sin(a)*r*0.34, r*0.11, trung)
		}
	}
	return c.svg()
}

// market: conical hats seen from above.
func market(w, h float64) string {
	c := newCanvas(w, h, 41)
	c.ground("#4a2a1d", "#2c1a15")
	for range 190 {
		x, y, r := c.between(0, w), c.between(0, h), c.between(h*0.035, h*0.075)
		colour := c.pick(trung, trung, "#dcc79a", vang, gach, son, cham)
		c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#0d0807" fill-opacity="0.45"/>`, x+r*0.22, y+r*0.26, r)
		c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`, x, y, r, colour)
		for ring := 1; ring < 6; ring++ {
			c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="none" stroke="#3a2413" stroke-opacity="0.28" stroke-width="%.1f"/>`, x, y, r*float64(ring)/6, r*0.02)
		}
		c.put(`<path d="M%.1f,%.1f l%.1f,%.1f A%.1f,%.1f 0 0 1 %.1f,%.1f Z" fill="#2b1a10" fill-opacity="0.25"/>`, x, y, r*0.94, r*0.34, r, r, x+r*0.34, y+r*0.94)
	}
	c.grain(0.12)
	return c.svg()
}

// wind: one thousand strokes that follow the same unseen air. A print in two colours.
func wind(w, h float64) string {
	c := newCanvas(w, h, 53)
	c.ground(trung, "#eadcc0")
	for range 1000 {
		x, y := c.between(-w*0.1, w), c.between(0, h)
		var p strings.Builder
		fmt.Fprintf(&p, "M%.1f,%.1f", x, y)
		for range 14 {
			a := 0.9*math.Sin(x/w*5.1+1) + 0.7*math.Cos(y/h*4.3)
			x, y = x+w*0.012*math.Cos(a), y+w*0.012*math.Sin(a)
			fmt.Fprintf(&p, " L%.1f,%.1f", x, y)
		}
		c.put(`<path d="%s" stroke="%s" stroke-width="%.1f" fill="none" stroke-linecap="round" stroke-opacity="0.8"/>`,
			p.String(), c.pick(cham, cham, cham, son), c.between(1.5, 7))
	}
	c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"/>`, w*0.76, h*0.27, h*0.11, son)
	return c.svg()
}

// mist: hills at daybreak, as a camera would see them.
func mist(w, h float64) string {
	c := newCanvas(w, h, 61)
	c.ground("#f3d9bd", "#aab4b8")
	c.moon(w*0.3, h*0.3, h*0.05, "#fff3df")
	for i := range 9 {
		f := float64(i) / 8
		shade := func(near, far float64) int { return int(far + (near-far)*f) }
		c.put(`<path d="%s" fill="rgb(%d,%d,%d)" fill-opacity="0.9"/>`, c.ridge(h*(0.4+0.55*f), h*(0.04+0.06*f)), shade(28, 190), shade(40, 190), shade(44, 188))
		c.put(`<rect y="%.1f" width="%.1f" height="%.1f" fill="#f1e6d8" fill-opacity="%.2f"/>`, h*(0.42+0.55*f), w, h*0.05, 0.22*(1-f))
	}
	c.grain(0.22)
	return c.svg()
}

// kiln: the mouth of a kiln at night, sparks above.
func kiln(w, h float64) string {
	c := newCanvas(w, h, 71)
	c.ground("#0d0a0b", "#241511")
	for i := 14; i >= 1; i-- {
		r := h * 0.045 * float64(i)
		c.put(`<ellipse cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f" fill="%s" fill-opacity="0.10"/>`, w*0.5, h*0.72, r*1.3, r, c.pick("#ff9a3c", "#ffb347", "#e8631c"))
	}
	c.put(`<path d="M%.1f,%.1f A%.1f,%.1f 0 0 1 %.1f,%.1f Z" fill="#ffd98a"/>`, w*0.44, h*0.78, w*0.06, h*0.12, w*0.56, h*0.78)
	for range 320 {
		x := w*0.5 + (c.rnd.Float64()-0.5)*w*0.5*c.rnd.Float64()
		c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#ffcf7a" fill-opacity="%.2f"/>`, x, c.between(h*0.05, h*0.7), c.between(0.8, 4), c.between(0.2, 0.9))
	}
	for _, x := range []float64{0.26, 0.72} {
		c.put(`<path d="M%.1f,%.1f q%.1f,%.1f %.1f,0 l%.1f,%.1f l%.1f,0 Z" fill="#070505"/>`, w*x, h*0.62, w*0.03, -h*0.14, w*0.06, w*0.03, h*0.38, -w*0.12)
	}
	c.grain(0.2)
	return c.svg()
}

// stage: a lit stage with lanterns, seen during a night of poetry; at is the time from 0 to 1.
func stage(w, h, at float64) string {
	c := newCanvas(w, h, 83)
	c.ground("#1c0f0d", "#3a1a13")
	for i := range 9 {
		x := w * (0.06 + 0.11*float64(i))
		y := h*0.16 + h*0.05*math.Sin(float64(i)*1.3+at*2*math.Pi)
		c.put(`<path d="M%.1f,0 L%.1f,%.1f" stroke="#6b3a22" stroke-width="2"/>`, x, x, y)
		c.moon(x, y+h*0.03, h*0.022*(1+0.08*math.Sin(at*12+float64(i))), "#ffb45e")
	}
	c.put(`<path d="M0,%.1f L%.1f,%.1f L%.1f,%.1f Z" fill="#2a110c"/>`, h, w*0.5, h*0.55, w, h)
	c.put(`<ellipse cx="%.1f" cy="%.1f" rx="%.1f" ry="%.1f" fill="#f0c27a" fill-opacity="0.28"/>`, w*0.5, h*0.82, w*0.26, h*0.09)
	x := w * (0.5 + 0.03*math.Sin(at*2*math.Pi))
	c.put(`<path d="M%.1f,%.1f q%.1f,%.1f %.1f,0 l%.1f,%.1f l%.1f,0 Z" fill="%s"/>`, x-w*0.022, h*0.58, w*0.022, -h*0.05, w*0.044, w*0.02, h*0.24, -w*0.084, son)
	c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#d9b48c"/>`, x, h*0.53, h*0.032)
	for i := range 40 {
		hx := w * float64(i) / 39
		c.put(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#0b0605"/>`, hx, h*(0.97+0.02*math.Sin(float64(i)*2.1)), h*0.045)
	}
	return c.svg()
}
