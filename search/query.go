package search

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
)

// few is the number of works below which those that hold what was probably meant are added to those that hold all words, and then those that hold most
// of them.
const few = 10

// Search answers q. A blank text with or without filters lists works; a text without any word, such as punctuation, finds nothing. The errors are
// Invalid "cursor-invalid", Unavailable "search-closed" and "search-damaged", and ctx's. The Result is shared with others who ask the same: it must not
// be changed.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	var r Result
	err := x.consult(ctx, func(v *view) (err error) {
		r, err = x.answer(ctx, v, q)
		return err
	})
	return r, err
}

// search is one query under way on one view.
type search struct {
	x        *Index
	v        *view
	q        Query
	syntax   syntax
	filter   filter
	possible bool // there may be works that the filter lets pass
	question question
	page     page
	attempts []*attempt // at the question, and at what was probably meant
}

func (x *Index) newSearch(v *view, q Query) (*search, error) {
	s := &search{x: x, v: v, q: q}
	s.filter, s.possible = newFilter(&q, v.dict)
	s.filter.look(v)
	s.syntax = scan(q.Text).resolve(&s.filter, v.dict)
	s.question = newQuestion(s.syntax)
	if q.Size <= 0 {
		s.q.Size = DefaultSize
	}
	s.q.Size = min(s.q.Size, MaxSize)
	if q.Order == "" {
		s.q.Order = ByRelevance
	}
	if len(s.question.words) == 0 && s.q.Order == ByRelevance {
		s.q.Order = ByNewest
	}
	after, err := parseCursor(q.Cursor, s.q.Order)
	if err != nil {
		return nil, err
	}
	s.page = page{size: s.q.Size, after: after}
	return s, nil
}

func (s *search) release() {
	for _, a := range s.attempts {
		a.match.clear(s.v)
		s.x.matches.Put(a.match)
	}
}

func (s *search) run(ctx context.Context) (Result, error) {
	r := Result{Terms: Terms{words: s.question.words}}
	if !s.possible || (len(s.question.words) == 0 && !s.question.blank) {
		r.Facets = newTally(s.v.dict).facets()
		return r, nil
	}
	found, err := s.find(ctx)
	if err != nil {
		return r, err
	}
	r.Loose, r.Guess = found.loose, found.guess
	r.Terms.words = found.terms
	// What is counted lies in memory, what is read for the page in files: one goes on beside the other.
	var hits []Hit
	var next string
	var beside errgroup.Group
	beside.Go(func() error { return guarded(func() error { s.count(&r, found); return nil }) })
	err = guarded(func() (err error) {
		hits, next, err = s.hits(ctx, found.works.rated)
		return err
	})
	err = errors.Join(err, beside.Wait())
	r.Hits, r.Next = hits, next
	return r, err
}

// count fills what r says of all works found, and the names.
func (s *search) count(r *Result, f found) {
	works := s.v.noWorks()
	works.addAll(f.works.more)
	for _, w := range f.works.rated {
		works.add(w.number)
	}
	r.Total = works.size()
	t := newTally(s.v.dict)
	if all := s.v.byValue(r.Total); all != nil {
		t.addAll(all, works)
	} else {
		for work := range works.all() {
			t.add(&s.v.facts, work)
		}
	}
	r.Facets = t.facets()
	if s.q.Cursor == "" {
		s.fillNames(r, f.terms)
	}
}

// foundWork is a work that a query finds. There may be as many as there are works, so it is small and holds no pointer.
type foundWork struct {
	number  uint32
	value   float32 // higher is better; 0 when no words were asked for
	attempt uint8   // the place of the attempt that found it in search.attempts
}

// found is what a query finds, in no order.
type found struct {
	works works
	loose bool
	guess string
	terms []word
}

// find returns the works that pass the filter and match: all of them when no words are asked for.
func (s *search) find(ctx context.Context) (found, error) {
	without, err := s.excluded(ctx)
	if err != nil {
		return found{}, err
	}
	s.filter.excluded = without
	if len(s.question.words) == 0 {
		return found{works: works{rated: s.browse()}}, nil
	}
	first, err := s.attempt(ctx, s.question)
	if err != nil {
		return found{}, err
	}
	f := found{works: first.strict, terms: s.question.words}
	second, guess, err := s.second(ctx, first)
	if err != nil {
		return found{}, err
	}
	if len(second.rated) > 0 {
		f.works = s.union(first.strict, second)
		f.guess = guess.text
		f.terms = mergeWords(f.terms, guess.question.words)
	}
	if len(f.works.rated) >= few {
		return f, nil
	}
	if err := s.loosen(ctx, first); err != nil {
		return found{}, err
	}
	for _, w := range f.works.rated {
		first.loose.more.remove(w.number)
	}
	loose := s.beside(first.loose.rated, f.works.rated)
	f.loose = len(loose) > 0
	f.works.rated, f.works.more = append(f.works.rated, loose...), first.loose.more
	return f, nil
}

