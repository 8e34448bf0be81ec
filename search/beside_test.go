package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"vannghe/internal/archive"
)

// TestTwoReadersFindWhatOneFinds: over several segments with deletions, for words and phrases, with all documents read and with some.
func TestTwoReadersFindWhatOneFinds(t *testing.T) {
	x, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	words := []string{"bến", "trăng", "xưa", "sông", "mẹ", "đò", "hát", "ru"}
	chance := rand.New(rand.NewPCG(3, 4))
	for seq := int64(1); seq <= 4; seq++ {
		var works []Work
		for i := range 90 {
			text := ""
			for range 12 {
				text += words[chance.IntN(len(words))] + " "
			}
			id := archive.WorkID(fmt.Sprintf("w%c%caaaaaaaaa", 'a'+i/26, 'a'+(i+int(seq)*7)%26)) // some again in each portion
			works = append(works, Work{ID: id, Title: text[:8], Audience: archive.AudiencePublic, Parts: []Part{{Text: text}}})
		}
		if err := x.Apply(t.Context(), seq, works, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"trăng", "ben trang", `"bến trăng" xưa`, "mẹ hát ru đò sông"} {
		for _, least := range []int{0, 1, 2} {
			if err := x.consult(t.Context(), func(v *view) error { return compareReaders(t, v, text, least) }); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func compareReaders(t *testing.T, v *view, text string, least int) error {
	t.Helper()
	q := newQuestion(scan(text))
	clauses, required := q.clauses()
	p, err := v.newPlan(clauses)
	if err != nil {
		return err
	}
	if least > 0 && least <= len(q.words) {
		p.readThose(required, least)
	}
	one, two := newMatch(nil, v.size, len(v.cards)), newMatch(nil, v.size, len(v.cards))
	if err := one.fillRange(t.Context(), p, 0, v.size); err != nil {
		return err
	}
	if err := two.fillBeside(t.Context(), p); err != nil {
		return err
	}
	if n := len(slices.Collect(one.documents())); n == 0 || !slices.Equal(one.touched, two.touched) || !slices.Equal(one.found, two.found) {
		t.Errorf("%q, at least %d words: two readers find something else than one does in %d documents", text, least, n)
	}
	return nil
}
