package search

import (
	"slices"
	"strings"

	"vannghe/internal/viet"
)

// Bounds of a query: what lies beyond is not looked at. A bit of a mask stands for each word and each required pair.
const (
	maxQueryText = 16 << 10
	maxWords     = 32
	maxPhrase    = 32
)

// Terms are the words that a query asks for, in the form in which Highlight looks for them. The zero Terms marks nothing.
type Terms struct {
	words []word
}

// word is one syllable or word of a query.
type word struct {
	exact  string // lowercase, marks as typed, tone where viet.PlaceTone puts it
	folded string // without marks
}

// marked reports whether the word was typed with marks, which then count.
func (w word) marked() bool { return w.exact != w.folded }

// pair is two words that stand side by side in a query.
type pair struct {
	term     string
	required bool // they were typed in quotation marks
}

// question is a query text taken apart.
type question struct {
	blank bool // nothing was typed, as opposed to punctuation only
	words []word
	pairs []pair
}

// ParseTerms returns the terms of a query text, for marking them in texts that were found otherwise.
func ParseTerms(text string) Terms { return Terms{words: parse(text).words} }

// parse reads a query text. No text is an error: quotation marks that do not close, punctuation, any length.
func parse(text string) question {
	q := question{blank: strings.TrimSpace(text) == ""}
	if len(text) > maxQueryText {
		text = strings.ToValidUTF8(text[:maxQueryText], "")
	}
	chunks := strings.FieldsFunc("."+text+".", isQuote) // the dots keep a first or last mark from vanishing
	for i, chunk := range chunks {
		q.addChunk(chunk, i%2 == 1 && i < len(chunks)-1)
	}
	return q
}

func isQuote(r rune) bool { return strings.ContainsRune("\"“”„«»", r) }

// addChunk adds the words of a stretch that stands in quotation marks or between them.
func (q *question) addChunk(chunk string, quoted bool) {
	last, required := "", 0
	for t := range viet.Tokens(chunk) {
		w := word{exact: t.Exact, folded: t.Folded}
		if !slices.Contains(q.words, w) {
			if len(q.words) == maxWords {
				return
			}
			q.words = append(q.words, w)
		}
		if last != "" {
			p := pair{term: pairTerm(last, w.folded), required: quoted && required < maxPhrase}
			if p.required {
				required++
			}
			q.addPair(p)
		}
		last = w.folded
	}
}

func (q *question) addPair(p pair) {
	if i := slices.IndexFunc(q.pairs, func(o pair) bool { return o.term == p.term }); i >= 0 {
		q.pairs[i].required = q.pairs[i].required || p.required
		return
	}
	if len(q.pairs) < maxWords {
		q.pairs = append(q.pairs, p)
	}
}

// foldedWords returns the words of s without marks, joined by spaces.
func foldedWords(s string) string {
	var b strings.Builder
	for t := range viet.Tokens(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Folded)
	}
	return b.String()
}
