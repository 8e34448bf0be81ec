package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// series is one line of a curve.
type series struct {
	name   string
	values []float64
}

// curve writes figures as a picture into VANNGHE_BENCH_OUT: values up from nothing, labels across, in the colours of search.svg.
func curve(t *testing.T, file, title string, across []string, lines []series) {
	t.Helper()
	out := os.Getenv("VANNGHE_BENCH_OUT")
	if out == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(out, file), drawn(title, across, lines), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("wrote %s", filepath.Join(out, file))
}

func drawn(title string, across []string, lines []series) []byte {
	const width, height, left, top = 620.0, 240.0, 64.0, 40.0
	colours := []string{"#9b2d20", "#2f5d8a", "#3f8f6b", "#b8860b", "#6b4c7a", "#51473b"}
	high := 0.0
	for _, l := range lines {
		for _, v := range l.values {
			high = max(high, v)
		}
	}
	high = max(high, 1e-9)
	x := func(i int) float64 { return left + width*(float64(i)+0.5)/float64(len(across)) }
	y := func(v float64) float64 { return top + height*(1-v/high) }
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="sans-serif" font-size="11" fill="#2a2522">`+"\n", left+width+20, top+height+50+16*float64(len(lines)))
	fmt.Fprintf(&b, `<title>%s, %s</title><rect width="100%%" height="100%%" fill="#fbf8f1"/><text x="%.0f" y="20" font-weight="bold">%s</text>`+"\n", title, time.Now().UTC().Format(time.DateOnly), left, title)
	for i := range 5 {
		v := high * float64(i) / 4
		fmt.Fprintf(&b, `<path d="M%.0f %.1fh%.0f" stroke="#ddd5c6"/><text x="%.0f" y="%.1f" text-anchor="end">%.3g</text>`+"\n", left, y(v), width, left-6, y(v)+4, v)
	}
	for i, label := range across {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.0f" text-anchor="middle">%s</text>`+"\n", x(i), top+height+18, label)
	}
	for n, l := range lines {
		var path strings.Builder
		for i, v := range l.values {
			fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(i, 1)], x(i), y(v))
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="2.4" fill="%s"/>`, x(i), y(v), colours[n%len(colours)])
		}
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="1.6"/>`+"\n", path.String(), colours[n%len(colours)])
		foot := top + height + 40 + 16*float64(n)
		fmt.Fprintf(&b, `<path d="M%.0f %.0fh24" stroke="%s" stroke-width="2"/><text x="%.0f" y="%.0f">%s</text>`+"\n", left, foot-4, colours[n%len(colours)], left+30, foot, l.name)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
