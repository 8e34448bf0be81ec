package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"vannghe/internal/archive"
)

// busy is an index whose every turn is taken until the returned function is called: who looks for something waits, who is told what was found does not.
func busy(x *Index) (free func()) {
	for range cap(x.turns) {
		x.turns <- struct{}{}
	}
	return func() {
		for range cap(x.turns) {
			<-x.turns
		}
	}
}

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

func song(id archive.WorkID, change func(*Work)) Work {
	w := Work{ID: id, Title: "Khúc hát đò đưa", Audience: archive.AudiencePublic}
	if change != nil {
		change(&w)
	}
	return w
}

// TestAnswersAreRemembered: what was asked before needs no turn, until the index changes, or what the viewer may see does, or another viewer asks.
func TestAnswersAreRemembered(t *testing.T) {
	x := answering(t, song("aaaaaaaaaaaa", nil), song("bbbbbbbbbbbb", func(w *Work) { w.PublicFrom = 2000 }),
		song("cccccccccccc", func(w *Work) { w.Audience = archive.AudienceMembers }))
	q := Query{Text: "đò đưa", Now: 1000, Audiences: archive.Public().Audiences()}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	looks := func(what string, q Query) {
		t.Helper()
		if _, err := x.Search(stopped, q); !errors.Is(err, context.Canceled) {
			t.Errorf("%s is answered from memory: %v", what, err)
		}
	}
	if n := total(t, x, q); n != 1 {
		t.Fatalf("%d works", n)
	}
	free := busy(x)
	q.Now = 1999
	if n := total(t, x, q); n != 1 {
		t.Errorf("%d works from memory", n)
	}
	later, member, further := q, q, q
	later.Now, member.Audiences, further.Size = 2000, []archive.Audience{archive.AudiencePublic, archive.AudienceMembers}, 7
	for what, q := range map[string]Query{"what opens meanwhile": later, "another viewer": member, "another page": further} {
		looks(what, q)
	}
	free()
	if a, b := total(t, x, later), total(t, x, member); a != 2 || b != 2 {
		t.Errorf("%d works later, %d for members", a, b)
	}
	if err := x.Apply(t.Context(), 2, nil, []archive.WorkID{"aaaaaaaaaaaa"}); err != nil {
		t.Fatal(err)
	}
	if n := total(t, x, q); n != 0 {
		t.Errorf("%d works after the only one went", n)
	}
}

// TestManyAskTheSame: one looks, and when it gives up another does; nobody waits for what does not come.
func TestManyAskTheSame(t *testing.T) {
	x := answering(t, song("aaaaaaaaaaaa", nil))
	q := Query{Text: "khúc hát", Now: 1000, Audiences: archive.Public().Audiences()}
	free := busy(x)
	first, giveUp := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := x.Search(first, q)
		gone <- err
	}()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if r, err := x.Search(t.Context(), q); err != nil || r.Total != 1 {
				t.Errorf("%d works: %v", r.Total, err)
			}
		})
	}
	giveUp()
	<-gone
	free()
	all.Wait()
}

// TestMemoryOfAnswersIsBounded: however many questions there are, and a bad cursor is told each time.
func TestMemoryOfAnswersIsBounded(t *testing.T) {
	x := answering(t, song("aaaaaaaaaaaa", nil))
	q := Query{Text: "đò", Now: 1000, Audiences: archive.Public().Audiences()}
	total(t, x, q)
	for i := range 5 * answersKept {
		other := q
		other.Text = fmt.Sprint("đò ", i)
		total(t, x, other)
		total(t, x, q)
	}
	defer busy(x)()
	total(t, x, q) // what is asked for all the time stays
	err := x.consult(t.Context(), func(v *view) error {
		if n := len(v.answers.recent) + len(v.answers.former); n > 2*answersKept {
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
