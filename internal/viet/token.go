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

// Wanted yields those tokens of s whose Folded want accepts, each with its number among all of them. It asks before a token is made, which for the
// few words of a text that a query looks for is most of the time; want must not keep what it is asked about.
func Wanted(s string, want func(folded []byte) bool) iter.Seq2[int, Token] {
	return func(yield func(int, Token) bool) {
		var folded [maxToken]byte
		for at, n := 0, 0; ; n++ {
			start, end := nextWord(s, at)
			if start == end {
				return
			}
			at = end
			if f, ok := foldComposed(folded[:0], s[start:end]); ok && !want(f) {
				continue
			}
			switch t := newToken(s, start, end); {
			case t.Folded == "":
				n--
			case want(append(folded[:0], t.Folded...)) && !yield(n, t):
				return
			}
		}
	}
}

// foldComposed appends the folded form of a word of composed letters; ok is false for any other, and for a number that has zeros to lose.
func foldComposed(b []byte, word string) (folded []byte, ok bool) {
	if len(word) > maxToken || word[0] == '0' {
		return nil, false
	}
	for _, r := range word {
		_, _, plain := takeApart(r)
		if plain == 0 {
			return nil, false
		}
		b = append(b, plain)
	}
	return b, true
}

// nextWord returns the byte range of the first word at or after at, an empty one when there is none.
func nextWord(s string, at int) (start, end int) {
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if isOrdinary(r) || isWordRune(r) {
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
		case isOrdinary(r) && !alone:
			end = at + size
		case r >= ' ' && r <= '~':
			return end
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

// isOrdinary reports, sooner than Unicode's tables, whether r is one of the letters and digits that nearly all text is made of.
func isOrdinary(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	_, isVowel := vowelOf(r)
	return isVowel || r == 'đ'
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

// composedWord is the short way for a word of composed Vietnamese letters, which nearly all are. ok is false for any other.
func composedWord(word string) (exact, folded string, ok bool) {
	const longest = 16
	var letters [longest]rune
	var plain [longest]byte
	n, places, toned := 0, 0, false
	for _, r := range word {
		if n == longest {
			return "", "", false
		}
		letter, v, p := takeApart(r)
		if p == 0 {
			return "", "", false
		}
		if v.letter != 0 {
			places++
			toned = toned || v.tone != Ngang
		}
		plain[n] = p
		letters[n] = letter
		n++
	}
	if places > 1 && toned { // otherwise there is nothing to move, or nowhere to move it
		placeTone(letters[:n])
	}
	return same(word, letters[:n]), string(plain[:n]), true
}

// takeApart returns a composed letter or a digit in lowercase, as a vowel when it is one, and without marks: 0 for any other rune.
func takeApart(r rune) (letter rune, v vowel, plain byte) {
	v, isVowel := vowelOf(r)
	if !isVowel { // most are lowercase: only the others are worth Unicode's tables
		r = lowercase(r)
		v, isVowel = vowelOf(r)
	}
	switch {
	case isVowel:
		return r, v, v.plain
	case r == 'đ':
		return r, v, 'd'
	case r < utf8.RuneSelf && isOrdinary(r):
		return r, v, byte(r)
	default:
		return r, v, 0
	}
}

func lowercase(r rune) rune {
	if r >= utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	if r >= 'A' && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

// same returns the letters as a string: word itself, without a copy, when it is made of them.
func same(word string, letters []rune) string {
	i := 0
	for _, r := range word {
		if r != letters[i] {
			return string(letters)
		}
		i++
	}
	return word
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
