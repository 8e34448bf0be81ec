package search

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"
)

// excluded returns the works one of whose documents holds a word or a phrase that the question excludes. A word excluded with marks
// excludes those marks only.
func (s *search) excluded(ctx context.Context) (map[uint32]bool, error) {
	if len(s.question.not) == 0 {
		return nil, nil
	}
	works := map[uint32]bool{}
	for _, phrase := range s.question.not {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.v.worksHolding(phrase, works); err != nil {
			return nil, err
		}
	}
	return works, nil
}

// worksHolding adds the works that hold the phrase.
func (v *view) worksHolding(phrase []word, works map[uint32]bool) error {
	clauses := phraseClauses(phrase)
	for i := range v.segments {
		s := &v.segments[i]
		var all *roaring.Bitmap
		for _, alternatives := range clauses {
			docs, err := s.union(alternatives)
			if err != nil {
				return err
			}
			if all == nil {
				all = docs
			} else {
				all.And(docs)
			}
		}
		for it := all.Iterator(); it.HasNext(); {
			works[s.works[it.Next()]] = true
		}
	}
	return nil
}

// phraseClauses returns what a document must hold one of each of to hold the phrase.
func phraseClauses(phrase []word) [][]clause {
	var all [][]clause
	for i, w := range phrase {
		var anywhere []clause
		for _, f := range wordFields {
			anywhere = append(anywhere, clause{field: f.name, term: w.exact})
		}
		all = append(all, anywhere)
		if i > 0 {
			all = append(all, []clause{{field: fieldPair, term: pairTerm(phrase[i-1].folded, w.folded)}})
		}
	}
	return all
}

// union returns the documents of the segment that match one of the clauses.
func (s *viewSegment) union(clauses []clause) (*roaring.Bitmap, error) {
	all := roaring.New()
	for _, c := range clauses {
		docs, err := s.with(c.field, c.term)
		if err != nil {
			return nil, err
		}
		all.Or(docs)
	}
	return all, nil
}
