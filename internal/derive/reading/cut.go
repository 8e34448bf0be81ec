package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestPiece is the most bytes a piece has, however few spaces there are in it: about 400 long words.
const longestPiece = 8 << 10

// wordCount counts runs of letters between white space without building them.
func wordCount(s string) int {
	n, inside := 0, false
	for _, r := range s {
		if unicode.IsSpace(r) {
			inside = false
		} else if !inside {
			inside = true
			n++
		}
	}
	return n
}

// cutLong cuts text into pieces of goodPiece to fullPiece words, at the end of a sentence where there is one, else between
// words, else (ten megabytes without a space) between letters. Nothing but white space is lost.
func cutLong(text string) []string {
	var cuts []string
	for {
		n := cutAt(text)
		if cut := strings.TrimSpace(text[:n]); cut != "" {
			cuts = append(cuts, cut)
		}
		if text = text[n:]; text == "" {
			return cuts
		}
	}
}

// cutAt returns how many bytes of text the next piece has.
func cutAt(text string) int {
	words, inside := 0, false
	sentence, word := 0, 0 // where the last good cuts are
	var previous rune
	for i, r := range text {
		if i >= longestPiece {
			return firstPositive(sentence, word, i)
		}
		space := unicode.IsSpace(r)
		if space && inside {
			words++
			word = i
			if words >= goodPiece && strings.ContainsRune(".!?…;”\"", previous) {
				sentence = i
			}
			if words >= fullPiece {
				return firstPositive(sentence, word)
			}
		}
		inside = !space
		previous = r
	}
	return len(text)
}

func firstPositive(numbers ...int) int {
	for _, n := range numbers {
		if n > 0 {
			return n
		}
	}
	return 0
}

// clip returns the first n letters of s, with an ellipsis when there are more.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}
