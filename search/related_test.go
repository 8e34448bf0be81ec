package search_test

import (
	"context"
	"slices"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

func TestRelatedWorks(t *testing.T) {
	about := func(name, genre, agent, text string) search.Work {
		w := by(work(name, "Bài "+name, text), agent)
		w.Genre = archive.GenreID(genre)
		return w
	}
	hidden := about("h", "tho", "lan", "con đò và bến sông mùa nước nổi")
	hidden.Audience = archive.AudienceMembers
	works := append(many(60, "chuyện thường ngày của phố"),
		about("a", "tho", "lan", "con đò và bến sông mùa nước nổi"),
		about("b", "tho", "mai", "bến sông vắng con đò mùa nước"),
		about("c", "ky", "lan", "ghi chép về nghề gốm"),
		about("d", "kich", "hai", "sân khấu chèo làng bên"),
		hidden)
	x := filled(t, works...)
	got, err := x.Related(t.Context(), search.Likeness{Work: id("a"), Text: "con đò và bến sông mùa nước nổi", Now: 1, Audiences: archive.Public().Audiences()})
	if err != nil || !slices.Equal(got, []archive.WorkID{id("b"), id("c")}) {
		t.Errorf("got %v, %v", got, err)
	}
	got, err = x.Related(context.WithoutCancel(t.Context()), search.Likeness{Work: id("zz"), Audiences: archive.Public().Audiences()})
	if err != nil || len(got) != 0 {
		t.Errorf("of a work that is not there: %v, %v", got, err)
	}
}

func TestPhrasesAreSuggested(t *testing.T) {
	x := filled(t, work("a", "Bến trăng xưa"), work("b", "Về bến trăng vàng"), work("c", "Bến Tre"), work("d", "Bến trăng"))
	s, err := x.Suggest(t.Context(), search.Prefix{Text: "ben tr", Audiences: archive.Public().Audiences()})
	if err != nil || len(s) < 4 || s[0].Kind != search.SuggestPhrase || s[0].Text != "bến trăng" {
		t.Errorf("got %v, %v", s, err)
	}
	for _, one := range s[1:] {
		if one.Kind == search.SuggestPhrase {
			t.Errorf("another phrase: %v", one)
		}
	}
}

func TestSuggestionsFollowTheReform(t *testing.T) {
	x := filled(t, work("a", "Kỳ lạ"), work("b", "Quyên góp"), work("c", "Quý nhân"), work("d", "Kĩ càng"))
	for typed, want := range map[string]int{"ky": 2, "ki": 2, "kỳ l": 1, "quy": 2, "qui": 1, "quyê": 1} {
		s, err := x.Suggest(t.Context(), search.Prefix{Text: typed, Audiences: archive.Public().Audiences()})
		if err != nil || len(s) != want {
			t.Errorf("%s: %v, %v", typed, s, err)
		}
	}
}
