package search

import (
	"slices"
	"strings"
	"sync"
)

// dictionary numbers strings from 0 in the order in which they come. It only grows.
type dictionary struct {
	mu      sync.RWMutex
	numbers map[string]uint32
	words   []string
}

func newDictionary() *dictionary { return &dictionary{numbers: map[string]uint32{}} }

// number returns the number of s, which it enters when it is new.
func (d *dictionary) number(s string) uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.numbers[s]
	if !ok {
		n = uint32(len(d.words))
		d.numbers[s] = n
		d.words = append(d.words, s)
	}
	return n
}

// find returns the number of s and whether it has one.
func (d *dictionary) find(s string) (uint32, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, ok := d.numbers[s]
	return n, ok
}

// all returns the words by number. The caller must not change them.
func (d *dictionary) all() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.words[:len(d.words):len(d.words)]
}

// dictionaries number what the cards of a generation share, and keep the names that the latest card gave to each.
type dictionaries struct {
	works, genres, agents, collections, chapters *dictionary

	agentNames, genreNames, collectionNames *names
}

func newDictionaries() *dictionaries {
	return &dictionaries{
		works: newDictionary(), genres: newDictionary(), agents: newDictionary(), collections: newDictionary(), chapters: newDictionary(),
		agentNames: &names{}, genreNames: &names{}, collectionNames: &names{},
	}
}

// names are the names of what a dictionary numbers.
type names struct {
	mu  sync.RWMutex
	all []named
}

// named is something with its names.
type named struct {
	written []string
	folded  []string // of each of written: its words without marks, joined by spaces
}

// set gives number n its names.
func (n *names) set(number uint32, written []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for int(number) >= len(n.all) {
		n.all = append(n.all, named{})
	}
	if slices.Equal(n.all[number].written, written) {
		return
	}
	entry := named{written: written}
	for _, name := range written {
		entry.folded = append(entry.folded, foldedWords(name))
	}
	n.all[number] = entry
}

func (n *names) of(number uint32) named {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if int(number) >= len(n.all) {
		return named{}
	}
	return n.all[number]
}

// search calls yield with each thing and the place of the first of its names that has all the words, which are without marks, in any order.
func (n *names) search(words []word, yield func(number uint32, entry named, at int)) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	for number, entry := range n.all {
		for at, name := range entry.folded {
			if hasAll(name, words) {
				yield(uint32(number), entry, at)
				break
			}
		}
	}
}

func hasAll(name string, words []word) bool {
	for _, w := range words {
		if !strings.Contains(name, w.folded) || !strings.Contains(" "+name+" ", " "+w.folded+" ") {
			return false
		}
	}
	return true
}

// with returns the numbers of those that bear a name in which the words, which are without marks, stand side by side.
func (n *names) with(words []string) map[uint32]bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	found := map[uint32]bool{}
	wanted := " " + strings.Join(words, " ") + " "
	for number, entry := range n.all {
		if slices.ContainsFunc(entry.folded, func(name string) bool { return strings.Contains(" "+name+" ", wanted) }) {
			found[uint32(number)] = true
		}
	}
	return found
}