func (s *search) browse() []foundWork {
	var works []foundWork
	for n := range uint32(len(s.v.cards)) {
		if s.filter.passes(n) {
			works = append(works, foundWork{number: n})
		}
	}
	return works
}

// mergeWords returns the words of both lists, each once.
func mergeWords(a, b []word) []word {
	all := slices.Clone(a)
	for _, w := range b {
		if !slices.ContainsFunc(all, w.same) {
			all = append(all, w)
		}
	}
	return all
}

// second looks for what was probably meant. It returns nothing when there is nothing to repair, or the repair finds nothing new. What it finds stands behind
// all works that have everything as it was typed, but for a phrase of which it has all words side by side, and they do not. Works that have the
// words with other marks compete with it: in a long text they occur by chance.
func (s *search) second(ctx context.Context, first *attempt) (works, guess, error) {
	g, evident, err := s.guess(ctx, first)
	if err != nil || g.text == "" {
		return works{}, guess{}, err
	}
	a, err := s.attempt(ctx, g.question)
	if err != nil {
		return works{}, guess{}, err
	}
	found := a.strict
	if !evident {
		asTyped := first.asTyped()
		found.rated = s.beside(found.rated, asTyped)
		first.promote(asTyped, found.rated)
	}
	for i := range found.rated {
		found.rated[i].value *= repairedWorth
	}
	return found, g, nil
}

// guess returns what was probably meant, and whether a phrase says so evidently. Its text is "" when nothing better than what was typed is known.
func (s *search) guess(ctx context.Context, first *attempt) (g guess, evident bool, err error) {
	many := len(first.strict.rated) >= few
	if words := len(s.question.words); words < leastPhrase || many && words < evidentPhrase {
		if many {
			return guess{}, false, nil
		}
	} else {
		g, ok, err := s.v.rephrase(ctx, s.syntax)
		if err != nil || ok || many {
			return g, words >= evidentPhrase, err
		}
	}
	g, _, err = s.v.repair(ctx, s.question, s.syntax)
	return g, false, err
}

// promote puts the works that have everything as it was typed before all others.
func (a *attempt) promote(asTyped, repaired []foundWork) {
	best := float32(0)
	for _, w := range slices.Concat(a.strict.rated, repaired) {
		best = max(best, w.value)
	}
	for _, typed := range asTyped {
		i := slices.IndexFunc(a.strict.rated, func(w foundWork) bool { return w.number == typed.number })
		a.strict.rated[i].value += best
	}
}

// union returns the works of both; of one that is rated in both, what it is worth more.
func (s *search) union(a, b works) works {
	at := make(map[uint32]int, len(b.rated))
	for i, w := range b.rated {
		at[w.number] = i
	}
	all := works{rated: slices.Clone(b.rated), more: s.v.noWorks()}
	for _, w := range a.rated {
		i, both := at[w.number]
		switch {
		case !both:
			all.rated = append(all.rated, w)
		case w.value > all.rated[i].value:
			all.rated[i] = w
		}
	}
	all.more.addAll(a.more)
	all.more.addAll(b.more)
	for _, w := range all.rated {
		all.more.remove(w.number)
	}
	return all
}

// repairedWorth is what a match of what was probably meant is worth beside one that holds most of the words as typed.
const repairedWorth = 0.8

// beside returns the works of a that are not among those of b.
func (s *search) beside(a, b []foundWork) []foundWork {
	if len(a) == 0 || len(b) == 0 {
		return a
	}
	there := s.v.noWorks()
	for _, w := range b {
		there.add(w.number)
	}
	return slices.DeleteFunc(a, func(w foundWork) bool { return there.has(w.number) })
}

// hits returns the hits of the page out of the works that were rated, and the cursor of the next page.
func (s *search) hits(ctx context.Context, rated []foundWork) ([]Hit, string, error) {
	for _, w := range rated {
		if !s.page.full(w.value, s.v.facts.all[w.number].key) {
			s.page.add(newPlace(s.q.Order, w, s.v.cards[w.number]))
		}
	}
	places, next, err := s.page.places()
	if err != nil {
		return nil, "", err
	}
	hits := make([]Hit, len(places))
	for n, a := range s.attempts {
		byWork := make(map[uint32]*Hit, len(places))
		for i, p := range places {
			if int(p.found.attempt) == n {
				byWork[p.found.number] = &hits[i]
			}
		}
		if err := a.addParts(ctx, byWork); err != nil {
			return nil, "", err
		}
	}
	for i, p := range places {
		hits[i].Work, hits[i].Score = p.ID, p.Value
	}
	return hits, next, nil
}
