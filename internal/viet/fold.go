package viet

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which text is searched without marks: normalised, compatibility forms resolved (ﬁ is fi),
// lowercase, without the marks of Latin letters, đ as d. Letters of other scripts keep theirs. Fold is idempotent.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	base := rune(-1) // the letter that the marks to come belong to
	for _, r := range norm.NFKD.String(Normalize(s)) {
		if !unicode.Is(unicode.M, r) {
			base = r
		} else if dropsMark(base, r) {
			continue
		}
		b.WriteRune(foldLetter(r))
	}
	return norm.NFC.String(b.String())
}

func dropsMark(base, mark rune) bool {
	return unicode.Is(latinMarks, mark) && (unicode.Is(unicode.Latin, base) || !unicode.IsLetter(base))
}

func foldLetter(r rune) rune {
	if r == 'Đ' || r == 'đ' {
		return 'd'
	}
	return unicode.ToLower(r)
}

// latinMarks are the blocks of combining marks that Latin letters take.
var latinMarks = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036F, Stride: 1},
	{Lo: 0x1AB0, Hi: 0x1AFF, Stride: 1},
	{Lo: 0x1DC0, Hi: 0x1DFF, Stride: 1},
	{Lo: 0x20D0, Hi: 0x20FF, Stride: 1},
}}

// Cluster is a letter as a reader sees it: a rune and the marks that follow it.
type Cluster struct {
	Start, End int    // byte range in the original, on rune boundaries
	Folded     string // may be empty: a mark without a letter, an invisible character
}

// Clusters yields the clusters of s in order; together they cover s without a gap. It is what lets a match in the folded
// form be marked in the original, composed or decomposed.
func Clusters(s string) iter.Seq[Cluster] {
	return func(yield func(Cluster) bool) {
		for start := 0; start < len(s); {
			end := clusterEnd(s, start)
			if !yield(Cluster{Start: start, End: end, Folded: Fold(s[start:end])}) {
				return
			}
			start = end
		}
	}
}

func clusterEnd(s string, start int) int {
	_, size := utf8.DecodeRuneInString(s[start:])
	end := start + size
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !unicode.Is(unicode.M, r) {
			break
		}
		end += size
	}
	return end
}
