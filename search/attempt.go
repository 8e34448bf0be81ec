package search

import (
	"cmp"
	"context"
	"iter"
	"math/bits"
	"slices"
)

// exactFloor is what is left of the value of a document that has all words with other marks than were typed. Between that and all marks right
// the value grows evenly, so that one wrong mark among many words costs little.
const exactFloor = 0.1

// wholeTitle is what a work gains whose title is the query and nothing else: it is the one that was asked for.
const wholeTitle = 1.5

// attempt is what one question finds.
type attempt struct {
	v        *view
	question question
	match    *match
	strict   []foundWork
	loose    []foundWork
}

// rating is how well a work matches: the value of its best document, and whether one of its documents has all that is asked for, and has it
// with the marks that were typed.
type rating struct {
	value   float64 // 0 when it was not found
	strict  bool
	asTyped bool
}

// enough is how many documents that hold all words are scored alone: there are hardly fewer than ten works among them.
const enough = 200

// attempt looks for q among the works that pass the filter. Documents that hold only most of the words are looked at when few hold all.
func (s *search) attempt(ctx context.Context, q question) (*attempt, error) {
	if err := s.v.complete(ctx, q.words); err != nil {
		return nil, err
	}
	former, _ := s.x.matches.Get().(*match)
	a := &attempt{v: s.v, question: q, match: newMatch(former, s.v.size, len(s.v.cards))}
	s.attempts = append(s.attempts, a)
	clauses, required := q.clauses()
	p, err := s.v.newPlan(clauses)
	if err != nil {
		return nil, err
	}
	asked := len(q.words)
	if asked > 1 && p.readThose(required, asked) >= enough {
		if err := s.score(ctx, a, p, required); err != nil || len(a.strict) >= few {
			return a, err
		}
		a.match.clear()
		a.strict = nil
	}
	if asked > 1 && required == 1<<asked-1 { // nothing between quotation marks, of which all must be there
		p.readThose(required, leastWords(asked))
	}
	return a, s.score(ctx, a, p, required)
}

// score scores what the plan reads and sorts the works by whether they have all that is required.
func (s *search) score(ctx context.Context, a *attempt, p *plan, required uint64) error {
	if err := a.match.fill(ctx, p); err != nil {
		return err
	}
	a.rate(required)
	title := a.question.folded()
	for _, work := range a.match.works {
		card := s.v.cards[work]
		if !s.filter.passes(card) || s.filter.excluded[work] {
			continue
		}
		w := foundWork{number: work, value: a.match.rated[work].value, attempt: a}
		if card.folded == title {
			w.value *= wholeTitle
		}
		if a.match.rated[work].strict {
			a.strict = append(a.strict, w)
		} else {
			a.loose = append(a.loose, w)
		}
	}
	return nil
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

// rate rates the works of all documents that match.
func (a *attempt) rate(required uint64) {
	m := a.match
	for doc, place := range a.v.locate(m.documents()) {
		work := place.segment.works[place.local]
		r := a.rateDocument(&m.found[doc], required)
		if r.value == 0 || a.v.cards[work] == nil { // its parts are there, the work itself is not yet
			continue
		}
		if m.rated[work].value == 0 {
			m.works = append(m.works, work)
		}
		m.rated[work] = m.rated[work].or(r)
	}
}

// location is where in a view a document lies.
type location struct {
	segment *viewSegment
	local   int
}

// locate yields the documents, which come in order, with the place of each.
func (v *view) locate(documents iter.Seq[int]) iter.Seq2[int, location] {
	return func(yield func(int, location) bool) {
		i := 0
		for doc := range documents {
			for doc >= v.segments[i].first+len(v.segments[i].works) {
				i++
			}
			segment := &v.segments[i]
			if !yield(doc, location{segment, doc - segment.first}) {
				return
			}
		}
	}
}

// rateDocument returns the zero rating for a document that does not match. About a third of the words may be missing, but nothing that
// was typed in quotation marks. Missing words and other marks lower the value instead of putting a document behind all others: in a long text
// all words of a query occur by chance, while the place that somebody remembers nearly right has most of them side by side.
func (a *attempt) rateDocument(e *evidence, required uint64) rating {
	const words = 1<<pairBit - 1
	asked, has := len(a.question.words), wordCount(e.matched)
	strict := e.matched&required == required
	if !strict && (required&^words != 0 || has < leastWords(asked)) {
		return rating{}
	}
	coverage := float64(has) / float64(asked)
	exact := float64(bits.OnesCount32(e.exact)) / float64(asked)
	value := float64(e.score) * coverage * coverage * (exactFloor + (1-exactFloor)*exact)
	return rating{value: value, strict: strict, asTyped: strict && exact == 1}
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
	return slices.DeleteFunc(slices.Clone(a.strict), func(w foundWork) bool { return !a.match.rated[w.number].asTyped })
}

// addParts gives the hits their best parts: those whose own text has at least half of the words.
func (a *attempt) addParts(byWork map[uint32]*Hit) {
	if len(byWork) == 0 {
		return
	}
	for doc, place := range a.v.locate(a.match.documents()) {
		ordinal := place.segment.ordinals[place.local]
		if ordinal == noOrdinal || bits.OnesCount32(a.match.found[doc].own)*2 < len(a.question.words) {
			continue
		}
		if h := byWork[place.segment.works[place.local]]; h != nil {
			h.addPart(PartHit{Ordinal: int(ordinal), Score: float64(a.match.found[doc].score)})
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
