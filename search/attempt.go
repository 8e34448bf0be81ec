package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// exactFloor is what is left of the value of a document that has all words with other marks than were typed. Between that and all marks right
// the value grows evenly, so that one wrong mark among many words costs little.
const exactFloor = 0.1

// wholeTitle is what a work gains whose title is the query and nothing else: it is the one that was asked for.
const wholeTitle = 1.5

// attempt is what one question finds. It must not be used after the snapshot of its view.
type attempt struct {
	v        *view
	number   uint8 // its place in search.attempts
	question question
	required uint64
	plan     *plan
	match    *match
	strict   works
	loose    works
}

// rating is how well a work matches: the value of its best document, and whether one of its documents has all that is asked for, and has it
// with the marks that were typed.
type rating struct {
	value   float32 // 0 when it was not found
	strict  bool
	asTyped bool
}

// attempt looks for the works that pass the filter and have all that q asks for.
func (s *search) attempt(ctx context.Context, q question) (*attempt, error) {
	if err := s.v.complete(ctx, q.words); err != nil {
		return nil, err
	}
	former, _ := s.x.matches.Get().(*match)
	a := &attempt{v: s.v, number: uint8(len(s.attempts)), question: q, match: newMatch(former, s.v.size, len(s.v.cards))}
	s.attempts = append(s.attempts, a)
	var clauses []clause
	clauses, a.required = q.clauses()
	p, err := s.v.newPlan(clauses)
	if err != nil {
		return nil, err
	}
	a.plan = p
	s.read(a, wordCount(a.required))
	if err := s.score(ctx, a); err != nil {
		return nil, err
	}
	a.strict = s.gather(a, a.match.strict[:0], true)
	a.match.strict = a.strict.rated
	return a, nil
}

// read chooses the documents that may match: those that have so many of the words, of works that pass the filter. Where nothing narrows, of a work that is
// rated it remains to be asked whether the viewer sees it: to ask that of each document would cost more.
func (s *search) read(a *attempt, least int) {
	a.plan.readThose(a.required, least)
	if s.filter.narrows() {
		a.plan.keep(s.filter.passes)
	}
}

// quotes reports whether something stood between quotation marks, of which all must be there.
func (a *attempt) quotes() bool { return a.required != 1<<len(a.question.words)-1 }

// loosen looks for works that have only most of the words.
func (s *search) loosen(ctx context.Context, a *attempt) error {
	asked := len(a.question.words)
	if asked == 1 || a.quotes() {
		return nil
	}
	s.read(a, leastWords(asked))
	if err := s.score(ctx, a); err != nil {
		return err
	}
	a.loose = s.gather(a, a.match.loose[:0], false)
	a.match.loose = a.loose.rated
	return nil
}

// works are works that were found: those that were rated, in no order, and more of which it is only known that they match less well than all of the page.
type works struct {
	rated []foundWork
	more  workSet // nil for none
}

// gather returns the works of a that pass the filter and are strict or not, those that are rated in the memory of former.
func (s *search) gather(a *attempt, former []foundWork, strict bool) works {
	all := works{rated: former}
	title := a.title()
	for _, work := range a.match.works {
		if a.match.rated[work].strict == strict && s.filter.visible(work) {
			all.rated = append(all.rated, foundWork{number: work, value: a.value(work, title), attempt: a.number})
		}
	}
	if unread := a.match.unread(a.plan); cardinality(unread) > 0 {
		all.more = s.passing(a, unread)
	}
	return all
}

// passing returns the works of the documents that pass the filter and are not rated.
func (s *search) passing(a *attempt, docs []*roaring.Bitmap) workSet {
	all := s.v.noWorks()
	for i := range docs {
		of := s.v.segments[i].works
		for local := range each(docs[i]) {
			all.add(of[local])
		}
	}
	for _, work := range a.match.works {
		all.remove(work)
	}
	s.filter.keepVisible(all)
	return all
}

// titleAsked is a title that is the query and nothing else.
type titleAsked struct {
	folded string
	sum    uint32
}

func (a *attempt) title() titleAsked {
	folded := a.question.folded()
	return titleAsked{folded, titleSum(folded)}
}

