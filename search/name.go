package search

import (
	"cmp"
	"slices"
	"strings"
)

// fillNames adds the agents and collections that bear the words as a name, unless something narrows the query: who narrows has found the name. A
// viewer finds those who have works that he may see.
func (s *search) fillNames(r *Result, words []word) {
	if s.filter.narrows() || len(s.syntax.fields) > 0 || len(s.syntax.not) > 0 || len(words) == 0 {
		return
	}
	d := s.v.dict
	r.Agents = s.named(words, bearers{d.agentNames, d.agents, s.v.facts.agentsOf, func(all *byValue) *facetWorks { return &all.agents }})
	r.Collections = s.named(words, bearers{d.collectionNames, d.collections, s.v.facts.collectionsOf, func(all *byValue) *facetWorks { return &all.collections }})
}

// bearers are agents or collections.
type bearers struct {
	names *names
	ids   *dictionary
	of    func(work uint32) []uint32
	works func(*byValue) *facetWorks
}

// nameFound is a name that has all the words.
type nameFound struct {
	hit    NameHit
	whole  bool // nothing else is in the name
	marked bool // the words stand in it as they were typed
}

// named returns the hits among the names of the bearers.
func (s *search) named(words []word, b bearers) []NameHit {
	found := map[uint32]*nameFound{}
	b.names.search(words, func(number uint32, entry named, at int) {
		found[number] = &nameFound{
			hit:    NameHit{ID: b.ids.all()[number], Name: entry.written[0]}, // asked for now: another view may just have numbered it
			whole:  strings.Count(entry.folded[at], " ")+1 == len(words),
			marked: standsAsTyped(entry.written[at], words),
		}
	})
	if len(found) == 0 {
		return nil
	}
	s.countWorks(found, b)
	all := make([]*nameFound, 0, len(found))
	for _, f := range found {
		if f.hit.Works > 0 {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, compareNames)
	hits := make([]NameHit, 0, NamesPerResult)
	for _, f := range all[:min(len(all), NamesPerResult)] {
		hits = append(hits, f.hit)
	}
	return hits
}

// countWorks counts the works of what was found that the viewer may see. To turn the facts round for a name is not worth while.
func (s *search) countWorks(found map[uint32]*nameFound, b bearers) {
	if all := s.v.turned.done.Load(); all != nil {
		works := b.works(all).of
		for number, f := range found {
			if int(number) < len(works) { // else no work of this view has it
				f.hit.Works = works[number].among(s.filter.seen.workSet)
			}
		}
		return
	}
	for work := range s.filter.seen.all() {
		for _, number := range b.of(work) {
			if f := found[number]; f != nil {
				f.hit.Works++
			}
		}
	}
}

func standsAsTyped(name string, words []word) bool {
	typed := " " + exactWords(name) + " "
	return !slices.ContainsFunc(words, func(w word) bool { return w.marked() && !strings.Contains(typed, " "+w.exact+" ") })
}

func compareNames(a, b *nameFound) int {
	return cmp.Or(before(a.marked, b.marked), before(a.whole, b.whole), cmp.Compare(b.hit.Works, a.hit.Works),
		cmp.Compare(a.hit.Name, b.hit.Name), cmp.Compare(a.hit.ID, b.hit.ID))
}

// before orders what is true first.
func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}
