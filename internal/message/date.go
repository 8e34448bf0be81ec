package message

import (
	"regexp"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

// point is one end of an EDTF date: year, century or decade, month, day, qualifier.
var point = regexp.MustCompile(`^(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2})(?:-(\d{2}))?)?([~?%])?$`)

// Date returns an EDTF date in words: "khoảng 1997" for 1997~, "những năm 1990" for 199X, "1990–1999" for an interval of
// years. "" for the empty date; what is not EDTF comes back as it is.
func (c *Catalogue) Date(d archive.Date) string {
	from, to, interval := strings.Cut(string(d), "/")
	if !interval {
		return c.point(from)
	}
	switch {
	case to == "..":
		return c.Text("date.from", c.point(from))
	case from == "..":
		return c.Text("date.until", c.point(to))
	case len(from) == 4 && len(to) == 4 && !strings.ContainsAny(from+to, "X"):
		return from + "–" + to
	default:
		return c.Text("date.between", c.point(from), c.point(to))
	}
}

func (c *Catalogue) point(s string) string {
	m := point.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	words := c.exact(m[1], m[2], m[3])
	switch m[4] {
	case "~":
		return c.Text("date.about", words)
	case "?":
		return c.Text("date.perhaps", words)
	case "%":
		return c.Text("date.perhaps-about", words)
	default:
		return words
	}
}

func (c *Catalogue) exact(year, month, day string) string {
	if decade, ok := strings.CutSuffix(year, "XX"); ok {
		return c.century(decade)
	}
	if decade, ok := strings.CutSuffix(year, "X"); ok {
		return c.Text("date.decade", decade+"0")
	}
	m, _ := strconv.Atoi(month) // "" is no month; the pattern admits nothing else that fails
	n, _ := strconv.Atoi(day)
	switch {
	case m < 1 || m > 12:
		return year
	case n == 0:
		return c.Text("date.month", c.month(m), year)
	default:
		return c.day(year, m, n)
	}
}

func (c *Catalogue) century(hundreds string) string {
	n, err := strconv.Atoi(hundreds)
	if err != nil {
		return hundreds
	}
	return c.Text("date.century", c.ordinal(n+1))
}

// ordinal returns n as English numbers its centuries: 18th, 21st. Vietnamese uses the plain number.
func (c *Catalogue) ordinal(n int) string {
	s := strconv.Itoa(n)
	if c.language != English {
		return s
	}
	switch {
	case n%100 >= 11 && n%100 <= 13:
		return s + "th"
	case n%10 == 1:
		return s + "st"
	case n%10 == 2:
		return s + "nd"
	case n%10 == 3:
		return s + "rd"
	default:
		return s + "th"
	}
}

// Year returns the year of an EDTF date as lists show it, in few characters: "1997", and "k. 1997" (khoảng) when the date
// is only about right. "" when unknown.
func (c *Catalogue) Year(d archive.Date) string {
	y := d.Year()
	if y == 0 {
		return ""
	}
	s := strconv.Itoa(y)
	if strings.ContainsAny(string(d), "~?%X") {
		return c.Text("date.about-short", s)
	}
	return s
}