// value is that of a rated work.
func (a *attempt) value(work uint32, title titleAsked) float32 {
	value := a.match.rated[work].value
	if a.v.facts.all[work].title == title.sum && a.v.cards[work].folded == title.folded {
		value *= wholeTitle
	}
	return value
}

// complete gives the words that were typed with some of their marks the words of the index that have all of them.
func (v *view) complete(ctx context.Context, words []word) error {
	for i := range words {
		w := &words[i]
		if !w.marked() || len(w.exact) > maxCompleted {
			continue
		}
		n, err := v.wordDocs(w.exact)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if w.complete, err = v.completed(ctx, w.exact); err != nil {
			return err
		}
	}
	return nil
}

// maxCompleted is the number of bytes of a word over which it is no syllable whose marks could be completed.
const maxCompleted = 20

// scoreThose scores the documents, which were not scored before, and rates their works.
func (a *attempt) scoreThose(ctx context.Context, docs []*roaring.Bitmap) error {
	if err := a.match.fill(ctx, a.plan, docs); err != nil {
		return err
	}
	m := a.match
	for doc := range locate(a.v, docs) {
		work := doc.work()
		r := a.rateDocument(&m.found[doc.number()])
		if r.value == 0 {
			continue
		}
		if m.rated[work].value == 0 {
			m.works = append(m.works, work)
		}
		m.rated[work] = m.rated[work].or(r)
	}
	return nil
}

// rateDocument returns the zero rating for a document that does not match. About a third of the words may be missing, but nothing that
// was typed in quotation marks. Missing words and other marks lower the value instead of putting a document behind all others: in a long text
// all words of a query occur by chance, while the place that somebody remembers nearly right has most of them side by side.
func (a *attempt) rateDocument(e *evidence) rating {
	asked, has := len(a.question.words), wordCount(e.matched)
	strict := e.matched&a.required == a.required
	if !strict && (a.quotes() || has < leastWords(asked)) {
		return rating{}
	}
	coverage := float64(has) / float64(asked)
	exact := float64(bits.OnesCount32(e.exact)) / float64(asked)
	value := float64(e.score) * coverage * coverage * (exactFloor + (1-exactFloor)*exact)
	return rating{value: float32(value), strict: strict, asTyped: strict && exact == 1}
}

// or is the rating of a work with documents rated r and o.
func (r rating) or(o rating) rating {
	return rating{value: max(r.value, o.value), strict: r.strict || o.strict, asTyped: r.asTyped || o.asTyped}
}

// leastWords is how many of n words a loose match has.
func leastWords(n int) int {
	if n == 2 {
		return 1
	}
	return n - n/3
}

// asTyped returns the works that have everything as it was typed.
func (a *attempt) asTyped() []foundWork {
	return slices.DeleteFunc(slices.Clone(a.strict.rated), func(w foundWork) bool { return !a.match.rated[w.number].asTyped })
}

// addParts gives the hits their best parts: those whose own text has at least half of the words.
func (a *attempt) addParts(ctx context.Context, byWork map[uint32]*Hit) error {
	if len(byWork) == 0 {
		return nil
	}
	hits := a.v.noWorks()
	for work := range byWork {
		hits.add(work)
	}
	if err := a.match.fill(ctx, a.plan, a.unreadOf(hits)); err != nil {
		return err
	}
	for doc := range locate(a.v, a.match.read) {
		if !hits.has(doc.work()) {
			continue
		}
		ordinal, found := doc.segment.ordinals[doc.local], &a.match.found[doc.number()]
		if ordinal != noOrdinal && bits.OnesCount32(found.own)*2 >= len(a.question.words) {
			byWork[doc.work()].addPart(PartHit{Ordinal: int(ordinal), Score: float64(found.score)})
		}
	}
	return nil
}

// unreadOf returns the documents of the works that were not scored.
func (a *attempt) unreadOf(works workSet) []*roaring.Bitmap {
	all := a.match.unread(a.plan)
	for i, docs := range all {
		of := a.v.segments[i].works
		some := roaring.New()
		for local := range each(docs) {
			if works.has(of[local]) {
				some.Add(uint32(local))
			}
		}
		all[i] = some
	}
	return all
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
