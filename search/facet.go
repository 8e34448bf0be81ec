package search

import (
	"cmp"
	"slices"
	"strconv"

	"vannghe/internal/archive"
)

// facetLimit is how many values of a facet are returned.
const facetLimit = 50

// tally counts the works found by what their cards say.
type tally struct {
	dict                        *dictionaries
	genres, agents, collections []int
	chapters                    []int
	media                       []int
	decades                     map[int32]int
}

func newTally(d *dictionaries) *tally {
	return &tally{
		dict:        d,
		genres:      make([]int, len(d.genres.all())),
		agents:      make([]int, len(d.agents.all())),
		collections: make([]int, len(d.collections.all())),
		chapters:    make([]int, len(d.chapters.all())),
		media:       make([]int, len(archive.Media())),
		decades:     map[int32]int{},
	}
}

func (t *tally) add(c *card) {
	t.genres[c.genre]++
	countEach(t.agents, c.agents)
	countEach(t.collections, c.collections)
	countEach(t.chapters, c.chapters)
	for i := range t.media {
		t.media[i] += int(c.media >> i & 1)
	}
	if c.year != 0 {
		t.decades[c.year-c.year%10]++
	}
}

func countEach(counts []int, numbers []uint32) {
	for _, n := range numbers {
		counts[n]++
	}
}

func (t *tally) facets() map[string][]Facet {
	media := make([]string, 0, len(t.media))
	for _, m := range archive.Media() {
		media = append(media, string(m))
	}
	decades := make([]Facet, 0, len(t.decades))
	for year, n := range t.decades {
		decades = append(decades, Facet{Value: strconv.Itoa(int(year)), Count: n})
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

func facetsOf(values []string, counts []int) []Facet {
	var all []Facet
	for i, n := range counts {
		if n > 0 && values[i] != "" {
			all = append(all, Facet{Value: values[i], Count: n})
		}
	}
	return all
}

func ranked(all []Facet) []Facet {
	slices.SortFunc(all, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), facetLimit)]
}
