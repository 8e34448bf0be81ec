package search

import (
	"encoding/binary"
	"hash/fnv"
	"iter"
	"math"
	"math/bits"
	"sync"

	"vannghe/internal/archive"
)

// fact is what filters and facets need to know of a work. Facts lie side by side in the order of the documents, apart from the cards: a search that
// finds half of all works looks at the facts of each, and memory that is small and read in order comes ten times as fast.
type fact struct {
	key   uint64 // idKey of the work
	title uint32 // titleSum of its words without marks
	genre uint32
	year  int32
	first uint32 // where in facts.numbers its agents begin; their chapters and its collections follow

	agents, chapters, collections uint16

	length uint16 // bytes of the title as it is shown, at most 65,535
	media  uint8  // bit i: archive.Media()[i]
}

// facts are those of many works: in columns of the works of a segment, by their place; in a view of all works, by their number.
type facts struct {
	all     []fact
	numbers []uint32
}

// append appends what an entry says.
func (f *facts) append(e *entry) {
	n := fact{key: idKey(e.id), title: titleSum(e.folded), genre: e.genre, year: e.year, first: uint32(len(f.numbers)), media: e.media}
	n.length = uint16(min(len(e.title), math.MaxUint16))
	n.agents, n.chapters, n.collections = f.keep(e.agents), f.keep(e.chapters), f.keep(e.collections)
	f.all = append(f.all, n)
}

func (f *facts) keep(numbers []uint32) uint16 {
	n := min(len(numbers), math.MaxUint16)
	f.numbers = append(f.numbers, numbers[:n]...)
	return uint16(n)
}

// deal puts the facts of place i of other at the number of a work, where the numbers of other begin at base.
func (f *facts) deal(work uint32, other *facts, i, base int) {
	n := other.all[i]
	n.first += uint32(base)
	f.all[work] = n
}

func (f *facts) agentsOf(work uint32) []uint32 {
	n := &f.all[work]
	return f.numbers[n.first : n.first+uint32(n.agents)]
}

func (f *facts) chaptersOf(work uint32) []uint32 {
	n := &f.all[work]
	first := n.first + uint32(n.agents)
	return f.numbers[first : first+uint32(n.chapters)]
}

func (f *facts) collectionsOf(work uint32) []uint32 {
	n := &f.all[work]
	first := n.first + uint32(n.agents) + uint32(n.chapters)
	return f.numbers[first : first+uint32(n.collections)]
}

// idKey orders as identifiers do, as far as their first eight letters differ.
func idKey(id archive.WorkID) uint64 {
	var first [8]byte
	copy(first[:], id)
	return binary.BigEndian.Uint64(first[:])
}

// titleSum is equal for equal titles, and nearly never for others.
func titleSum(folded string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(folded)) // it never fails
	return h.Sum32()
}

// sight says who may see a work, and when.
type sight struct {
	from, until int64 // µs since 1970 UTC, 0 when not set: Work.PublicFrom and PublicUntil
	audience    uint8 // a bit of audienceBits
}

func (s *sight) opens(now int64) bool { return now >= s.from && (s.until == 0 || now < s.until) }

// workSet is a set of works by number: a bit for each.
type workSet []uint64

func (s workSet) has(work uint32) bool { return s[work>>6]&(1<<(work&63)) != 0 }

func (s workSet) add(work uint32) { s[work>>6] |= 1 << (work & 63) }

// addAll adds the works of another set, which may be nil.
func (s workSet) addAll(o workSet) {
	for i := range o {
		s[i] |= o[i]
	}
}

// remove is allowed on a nil set.
func (s workSet) remove(work uint32) {
	if s != nil {
		s[work>>6] &^= 1 << (work & 63)
	}
}

// size is how many works there are.
func (s workSet) size() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all yields the works in order.
func (s workSet) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(uint32(64*i + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// noWorks returns an empty set for the works of v.
func (v *view) noWorks() workSet { return make(workSet, len(v.cards)/64+1) }

// seen are the works that a viewer sees at any time of a span.
type seen struct {
	workSet
	from, until int64 // µs since 1970 UTC; until is not in it
}

// narrow takes from the span what lies beyond the moment t, as seen from now.
func (s *seen) narrow(t, now int64) {
	if t <= now {
		s.from = max(s.from, t)
	} else {
		s.until = min(s.until, t)
	}
}

// sights are the sets that viewers of a view asked for last, by their audiences.
type sights struct {
	mu  sync.Mutex
	all map[uint8]*seen
}

// of returns the works of v that viewers of these audiences see now.
func (s *sights) of(v *view, audiences uint8, now int64) *seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := s.all[audiences]; last != nil && now >= last.from && now < last.until {
		return last
	}
	if s.all == nil {
		s.all = map[uint8]*seen{}
	}
	s.all[audiences] = v.look(audiences, now)
	return s.all[audiences]
}

// look finds the works that viewers of these audiences see now, and until when that stays so.
func (v *view) look(audiences uint8, now int64) *seen {
	set := &seen{workSet: v.noWorks(), from: math.MinInt64, until: math.MaxInt64}
	for i := range v.segments {
		for place, local := range v.segments[i].liveWorks() {
			s := &v.segments[i].sights[place]
			if s.audience&audiences == 0 {
				continue
			}
			set.narrow(s.from, now)
			if s.until != 0 {
				set.narrow(s.until, now)
			}
			if s.opens(now) {
				set.add(v.segments[i].works[local])
			}
		}
	}
	return set
}
