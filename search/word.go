package search

import (
	"iter"
	"slices"
	"strings"

	"vannghe/internal/viet"
)

// tokens yields the words of a text in the one form in which index, query, highlighting and suggestions compare them: viet.Tokens with i for
// y where the spelling reform lets either stand.
func tokens(text string) iter.Seq[viet.Token] {
	return func(yield func(viet.Token) bool) {
		for t := range viet.Tokens(text) {
			t.Exact, t.Folded = viet.OneI(t.Exact), viet.OneI(t.Folded)
			if !yield(t) {
				return
			}
		}
	}
}

// spelling is a word as index and query know it.
type spelling struct {
	exact  string // lowercase, marks as typed, tone where viet.PlaceTone puts it
	folded string // without marks
}

// word is one syllable or word of a query.
type word struct {
	spelling
	// complete are the words of the index that have all the marks of exact and more: đường for đuong. They count as typed.
	complete []string
}

func newWord(t viet.Token) word { return word{spelling: spelling{t.Exact, t.Folded}} }

// marked reports whether the word was typed with marks, which then count.
func (w *word) marked() bool { return w.exact != w.folded }

func (w *word) same(o word) bool { return w.spelling == o.spelling }

// means reports whether a word of a text, with its marks, is w as it was typed.
func (w *word) means(exact string) bool {
	return !w.marked() || w.exact == exact || slices.Contains(w.complete, exact)
}

// wordsIn returns the words of a text.
func wordsIn(text string) []word {
	var all []word
	for t := range tokens(text) {
		all = append(all, newWord(t))
	}
	return all
}

// foldedWords returns the words of s without marks, joined by spaces.
func foldedWords(s string) string { return join(s, func(t viet.Token) string { return t.Folded }) }

// exactWords returns the words of s with their marks, joined by spaces.
func exactWords(s string) string { return join(s, func(t viet.Token) string { return t.Exact }) }

// exactBeginning returns the first n words of s with their marks, joined by spaces.
func exactBeginning(s string, n int) string {
	var b strings.Builder
	for t := range tokens(s) {
		if n == 0 {
			break
		}
		n--
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Exact)
	}
	return b.String()
}

func join(s string, form func(viet.Token) string) string {
	var b strings.Builder
	for t := range tokens(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(form(t))
	}
	return b.String()
}
