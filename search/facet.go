package search

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"

	"vannghe/internal/archive"
)

// facetLimit is how many values of a facet are returned.
const facetLimit = 50

// tally counts the works found by their facts.
type tally struct {
	dict                        *dictionaries
	genres, agents, collections []uint32
	chapters                    []uint32
	media                       []uint32
	decades                     []uint32
}

func newTally(d *dictionaries) *tally {
	return &tally{
		dict:        d,
		genres:      make([]uint32, len(d.genres.all())),
		agents:      make([]uint32, len(d.agents.all())),
		collections: make([]uint32, len(d.collections.all())),
		chapters:    make([]uint32, len(d.chapters.all())),
		media:       make([]uint32, len(archive.Media())),
		decades:     make([]uint32, lastDecade+1),
	}
}

func (t *tally) add(f *facts, work uint32) {
	n := &f.all[work]
	t.genres[n.genre]++
	countEach(t.agents, f.agentsOf(work))
	countEach(t.collections, f.collectionsOf(work))
	countEach(t.chapters, f.chaptersOf(work))
	for media := n.media; media != 0; media &= media - 1 {
		t.media[bits.TrailingZeros8(media)]++
	}
	if n.year != 0 {
		t.decades[decadeOf(n.year)]++
	}
}

// decadeOf is the place of the decade of a year in tally.decades; years outside of them count as the nearest.
func decadeOf(year int32) int { return int(min(max(year, 0), lastDecade*10)) / 10 }

// lastDecade is that of the last year that a date can have.
const lastDecade = 999

func countEach(counts []uint32, numbers []uint32) {
	for _, n := range numbers {
		counts[n]++
	}
}

func (t *tally) facets() map[string][]Facet {
	media := make([]string, 0, len(t.media))
	for _, m := range archive.Media() {
		media = append(media, string(m))
	}
	var decades []Facet
	for i, n := range t.decades {
		if n > 0 {
			decades = append(decades, Facet{Value: strconv.Itoa(10 * i), Count: int(n)})
		}
	}
	return map[string][]Facet{
		FacetGenre:      ranked(facetsOf(t.dict.genres.all(), t.genres)),
		FacetAgent:      ranked(facetsOf(t.dict.agents.all(), t.agents)),
		FacetCollection: ranked(facetsOf(t.dict.collections.all(), t.collections)),
		FacetChapter:    ranked(facetsOf(t.dict.chapters.all(), t.chapters)),
		FacetMedium:     ranked(facetsOf(media, t.media)),
		FacetDecade:     ranked(decades),
	}
}

func facetsOf(values []string, counts []uint32) []Facet {
	var all []Facet
	for i, n := range counts {
		if n > 0 && values[i] != "" {
			all = append(all, Facet{Value: values[i], Count: int(n)})
		}
	}
	return all
}

// ranked returns the first facetLimit facets in order. There may be thousands of agents, which are not sorted to keep fifty.
func ranked(all []Facet) []Facet {
	if len(all) > facetLimit {
		counts := make([]int, len(all))
		for i, f := range all {
			counts[i] = f.Count
		}
		slices.Sort(counts)
		least := counts[len(counts)-facetLimit]
		all = slices.DeleteFunc(all, func(f Facet) bool { return f.Count < least })
	}
	slices.SortFunc(all, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), facetLimit)]
}
