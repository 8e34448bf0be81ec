package search_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/archive"
	"vannghe/search"
)

func TestEveryFormOfAQueryFindsTheSameWorks(t *testing.T) {
	x := filled(t,
		work("a", "Bến trăng", "Con đò cũ"),
		work("b", norm.NFD.String("BẾN TRĂNG"), "Mùa lũ"),
		work("c", "Khác", "Trở về bến, trăng chưa lên"),
		work("d", "Hòa bình", "Thúy và hoà giải"),
		work("e", "Chim", "Hoà nhịp, thuý liễu"),
		work("f", "Về làng", "Con đường đất"),
		work("g", "Về phố", "Con Ðường nhựa"),
		work("h", "Về biển", "Dương liễu ven duong"),
	)
	for _, c := range []struct {
		found   []string
		queries []string
	}{
		{[]string{"a", "b", "c"}, []string{"ben trang", "Bến trăng", norm.NFD.String("BẾN TRĂNG"), "«bến»   TRĂNG!", "B\u200Bến trăng"}},
		{[]string{"d", "e"}, []string{"hoà", "hòa", "HOÀ", norm.NFD.String("hòa"), "hoa"}},
		{[]string{"d", "e"}, []string{"thuý", "thúy", "thuy"}},
		{[]string{"f", "g", "h"}, []string{"duong", "đường", "Ðường", "Đường", "dương"}},
	} {
		for _, text := range c.queries {
			t.Run(text, func(t *testing.T) { expectSet(t, find(t, x, public(text)), c.found...) })
		}
	}
}

func TestWhatWasTypedWithMarksComesFirst(t *testing.T) {
	x := filled(t,
		work("a", "Hoa", "hoa hoa hoa"),
		work("b", "Khác", "một chữ hoá trong một bài dài hơn nhiều so với bài kia, nói về đủ thứ chuyện trên đời"),
		work("c", "Đàn", "tiếng đàn"),
		work("d", "Dân", "dần dần dân dân dan"),
		work("e", "Ma", "ma, mà"),
		work("f", "Lúa", "mả"),
	)
	for _, c := range []struct {
		text string
		want []string
	}{
		{"hoá", []string{"b", "a"}},
		{"hóa", []string{"b", "a"}},
		{"đàn", []string{"c", "d"}},
		{"dần", []string{"d", "c"}},
		{"mả", []string{"f", "e"}},
	} {
		t.Run(c.text, func(t *testing.T) { expect(t, find(t, x, public(c.text)), c.want...) })
	}
}

func TestMarksOfSomeSyllablesCount(t *testing.T) {
	x := filled(t, work("a", "Một", "ben trắng"), work("b", "Hai", "bến trăng"), work("c", "Ba", "bên trang"))
	if got := ids(find(t, x, public("ben trăng"))); got[0] != id("b") || len(got) != 3 {
		t.Errorf("got %v", got)
	}
}

func TestTitleStandsAboveAgentAboveText(t *testing.T) {
	x := filled(t,
		work("c", "Một", "dòng sông chảy qua làng"),
		by(work("b", "Hai", "không có gì"), "Trần Dòng Sông"),
		work("a", "Dòng sông", "không có gì"),
		by(work("d", "Ba", "không có gì"), "Người khác"),
	)
	expect(t, find(t, x, public("dòng sông")), "a", "b", "c")
}

func TestWordsOfTitleAgentAndTextAreFoundTogether(t *testing.T) {
	w := by(work("a", "Truyện Kiều", "Trăm năm trong cõi người ta", "Trải qua một cuộc bể dâu"), "Nguyễn Du")
	w.GenreLabels, w.Number, w.Year = []string{"trường ca", "narrative poem"}, "465/KH-VHNT", 1820
	w.Collections = []search.Collection{{ID: "ccc", Title: "Sách gối đầu"}}
	x := filled(t, w, by(work("b", "Khác", "Trăm năm"), "Người khác"))
	for _, text := range []string{"nguyen du tram nam", "kiều bể dâu", "trường ca cõi người", "465/KH-VHNT", "465 kh vhnt", "narrative poem", "gối đầu 1820"} {
		t.Run(text, func(t *testing.T) { expect(t, find(t, x, public(text)), "a") })
	}
	r := find(t, x, public("nguyễn du bể dâu"))
	if len(r.Hits) != 1 || len(r.Hits[0].Parts) != 1 || r.Hits[0].Parts[0].Ordinal != 1 {
		t.Errorf("the part that has the words is not the one shown: %+v", r.Hits)
	}
	if r := find(t, x, public("truyện kiều")); len(r.Hits) != 1 || len(r.Hits[0].Parts) != 0 {
		t.Errorf("parts are shown that do not have the words: %+v", r.Hits)
	}
}

