package search

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"vannghe/internal/viet"
)

// leastPhrase is the number of words from which on a text is taken for a phrase that somebody remembers, whose words stand side by side.
const leastPhrase = 3

// evidentPhrase is the number of words from which on a phrase found with one word mended says more than a document that has the words as they were typed,
// but scattered: each of three pairs of neighbours is rare, and all are in one document.
const evidentPhrase = 4

// rephrase returns what was probably meant by a phrase of which no document has all words side by side: the same with one word by another, one slip away,
// when a document has it. It is false when there is none, and for everything that is no phrase.
func (v *view) rephrase(ctx context.Context, s syntax) (guess, bool, error) {
	if len(s.terms) != 1 || s.terms[0].quoted {
		return guess{}, false, nil
	}
	text := s.terms[0].text
	words := slices.Collect(tokens(text))
	if len(words) < leastPhrase || len(words) > maxRepairWords {
		return guess{}, false, nil
	}
	p := phrase{v: v, words: words}
	if err := p.findPairs(); err != nil || some(p.without(-1)) {
		return guess{}, false, err
	}
	best := substitute{}
	for i := range words {
		found, err := p.mend(ctx, i)
		if err != nil {
			return guess{}, false, err
		}
		if found.better(best) {
			best = found
		}
	}
	if best.docs == 0 {
		return guess{}, false, nil
	}
	typed := words[best.at]
	shown, err := v.withMarks(ctx, typed.Exact, best.folded)
	if err != nil {
		return guess{}, false, err
	}
	s.terms = []chunk{{text: text[:typed.Start] + shown + text[typed.End:]}}
	return guess{question: newQuestion(s), text: s.write()}, true, nil
}

// phrase is words, and by segment the documents that have each two neighbours of them.
type phrase struct {
	v     *view
	words []viet.Token
	pairs [][]*roaring.Bitmap
}

func (p *phrase) findPairs() error {
	for i := range p.v.segments {
		docs := make([]*roaring.Bitmap, len(p.words)-1)
		for n := range docs {
			var err error
			if docs[n], err = p.v.segments[i].with(fieldPair, pairTerm(p.words[n].Folded, p.words[n+1].Folded)); err != nil {
				return err
			}
		}
		p.pairs = append(p.pairs, docs)
	}
	return nil
}

// without returns by segment the documents that have all pairs but those of word i; nil for a segment whose documents all do, since there is no other pair.
func (p *phrase) without(i int) []*roaring.Bitmap {
	all := make([]*roaring.Bitmap, len(p.pairs))
	for n, pairs := range p.pairs {
		for at, docs := range pairs {
			switch {
			case at == i || at == i-1:
			case all[n] == nil:
				all[n] = docs
			default:
				all[n] = roaring.And(all[n], docs)
			}
		}
	}
	return all
}

// some reports whether any document is left.
func some(docs []*roaring.Bitmap) bool {
	return slices.ContainsFunc(docs, func(d *roaring.Bitmap) bool { return d == nil || !d.IsEmpty() })
}

// substitute is a word in the place of another.
type substitute struct {
	at     int
	folded string
	marks  bool // the marks that were typed agree with it too
	docs   uint64
}

func (s substitute) better(o substitute) bool {
	switch {
	case s.docs == 0:
		return false
	case s.marks != o.marks:
		return s.marks
	default:
		return s.docs > o.docs
	}
}

// mend returns the word one slip from word i with which the most documents have the phrase.
func (p *phrase) mend(ctx context.Context, i int) (substitute, error) {
	best := substitute{}
	rest := p.without(i)
	if !some(rest) || len(p.words[i].Folded) < 2 {
		return best, nil
	}
	candidates, err := p.candidates(ctx, i)
	if err != nil {
		return best, err
	}
	for folded, marks := range candidates {
		docs, err := p.with(i, folded, rest)
		if err != nil {
			return best, err
		}
		s := substitute{at: i, folded: folded, marks: marks, docs: docs}
		if s.better(best) || !best.better(s) && docs > 0 && folded < best.folded {
			best = s
		}
	}
	return best, nil
}

// candidates returns the words without marks one slip from word i, and whether the marks agree: that a word with marks is one slip away from what was typed.
func (p *phrase) candidates(ctx context.Context, i int) (map[string]bool, error) {
	typed := p.words[i]
	all := map[string]bool{}
	slips, err := p.v.slips(ctx, typed.Folded, maxNear)
	if err != nil {
		return nil, err
	}
	for _, o := range slips {
		all[o.term] = false
	}
	if typed.Exact == typed.Folded {
		return all, nil
	}
	near, err := p.v.near(ctx, typed.Exact)
	if err != nil {
		return nil, err
	}
	for _, o := range near {
		if folded := viet.OneI(viet.Fold(o.term)); folded != typed.Folded {
			all[folded] = true
		}
	}
	return all, nil
}

// with returns how many of the documents have a word in the place of word i, beside its neighbours.
func (p *phrase) with(i int, folded string, rest []*roaring.Bitmap) (docs uint64, err error) {
	for n := range p.v.segments {
		left := rest[n]
		for _, pair := range p.around(i, folded) {
			with, err := p.v.segments[n].with(fieldPair, pair)
			if err != nil {
				return 0, err
			}
			if left != nil {
				with = roaring.And(left, with)
			}
			left = with
		}
		docs += left.GetCardinality()
	}
	return docs, nil
}

// around returns the pairs of a word in the place of word i with its neighbours.
func (p *phrase) around(i int, folded string) []string {
	var pairs []string
	if i > 0 {
		pairs = append(pairs, pairTerm(p.words[i-1].Folded, folded))
	}
	if i+1 < len(p.words) {
		pairs = append(pairs, pairTerm(folded, p.words[i+1].Folded))
	}
	return pairs
}
