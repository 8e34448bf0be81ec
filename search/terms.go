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

// pair is two words that stand side by side in a query.
type pair struct {
	term     string
	required bool // they were typed in quotation marks
}

// question is what is looked for in texts.
type question struct {
	blank bool // nothing was typed that is looked for in texts, as opposed to punctuation only
	words []word
	pairs []pair
	not   [][]word // each a word or a phrase that no work found may hold
}

// ParseTerms returns the terms of a query text, for marking them in texts that were found otherwise.
func ParseTerms(text string) Terms { return Terms{words: newQuestion(scan(text)).words} }

func newQuestion(s syntax) question {
	q := question{blank: s.blank}
	for _, c := range s.terms {
		q.addChunk(c)
	}
	for _, c := range s.not {
		if words := wordsIn(c.text); len(words) > 0 {
			q.not = append(q.not, words[:min(len(words), maxPhrase)])
		}
	}
	// Signs alone list what they leave.
	q.blank = q.blank || len(q.words) == 0 && len(s.not)+len(s.fields) > 0
	return q
}

// folded returns the words without marks, joined by spaces.
func (q *question) folded() string {
	all := make([]string, len(q.words))
	for i, w := range q.words {
		all[i] = w.folded
	}
	return strings.Join(all, " ")
}

// addChunk adds the words of a stretch that stands in quotation marks or between them.
func (q *question) addChunk(c chunk) {
	last, required := "", 0
	for t := range tokens(c.text) {
		w := newWord(t)
		if !slices.ContainsFunc(q.words, w.same) {
			if len(q.words) == maxWords {
				return
			}
			q.words = append(q.words, w)
		}
		if last != "" {
			p := pair{term: pairTerm(last, w.folded), required: c.quoted && required < maxPhrase}
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

// resolve finds out how many of the words after tác giả: and thể loại: are a name, tells the filter whom and what they name, and
// returns the syntax with the other words among its terms.
func (s syntax) resolve(f *filter, d *dictionaries) syntax {
	for i := range s.fields {
		v := &s.fields[i]
		c := condition{kind: v.kind, not: v.not, years: v.years}
		rest := ""
		switch v.kind {
		case agentField:
			c.named, rest = longestName(v.text, d.agentNames.with)
		case genreField:
			c.named, rest = longestName(v.text, d.genreNames.with)
		}
		v.text = strings.TrimSpace(strings.TrimSuffix(v.text, rest))
		f.conditions = append(f.conditions, c)
		s.terms = appendRest(s.terms, rest)
	}
	return s
}

func appendRest(terms []chunk, rest string) []chunk {
	if rest == "" {
		return terms
	}
	return append(slices.Clip(terms), chunk{text: rest})
}

// longestName returns what find knows under the most of the first words of value, and the rest of it. When not even the first word is a name,
// all of value is one that nobody has.
func longestName(value string, find func([]string) map[uint32]bool) (named map[uint32]bool, rest string) {
	all := slices.Collect(viet.Tokens(value))
	var folded []string
	for t := range tokens(value) {
		folded = append(folded, t.Folded)
	}
	for n := min(len(folded), maxWords); n > 0; n-- {
		if named = find(folded[:n]); len(named) > 0 {
			return named, strings.TrimSpace(value[all[n-1].End:])
		}
	}
	return map[uint32]bool{}, ""
}
