// Package caption reads the subtitle formats people have (SubRip, WebVTT, ASS and SSA, LRC lyrics), writes WebVTT, and gathers
// cues into passages by which a spot in a recording is found.
//
// It is pure: text in, text out. It must not know where the text comes from or how it is played.
package caption

import (
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
)

// Bounds on what is read: a film of four hours has about 4,000 cues of 100 letters.
const (
	MaxBytes = 8 << 20
	maxCues  = 50_000
	maxText  = 2000 // bytes of a cue; the rest is cut
	maxTime  = 100 * time.Hour
	// longest is how long a cue is believed to stand: a line with a false end would hide all that follows.
	longest = time.Minute
	// shortest is how long one stands whose end is no end.
	shortest = 2 * time.Second
)

// Cue is a line of speech with its time from the start of the recording.
type Cue struct {
	Start time.Duration
	End   time.Duration // after Start
	Text  string        // one or more lines joined by "\n", without markup, never empty
}

// Parse reads SubRip, WebVTT, ASS, SSA or LRC, told apart by content, in UTF-8 with any line ends. Cues come in order of time;
// what is not a cue is skipped. The error is Invalid "captions-unreadable" when no cue is found, or Invalid
// "text-too-large" with the limit in MiB.
func Parse(text string) ([]Cue, error) {
	if len(text) > MaxBytes {
		return nil, archive.Fail(archive.Invalid, "text-too-large", MaxBytes>>20)
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n").Replace(strings.TrimPrefix(text, "\ufeff")), "\n")
	var cues []Cue
	for _, read := range []func([]string) []Cue{events, timed, lyrics} {
		if cues = read(lines); len(cues) > 0 {
			break
		}
	}
	if len(cues) == 0 {
		return nil, archive.Fail(archive.Invalid, "captions-unreadable")
	}
	slices.SortStableFunc(cues, func(a, b Cue) int { return int(a.Start - b.Start) })
	return cues, nil
}

// timed reads SubRip and WebVTT, which both give a line "start --> end" and then text up to an empty line.
func timed(lines []string) []Cue {
	var cues []Cue
	for i := 0; i < len(lines) && len(cues) < maxCues; i++ {
		start, end, ok := span(lines[i])
		if !ok {
			continue
		}
		from := i + 1
		for i+1 < len(lines) && strings.TrimSpace(lines[i+1]) != "" && !opens(lines[i+1:]) {
			i++
		}
		if text := clean(lines[from : i+1]); text != "" {
			cues = append(cues, Cue{Start: start, End: end, Text: text})
		}
	}
	return cues
}

// opens reports whether a cue begins there, although no empty line stands before it.
func opens(lines []string) bool {
	if _, _, times := span(lines[0]); times {
		return true
	}
	if _, number := digits(strings.TrimSpace(lines[0])); !number || len(lines) < 2 {
		return false
	}
	_, _, times := span(lines[1])
	return times
}

func span(line string) (start, end time.Duration, ok bool) {
	a, b, found := strings.Cut(line, "-->")
	if !found {
		return 0, 0, false
	}
	b, _, _ = strings.Cut(strings.ReplaceAll(strings.TrimSpace(b), "\t", " "), " ") // what follows in WebVTT are settings of the box
	start, okStart := clock(strings.TrimSpace(a))
	end, okEnd := clock(b)
	if !okStart || !okEnd {
		return 0, 0, false
	}
	return start, believable(start, end), true
}

// believable returns the end of a cue: the one that is told, if it may be.
func believable(start, end time.Duration) time.Duration {
	if end <= start {
		return start + shortest
	}
	return min(end, start+longest)
}

// clock reads [h:]mm:ss[.,]fff.
func clock(s string) (time.Duration, bool) {
	s, fraction, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	fields := strings.Split(s, ":")
	if len(fields) < 2 || len(fields) > 3 {
		return 0, false
	}
	var seconds int64
	for _, f := range fields {
		n, ok := digits(f)
		if !ok {
			return 0, false
		}
		seconds = seconds*60 + n
	}
	if fraction == "" {
		fraction = "0"
	}
	millis, ok := digits((fraction + "00")[:min(3, len(fraction)+2)])
	at := time.Duration(seconds)*time.Second + time.Duration(millis)*time.Millisecond
	return at, ok && at <= maxTime
}

// digits reads a number of up to six digits and nothing else.
func digits(s string) (int64, bool) {
	if s == "" || len(s) > 6 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}
