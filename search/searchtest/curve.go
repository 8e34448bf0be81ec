package searchtest

import (
	"bytes"
	"fmt"
	"math"
)

// Measures of the drawing in pixels.
const (
	panelWidth, panelHeight = 260.0, 200.0
	panelLeft, panelTop     = 44.0, 34.0
	panelStep               = panelWidth + panelLeft + 16
	legendHeight            = 62.0
)

// The axes: documents across, milliseconds up, both by powers of ten.
const (
	fewestDocs, mostDocs       = 1e3, 1e6
	fewestMillis, mostMillis   = 0.01, 1e4
	ground, ink, faint, barInk = "#fbf8f1", "#2a2522", "#ddd5c6", "#9b2d20"
)

// colours tell the engines apart, also to those who do not see red and green.
func colours() map[string]string {
	return map[string]string{"vannghe": "#9b2d20", "fts5": "#2f5d8a", "postgres": "#3f8f6b", "xapian": "#b8860b"}
}

// SVG draws p50 (lines) and p99 (dashes) of the whole page by the number of documents, a panel for each kind of query.
func (r *Results) SVG() []byte {
	panels := []string{wordClasses, classPhrase, classFaceted, classPrefix}
	width, height := panelStep*float64(len(panels))+8, panelTop+panelHeight+legendHeight
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" font-family="sans-serif" font-size="11" fill="%s">`+"\n", width, height, ink)
	fmt.Fprintf(&b, `<title>Whole page of results: p50 and p99 in ms by number of documents, %s</title>`+"\n", r.When.Format("2006-01-02"))
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="%s"/>`+"\n", ground)
	for i, class := range panels {
		fmt.Fprintf(&b, `<g transform="translate(%.0f %.0f)">`+"\n", panelLeft+float64(i)*panelStep, panelTop)
		r.panel(&b, class)
		b.WriteString("</g>\n")
	}
	legend(&b, panelTop+panelHeight+legendHeight-14)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func across(docs float64) float64 {
	return panelWidth * math.Log(docs/fewestDocs) / math.Log(mostDocs/fewestDocs)
}

func up(millis float64) float64 {
	millis = min(max(millis, fewestMillis), mostMillis)
	return panelHeight * (1 - math.Log(millis/fewestMillis)/math.Log(mostMillis/fewestMillis))
}

func (r *Results) panel(b *bytes.Buffer, class string) {
	fmt.Fprintf(b, `<text y="-14" font-weight="bold">%s</text>`+"\n", class)
	for v := fewestMillis; v <= mostMillis*1.01; v *= 10 {
		fmt.Fprintf(b, `<path d="M0 %.1fH%.0f" stroke="%s"/><text x="-6" y="%.1f" text-anchor="end">%g</text>`+"\n", up(v), panelWidth, faint, up(v)+4, math.Round(v*100)/100)
	}
	fmt.Fprintf(b, `<path d="M0 %.1fH%.0f" stroke="%s" stroke-dasharray="1 3"/>`+"\n", up(barPage), panelWidth, barInk)
	for _, round := range r.Rounds {
		if round.Grown > 0 {
			x := across(float64(round.Grown))
			fmt.Fprintf(b, `<path d="M%.1f 0V%.0f" stroke="%s"/><text x="%.1f" y="%.0f" text-anchor="middle">%s</text>`+"\n", x, panelHeight, faint, x, panelHeight+16, thousands(round.Grown))
		}
	}
	for _, engine := range Engines() {
		r.line(b, engine, class, 50)
		r.line(b, engine, class, 99)
	}
}

// line draws a percentile of an engine through the sizes; a single size is a point.
func (r *Results) line(b *bytes.Buffer, engine, class string, percentile float64) {
	path, dots := "", ""
	for i := range r.Rounds {
		e := r.Rounds[i].of(engine)
		if e == nil || len(e.millis(class, ModePage)) == 0 {
			continue
		}
		x, y := across(float64(r.Rounds[i].Grown)), up(Percentile(e.millis(class, ModePage), percentile))
		path += fmt.Sprintf("%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[path == ""], x, y)
		dots += fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="2.2" fill="%s"/>`, x, y, colours()[engine])
	}
	if path == "" {
		return
	}
	dashes := ""
	if percentile > 50 {
		dashes = ` stroke-dasharray="5 3"`
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="1.6"%s/>%s`+"\n", path, colours()[engine], dashes, dots)
}

func legend(b *bytes.Buffer, y float64) {
	x := panelLeft
	for _, engine := range Engines() {
		fmt.Fprintf(b, `<path d="M%.0f %.0fh24" stroke="%s" stroke-width="2"/><text x="%.0f" y="%.0f">%s</text>`+"\n", x, y-4, colours()[engine], x+30, y, engine)
		x += 110
	}
	fmt.Fprintf(b, `<text x="%.0f" y="%.0f">line: p50, dashes: p99, in ms by number of documents; dotted: 50 ms</text>`+"\n", x, y)
}