func TestHitsAreGroupedByWorkAndShowTheBestParts(t *testing.T) {
	w := work("a", "Tập thơ", "không", "trăng", "trăng trăng bến trăng", "trăng non", "bến trăng", "hết")
	x := filled(t, w, work("b", "Khác", "trăng"))
	r := find(t, x, public("trăng"))
	expectSet(t, r, "a", "b")
	if n := len(r.Hits[0].Parts); n != search.PartsPerHit {
		t.Errorf("%d parts", n)
	}
	r = find(t, x, public("bến trăng"))
	if r.Total != 2 || !r.Loose { // the other work has one of two words
		t.Errorf("total %d, loose %v", r.Total, r.Loose)
	}
	if p := r.Hits[0].Parts; len(p) < 2 || p[0].Ordinal != 4 && p[0].Ordinal != 2 || p[1].Ordinal != 4 && p[1].Ordinal != 2 {
		t.Errorf("parts %+v", p)
	}
}

func TestNeighboursWeighMore(t *testing.T) {
	x := filled(t,
		work("a", "Một", "trăng lên ở đầu làng, còn con đò đã rời bến cũ"),
		work("b", "Hai", "con đò ở đầu làng đã rời, còn bến trăng thì cũ"),
	)
	expect(t, find(t, x, public("ben trang")), "b", "a")
}

func TestQuotationMarksHoldWordsTogether(t *testing.T) {
	x := filled(t, work("a", "Một", "trăng lên trên bến"), work("b", "Hai", "bến trăng xưa"), work("c", "Ba", "về bến trăng"))
	expectSet(t, find(t, x, public(`"bến trăng"`)), "b", "c")
	expectSet(t, find(t, x, public(`“ben trang” xưa`)), "b")
	expectSet(t, find(t, x, public(`"trăng bến"`)))
	if r := find(t, x, public(`"bến trăng`)); r.Total != 3 {
		t.Errorf("a quotation mark that does not close holds nothing: %d", r.Total)
	}
}

func TestOneWordTooManyStillFinds(t *testing.T) {
	x := filled(t, work("a", "Một", "chảy róc rách như tiếng gõ"), work("b", "Hai", "tiếng gõ cửa"))
	r := find(t, x, public("chảy róc rách như tiếng chuông"))
	if !r.Loose || len(r.Hits) == 0 || r.Hits[0].Work != id("a") {
		t.Errorf("got %+v", r)
	}
	if r := find(t, x, public("chảy róc rách")); r.Loose {
		t.Error("loose, though nothing was added")
	}
}

func TestLooseMatchesAreNotAddedToEnoughOthers(t *testing.T) {
	x := filled(t, append(many(12, "bến trăng xưa"), work("z", "Khác", "chỉ có bến xưa"))...)
	if r := find(t, x, public("bến trăng xưa")); r.Total != 12 || r.Loose {
		t.Errorf("total %d, loose %v", r.Total, r.Loose)
	}
}

