package caption

import (
	"slices"
	"strconv"
	"time"
)

// Bounds on chapters: a work in a hundred of them is read by its words.
const (
	maxChapters = 500
	maxTitle    = 300 // bytes
)

// Chapters puts chapters in order as cues that follow each other until the end of the recording (0 when that is not known), each
// with its title, or its number where it has none. What begins after the end, or twice, is left out; nil when fewer than two are
// left, which divide nothing.
func Chapters(list []Cue, end time.Duration) []Cue {
	var out []Cue
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Cue) int { return int(a.Start - b.Start) })
	for _, c := range sorted {
		beyond := end > 0 && c.Start >= end
		again := len(out) > 0 && out[len(out)-1].Start/time.Second == c.Start/time.Second
		if c.Start < 0 || beyond || again || len(out) == maxChapters {
			continue
		}
		out = append(out, c)
	}
	if len(out) < 2 {
		return nil
	}
	for i := range out {
		c := &out[i]
		if c.Text = plain(cut(c.Text, maxTitle)); c.Text == "" {
			c.Text = strconv.Itoa(i + 1)
		}
		switch {
		case i+1 < len(out):
			c.End = out[i+1].Start
		case end > c.Start:
			c.End = end
		case c.End <= c.Start:
			c.End = c.Start + shortest
		}
	}
	return out
}
