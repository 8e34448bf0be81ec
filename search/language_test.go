package search_test

import (
	"fmt"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

// river is a small library in which words stand beside each other as they do in Vietnamese.
func river(t *testing.T) *search.Index {
	t.Helper()
	works := many(12, "con đường ra bến sông, con đò và tiếng hát trong đêm")
	return filled(t, append(works,
		work("a", "Bến trăng", "chiều nay về bến trăng xưa"),
		work("b", "Việt Nam", "đất nước Việt Nam"),
		work("c", "Lý cây bông", "Mỹ nhân, quý nhân"),
		work("d", "Lí ngựa ô", "bản tình ca nước Mĩ, quí khách"),
		work("e", "Mây", "mai sau thuỷ thủ"),
		work("f", "Thuí", "may mắn"),
	)...)
}

func TestTheSpellingReformKeepsWordsTogether(t *testing.T) {
	x := river(t)
	for text, want := range map[string][]string{
		"lý": {"c", "d"}, "lí": {"c", "d"}, "ly": {"c", "d"}, "Mỹ": {"c", "d"}, "mĩ": {"c", "d"}, "quý": {"c", "d"}, "qui": {"c", "d"}, "quí": {"c", "d"},
		"mây": {"e", "f"}, "mai": {"e"}, "thuỷ": {"e"}, "thuí": {"f"},
	} {
		t.Run(text, func(t *testing.T) { expectSet(t, find(t, x, public(text)), want...) })
	}
}

func TestOneSlipIsRepaired(t *testing.T) {
	x := river(t)
	for sentence, c := range map[string]struct{ text, want, guess string }{
		"a missing letter":        {"bến trng", "a", "bến trang"},
		"a doubled letter":        {"bến trăngg", "a", "bến trăng"},
		"swapped letters":         {"bến trnăg", "a", "bến trăng"},
		"a wrong letter":          {"ben trank", "a", "ben trang"},
		"a slip that is a word":   {"đất mước", "b", "đất nước"},
		"Telex":                   {"Vieetj Nam", "b", "việt Nam"},
		"VNI":                     {"Vie65t Nam", "b", "việt Nam"},
		"VIQR":                    {"Vie^.t Nam", "b", "việt Nam"},
		"VIQR with every mark":    {"be^'n tra(ng", "a", "bến trăng"},
		"Telex of several words":  {"beens trawng", "a", "bến trăng"},
		"one word alone":          {"vieetj", "b", "việt"},
		"within quotation marks":  {`"beens trawng"`, "a", `"bến trăng"`},
		"with punctuation behind": {"Vieetj, Nam", "b", "việt Nam"},
		"beside an exclusion":     {"beens trawng -xyz", "a", "bến trăng -xyz"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := find(t, x, public(c.text))
			if len(r.Hits) == 0 || r.Hits[0].Work != id(c.want) || r.Guess != c.guess {
				t.Errorf("guess %q, hits %v", r.Guess, ids(r))
			}
		})
	}
}

func TestExactRanksAboveRepaired(t *testing.T) {
	x := filled(t, append(many(30, "bến trăng"), work("a", "Trắn", "chuyện dài có đôi bến và con trăn ở rừng sâu"))...)
	r := find(t, x, public("bến trăn"))
	if len(r.Hits) < 2 || r.Hits[0].Work != id("a") || r.Guess != "bến trăng" || r.Total != 31 {
		t.Errorf("guess %q, total %d, first %v", r.Guess, r.Total, ids(r)[:1])
	}
	pages := []archive.WorkID{}
	q := public("bến trăn")
	q.Size = 7
	for range 10 {
		r := find(t, x, q)
		pages = append(pages, ids(r)...)
		if q.Cursor = r.Next; q.Cursor == "" {
			break
		}
	}
	seen := map[archive.WorkID]bool{}
	for _, w := range pages {
		seen[w] = true
	}
	if len(pages) != 31 || len(seen) != 31 {
		t.Errorf("%d hits on pages, %d of them different", len(pages), len(seen))
	}
}

