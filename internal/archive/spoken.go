package archive

import "strings"

// Instant begins the locator of a part that is said in a recording: "t=95" in whole seconds. When the text has several lines the
// second of each follows: "t=95,97,102". So a breath is found as one part and still leads to the line looked for.
const Instant = "t="

// SpokenLine is a line of a part that is said in a recording.
type SpokenLine struct {
	Locator string // of the line alone: "t=97"
	Text    string
}

// Spoken returns the lines of a part that is said in a recording, nil for any other. Where a person's correction has more lines
// than there are times, the last time has all that are left.
func (p *Part) Spoken() []SpokenLine {
	times, ok := strings.CutPrefix(p.Locator, Instant)
	if !ok {
		return nil
	}
	var out []SpokenLine
	rest := p.Text
	all := strings.Split(times, ",")
	for i, at := range all {
		text := rest
		if i+1 < len(all) {
			text, rest, _ = strings.Cut(rest, "\n")
		}
		if text != "" || i == 0 {
			out = append(out, SpokenLine{Locator: Instant + at, Text: text})
		}
	}
	return out
}
