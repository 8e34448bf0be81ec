package message

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// Number returns n with its thousands grouped: 1.234 in Vietnamese, 1,234 in English.
func (c *Catalogue) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(c.separator(".", ","))
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Decimal returns x with at most the given number of decimals and none that are zero at its end: 1.234,5 or 1,234.5.
func (c *Catalogue) Decimal(x float64, decimals int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(x, 'f', decimals, 64), ".")
	sign := ""
	if after, negative := strings.CutPrefix(whole, "-"); negative {
		sign, whole = "-", after
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil { // beyond int64, infinite or not a number: no grouping makes it readable
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	s := sign + c.Number(n)
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		s += c.separator(",", ".") + fraction
	}
	return s
}

func (c *Catalogue) separator(vietnamese, english string) string {
	if c.language == English {
		return english
	}
	return vietnamese
}

// Clock returns d as a player shows it, to the second: 3:20, 1:02:03. Negative times count as 0.
func (c *Catalogue) Clock(d time.Duration) string {
	h, m, s := split(d)
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	}
	return fmt.Sprintf("%d:%02d", m, s)
}

// Duration returns d in words, to the second below an hour and to the minute from then on: "3 phút 20 giây".
func (c *Catalogue) Duration(d time.Duration) string {
	h, m, s := split(d)
	switch {
	case h > 0 && m > 0:
		return c.Text("duration.hours", h) + " " + c.Text("duration.minutes", m)
	case h > 0:
		return c.Text("duration.hours", h)
	case m > 0 && s > 0:
		return c.Text("duration.minutes", m) + " " + c.Text("duration.seconds", s)
	case m > 0:
		return c.Text("duration.minutes", m)
	default:
		return c.Text("duration.seconds", s)
	}
}

func split(d time.Duration) (hours, minutes, seconds int) {
	total := int(max(d, 0).Round(time.Second) / time.Second)
	return total / 3600, total / 60 % 60, total % 60
}

// Size returns a number of bytes in decimal units, as file managers do: "712 byte", "3,4 MB".
func (c *Catalogue) Size(bytes int64) string {
	if bytes < 1000 {
		return c.Text("size.bytes", bytes)
	}
	x, unit := float64(bytes), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB"} {
		if x /= 1000; x < 999.5 {
			break
		}
	}
	decimals := 0
	if x < 10 {
		decimals = 1
	}
	return c.Decimal(x, decimals) + " " + unit
}

// Hour returns the hour and minute of t in Vietnam: 13:39. "" for the zero time.
func (c *Catalogue) Hour(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(archive.Vietnam).Format("15:04")
}

// Day returns the day of t in Vietnam in words: "ngày 21 tháng 11 năm 2023", "21 November 2023". "" for the zero time.
func (c *Catalogue) Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(archive.Vietnam)
	return c.day(strconv.Itoa(t.Year()), int(t.Month()), t.Day())
}

func (c *Catalogue) day(year string, month, day int) string {
	return c.Text("date.day", strconv.Itoa(day), c.month(month), year)
}

func (c *Catalogue) month(month int) string {
	return c.Text("month." + strconv.Itoa(month))
}
