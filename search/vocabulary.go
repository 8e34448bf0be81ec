package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
	"github.com/blevesearch/vellum/regexp"

	"vannghe/internal/viet"
)

// vocabularyFields hold the words that a text, a title or a name has of its own.
var vocabularyFields = []string{fieldText, fieldTitle, fieldAgent}

// occurring is a term of the index and in how many documents it is, in the field that has it most.
type occurring struct {
	term string
	docs uint64
}

// docs returns in how many documents of v term is in field.
func (v *view) docs(field, term string) (uint64, error) {
	total := uint64(0)
	for _, s := range v.segments {
		list, err := s.postings(field, term)
		if err != nil {
			return 0, err
		}
		total += list.Count()
	}
	return total, nil
}

// wordDocs is docs in the field that has the word most.
func (v *view) wordDocs(term string) (most uint64, err error) {
	for _, field := range vocabularyFields {
		n, err := v.docs(field, term)
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return most, nil
}

// matching returns the terms that an automaton accepts, between begin and end where they are not nil, the most frequent first, at most limit.
func (v *view) matching(ctx context.Context, a segment.Automaton, begin, end []byte, limit int) ([]occurring, error) {
	found := map[string]uint64{}
	for _, field := range vocabularyFields {
		inField := map[string]uint64{}
		for _, s := range v.segments {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := s.matching(field, a, begin, end, inField); err != nil {
				return nil, err
			}
		}
		for term, n := range inField {
			found[term] = max(found[term], n)
		}
	}
	return mostFrequent(found, limit), nil
}

func mostFrequent(found map[string]uint64, limit int) []occurring {
	all := make([]occurring, 0, len(found))
	for term, n := range found {
		all = append(all, occurring{term, n})
	}
	slices.SortFunc(all, func(a, b occurring) int { return cmp.Or(cmp.Compare(b.docs, a.docs), cmp.Compare(a.term, b.term)) })
	return all[:min(len(all), limit)]
}

func (s *viewSegment) matching(field string, a segment.Automaton, begin, end []byte, found map[string]uint64) error {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return fmt.Errorf("open dictionary of field %s: %w", field, err)
	}
	for it := dict.AutomatonIterator(a, begin, end); ; {
		e, err := it.Next()
		if err != nil {
			return fmt.Errorf("read dictionary of field %s: %w", field, err)
		}
		if e == nil {
			return nil
		}
		found[e.Term] += e.Count
	}
}

// slips returns the words without marks that are one slip of the fingers away from a folded word: a letter missing, doubled, wrong or
// swapped with the next.
func (v *view) slips(ctx context.Context, folded string, limit int) ([]occurring, error) {
	all, err := v.near(ctx, folded)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(o occurring) bool { return o.term == folded || viet.Fold(o.term) != o.term })
	return all[:min(len(all), limit)], nil
}

// maxNear bounds what near returns.
const maxNear = 400

// near returns the terms at most one slip away from word.
func (v *view) near(ctx context.Context, word string) ([]occurring, error) {
	builder, err := levenshtein.NewLevenshteinAutomatonBuilder(1, true)
	if err != nil {
		return nil, fmt.Errorf("prepare the search for slips: %w", err)
	}
	dfa, err := builder.BuildDfa(word, 1)
	if err != nil {
		return nil, fmt.Errorf("prepare the search for slips of %q: %w", word, err)
	}
	return v.matching(ctx, dfa, nil, nil, maxNear)
}

// maxComplete is how many words may stand for one that was typed with some of its marks.
const maxComplete = 12

// completed returns the words of the index that have the letters of exact and all of its marks, and others where it has none.
func (v *view) completed(ctx context.Context, exact string) ([]string, error) {
	a, err := regexp.New(completions(exact))
	if err != nil {
		return nil, fmt.Errorf("prepare the completion of %q: %w", exact, err)
	}
	all, err := v.matching(ctx, a, nil, nil, maxComplete)
	if err != nil {
		return nil, err
	}
	var terms []string
	for _, o := range all {
		if o.term != exact {
			terms = append(terms, o.term)
		}
	}
	return terms, nil
}

// completions is a regular expression for the words that may be meant by one typed with some of its marks.
func completions(exact string) string {
	var b strings.Builder
	for _, r := range exact {
		if forms := viet.Forms(r); len(forms) > 1 {
			b.WriteString("(" + strings.Join(forms, "|") + ")")
			continue
		}
		b.WriteString(regexpQuote(string(r)))
	}
	return b.String()
}

// regexpQuote quotes a letter or digit, which only combining marks and the like need.
func regexpQuote(letter string) string {
	if strings.ContainsAny(letter, `\.+*?()|[]{}^$`) {
		return `\` + letter
	}
	return letter
}
