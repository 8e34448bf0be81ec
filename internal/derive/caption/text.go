package caption

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markup is what players draw rather than show: <i>, <c.yellow>, <00:01.000>, <v Speaker>, and SubRip's {\an8}.
var markup = regexp.MustCompile(`<[^<>]{0,200}>|\{\\[^{}]{0,60}\}`)

// clean makes the text of a cue: no markup, no control characters, no empty line.
func clean(lines []string) string {
	var kept []string
	size := 0
	for _, l := range lines {
		l = html.UnescapeString(markup.ReplaceAllString(cut(l, maxText), ""))
		l = strings.Join(strings.Fields(strings.Map(visible, l)), " ")
		if l == "" || size+len(l) > maxText {
			continue
		}
		size += len(l) + 1
		kept = append(kept, l)
	}
	return strings.Join(kept, "\n")
}

// plain makes one line of a text that is no markup.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(visible, strings.ReplaceAll(s, "\n", " "))), " ")
}

// visible drops control characters and the direction overrides that make a line lie about its order.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\u00a0':
		return ' '
	case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff', r == utf8.RuneError:
		return -1
	default:
		return r
	}
}

// cut returns the first n bytes of s, fewer where a letter would be split.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
