package search

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"vannghe/internal/archive"
)

// valuedWorks have agents with falling frequency, of whom some belong to chapters, and collections; some are hidden from the public or not yet to be seen.
func valuedWorks(r *rand.Rand, n int) []Work {
	z := rand.NewZipf(r, 1.2, 8, 180)
	works := randomWorks(r, n)
	for i := range works {
		w := &works[i]
		w.Agents, w.Collections, w.Year = nil, nil, r.IntN(90)+1930
		if r.IntN(5) == 0 {
			w.Year = 0
		}
		for range 1 + r.IntN(3) {
			a := z.Uint64()
			agent := Agent{ID: archive.AgentID(fmt.Sprintf("a%d", a)), Names: []string{fmt.Sprintf("trăng %d", a)}}
			if a%3 == 0 {
				agent.Chapter = fmt.Sprintf("chi hội %d", a%7)
			}
			w.Agents = append(w.Agents, agent)
		}
		for range r.IntN(3) {
			c := r.IntN(70)
			w.Collections = append(w.Collections, Collection{ID: archive.CollectionID(fmt.Sprintf("c%d", c)), Title: fmt.Sprintf("sông %d", c)})
		}
		w.Media = archive.Media()[:r.IntN(len(archive.Media()))]
		switch r.IntN(8) {
		case 0:
			w.Audience = archive.AudienceStaff
		case 1:
			w.PublicFrom = 2000
		}
	}
	return works
}

// askedBoth asks one view, which a merge does not change, for works counted one by one and by their values.
func askedBoth(t *testing.T, x *Index, q Query) (byWork, byValue Result) {
	t.Helper()
	err := x.consult(t.Context(), func(v *view) (err error) {
		v.turned.done.Store(nil)
		v.turned.asked.Store(-1 << 20)
		if byWork, _, err = x.look(t.Context(), v, q); err != nil {
			return err
		}
		if v.turned.done.Load() != nil {
			t.Errorf("%+v: the facts were turned round before they were asked for often", q)
		}
		v.turned.done.Store(v.turn())
		byValue, _, err = x.look(t.Context(), v, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return byWork, byValue
}

// TestFactsTurnedRoundCountTheSame: facets, totals and names are those of works counted one by one, for all and for few, over several segments with works put
// again and deleted.
func TestFactsTurnedRoundCountTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	works := valuedWorks(r, 900)
	x := answering(t, works...)
	again := valuedWorks(r, 100)
	for i := range again {
		again[i].ID = works[i].ID
	}
	if err := x.Apply(t.Context(), 2, again, []archive.WorkID{works[200].ID, works[300].ID}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []Query{{}, {Text: "trăng"}, {Text: "sông"}, {Text: "ben trang"}, {Genre: "tho"}, {YearFrom: 1990}, {Text: "mẹ hát ru"}, {Text: "trăng 7"}} {
		for _, audiences := range [][]archive.Audience{archive.Public().Audiences(), archive.System("test").Audiences()} {
			q.Now, q.Audiences = 1000, audiences
			byWork, byValue := askedBoth(t, x, q)
			if byWork.Total == 0 || !reflect.DeepEqual(byWork, byValue) {
				t.Errorf("%+v, by value:\n%+v\nby work:\n%+v", q, byValue, byWork)
			}
		}
	}
}

// TestAllValuesThatAreTold: works without a genre, which is no value, take no place from those with one, of which fifty are told.
func TestAllValuesThatAreTold(t *testing.T) {
	var works []Work
	add := func(genre string, n int) {
		for range n {
			works = append(works, Work{ID: archive.WorkID(fmt.Sprintf("w%05daaaaaa", len(works))), Title: "Sông", Audience: archive.AudiencePublic, Genre: archive.GenreID(genre)})
		}
	}
	add("", 80)
	for i := range 51 {
		add(fmt.Sprintf("g%02d", i), 60-i)
	}
	x := answering(t, works...)
	_, byValue := askedBoth(t, x, Query{Now: 1000, Audiences: archive.Public().Audiences()})
	if told := byValue.Facets[FacetGenre]; len(told) != 50 || told[49] != (Facet{"g49", 11}) {
		t.Errorf("%d values: %v", len(told), told)
	}
}

// TestFactsAreTurnedWhenAskedForOften: by large counts, not by small ones, and once for many who ask at the same time.
func TestFactsAreTurnedWhenAskedForOften(t *testing.T) {
	x := answering(t, valuedWorks(rand.New(rand.NewPCG(9, 10)), 300)...)
	err := x.consult(t.Context(), func(v *view) error {
		large, few := len(v.cards), len(v.cards)/largeShare-1
		for range 100 {
			if v.byValue(few) != nil || v.turned.done.Load() != nil {
				t.Fatal("turned round for small counts")
			}
		}
		for n := range turnAfter - 1 {
			if v.byValue(large) != nil {
				t.Fatalf("turned round at count %d", n+1)
			}
		}
		first := v.byValue(large)
		if first == nil || v.byValue(few) != nil {
			t.Error("not turned round, or small counts are made by values")
		}
		var asking sync.WaitGroup
		for range 8 {
			asking.Go(func() {
				if v.byValue(large) != first {
					t.Error("turned round twice")
				}
			})
		}
		asking.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
