// Package recent keeps answers that are asked for many times a second, for a second at most and until something changes: what is seldom asked
// for is always made anew.
//
// It must not know what it keeps, or who may see it: whoever asks has a key for each kind of viewer, and says by a number that grows with every
// change of what an answer is made of whether an earlier one still holds.
package recent

import (
	"sync"
	"time"
)

// KeptFor is how long an answer stands at most.
const KeptFor = time.Second

// Memory is safe for concurrent use. Make it with New.
type Memory[K comparable, V any] struct {
	most int
	hot  int
	now  func() time.Time

	mu      sync.Mutex
	entries map[K]*entry[V]
}

type entry[V any] struct {
	since time.Time // when asked was begun to be counted
	asked int
	at    time.Time // when value was made; zero: there is none
	made  int64     // of which generation
	value V

	making chan struct{} // closed when whoever makes the next value has done; nil: nobody does
	makes  int64         // of which generation
}

// New returns a Memory of at most so many keys. Something is hot, and its answer kept, that was asked for more than hot times within KeptFor.
func New[K comparable, V any](most, hot int) *Memory[K, V] {
	return &Memory[K, V]{most: most, hot: hot, now: time.Now, entries: map[K]*entry[V]{}}
}

// Recall counts a question and returns the answer of that generation, if it is kept. Hot says that the question is asked so often that Keep is worth
// it.
func (m *Memory[K, V]) Recall(key K, generation int64) (value V, kept, hot bool) {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.count(key, now)
	if e.asked <= m.hot {
		return value, false, false
	}
	if e.at.IsZero() || e.made != generation || now.Sub(e.at) >= KeptFor {
		return value, false, true
	}
	return e.value, true, true
}

func (m *Memory[K, V]) count(key K, now time.Time) *entry[V] {
	e := m.entries[key]
	if e == nil {
		if len(m.entries) >= m.most {
			clear(m.entries) // all would be a second old soon
		}
		e = &entry[V]{since: now}
		m.entries[key] = e
	}
	if now.Sub(e.since) >= KeptFor {
		e.since, e.asked = now, e.asked/2 // what was hot in the second before stays hot when it is asked for half as often
	}
	e.asked++
	return e
}

// Keep keeps an answer that was begun to be made when the generation was that.
func (m *Memory[K, V]) Keep(key K, generation int64, value V) {
	now := m.now()
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entries[key]; e != nil {
		e.at, e.made, e.value = now, generation, value
	}
}

// Turn is for who found that something hot is not kept, and that it costs much to make: it returns what to wait for when somebody else makes it already,
// of the same generation, or else a function to be called when the caller has made it and kept it, or could not.
func (m *Memory[K, V]) Turn(key K, generation int64) (wait <-chan struct{}, done func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[key]
	if e == nil {
		return nil, func() {}
	}
	if e.making != nil && e.makes == generation {
		return e.making, nil
	}
	making := make(chan struct{})
	e.making, e.makes = making, generation
	return nil, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if e.making == making {
			e.making = nil
		}
		close(making)
	}
}
