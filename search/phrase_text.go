package search

import (
	"context"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"vannghe/internal/viet"
)

// Bounds of suggesting phrases of texts.
const (
	textPairs = 5   // completions of the last word that are looked at, the most frequent
	textDocs  = 500 // documents of each that are looked at
	textWorks = 3   // a phrase that fewer of the viewer's works share is no frequent one
	textLimit = 2
	textSpots = 8 // parts that are named, to see how it is written there
)

// phraseDocs are documents in which a phrase stands, by segment, all of works that the viewer may see.
type phraseDocs struct {
	docs  []*roaring.Bitmap
	works map[uint32]bool
}

// suggestTexts returns what was typed with its last word whole, as it stands in the texts of several works, the most frequent first. The index holds
// pairs of words without marks, so the marks are those that the words have in most of the documents with the pair.
func (v *view) suggestTexts(ctx context.Context, t typed) ([]scored, error) {
	if len(t.words) < 2 {
		return nil, nil
	}
	pairs, err := v.pairsThatComplete(t)
	if err != nil {
		return nil, err
	}
	var all []scored
	for _, pair := range pairs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		_, last, _ := strings.Cut(pair.term, " ")
		words := append(slices.Clone(t.words[:len(t.words)-1]), last)
		found, err := v.docsOfPhrase(words, &t)
		if err != nil {
			return nil, err
		}
		if len(found.works) < textWorks {
			continue
		}
		text, err := v.asWritten(ctx, words, &t, found)
		if err != nil {
			return nil, err
		}
		if text == "" {
			continue
		}
		spots, err := v.spotsOf(&t, found)
		if err != nil {
			return nil, err
		}
		all = append(all, scored{Suggestion: Suggestion{Kind: SuggestPhrase, Text: text, Spots: spots}, works: len(found.works)})
	}
	return best(all, textLimit), nil
}

// pairsThatComplete returns the most frequent pairs of the last two words typed, the last of which may be a beginning.
func (v *view) pairsThatComplete(t typed) ([]occurring, error) {
	before := t.words[len(t.words)-2]
	found := map[string]uint64{}
	for _, s := range v.segments {
		for _, ending := range t.endings {
			begin := pairTerm(before, ending)
			if err := s.matching(fieldPair, nil, []byte(begin), []byte(begin+"\xFF"), found); err != nil {
				return nil, err
			}
		}
	}
	return mostFrequent(found, textPairs), nil
}

// docsOfPhrase returns documents that hold every pair of neighbouring words.
func (v *view) docsOfPhrase(words []string, t *typed) (phraseDocs, error) {
	found := phraseDocs{works: map[uint32]bool{}}
	for i := range v.segments {
		s := &v.segments[i]
		var docs *roaring.Bitmap
		for j := 1; j < len(words); j++ {
			with, err := s.with(fieldPair, pairTerm(words[j-1], words[j]))
			if err != nil {
				return found, err
			}
			if docs == nil {
				docs = with
			} else {
				docs = roaring.And(docs, with)
			}
		}
		found.docs = append(found.docs, v.visibleOf(s, docs, t, found.works))
	}
	return found, nil
}

// visibleOf returns the first of the documents that are of works the viewer may see, which it adds to works.
func (v *view) visibleOf(s *viewSegment, docs *roaring.Bitmap, t *typed, works map[uint32]bool) *roaring.Bitmap {
	visible := roaring.New()
	for it, n := docs.Iterator(), 0; it.HasNext() && n < textDocs; n++ {
		doc := it.Next()
		work := s.works[doc]
		if t.filter.visible(work) {
			visible.Add(doc)
			works[work] = true
		}
	}
	return visible
}

