package caption

import (
	"strings"
	"time"
)

// A passage holds a few sentences, so that words said in one breath are found together though they stand in several cues.
const (
	passageTime  = 20 * time.Second
	passageWords = 60
	passagePause = 4 * time.Second
)

// Passage is some cues in a row. Each line has the time of its own, so that what is found in a passage leads to its second.
type Passage struct {
	Lines []Line
}

// Line is what begins to be said within one second: one cue, or several that begin together.
type Line struct {
	Start time.Duration
	Text  string // without a line break
}

// Passages gathers cues, which are in order of time.
func Passages(cues []Cue) []Passage {
	var out []Passage
	words := 0
	var end time.Duration
	for _, c := range cues {
		n := len(strings.Fields(c.Text))
		if len(out) > 0 && out[len(out)-1].takes(c, end, words+n) {
			out[len(out)-1].add(c)
			words += n
			end = max(end, c.End)
			continue
		}
		out = append(out, Passage{})
		out[len(out)-1].add(c)
		words, end = n, c.End
	}
	return out
}

// takes reports whether a cue belongs to the passage, whose words end at end and would be so many with it. What begins within
// the same second always does: a second is one place.
func (p *Passage) takes(c Cue, end time.Duration, words int) bool {
	if second(p.Lines[len(p.Lines)-1].Start) == second(c.Start) {
		return true
	}
	return c.Start-p.Lines[0].Start < passageTime && words <= passageWords && c.Start-end < passagePause
}

func (p *Passage) add(c Cue) {
	text := strings.ReplaceAll(c.Text, "\n", " ")
	if n := len(p.Lines); n > 0 && second(p.Lines[n-1].Start) == second(c.Start) {
		p.Lines[n-1].Text += " " + text
		return
	}
	p.Lines = append(p.Lines, Line{Start: c.Start, Text: text})
}

func second(d time.Duration) int64 { return int64(d / time.Second) }
