package caption

import (
	"strings"
	"time"
)

// A passage holds a few sentences: long enough that words said in one breath are found together, short enough that its
// start is near the words looked for.
const (
	passageTime  = 20 * time.Second
	passageWords = 60
	passagePause = 4 * time.Second
)

// Passage is some cues in a row.
type Passage struct {
	Start time.Duration
	Text  string // lines joined by "\n"
}

// Passages gathers cues, which are in order of time.
func Passages(cues []Cue) []Passage {
	var out []Passage
	words := 0
	var end time.Duration
	for _, c := range cues {
		n := len(strings.Fields(c.Text))
		if len(out) > 0 {
			p := &out[len(out)-1]
			if c.Start-p.Start < passageTime && words+n <= passageWords && c.Start-end < passagePause {
				p.Text += "\n" + c.Text
				words += n
				end = max(end, c.End)
				continue
			}
		}
		out = append(out, Passage{Start: c.Start, Text: c.Text})
		words, end = n, c.End
	}
	return out
}
