package search_test

import (
	"fmt"
	"strings"
	"testing"

	"vannghe/search"
)

// What scanners, broken conversions and whole libraries in one file give: each is taken, found by what is in it, and leaves the others alone.
func TestATextWithoutSpaces(t *testing.T) {
	x := open(t, t.TempDir())
	endless := strings.Repeat("ắ", 400_000) // over a megabyte
	works := []search.Work{work("long", "Chữ dính", endless, endless+" neo đậu "+endless), work("other", "Bến đò", "neo thuyền")}
	if err := x.Apply(t.Context(), 1, works, nil); err != nil {
		t.Fatal(err)
	}
	expect(t, find(t, x, public("chữ dính")), "long")
	expect(t, find(t, x, public(`"neo đậu"`)), "long")
	expectSet(t, find(t, x, public("neo")), "long", "other")
	find(t, x, public(endless)) // an answer, whatever it is
	marked, ok := search.Highlight(endless+" neo "+endless, search.ParseTerms("neo"), 100)
	if !ok || !strings.Contains(marked, "<mark>neo</mark>") {
		t.Errorf("the word is not marked in a snippet of %d bytes", len(marked))
	}
}

// BenchmarkLargest brings a text of 50 MB, and a work of 100,000 parts, into an index and finds the end of each.
func BenchmarkLargest(b *testing.B) {
	verse := "Thuyền ai đậu bến sông trăng ấy, có chở người về kịp tối nay không. "
	text := strings.Repeat(verse, 50<<20/len(verse)) + "Hết truyện tại đây."
	parts := make([]string, 100_000)
	for i := range parts {
		parts[i] = fmt.Sprintf("Câu thứ %d của bài vè dài", i)
	}
	for name, c := range map[string]struct {
		work    search.Work
		asked   string
		ordinal int
	}{
		"a text of 50 MB": {work("large", "Bộ truyện", text), `"hết truyện"`, 0},
		"100,000 parts":   {work("many", "Bài vè", parts...), `"thứ 99999"`, 99_999},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				x := filled(b, c.work, work("other", "Bến đò", "thuyền neo"))
				r := find(b, x, public(c.asked))
				if r.Total != 1 || r.Hits[0].Work != c.work.ID || r.Hits[0].Parts[0].Ordinal != c.ordinal {
					b.Fatalf("%s: %+v", c.asked, r.Hits)
				}
			}
		})
	}
}
