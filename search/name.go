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
	r.Agents = s.named(d.agentNames, d.agents, words, s.v.facts.agentsOf)
	r.Collections = s.named(d.collectionNames, d.collections, words, s.v.facts.collectionsOf)
}

// nameFound is a name that has all the words.
type nameFound struct {
	hit    NameHit
	whole  bool // nothing else is in the name
	marked bool // the words stand in it as they were typed
}

// named returns the hits among the names of what a dictionary numbers; of gives what a work has of it.
func (s *search) named(n *names, d *dictionary, words []word, of func(work uint32) []uint32) []NameHit {
	found := map[uint32]*nameFound{}
	ids := d.all()
	n.search(words, func(number uint32, entry named, at int) {
		found[number] = &nameFound{
			hit:    NameHit{ID: ids[number], Name: entry.written[0]},
			whole:  strings.Count(entry.folded[at], " ")+1 == len(words),
			marked: standsAsTyped(entry.written[at], words),
		}
	})
	if len(found) == 0 {
		return nil
	}
	s.countWorks(found, of)
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

// countWorks counts the works of what was found that the viewer may see.
func (s *search) countWorks(found map[uint32]*nameFound, of func(work uint32) []uint32) {
	for work := range uint32(len(s.v.cards)) {
		if !s.filter.visible(work) {
			continue
		}
		numbers := of(work)
		for i, number := range numbers {
			if f := found[number]; f != nil && !slices.Contains(numbers[:i], number) {
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
