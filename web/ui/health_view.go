package ui

import (
	"fmt"
	"strings"
)

// Health is what a server measured of itself.
type Health struct {
	Lead    string
	Trouble []string // sentences; none: all is well
	Curves  []Curve
	Back    Link
}

// Curve is one figure through a day.
type Curve struct {
	Title  string
	Now    string // a sentence
	Values []float64
	Slots  int // how many values a whole day has
}

// The drawing's own units.
const curveWidth, curveHeight = 600.0, 80.0

// highest is the top of the drawing; a curve that is nothing lies at its foot.
func (c Curve) highest() float64 {
	high := 0.0
	for _, v := range c.Values {
		high = max(high, v)
	}
	return max(high, 1)
}

// line draws the values, the newest at the right edge.
func (c Curve) line() string {
	var path strings.Builder
	high, step := c.highest(), curveWidth/float64(max(1, c.Slots-1))
	for i, v := range c.Values {
		x := curveWidth - step*float64(len(c.Values)-1-i)
		fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(i, 1)], x, curveHeight*(1-v/high))
	}
	if len(c.Values) == 1 { // a path of one point shows nothing
		path.WriteString("h-3")
	}
	return path.String()
}

// area is what lies below the line.
func (c Curve) area() string {
	if len(c.Values) < 2 {
		return ""
	}
	first := curveWidth - curveWidth/float64(max(1, c.Slots-1))*float64(len(c.Values)-1)
	return fmt.Sprintf("%sV%.1fH%.1fZ", c.line(), curveHeight, first)
}
