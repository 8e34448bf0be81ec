package caption

import (
	"fmt"
	"strings"
	"time"
)

// WebVTT writes cues as a WebVTT file (W3C WebVTT, §4).
func WebVTT(cues []Cue) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for _, c := range cues {
		b.WriteString("\n" + stamp(c.Start) + " --> " + stamp(c.End) + "\n" + escaper.Replace(c.Text) + "\n")
	}
	return b.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func stamp(d time.Duration) string {
	ms := d.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}
