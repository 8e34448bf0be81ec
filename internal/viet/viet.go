// Package viet is Vietnamese text: one canonical form for what is stored, a folded form for what is searched, one place for
// the tone mark, syllables, tokens with their byte ranges, slugs, sort keys, and the encodings that came before Unicode.
//
// It is pure and imports nothing of ours. It must not know what a work is, nor how an index or a database keeps what it makes.
// All functions are safe for concurrent use and accept any bytes: invalid UTF-8 becomes U+FFFD.
package viet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns the form in which text is kept: NFC, lines ended by "\n", and
//   - Ð U+00D0, Ɖ U+0189, ð, ɖ as Đ and đ: old e-texts and keyboards use the lookalikes, which no search would join;
//   - without control characters but tab and newline: they come from word processors, carry no meaning and are illegal in XML;
//   - without zero-width space, word joiner, byte order mark and soft hyphen: invisible, they split words that a reader sees whole.
//     The zero-width joiner and non-joiner stay, since emoji and other scripts need them.
//
// Normalize is idempotent.
func Normalize(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return norm.NFC.String(strings.Map(normalRune, s))
}

// isPlain reports whether s is printable ASCII, tab and newline: most of the text that is normalised twice.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7F || (c < ' ' && c != '\t' && c != '\n') {
			return false
		}
	}
	return true
}

func normalRune(r rune) rune {
	switch r {
	case 'Ð', 'Ɖ':
		return 'Đ'
	case 'ð', 'ɖ':
		return 'đ'
	case '\t', '\n':
		return r
	case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return '\n'
	case '\u00AD', '\u200B', '\u2060', '\uFEFF':
		return -1
	}
	if unicode.Is(unicode.Cc, r) {
		return -1
	}
	return r
}

// Clean returns s as a title or name of one line: normalised, without bidirectional controls (a name may not turn the
// text around it), runs of white space as one space, none at the ends. Clean is idempotent.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, Normalize(s))
	// Dropping a control may bring a letter and its mark together.
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// cut returns s shortened to at most n bytes, at a rune boundary.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