func TestWhatOccursIsNotRepaired(t *testing.T) {
	x := filled(t, append(many(40, "sau này"), work("a", "Sếu", "con sếu bay"), work("b", "Hà", "ông Vu Gia viết"))...)
	for _, text := range []string{"sếu", "con sếu", "Vu Gia", "sau này"} {
		if r := find(t, x, public(text)); r.Guess != "" {
			t.Errorf("%q is taken for %q", text, r.Guess)
		}
	}
	if r := find(t, x, public("xyzzyqq")); r.Guess != "" || r.Total != 0 {
		t.Errorf("guess %q of %d", r.Guess, r.Total)
	}
}

func TestWordsWithSomeOfTheirMarks(t *testing.T) {
	x := filled(t, work("a", "Một", "con đường dài"), work("b", "Hai", "dương liễu"), work("c", "Ba", "dưỡng sinh"), work("d", "Bốn", "đưỡng"))
	for text, first := range map[string][]string{"đuong": {"a", "d"}, "dưong": {"b", "c", "a", "d"}, "đương": {"a", "d"}} {
		r := find(t, x, public(text))
		if r.Total != 4 || r.Guess != "" {
			t.Errorf("%s: total %d, guess %q", text, r.Total, r.Guess)
			continue
		}
		best := map[archive.WorkID]bool{}
		for _, f := range first {
			best[id(f)] = true
		}
		for i := range first {
			if !best[r.Hits[i].Work] {
				t.Errorf("%s: %v, want %v first", text, ids(r), first)
			}
		}
	}
}

func TestSigns(t *testing.T) {
	poem := by(work("a", "Bến trăng", "trăng lên bến cũ"), "Nam Cao", "Lan Anh")
	poem.Genre, poem.GenreLabels, poem.Year = "tho", []string{"Thơ", "Poem"}, 1994
	story := by(work("b", "Mùa lũ", "trăng tàn trên bến cũ"), "Nam Hà")
	story.Genre, story.GenreLabels, story.Year = "truyen-ngan", []string{"Truyện ngắn", "Short story"}, 2003
	song := by(work("c", "Khúc ca", "trăng về"), "Cao Nam Sơn")
	song.Genre, song.GenreLabels = "ca-khuc", []string{"Ca khúc", "Song"}
	plan := work("d", "Kế hoạch tháng tư", "văn bản, năm ấy đất nước Việt Nam")
	plan.Number, plan.Year = "465/KH-VHNT", 2020
	plan2 := work("e", "Kế hoạch khác", "văn bản")
	plan2.Number, plan2.Year = "04/KH-VHNT", 2021
	x := filled(t, poem, story, song, plan, plan2)
	for text, want := range map[string][]string{
		"tác giả: Nam Cao":            {"a"},
		"tac gia:nam cao":             {"a"},
		"author:nam":                  {"a", "b", "c"},
		"tác giả: Nam Hà trăng":       {"b"},
		"trăng tác giả:\"Nam Cao\"":   {"a"},
		"tác giả: Nguyễn Du":          {},
		"thể loại: thơ":               {"a"},
		"thể loại:truyện ngắn trăng":  {"b"},
		"genre:song":                  {"c"},
		"genre:opera":                 {},
		"trăng năm:1990..1999":        {"a"},
		"năm: 2000..":                 {"b", "d", "e"},
		"year:..2003":                 {"a", "b"},
		"năm:1994-2003 trăng":         {"a", "b"},
		"năm:2020":                    {"d"},
		"năm ấy":                      {"d"},
		"Việt Nam: đất nước":          {"d"},
		"trăng -bến":                  {"c"},
		`trăng -"bến cũ"`:             {"c"},
		`trăng -"trên bến"`:           {"a", "c"},
		"trăng -ben":                  {"c"},
		"trăng -bền":                  {"a", "b", "c"},
		"-trăng":                      {"d", "e"},
		"tác giả: nam -thể loại: thơ": {"b", "c"},
		"465/KH-VHNT":                 {"d"},
		"465 kh vhnt":                 {"d"},
		"465-kh/vhnt":                 {"d"},
		"4/KH-VHNT":                   {"e"},
		"04 kh vhnt":                  {"e"},
		"tác giả:":                    {},
		"-":                           {},
		"“bến trăng”":                 {"a"},
	} {
		t.Run(text, func(t *testing.T) {
			r := find(t, x, public(text))
			if r.Loose { // what has most of the words stands behind
				r.Hits = r.Hits[:min(len(want), len(r.Hits))]
				r.Total = len(r.Hits)
			}
			expectSet(t, r, want...)
		})
	}
}

