package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// few is the number of works below which those that hold most of the words are added to those that hold all.
const few = 10

// exactFloor is what is left of the value of a document that has all words with other marks than were typed. Between that and all marks right
// the value grows evenly, so that one wrong mark among many words costs little.
const exactFloor = 0.1

// Search answers q. A blank text with or without filters lists works; a text without any word, such as punctuation, finds nothing. The errors are
// Invalid "cursor-invalid", Unavailable "search-closed", and ctx's.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	x.life.RLock()
	defer x.life.RUnlock()
	if x.live == nil {
		return Result{}, errClosed()
	}
	var r Result
	err := x.live.use(func(v *view) error {
		s, err := x.newSearch(v, q)
		if err != nil {
			return err
		}
		defer s.release()
		r, err = s.run(ctx)
		return err
	})
	return r, err
}

// search is one query under way on one view.
type search struct {
	x        *Index
	v        *view
	q        Query
	question question
	page     page
	match    *match
	rated    []rating // by work
}

func (x *Index) newSearch(v *view, q Query) (*search, error) {
	s := &search{x: x, v: v, q: q, question: parse(q.Text)}
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
	former, _ := x.matches.Get().(*match)
	s.match = newMatch(former, v.size)
	return s, nil
}

func (s *search) release() {
	s.match.clear()
	s.x.matches.Put(s.match)
}

func (s *search) run(ctx context.Context) (Result, error) {
	r := Result{Terms: Terms{words: s.question.words}, Facets: newTally(s.v.dict).facets()}
	f, ok := newFilter(&s.q, s.v.dict)
	if !ok || (len(s.question.words) == 0 && !s.question.blank) {
		return r, nil
	}
	found, err := s.find(ctx, &f)
	if err != nil {
		return r, err
	}
	r.Loose = found.loose
	t := newTally(s.v.dict)
	for _, work := range found.works {
		c := s.v.cards[work]
		r.Total++
		t.add(c)
		s.page.add(newPlace(s.q.Order, work, c, s.value(work)))
	}
	r.Facets = t.facets()
	return s.fillHits(r)
}

// found is the works that a query finds, in no order.
type found struct {
	works []uint32
	loose bool
}

// find returns the works that pass the filter and match: all of them when no words are asked for.
func (s *search) find(ctx context.Context, f *filter) (found, error) {
	if len(s.question.words) == 0 {
		return found{works: s.browse(f)}, nil
	}
	clauses, required := s.question.clauses()
	if err := s.match.fill(ctx, s.v, clauses); err != nil {
		return found{}, err
	}
	return s.strictOrLoose(s.rate(required), f), nil
}

func (s *search) browse(f *filter) []uint32 {
	var works []uint32
	for n, c := range s.v.cards {
		if c != nil && f.passes(c) {
			works = append(works, uint32(n))
		}
	}
	return works
}

// rating is how well a work matches: the value of its best document, and whether one of its documents has all that is asked for.
type rating struct {
	value  float64 // 0 when it was not found
	strict bool
}

// rate rates the works of all documents that match and returns them.
func (s *search) rate(required uint64) []uint32 {
	s.rated = make([]rating, len(s.v.cards))
	var works []uint32
	i := 0
	slices.Sort(s.match.touched) // by segment, in order of memory
	for _, doc := range s.match.touched {
		for int(doc) >= s.v.segments[i].first+len(s.v.segments[i].works) {
			i++
		}
		segment := &s.v.segments[i]
		work := segment.works[int(doc)-segment.first]
		r := s.rateDocument(int(doc), required)
		if r.value == 0 || s.v.cards[work] == nil { // its parts are there, the work itself is not yet
			continue
		}
		if s.rated[work].value == 0 {
			works = append(works, work)
		}
		s.rated[work].value = max(s.rated[work].value, r.value)
		s.rated[work].strict = s.rated[work].strict || r.strict
	}
	return works
}

// rateDocument returns the zero rating for a document that does not match. About a third of the words may be missing, but nothing that
// was typed in quotation marks. Missing words and other marks lower the value instead of putting a document behind all others: in a long text
// all words of a query occur by chance, while the place that somebody remembers nearly right has most of them side by side.
func (s *search) rateDocument(doc int, required uint64) rating {
	const words = 1<<pairBit - 1
	matched := s.match.matched[doc]
	asked, has := len(s.question.words), bits.OnesCount64(matched&words)
	strict := matched&required == required
	if !strict && (required&^words != 0 || has < leastWords(asked)) {
		return rating{}
	}
	coverage := float64(has) / float64(asked)
	exact := float64(bits.OnesCount32(s.match.exact[doc])) / float64(asked)
	value := float64(s.match.score[doc]) * coverage * coverage * (exactFloor + (1-exactFloor)*exact)
	return rating{value: value, strict: strict}
}

// leastWords is how many of n words a loose match has.
func leastWords(n int) int {
	if n == 2 {
		return 1
	}
	return n - n/3
}

// strictOrLoose keeps the works that pass the filter, and of the loose matches all or none.
func (s *search) strictOrLoose(works []uint32, f *filter) found {
	var strict, loose []uint32
	for _, work := range works {
		switch {
		case !f.passes(s.v.cards[work]):
		case s.rated[work].strict:
			strict = append(strict, work)
		default:
			loose = append(loose, work)
		}
	}
	if len(strict) >= few || len(loose) == 0 {
		return found{works: strict}
	}
	return found{works: append(strict, loose...), loose: true}
}

func (s *search) value(work uint32) float64 {
	if s.rated == nil {
		return 0
	}
	return s.rated[work].value
}

// fillHits adds the hits of the page to r.
func (s *search) fillHits(r Result) (Result, error) {
	places, next, err := s.page.places()
	if err != nil {
		return r, err
	}
	r.Next = next
	r.Hits = make([]Hit, len(places))
	byWork := make(map[uint32]*Hit, len(places))
	for i, p := range places {
		r.Hits[i] = Hit{Work: p.ID, Score: s.value(p.work)}
		byWork[p.work] = &r.Hits[i]
	}
	s.addParts(byWork)
	return r, nil
}

// addParts gives the hits their best parts: those whose own text has at least half of the words.
func (s *search) addParts(byWork map[uint32]*Hit) {
	i := 0
	for _, doc := range s.match.touched { // sorted by rate
		for int(doc) >= s.v.segments[i].first+len(s.v.segments[i].works) {
			i++
		}
		segment := &s.v.segments[i]
		local := int(doc) - segment.first
		if segment.ordinals[local] == noOrdinal || bits.OnesCount32(s.match.own[doc])*2 < len(s.question.words) {
			continue
		}
		if h := byWork[segment.works[local]]; h != nil {
			h.addPart(PartHit{Ordinal: int(segment.ordinals[local]), Score: float64(s.match.score[doc])})
		}
	}
}

// addPart keeps p among the best parts. A part that was indexed in pieces counts once.
func (h *Hit) addPart(p PartHit) {
	if i := slices.IndexFunc(h.Parts, func(o PartHit) bool { return o.Ordinal == p.Ordinal }); i >= 0 {
		h.Parts[i].Score = max(h.Parts[i].Score, p.Score)
	} else {
		h.Parts = append(h.Parts, p)
	}
	slices.SortFunc(h.Parts, func(a, b PartHit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	h.Parts = h.Parts[:min(len(h.Parts), PartsPerHit)]
}
