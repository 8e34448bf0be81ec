package caption

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Lyrics carry one or more times before a line, "[01:12.40][02:24.80]words"; other brackets name the song.
var (
	lyricTime = regexp.MustCompile(`^\[(\d{1,3}:\d{2}(?:[.:]\d{1,3})?)\]`)
	lyricTag  = regexp.MustCompile(`^\[[A-Za-z#]+:.*\]$`)
	// lyricOffset is by how many milliseconds all words come sooner.
	lyricOffset = regexp.MustCompile(`(?i)^\[offset:\s*([+-]?)(\d{1,6})\s*\]$`)
)

// lastLine is how long the last line of a song is shown.
const lastLine = 5 * time.Second

func lyrics(lines []string) []Cue {
	var cues []Cue
	var sooner time.Duration
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if m := lyricOffset.FindStringSubmatch(l); m != nil {
			sooner = offset(m[1], m[2])
			continue
		}
		times, words := lyricLine(l)
		text := clean([]string{words})
		for _, at := range times {
			if len(cues) < maxCues {
				cues = append(cues, Cue{Start: max(at-sooner, 0), Text: text})
			}
		}
	}
	slices.SortStableFunc(cues, func(a, b Cue) int { return int(a.Start - b.Start) })
	for i := range cues {
		cues[i].End = cues[i].Start + lastLine
		if i+1 < len(cues) && cues[i+1].Start > cues[i].Start {
			cues[i].End = min(cues[i].End+lastLine, cues[i+1].Start)
		}
	}
	return slices.DeleteFunc(cues, func(c Cue) bool { return c.Text == "" }) // an empty line only ends the one before
}

func offset(sign, millis string) time.Duration {
	n, _ := digits(millis)
	if sign == "-" {
		n = -n
	}
	return time.Duration(n) * time.Millisecond
}

func lyricLine(l string) (times []time.Duration, words string) {
	for {
		m := lyricTime.FindStringSubmatch(l)
		if m == nil {
			return times, l
		}
		stamp := m[1]
		if strings.Count(stamp, ":") == 2 { // some programs write mm:ss:cc
			i := strings.LastIndexByte(stamp, ':')
			stamp = stamp[:i] + "." + stamp[i+1:]
		}
		if at, ok := clock(stamp); ok {
			times = append(times, at)
		}
		l = l[len(m[0]):]
	}
}

// Words returns the words of an LRC text without its times and tags, a line each, as a text to read.
func Words(text string) string {
	var b strings.Builder
	for l := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		l = strings.TrimSpace(l)
		times, words := lyricLine(l)
		if len(times) == 0 && lyricTag.MatchString(l) {
			continue
		}
		b.WriteString(strings.TrimSpace(words) + "\n")
	}
	return b.String()
}