func TestNothingIsAStopWord(t *testing.T) {
	x := filled(t, work("a", "Ca", "An và mẹ"), work("b", "Con", "khác"), work("c", "Là", "thì mà"))
	for text, want := range map[string]string{"ca": "a", "con": "b", "mẹ": "a", "An": "a", "là": "c", "thì": "c", "và": "a"} {
		expect(t, find(t, x, public(text)), want)
	}
}

func TestOrderByDate(t *testing.T) {
	a, b, c := work("a", "A", "trăng"), work("b", "B", "trăng"), work("c", "C", "trăng")
	a.Date, c.Date = 19970000, 20231121
	q := public("trăng")
	q.Order = search.ByDate
	expect(t, find(t, filled(t, a, b, c), q), "c", "a", "b")
}

func TestChaptersAreCountedAndFilter(t *testing.T) {
	a, b := work("a", "A", "trăng"), work("b", "B", "trăng")
	a.Agents = []search.Agent{{ID: "x", Names: []string{"X"}, Chapter: "Văn học"}, {ID: "y", Names: []string{"Y"}, Chapter: "Văn học"}}
	b.Agents = []search.Agent{{ID: "z", Names: []string{"Z"}, Chapter: "Mỹ thuật"}, {ID: "w", Names: []string{"W"}}}
	x := filled(t, a, b)
	r := find(t, x, public("trăng"))
	if got := fmt.Sprint(r.Facets[search.FacetChapter]); got != "[{Mỹ thuật 1} {Văn học 1}]" {
		t.Errorf("counted %s", got)
	}
	q := public("trăng")
	q.Chapter = "Mỹ thuật"
	expect(t, find(t, x, q), "b")
}

func TestLongSignsAreNoObstacle(t *testing.T) {
	x := river(t)
	for _, text := range []string{strings.Repeat("-a ", 3000), strings.Repeat("tác giả:x ", 1000), strings.Repeat("năm:1990 ", 1000), strings.Repeat(`-"`, 5000), strings.Repeat("Vieetj ", 900)} {
		find(t, x, public(text))
	}
}

func TestAGuessKeepsWhatWasAskedForByName(t *testing.T) {
	w := by(work("a", "Bến trăng", "trăng lên"), "Nam Cao")
	w.Year = 1994
	x := filled(t, append(many(20, "bến trăng"), w)...)
	r := find(t, x, public("beens trawng tác giả: Nam Cao năm:1990..1999 -thể loại:kịch"))
	if r.Guess != `bến trăng tác giả:"Nam Cao" năm:1990..1999 -thể loại:"kịch"` || len(r.Hits) != 1 {
		t.Errorf("guess %q, %v", r.Guess, ids(r))
	}
	if again := find(t, x, public(r.Guess)); len(again.Hits) != 1 || again.Guess != "" {
		t.Errorf("the guess finds %v, guess %q", ids(again), again.Guess)
	}
}

func TestTheWorkOfThatTitleComesFirst(t *testing.T) {
	x := filled(t, work("a", "Về bến trăng xưa", "bến trăng, bến trăng"), work("b", "Bến trăng", "con đò"), work("c", "Khác", "bến trăng"))
	for _, text := range []string{"ben trang", "Bến trăng", "BẾN TRĂNG"} {
		if r := find(t, x, public(text)); r.Hits[0].Work != id("b") {
			t.Errorf("%s: %v", text, ids(r))
		}
	}
}
