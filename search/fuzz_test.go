package search_test

import (
	"testing"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
	"vannghe/search"
)

// FuzzQuery: every text gets an answer, and the total agrees with the hits.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", "bến trăng", norm.NFD.String("Bến"), `"bến trăng" "`, "«»“", "\x00\xff\u202E", "a* OR (b:c^4 ~ \\", "04/KH-VHNT"} {
		f.Add(s)
	}
	x := filled(f, work("a", "Bến trăng", "con đò", "04/KH-VHNT"), work("b", "Mùa lũ", "bến nước"))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := x.Search(t.Context(), public(text))
		if err != nil || r.Total != len(r.Hits) {
			t.Fatalf("total %d, %d hits, %v", r.Total, len(r.Hits), err)
		}
		if _, err := x.Suggest(t.Context(), search.Prefix{Text: text, Audiences: archive.Public().Audiences()}); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzDocument: every token of a text finds the work that holds it, whatever the text.
func FuzzDocument(f *testing.F) {
	for _, s := range []string{"", "Bến trăng", norm.NFD.String("hòa Ðường"), "a\u200Bb \xff 月 ﬁ 007", "/.x", "\u0301"} {
		f.Add(s)
	}
	x := open(f, f.TempDir())
	seq := int64(0)
	f.Fuzz(func(t *testing.T, text string) {
		seq++
		if err := x.Apply(t.Context(), seq, []search.Work{work("a", "Đầu đề", text)}, nil); err != nil {
			t.Fatal(err)
		}
		n := 0
		for k := range viet.Tokens(text) {
			if n++; n > 20 {
				break
			}
			if r := find(t, x, public(text[k.Start:k.End])); r.Total != 1 {
				t.Fatalf("%q does not find %q", text[k.Start:k.End], text)
			}
		}
	})
}