func TestStrangeQueriesGetAnAnswer(t *testing.T) {
	x := filled(t, work("a", "Bến trăng", "con đò"), work("b", "Mùa lũ", "nước"))
	for sentence, c := range map[string]struct {
		text  string
		total int
	}{
		"an empty query lists everything":        {"", 2},
		"white space lists everything":           {" \n\t", 2},
		"punctuation finds nothing":              {"…?!*\"", 0},
		"wildcards find nothing":                 {strings.Repeat("*?", 5000), 0},
		"invisible characters find nothing":      {"\u200B\u202E", 0},
		"control characters are no obstacle":     {"b\x00ến\x07 trăng", 1},
		"quotation marks that do not close":      {"\"\"\"bến \"trăng", 1},
		"a right-to-left override around a word": {"\u202Ebến\u202C trăng", 1},
		"broken UTF-8":                           {"bến \xff trăng", 1},
		"five thousand characters":               {strings.Repeat("không có gì cả ", 334), 0},
		"one word of five thousand letters":      {strings.Repeat("a", 5000), 0},
		"five thousand characters that are here": {strings.Repeat("bến trăng ", 500), 1},
		"five thousand quotation marks":          {strings.Repeat("\"", 5000) + "đò", 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			if r := find(t, x, public(c.text)); r.Total != c.total || len(r.Hits) != c.total {
				t.Errorf("total %d with %d hits, want %d", r.Total, len(r.Hits), c.total)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	poem := by(work("a", "Bến trăng", "trăng"), "lan")
	poem.Genre, poem.Year, poem.Media = "tho", 1994, []archive.Medium{archive.Text, archive.Audio}
	poem.Collections = []search.Collection{{ID: "chon", Title: "Tuyển chọn"}}
	story := by(work("b", "Mùa lũ", "trăng"), "mai", "lan")
	story.Genre, story.Year, story.Media = "truyen-ngan", 2003, []archive.Medium{archive.Text}
	film := work("c", "Phim", "trăng")
	film.Genre, film.Media = "phim", []archive.Medium{archive.Video}
	x := filled(t, poem, story, film)
	for sentence, c := range map[string]struct {
		set  func(*search.Query)
		want []string
	}{
		"by nothing":                            {func(*search.Query) {}, []string{"a", "b", "c"}},
		"by genre":                              {func(q *search.Query) { q.Genre = "tho" }, []string{"a"}},
		"by a genre that nothing has":           {func(q *search.Query) { q.Genre = "mua" }, nil},
		"by medium, any of a work's":            {func(q *search.Query) { q.Medium = archive.Audio }, []string{"a"}},
		"by a medium that does not exist":       {func(q *search.Query) { q.Medium = "smell" }, nil},
		"by person":                             {func(q *search.Query) { q.Person = "lan" }, []string{"a", "b"}},
		"by person and genre":                   {func(q *search.Query) { q.Person, q.Genre = "lan", "truyen-ngan" }, []string{"b"}},
		"by collection":                         {func(q *search.Query) { q.Collection = "chon" }, []string{"a"}},
		"by years, inclusive":                   {func(q *search.Query) { q.YearFrom, q.YearTo = 1994, 2003 }, []string{"a", "b"}},
		"from a year on, unknown years are out": {func(q *search.Query) { q.YearFrom = 1995 }, []string{"b"}},
		"up to a year":                          {func(q *search.Query) { q.YearTo = 1994 }, []string{"a"}},
	} {
		for _, text := range []string{"trăng", ""} {
			t.Run(sentence+" "+text, func(t *testing.T) {
				q := public(text)
				c.set(&q)
				expectSet(t, find(t, x, q), c.want...)
			})
		}
	}
}

func TestNobodyFindsWhatHeMayNotSee(t *testing.T) {
	set := func(name string, a archive.Audience, from, until int64) search.Work {
		w := by(work(name, "Bến trăng "+name, "trăng"), "Tác giả "+name)
		w.Audience, w.PublicFrom, w.PublicUntil, w.Genre = a, from, until, archive.GenreID(name)
		return w
	}
	x := filled(t,
		set("a", archive.AudiencePublic, 0, 0),
		set("b", archive.AudiencePublic, 1000, 2000),
		set("c", archive.AudienceMembers, 0, 0),
		set("d", archive.AudienceStaff, 0, 0),
		set("e", "", 0, 0),
	)
	member := archive.Viewer{Account: "aaa"}
	for sentence, c := range map[string]struct {
		viewer archive.Viewer
		now    int64
		want   []string
	}{
		"the public within the dates":        {archive.Public(), 1000, []string{"a", "b"}},
		"before the first instant":           {archive.Public(), 999, []string{"a"}},
		"from the last instant on":           {archive.Public(), 2000, []string{"a"}},
		"a member":                           {member, 999, []string{"a", "c"}},
		"staff":                              {archive.System("test"), 999, []string{"a", "c", "d"}},
		"a viewer without audiences is lost": {archive.Viewer{}, 0, []string{"a"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			for _, text := range []string{"trăng", "", "bến trăng"} {
				r := find(t, x, search.Query{Text: text, Now: c.now, Audiences: c.viewer.Audiences()})
				expectSet(t, r, c.want...)
				if n := len(r.Facets[search.FacetGenre]); n != len(c.want) {
					t.Errorf("%d genres are counted for %d works", n, len(c.want))
				}
			}
			s, err := x.Suggest(t.Context(), search.Prefix{Text: "tr", Now: c.now, Audiences: c.viewer.Audiences(), Size: 20})
			if err != nil || len(s) != len(c.want) {
				t.Errorf("titles: %v, %v", s, err)
			}
			s, err = x.Suggest(t.Context(), search.Prefix{Text: "tác", Now: c.now, Audiences: c.viewer.Audiences(), Size: 20})
			if err != nil || len(s) != len(c.want) {
				t.Errorf("agents: %v, %v", s, err)
			}
		})
	}
}

func TestFacetsCountWorks(t *testing.T) {
	works := many(30, "trăng")
	for i := range works {
		works[i] = by(works[i], "lan", "lan") // credited twice, counted once
		works[i].Genre, works[i].Year, works[i].Media = "tho", 1990+i, []archive.Medium{archive.Text}
		works[i].Parts = append(works[i].Parts, search.Part{Ordinal: 1, Text: "trăng nữa"})
		works[i].Collections = []search.Collection{{ID: "c", Title: "C"}}
	}
	works[0].Genre = "ky"
	q := public("trăng")
	q.Size = 3
	r := find(t, filled(t, works...), q)
	want := map[string][]search.Facet{
		search.FacetGenre:      {{Value: "tho", Count: 29}, {Value: "ky", Count: 1}},
		search.FacetMedium:     {{Value: "text", Count: 30}},
		search.FacetAgent:      {{Value: "lan", Count: 30}},
		search.FacetDecade:     {{Value: "1990", Count: 10}, {Value: "2000", Count: 10}, {Value: "2010", Count: 10}},
		search.FacetCollection: {{Value: "c", Count: 30}},
	}
	for name, facets := range want {
		if !slices.Equal(r.Facets[name], facets) {
			t.Errorf("%s: got %v, want %v", name, r.Facets[name], facets)
		}
	}
	if r.Total != 30 || len(r.Hits) != 3 {
		t.Errorf("total %d, %d hits", r.Total, len(r.Hits))
	}
}

func TestPagesMeetWithoutGapOrOverlap(t *testing.T) {
	works := many(103, "trăng")
	x := filled(t, works...)
	for _, order := range []search.Order{"", search.ByRelevance, search.ByNewest, search.ByTitle} {
		for _, text := range []string{"trăng", ""} {
			t.Run(string(order)+" "+text, func(t *testing.T) {
				q := public(text)
				q.Order, q.Size = order, 10
				var all []archive.WorkID
				for pages := 0; pages < 20; pages++ {
					r := find(t, x, q)
					if r.Total != len(works) {
						t.Fatalf("total %d", r.Total)
					}
					all = append(all, ids(r)...)
					if q.Cursor = r.Next; q.Cursor == "" {
						break
					}
				}
				q.Cursor, q.Size = "", search.MaxSize
				if once := ids(find(t, x, q)); !slices.Equal(all, once) || len(all) != len(works) {
					t.Errorf("%d works by pages, %d at once", len(all), len(once))
				}
			})
		}
	}
}

func TestOrders(t *testing.T) {
	first, second, third := work("a", "số 10", "trăng"), work("b", "số 9", "trăng"), work("c", "An", "trăng")
	first.Published, second.Published, third.Published = 1, 3, 2
	x := filled(t, first, second, third)
	q := public("trăng")
	q.Order = search.ByTitle
	expect(t, find(t, x, q), "c", "b", "a")
	q.Order = search.ByNewest
	expect(t, find(t, x, q), "b", "c", "a")
}

func TestACursorThatIsNoneIsRefused(t *testing.T) {
	x := filled(t, many(30, "trăng")...)
	newest := public("trăng")
	newest.Order = search.ByNewest
	for sentence, cursor := range map[string]string{
		"no encoding at all":    "!!!",
		"no JSON":               "YWJj",
		"that of another order": find(t, x, newest).Next,
	} {
		t.Run(sentence, func(t *testing.T) {
			q := public("trăng")
			q.Cursor = cursor
			_, err := x.Search(t.Context(), q)
			if archive.ReasonOf(err) != "cursor-invalid" || archive.CodeOf(err) != archive.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAQueryEndsWithItsContext(t *testing.T) {
	x := filled(t, many(30, "trăng")...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, public("trăng")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
