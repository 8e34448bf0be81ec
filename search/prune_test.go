package search

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"vannghe/internal/archive"
)

// TestPruningChangesNothing: with and without it every page, total, facet and part is the same, for words and phrases, filters and slips, over several
// segments with deletions.
func TestPruningChangesNothing(t *testing.T) {
	x, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	r := rand.New(rand.NewPCG(5, 6))
	for seq := int64(1); seq <= 3; seq++ {
		if err := x.Apply(t.Context(), seq, randomWorks(r, 600), nil); err != nil {
			t.Fatal(err)
		}
	}
	texts := []string{
		"trăng", "trang", "ben trang", "bến trăng xưa", `"bến trăng"`, "mẹ hát ru đò sông", "Bến", "tring xưa", "bến -sông", "con sông mẹ đò",
		"bến tránh xưa", "duong xa", "đuong", "trăng sông",
	}
	pruned := 0
	for _, text := range texts {
		for _, q := range []Query{{Text: text}, {Text: text, Genre: "tho"}, {Text: text, YearFrom: 1990}, {Text: text, Order: ByTitle}} {
			q.Size, q.Now, q.Audiences = 7, 1000, archive.Public().Audiences()
			pruned += comparePruned(t, x, q)
		}
	}
	if pruned == 0 {
		t.Error("nothing was pruned")
	}
}

func forgetAnswers(t *testing.T, x *Index) {
	t.Helper()
	err := x.consult(t.Context(), func(v *view) error {
		v.answers.recent, v.answers.former = nil, nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// comparePruned turns the pages of q both ways and returns how many works were found without being rated.
func comparePruned(t *testing.T, x *Index, q Query) int {
	t.Helper()
	unrated := 0
	for page := range 6 {
		x.prune = 1 << 40
		forgetAnswers(t, x)
		whole, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		x.prune = 20
		forgetAnswers(t, x)
		less, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(whole, less) {
			t.Fatalf("%+v, page %d:\n%+v\npruned:\n%+v", q, page, whole, less)
		}
		unrated += unratedOf(t, x, q)
		if q.Cursor = whole.Next; q.Cursor == "" {
			break
		}
	}
	return unrated
}

func unratedOf(t *testing.T, x *Index, q Query) (n int) {
	t.Helper()
	err := x.consult(t.Context(), func(v *view) error {
		s, err := x.newSearch(v, q)
		if err != nil {
			return err
		}
		defer s.release()
		found, err := s.find(t.Context())
		for range found.works.more.all() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// randomWorks returns works of a few words each, the same ones again in part of every portion.
func randomWorks(r *rand.Rand, n int) []Work {
	words := strings.Fields("bến trăng trăng trăng xưa sông sông mẹ đò hát ru đường trang tráng con Bến tranh")
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(words[r.IntN(len(words))] + " ")
		}
		return b.String()
	}
	all := make([]Work, n)
	for i := range all {
		agent := r.IntN(9) // of one name, as of an archive: which of several counts is for the last merge to say
		all[i] = Work{
			ID: archive.WorkID(fmt.Sprintf("w%03daaaaaaaa", r.IntN(1000))), Title: text(1 + r.IntN(6)), Audience: archive.AudiencePublic,
			Genre: []archive.GenreID{"tho", "truyen"}[r.IntN(2)], Year: 1980 + r.IntN(20), Description: text(r.IntN(5)),
			Agents: []Agent{{ID: archive.AgentID(fmt.Sprint("a", agent)), Names: []string{words[agent] + " " + words[agent+6]}}},
		}
		for j := range r.IntN(4) {
			all[i].Parts = append(all[i].Parts, Part{Ordinal: j, Text: text(3 + r.IntN(60))})
		}
	}
	return all
}

// TestASmallPageDoesNotMakeAnswersFew: one long book fills the page, and the works behind it count all the same.
func TestASmallPageDoesNotMakeAnswersFew(t *testing.T) {
	x, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	works := make([]Work, 15)
	for i := range works {
		works[i] = Work{ID: archive.WorkID(fmt.Sprintf("w%03daaaaaaaa", i)), Title: "Sách", Audience: archive.AudiencePublic}
		for j := range max(1, 50*(2-i)) { // the first two are long
			text := "bến xa rồi trăng lên" + strings.Repeat(" sông nước", 200)
			if i < 2 {
				text = "bến trăng bến trăng bến trăng"
			}
			works[i].Parts = append(works[i].Parts, Part{Ordinal: j, Text: text})
		}
	}
	if err := x.Apply(t.Context(), 1, works, nil); err != nil {
		t.Fatal(err)
	}
	x.prune = 20
	r, err := x.Search(t.Context(), Query{Text: "bến trăng", Size: 1, Now: 1000, Audiences: archive.Public().Audiences()})
	if err != nil || r.Total != 15 || r.Loose || r.Guess != "" {
		t.Errorf("total %d, loose %v, guess %q, %v", r.Total, r.Loose, r.Guess, err)
	}
}
