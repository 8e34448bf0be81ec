package viet

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Token is a word of a text: in Vietnamese, a syllable.
type Token struct {
	Start, End int    // byte range in the original, on rune boundaries
	Exact      string // normalised, lowercase, tone where PlaceTone puts it
	Folded     string // Fold of Exact; a number without its leading zeros
}

// maxToken is how many bytes of a word are compared: one without any space (a picture in base64, a row of dashes made of letters) must
// not become a term of megabytes.
const maxToken = 256

// Tokens yields the words of s in order: runs of letters, marks and digits of any script; a Chinese character or a kana by
// itself, since those scripts write no spaces. Invisible characters inside a word belong to it. Index, query and highlighting all
// read text through here, so that they agree.
func Tokens(s string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		for at := 0; at < len(s); {
			start, end := nextWord(s, at)
			if start == end {
				return
			}
			if t := newToken(s, start, end); t.Folded != "" && !yield(t) {
				return
			}
			at = end
		}
	}
}

// nextWord returns the byte range of the first word at or after at, an empty one when there is none.
func nextWord(s string, at int) (start, end int) {
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if isWordRune(r) {
			return at, wordEnd(s, at)
		}
		at += size
	}
	return len(s), len(s)
}

func wordEnd(s string, start int) int {
	r, size := utf8.DecodeRuneInString(s[start:])
	alone := standsAlone(r)
	end := start + size
	for at := end; at < len(s); at += size {
		r, size = utf8.DecodeRuneInString(s[at:])
		switch {
		case unicode.Is(unicode.M, r):
			end = at + size
		case isInvisible(r): // part of the word only when more of it follows
		case alone || !isWordRune(r) || standsAlone(r):
			return end
		default:
			end = at + size
		}
	}
	return end
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func standsAlone(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// isInvisible reports whether r is a character that Normalize takes out, or a joiner.
func isInvisible(r rune) bool {
	return r == '\u200C' || r == '\u200D' || normalRune(r) < 0
}

func newToken(s string, start, end int) Token {
	t := Token{Start: start, End: end}
	word := cut(s[start:end], maxToken)
	if isPlain(word) {
		t.Exact = strings.ToLower(word)
		t.Folded = trimZeros(t.Exact)
		return t
	}
	if exact, folded, ok := composedWord(word); ok {
		t.Exact, t.Folded = exact, folded
		return t
	}
	t.Exact = PlaceTone(strings.ToLower(dropInvisible(Normalize(word))))
	t.Folded = trimZeros(Fold(t.Exact))
	return t
}

// composedWord is the short way for a word of composed Vietnamese letters, which nearly all are: a third of the time of normalising it.
// ok is false for any other.
func composedWord(word string) (exact, folded string, ok bool) {
	const longest = 16
	var letters [longest]rune
	var plain [longest]byte
	n := 0
	for _, r := range word {
		if n == longest {
			return "", "", false
		}
		letters[n] = unicode.ToLower(r)
		v, isVowel := vowels[letters[n]]
		switch {
		case isVowel:
			plain[n] = v.plain
		case letters[n] == 'đ':
			plain[n] = 'd'
		case r < utf8.RuneSelf && isWordRune(r):
			plain[n] = byte(letters[n])
		default:
			return "", "", false
		}
		n++
	}
	placeTone(letters[:n])
	return string(letters[:n]), string(plain[:n]), true
}

func dropInvisible(s string) string {
	return strings.Map(func(r rune) rune {
		if isInvisible(r) {
			return -1
		}
		return r
	}, s)
}

// trimZeros takes leading zeros off a number, so that 04 finds 4.
func trimZeros(s string) string {
	if s == "" || s[0] != '0' || strings.Trim(s, "0123456789") != "" {
		return s
	}
	if t := strings.TrimLeft(s, "0"); t != "" {
		return t
	}
	return "0"
}
