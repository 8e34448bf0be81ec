package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"vannghe/internal/archive"
)

func answering(t *testing.T, works ...Work) *Index {
	t.Helper()
	x, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := x.Apply(t.Context(), 1, works, nil); err != nil {
		t.Fatal(err)
	}
	return x
}

func total(t *testing.T, x *Index, q Query) int {
	t.Helper()
	r, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r.Total
}

// branded is the total that brand writes into what is remembered, so that an answer tells where it comes from.
const branded = 77

func brand(t *testing.T, x *Index) {
	t.Helper()
	err := x.consult(t.Context(), func(v *view) error {
		for _, a := range v.answers.recent {
			a.result.Total = branded
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func song(id archive.WorkID, change func(*Work)) Work {
	w := Work{ID: id, Title: "Khúc hát đò đưa", Audience: archive.AudiencePublic}
	if change != nil {
		change(&w)
	}
	return w
}

// TestAnswersAreRemembered until the index changes, or what the viewer may see does; another viewer, or another page, has an answer of its own.
func TestAnswersAreRemembered(t *testing.T) {
	x := answering(t, song("aaaaaaaaaaaa", nil), song("bbbbbbbbbbbb", func(w *Work) { w.PublicFrom = 2000 }),
		song("cccccccccccc", func(w *Work) { w.Audience = archive.AudienceMembers }))
	q := Query{Text: "đò đưa", Now: 1000, Audiences: archive.Public().Audiences()}
	if n := total(t, x, q); n != 1 {
		t.Fatalf("%d works", n)
	}
	brand(t, x)
	if q.Now = 1999; total(t, x, q) != branded {
		t.Error("what was asked before is looked for again")
	}
	member, further, later := q, q, q
	member.Audiences, further.Size, later.Now = []archive.Audience{archive.AudiencePublic, archive.AudienceMembers}, 7, 2000
	for what, c := range map[string]struct {
		q    Query
		want int
	}{"another viewer": {member, 2}, "another page": {further, 1}} {
		if n := total(t, x, c.q); n != c.want {
			t.Errorf("%s: %d works, want %d", what, n, c.want)
		}
	}
	if n := total(t, x, later); n != 2 {
		t.Errorf("%d works when the second has opened", n)
	}
	if err := x.Apply(t.Context(), 2, nil, []archive.WorkID{"aaaaaaaaaaaa"}); err != nil {
		t.Fatal(err)
	}
	if n := total(t, x, later); n != 1 {
		t.Errorf("%d works after one of two went", n)
	}
}

// TestManyAskTheSame: who waits for one that gives up looks for it himself, and nobody waits for what does not come.
func TestManyAskTheSame(t *testing.T) {
	x := answering(t, song("aaaaaaaaaaaa", nil))
	q := Query{Text: "khúc hát", Now: 1000, Audiences: archive.Public().Audiences()}
	looking := &answer{done: make(chan struct{})}
	err := x.consult(t.Context(), func(v *view) error {
		v.answers.recent = map[asked]*answer{q.asked(): looking}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	impatient, leave := context.WithCancel(t.Context())
	leave()
	if _, err := x.Search(impatient, q); !errors.Is(err, context.Canceled) {
		t.Errorf("who has left: %v", err)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if r, err := x.Search(t.Context(), q); err != nil || r.Total != 1 {
				t.Errorf("%d works: %v", r.Total, err)
			}
		})
	}
	close(looking.done) // whoever looked gave up
	all.Wait()
}

// TestMemoryOfAnswersIsBounded: however many questions there are, those asked all the time stay; a bad question is refused each time.
func TestMemoryOfAnswersIsBounded(t *testing.T) {
	x := answering(t, song("aaaaaaaaaaaa", nil))
	q := Query{Text: "đò", Now: 1000, Audiences: archive.Public().Audiences()}
	total(t, x, q)
	brand(t, x)
	for i := range 3 * answersKept {
		other := q
		other.Text = fmt.Sprint("đò ", i)
		total(t, x, other)
		if n := total(t, x, q); n != branded {
			t.Fatalf("forgotten after %d others: %d", i, n)
		}
	}
	err := x.consult(t.Context(), func(v *view) error {
		if n := len(v.answers.recent) + len(v.answers.former); n > 2*answersKept || n < answersKept {
			t.Errorf("%d answers are kept", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	q.Cursor = "?"
	for range 2 {
		if _, err := x.Search(t.Context(), q); archive.ReasonOf(err) != "cursor-invalid" {
			t.Error(err)
		}
	}
}
