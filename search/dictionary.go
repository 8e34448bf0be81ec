package search

import "sync"

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

// dictionaries number what the cards of a generation share.
type dictionaries struct {
	works, genres, agents, collections *dictionary

	mu         sync.RWMutex
	agentNames [][]string // by number of the agent: the names that its latest card gave
}

func newDictionaries() *dictionaries {
	return &dictionaries{works: newDictionary(), genres: newDictionary(), agents: newDictionary(), collections: newDictionary()}
}

func (d *dictionaries) nameAgent(agent uint32, names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for int(agent) >= len(d.agentNames) {
		d.agentNames = append(d.agentNames, nil)
	}
	d.agentNames[agent] = names
}

func (d *dictionaries) namesOf(agent uint32) []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if int(agent) >= len(d.agentNames) {
		return nil
	}
	return d.agentNames[agent]
}
