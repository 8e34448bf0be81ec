package ingest

import (
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

func TestParseCreators(t *testing.T) {
	type list = []Creator
	for _, c := range []struct {
		about, cell string
		want        list
	}{
		{"nothing", "", nil},
		{"a name alone has the usual relator", "Nguyễn Du", list{{"Nguyễn Du", ""}}},
		{"a role in Vietnamese", "Trịnh A (nhạc sĩ)", list{{"Trịnh A", archive.Composer}}},
		{"a role without marks", "Trịnh A (Nhac Si)", list{{"Trịnh A", archive.Composer}}},
		{"a role in English", "Trịnh A (composer); B (sung by)", list{{"Trịnh A", archive.Composer}, {"B", archive.Singer}}},
		{"a relator's own name", "B (film director)", list{{"B", archive.Director}}},
		{"several people", "A (nhạc); B (lời); C (ca sĩ)", list{{"A", archive.Composer}, {"B", archive.Lyricist}, {"C", archive.Singer}}},
		{"two roles in one bracket", "A (nhạc và lời)", list{{"A", archive.Composer}, {"A", archive.Lyricist}}},
		{"two roles with a comma", "A (nhạc, lời)", list{{"A", archive.Composer}, {"A", archive.Lyricist}}},
		{"a bracket that is no role stays in the name", "Ca dao (khuyết danh)", list{{"Ca dao (khuyết danh)", ""}}},
		{"a bracket half of which is no role stays", "A (nhạc, 1975)", list{{"A (nhạc, 1975)", ""}}},
		{"a comma after a bracket parts people", "Đoàn Thị Điểm (diễn Nôm), Đặng Trần Côn (nguyên tác chữ Hán)",
			list{{"Đoàn Thị Điểm", archive.Translator}, {"Đặng Trần Côn", archive.Author}}},
		{"a comma elsewhere does not", "Hội Văn học, Nghệ thuật", list{{"Hội Văn học, Nghệ thuật", ""}}},
		{"sáng tác says no more than the genre", "A (sáng tác)", list{{"A", ""}}},
		{"decomposed letters are composed", "Nguye\u0302\u0303n Du", list{{"Nguyễn Du", ""}}},
		{"empty pieces and spaces", " ; A  ;; B\u00a0 (đọc) ;", list{{"A", ""}, {"B", archive.Narrator}}},
		{"the same twice counts once", "A; A", list{{"A", ""}}},
		{"a role without a name is a name", "(đạo diễn)", list{{"(đạo diễn)", ""}}},
		{"full-width brackets", "A（họa sĩ）", list{{"A", archive.Painter}}},
		{"controls that turn the text go", "A\u202e (dịch)", list{{"A", archive.Translator}}},
	} {
		if got := ParseCreators(c.cell); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q gives %v, want %v", c.about, c.cell, got, c.want)
		}
	}
}

func TestEveryRelatorIsReached(t *testing.T) {
	for _, r := range archive.Relators() {
		if got := ParseCreators("A (" + string(r) + ")"); len(got) != 1 || got[0].Relator != r {
			t.Errorf("%s: %v", r, got)
		}
		if roles[r] == "" {
			t.Errorf("%s has no Vietnamese words", r)
		}
	}
	words := 0
	for relator, list := range roles {
		for word := range strings.SplitSeq(list, ",") {
			words++
			if viet.Fold(word) != word {
				t.Errorf("%q of %s is not folded and never matches", word, relator)
			}
		}
	}
	if want := words + len(archive.Relators()); len(relators) > want || len(relators) < want-len(archive.Relators()) {
		t.Errorf("%d words give %d entries: some word stands under two relators", words, len(relators))
	}
}

func FuzzParseCreators(f *testing.F) {
	for _, s := range []string{"A (nhạc); B", "Ca dao (khuyết danh)", "),(;", "A (nhạc và lời), B"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range ParseCreators(s) {
			if c.Name == "" || viet.Clean(c.Name) != c.Name {
				t.Errorf("name %q of %q is not clean", c.Name, s)
			}
			if c.Relator != "" && !slices.Contains(archive.Relators(), c.Relator) {
				t.Errorf("relator %q", c.Relator)
			}
		}
	})
}
