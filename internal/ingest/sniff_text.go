package ingest

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// byText says what kind of text head is, "" when it is none.
func byText(head []byte, name string) string {
	text, ok := asText(head)
	if !ok {
		return ""
	}
	if format := byMarkup(text); format != "" {
		return format
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown":
		return "markdown"
	case ".lrc":
		return "lrc"
	case ".srt":
		return "srt"
	case ".vtt":
		return "vtt"
	case ".ass", ".ssa":
		return "ass"
	case ".html", ".htm", ".xhtml":
		return "html"
	}
	return "text"
}

// asText returns the beginning of a text as far as its markup goes, and whether head is text at all: Unicode, or one of the
// old one-byte encodings. Those leave no mark, so text is what has letters and none of the control codes that programs write.
func asText(head []byte) (string, bool) {
	switch {
	case len(head) == 0:
		return "", false
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return asUTF16(head[2:], head[0] == 0xfe)
	case len(head) > 3 && head[0] != 0 && head[1] == 0 && head[3] == 0, len(head) > 3 && head[0] == 0 && head[1] != 0 && head[2] == 0:
		return asUnmarked(head)
	}
	for _, c := range head {
		if c < 0x20 && !strings.ContainsRune("\t\n\v\f\r\x1a\x1b", rune(c)) {
			return "", false
		}
	}
	return string(head), utf8.Valid(cutRune(head)) || mostlyPrintable(head)
}

// asUnmarked reads UTF-16 without a byte order mark, as some programs for subtitles write it. Programs hold zeros between letters
// as well, so every character must be one that texts have.
func asUnmarked(head []byte) (string, bool) {
	text, ok := asUTF16(head, head[0] == 0)
	odd := strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\n\v\f\r", r) || r == utf8.RuneError || r >= 0xe000 && r <= 0xf8ff
	})
	return text, ok && !odd
}

// asUTF16 reads UTF-16 of that byte order, its mark taken off.
func asUTF16(head []byte, big bool) (string, bool) {
	units := make([]uint16, 0, len(head)/2)
	for i := 0; i+1 < len(head); i += 2 {
		a, b := uint16(head[i]), uint16(head[i+1])
		if big {
			a, b = b, a
		}
		units = append(units, b<<8|a)
	}
	text := string(utf16.Decode(units))
	return text, len(units) > 0 && !strings.ContainsRune(text, 0)
}

// cutRune drops a character that the window cut in two.
func cutRune(b []byte) []byte {
	for i := 1; i <= min(utf8.UTFMax, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// mostlyPrintable reports whether at least half of b is ASCII: Vietnamese in TCVN3, VNI or Windows-1258 is, chance is not.
func mostlyPrintable(b []byte) bool {
	ascii := 0
	for _, c := range b {
		if c < utf8.RuneSelf {
			ascii++
		}
	}
	return 2*ascii >= len(b)
}

var (
	subStation = regexp.MustCompile(`(?i)^\[(?:script info|v4\+? styles|events)\]`)
	cueTiming  = regexp.MustCompile(`^\s*\d+\s*\r?\n\d{1,2}:\d\d:\d\d[,.]\d{1,3}\s*-->`)
	prolog     = regexp.MustCompile(`(?s)^\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+(?:svg|smil|asx)[^>]*>|\s+)*`)
	firstTag   = regexp.MustCompile(`(?i)^<(!doctype\s+html|[a-z][a-z0-9:.-]*)`)
)

// byMarkup recognises text that says itself what it is.
func byMarkup(text string) string {
	trimmed := strings.TrimLeft(text, "\ufeff \t\r\n")
	switch {
	case hasFold(trimmed, "#EXTM3U"), hasFold(trimmed, "ffconcat version"), hasFold(trimmed, "[playlist]"),
		hasFold(trimmed, "[reference]"), hasFold(trimmed, "#EXT-X-"):
		return formatLists
	case strings.HasPrefix(text, "WEBVTT"):
		return "vtt"
	case subStation.MatchString(trimmed):
		return "ass"
	case cueTiming.MatchString(trimmed):
		return "srt"
	}
	return byRoot(trimmed)
}

// byRoot recognises HTML and XML by the first element.
func byRoot(text string) string {
	xml := strings.HasPrefix(text, "<?xml")
	m := firstTag.FindStringSubmatch(text[len(prolog.FindString(text)):])
	if m == nil {
		if xml {
			return "xml"
		}
		return ""
	}
	name := strings.ToLower(m[1])
	switch {
	case strings.HasPrefix(name, "!doctype"), name == "html", name == "head", name == "body":
		return "html"
	case name == "svg" || strings.HasSuffix(name, ":svg"):
		return "svg"
	case name == "mpd" || name == "smil" || name == "asx" || name == "smoothstreamingmedia" || name == "wpl":
		return formatLists
	case xml:
		return "xml"
	}
	return ""
}

func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
