package search_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

// public is the question of a reader without an account.
func public(text string) search.Query {
	return search.Query{Text: text, Now: 1000, Audiences: archive.Public().Audiences()}
}

// work returns a public work with the identifier made of name.
func work(name, title string, texts ...string) search.Work {
	w := search.Work{ID: id(name), Title: title, Audience: archive.AudiencePublic}
	for i, text := range texts {
		w.Parts = append(w.Parts, search.Part{Ordinal: i, Text: text})
	}
	return w
}

// id returns a well-formed identifier that begins with name.
func id(name string) archive.WorkID {
	return archive.WorkID((name + "aaaaaaaaaaaa")[:archive.IDLength])
}

func by(w search.Work, agents ...string) search.Work {
	for _, a := range agents {
		w.Agents = append(w.Agents, search.Agent{ID: archive.AgentID(a), Names: []string{a}})
	}
	return w
}

func open(t testing.TB, dir string) *search.Index {
	t.Helper()
	x, err := search.Open(t.Context(), dir, search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// filled returns a new index of the works.
func filled(t testing.TB, works ...search.Work) *search.Index {
	t.Helper()
	x := open(t, t.TempDir())
	if err := x.Apply(t.Context(), 1, works, nil); err != nil {
		t.Fatal(err)
	}
	return x
}

func find(t testing.TB, x *search.Index, q search.Query) search.Result {
	t.Helper()
	r, err := x.Search(context.WithoutCancel(t.Context()), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return r
}

// ids returns the works of the hits in order.
func ids(r search.Result) []archive.WorkID {
	var all []archive.WorkID
	for _, h := range r.Hits {
		all = append(all, h.Work)
	}
	return all
}

// expect fails unless r holds exactly the works that begin with the names, in this order.
func expect(t testing.TB, r search.Result, names ...string) {
	t.Helper()
	var want []archive.WorkID
	for _, n := range names {
		want = append(want, id(n))
	}
	if got := ids(r); !slices.Equal(got, want) || r.Total != len(want) {
		t.Errorf("got %d: %v, want %v", r.Total, got, want)
	}
}

// expectSet is expect without the order.
func expectSet(t testing.TB, r search.Result, names ...string) {
	t.Helper()
	r.Hits = slices.Clone(r.Hits)
	slices.SortFunc(r.Hits, func(a, b search.Hit) int { return slices.Compare([]byte(a.Work), []byte(b.Work)) })
	slices.Sort(names)
	expect(t, r, names...)
}

// many returns n works whose texts hold the words and their number.
func many(n int, words string) []search.Work {
	var all []search.Work
	for i := range n {
		name := fmt.Sprintf("m%c%c%c", 'a'+i/676%26, 'a'+i/26%26, 'a'+i%26)
		w := work(name, fmt.Sprintf("Bài số %d", i), words)
		w.Published = int64(i + 1)
		all = append(all, w)
	}
	return all
}
