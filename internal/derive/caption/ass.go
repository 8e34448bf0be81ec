package caption

import (
	"regexp"
	"strings"
)

// Advanced SubStation Alpha and its forerunner SSA, as their authors describe them: sections in brackets, and in [Events] a
// line "Format:" that names the columns of the lines "Dialogue:". Text is the last column and may hold commas.
const (
	eventColumns = 10 // what both formats have when no Format line says otherwise
	startColumn  = 1
	endColumn    = 2
)

// columns says where the times stand and how many columns there are.
type columns struct{ start, end, count int }

// events reads ASS and SSA.
func events(lines []string) []Cue {
	var cues []Cue
	seen := map[Cue]bool{} // shadows and karaoke say the same line in several layers
	at := columns{start: startColumn, end: endColumn, count: eventColumns}
	inside := false
	for _, l := range lines {
		name, rest, found := strings.Cut(strings.TrimSpace(l), ":")
		switch {
		case strings.HasPrefix(name, "["):
			inside = strings.EqualFold(strings.TrimSpace(l), "[events]")
		case !inside || !found:
		case strings.EqualFold(name, "format"):
			at = readColumns(rest)
		case strings.EqualFold(name, "dialogue") && len(cues) < maxCues:
			if c, ok := at.cue(rest); ok && !seen[c] {
				seen[c] = true
				cues = append(cues, c)
			}
		}
	}
	return cues
}

func readColumns(format string) columns {
	names := strings.Split(format, ",")
	at := columns{start: startColumn, end: endColumn, count: eventColumns}
	if len(names) < 3 {
		return at
	}
	at.count = len(names)
	for i, n := range names {
		switch strings.ToLower(strings.TrimSpace(n)) {
		case "start":
			at.start = i
		case "end":
			at.end = i
		}
	}
	return at
}

func (at columns) cue(line string) (Cue, bool) {
	fields := strings.SplitN(line, ",", at.count)
	if len(fields) < at.count || at.start >= at.count-1 || at.end >= at.count-1 {
		return Cue{}, false
	}
	start, okStart := clock(strings.TrimSpace(fields[at.start]))
	end, okEnd := clock(strings.TrimSpace(fields[at.end]))
	text := clean(strings.Split(spoken(fields[at.count-1]), "\n"))
	return Cue{Start: start, End: believable(start, end), Text: text}, okStart && okEnd && text != ""
}

var (
	override  = regexp.MustCompile(`\{[^{}]*\}`)
	drawing   = regexp.MustCompile(`\\p(\d)`)
	assBreaks = strings.NewReplacer(`\N`, "\n", `\n`, "\n", `\h`, " ")
)

// spoken returns the text of a line without its override blocks and without what lies between {\p1} and {\p0}: the strokes of a
// drawing, in letters.
func spoken(text string) string {
	if len(text) > maxText*4 {
		text = cut(text, maxText*4)
	}
	var b strings.Builder
	drawn, from := false, 0
	for _, block := range override.FindAllStringIndex(text, -1) {
		if !drawn {
			b.WriteString(text[from:block[0]])
		}
		for _, m := range drawing.FindAllStringSubmatch(text[block[0]:block[1]], -1) {
			drawn = m[1] != "0"
		}
		from = block[1]
	}
	if !drawn {
		b.WriteString(text[from:])
	}
	return assBreaks.Replace(b.String())
}
