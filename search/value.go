package search

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// The facts of a view are turned round when it is asked for the turnAfter-th time to count at least one in largeShare of all works. A view that changes
// with every work that comes in is hardly asked so often, and to turn it round costs as much as a few such counts.
const (
	largeShare = 32
	turnAfter  = 5
)

// turned are the facts of a view turned round: of each value of a facet the works that have it. Who finds a large share of all works counts by them. Facts
// are read work by work from a place of their own each, of which there are megabytes; the set of what was found, a bit for each, stays close to the processor.
type turned struct {
	asked   atomic.Int64
	turning sync.Mutex
	done    atomic.Pointer[byValue]
}

// byValue are the works that have each value of each facet.
type byValue struct {
	genres, agents, collections, chapters, media, decades facetWorks
}

// facetWorks are the works that have each value of a facet, which are numbered as in tally.
type facetWorks struct {
	of    []valueWorks
	order []uint32 // the values, that of the most works first
}

// valueWorks are the works that have one value: a set when they are many, else a list in order.
type valueWorks struct {
	list  []uint32
	set   workSet
	total int
}

// byValue returns the facts turned round, nil when it is not worth while for a count of so many works, or somebody is about to turn them.
func (v *view) byValue(works int) *byValue {
	if works*largeShare < len(v.cards) {
		return nil
	}
	t := &v.turned
	if all := t.done.Load(); all != nil || t.asked.Add(1) < turnAfter || !t.turning.TryLock() {
		return all
	}
	defer t.turning.Unlock()
	if t.done.Load() == nil {
		t.done.Store(v.turn())
	}
	return t.done.Load()
}

func (v *view) turn() *byValue {
	all := &byValue{}
	for work := range uint32(len(v.cards)) {
		if v.cards[work] == nil {
			continue
		}
		n := &v.facts.all[work]
		all.genres.add(n.genre, work)
		if n.year != 0 {
			all.decades.add(uint32(decadeOf(n.year)), work)
		}
		for media := n.media; media != 0; media &= media - 1 {
			all.media.add(uint32(bits.TrailingZeros8(media)), work)
		}
		all.agents.addEach(v.facts.agentsOf(work), work)
		all.collections.addEach(v.facts.collectionsOf(work), work)
		all.chapters.addEach(v.facts.chaptersOf(work), work)
	}
	for _, f := range []*facetWorks{&all.genres, &all.agents, &all.collections, &all.chapters, &all.media, &all.decades} {
		f.settle(v)
	}
	return all
}

func (f *facetWorks) addEach(values []uint32, work uint32) {
	for _, value := range values {
		f.add(value, work)
	}
}

func (f *facetWorks) add(value, work uint32) {
	for int(value) >= len(f.of) {
		f.of = append(f.of, valueWorks{})
	}
	f.of[value].list = append(f.of[value].list, work)
}

// settle makes sets of long lists, in less memory, and orders the values.
func (f *facetWorks) settle(v *view) {
	for i := range f.of {
		o := &f.of[i]
		o.total = len(o.list)
		if o.total*32 > len(v.cards) { // bits of a number in a list
			o.set = v.noWorks()
			for _, work := range o.list {
				o.set.add(work)
			}
			o.list = nil
		}
		f.order = append(f.order, uint32(i))
	}
	slices.SortFunc(f.order, func(a, b uint32) int { return cmp.Compare(f.of[b].total, f.of[a].total) })
}

// among counts those that are in a set.
func (o *valueWorks) among(works workSet) (n int) {
	for i, word := range o.set {
		n += bits.OnesCount64(word & works[i])
	}
	for _, work := range o.list {
		n += int(works[work>>6] >> (work & 63) & 1)
	}
	return n
}

// count puts into counts how many of a set have each value, but for values that cannot be among the most frequent.
func (f *facetWorks) count(counts []uint32, works workSet) {
	const most = facetLimit + 1 // one may be no value at all
	var best []int              // the greatest counts, greatest first
	for _, value := range f.order {
		if len(best) == most && f.of[value].total < best[most-1] {
			return // all that follow have fewer still
		}
		n := f.of[value].among(works)
		counts[value] = uint32(n)
		i, _ := slices.BinarySearchFunc(best, n, func(a, b int) int { return cmp.Compare(b, a) })
		best = slices.Insert(best, i, n)
		best = best[:min(len(best), most)]
	}
}

// addAll counts a set of works by their values.
func (t *tally) addAll(all *byValue, works workSet) {
	all.genres.count(t.genres, works)
	all.agents.count(t.agents, works)
	all.collections.count(t.collections, works)
	all.chapters.count(t.chapters, works)
	all.media.count(t.media, works)
	all.decades.count(t.decades, works)
}
