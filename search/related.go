package search

import (
	"cmp"
	"context"
	"slices"

	"vannghe/internal/archive"
)

// Likeness asks for the works most like one.
type Likeness struct {
	Work      archive.WorkID
	Text      string             // the beginning of what the work says
	Size      int                // works wanted; 0 means 6
	Now       int64              // µs since 1970 UTC
	Audiences []archive.Audience // as in Query
}

// What two works have in common counts so much. The texts count at most 1 together.
const (
	likeAgent      = 0.6
	likeCollection = 0.4
	likeGenre      = 0.15
	likeText       = 1.0
)

// Bounds of reading likeness from words.
const (
	likeSize     = 6
	likeBytes    = 6 << 10 // of the text that are read
	likeWords    = 14      // the most telling words that are looked for
	likeFrequent = 0.04    // a word in a larger share of all documents tells nothing
	likeLeast    = 0.3     // a work less like it is not shown
)

// Related returns the works most like one, best first: by the words that tell it from others, its agents, collections and genre. Only works that
// the viewer may see are among them. The errors are those of Search.
func (x *Index) Related(ctx context.Context, l Likeness) ([]archive.WorkID, error) {
	if l.Size <= 0 {
		l.Size = likeSize
	}
	var all []archive.WorkID
	err := x.consult(ctx, func(v *view) error {
		former, _ := x.matches.Get().(*match)
		m := newMatch(former, v.size, len(v.cards))
		defer func() { m.clear(v); x.matches.Put(m) }()
		var err error
		all, err = v.related(ctx, l, m)
		return err
	})
	return all, err
}

func (v *view) related(ctx context.Context, l Likeness, m *match) ([]archive.WorkID, error) {
	number, ok := v.dict.works.find(string(l.Work))
	if !ok || int(number) >= len(v.cards) || v.cards[number] == nil {
		return nil, nil
	}
	words, err := v.telling(ctx, l.Text)
	if err != nil {
		return nil, err
	}
	q := question{words: words}
	clauses, _ := q.clauses()
	p, err := v.newPlan(clauses)
	if err != nil {
		return nil, err
	}
	p.readAll()
	if err := m.fill(ctx, p, p.read); err != nil {
		return nil, err
	}
	likeness := v.shares(number)
	v.addTexts(likeness, m)
	f := filter{now: l.Now, audiences: audienceBits(l.Audiences)}
	f.look(v)
	likeness[number] = 0
	var all []archive.WorkID
	for _, n := range v.most(likeness, l.Size, f.visible) {
		all = append(all, v.cards[n].id)
	}
	return all, nil
}

// most returns the works of the greatest likeness, greatest first, that are visible: at most so many. There may be as many that are like enough as there
// are works, so they are not sorted to keep a few.
func (v *view) most(likeness []float64, size int, visible func(work uint32) bool) []uint32 {
	before := func(a, b uint32) int {
		if order := cmp.Or(cmp.Compare(likeness[b], likeness[a]), cmp.Compare(v.facts.all[a].key, v.facts.all[b].key)); order != 0 {
			return order // what is in a card lies far away in memory
		}
		return cmp.Compare(v.cards[a].id, v.cards[b].id)
	}
	var best []uint32
	for n, value := range likeness {
		work := uint32(n)
		if value < likeLeast || !visible(work) || len(best) == size && before(work, best[size-1]) > 0 {
			continue
		}
		i, _ := slices.BinarySearchFunc(best, work, before)
		best = slices.Insert(best[:min(len(best), size-1)], min(i, size-1), work)
	}
	return best
}

// telling returns the words of a text that tell it from others, by how often they stand in it and how seldom elsewhere.
func (v *view) telling(ctx context.Context, text string) ([]word, error) {
	if len(text) > likeBytes {
		text = text[:cutPoint(text, likeBytes)]
	}
	times := map[spelling]int{}
	for t := range tokens(text) {
		times[spelling{t.Exact, t.Folded}]++
	}
	type weighed struct {
		word
		weight float64
	}
	var all []weighed
	for w, n := range times {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		docs, err := v.docs(fieldText, w.exact)
		if err != nil {
			return nil, err
		}
		if docs > 1 && float64(docs) <= max(likeFrequent*v.live, 3) {
			all = append(all, weighed{word{spelling: w}, float64(n) * rarity(v.live, float64(docs))})
		}
	}
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.exact, b.exact)) })
	var words []word
	for _, w := range all[:min(len(all), likeWords)] {
		words = append(words, w.word)
	}
	return words, nil
}

// shares returns how much each work has in common with one beside words.
func (v *view) shares(with uint32) []float64 {
	genre, agents, collections := v.facts.all[with].genre, v.facts.agentsOf(with), v.facts.collectionsOf(with)
	likeness := make([]float64, len(v.cards))
	for n := range uint32(len(likeness)) {
		if v.facts.all[n].genre == genre {
			likeness[n] += likeGenre
		}
		if common(agents, v.facts.agentsOf(n)) {
			likeness[n] += likeAgent
		}
		if common(collections, v.facts.collectionsOf(n)) {
			likeness[n] += likeCollection
		}
	}
	return likeness
}

func common(a, b []uint32) bool {
	return slices.ContainsFunc(a, func(n uint32) bool { return slices.Contains(b, n) })
}

// addTexts adds what the best document of each work scored, the best of all counting likeText.
func (v *view) addTexts(likeness []float64, m *match) {
	top := float32(0)
	for doc := range locate(v, m.read) {
		work, score := doc.work(), m.found[doc.number()].score
		if best := m.rated[work].value; score > best {
			if best == 0 {
				m.works = append(m.works, work)
			}
			m.rated[work].value = score
			top = max(top, score)
		}
	}
	for _, work := range m.works {
		likeness[work] += likeText * float64(m.rated[work].value/top)
	}
}