// spotsOf returns some of the parts that have the phrase, of those that have the words before the last with the marks with which they were typed.
func (v *view) spotsOf(t *typed, found phraseDocs) ([]Spot, error) {
	exact := strings.Fields(t.exact)
	var spots []Spot
	for i := range v.segments {
		s := &v.segments[i]
		docs := found.docs[i].Clone()
		for j, w := range exact[:len(exact)-1] {
			if w == t.words[j] {
				continue
			}
			with, err := s.withWord(w)
			if err != nil {
				return nil, err
			}
			docs.And(with)
		}
		for it := docs.Iterator(); it.HasNext() && len(spots) < textSpots; {
			doc := it.Next()
			if ordinal := s.ordinals[doc]; ordinal != noOrdinal {
				spots = append(spots, Spot{v.cards[s.works[doc]].id, int(ordinal)})
			}
		}
	}
	return spots, nil
}

// Written returns how the words of a phrase stand side by side in a text, in lower case with the marks that they have there: with those of typed,
// the last word of which may be a beginning. It is "" when they do not. Words that were typed without marks may have any.
func Written(text, phrase, typed string) string {
	words, asked := wordsIn(phrase), slices.Collect(viet.Tokens(typed))
	all := slices.Collect(viet.Tokens(text))
	for i := range max(0, len(all)-len(words)+1) {
		if stands(all[i:i+len(words)], words, asked) {
			forms := make([]string, len(words))
			for j := range words {
				forms[j] = strings.ToLower(viet.Normalize(text[all[i+j].Start:all[i+j].End]))
			}
			return strings.Join(forms, " ")
		}
	}
	return ""
}

// stands reports whether the tokens are the words, with the marks that were asked for.
func stands(tokens []viet.Token, words []word, asked []viet.Token) bool {
	for j, k := range tokens {
		if viet.OneI(k.Folded) != words[j].folded {
			return false
		}
		switch {
		case j >= len(asked) || asked[j].Exact == asked[j].Folded:
		case j == len(asked)-1:
			if !strings.HasPrefix(k.Exact, asked[j].Exact) {
				return false
			}
		case viet.OneI(k.Exact) != viet.OneI(asked[j].Exact):
			return false
		}
	}
	return true
}

// asWritten gives the words the marks that were typed, and where none were those that they have in most of the documents. It returns "" when no
// word has the marks of the beginning that was typed.
func (v *view) asWritten(ctx context.Context, words []string, t *typed, found phraseDocs) (string, error) {
	typed := strings.Fields(t.exact)
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = typed[i]
		whole := i < len(words)-1
		if whole && typed[i] != w {
			continue
		}
		begin := ""
		if !whole && typed[i] != t.words[i] {
			begin = typed[i]
		}
		form, err := v.commonForm(ctx, w, begin, found)
		if err != nil || form == "" {
			return "", err
		}
		all[i] = form
	}
	return strings.Join(all, " "), nil
}

// commonForm returns the form of a folded word that most of the documents have, among those that begin with begin; "" when none does.
func (v *view) commonForm(ctx context.Context, folded, begin string, found phraseDocs) (string, error) {
	forms, err := v.completed(ctx, folded)
	if err != nil {
		return "", err
	}
	most, common := 0, ""
	rest := make([]*roaring.Bitmap, len(found.docs)) // documents with none of the marked forms
	for i, docs := range found.docs {
		rest[i] = docs.Clone()
	}
	for _, form := range forms {
		n := 0
		for i := range v.segments {
			with, err := v.segments[i].withWord(form)
			if err != nil {
				return "", err
			}
			with.And(found.docs[i])
			n += int(with.GetCardinality())
			rest[i].AndNot(with)
		}
		if n > most && strings.HasPrefix(form, begin) {
			most, common = n, form
		}
	}
	unmarked := 0
	for _, docs := range rest {
		unmarked += int(docs.GetCardinality())
	}
	if unmarked >= most && begin == "" {
		return folded, nil
	}
	return common, nil
}

// withWord returns the documents of the segment that have a word of their own.
func (s *viewSegment) withWord(term string) (*roaring.Bitmap, error) {
	all := roaring.New()
	for _, field := range vocabularyFields {
		docs, err := s.with(field, term)
		if err != nil {
			return nil, err
		}
		all.Or(docs)
	}
	return all, nil
}
