package search_test

import (
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/search"
)

func TestSuggest(t *testing.T) {
	lan, mai := search.Agent{ID: "lan", Names: []string{"Trần Thị Lan", "Bến Tre"}}, search.Agent{ID: "mai", Names: []string{"Mai Trăng"}}
	a, b, c, d := work("a", "Bến trăng"), work("b", "Trên bến trăng xưa"), work("c", "Bên trắng"), work("d", "Hoà bình")
	a.Agents, b.Agents, c.Agents = []search.Agent{lan}, []search.Agent{lan}, []search.Agent{mai}
	x := filled(t, a, b, c, d)
	for sentence, c := range map[string]struct {
		typed string
		want  []string
	}{
		"a title by its beginning":              {"hoà b", []string{"Hoà bình"}},
		"the other tone placement":              {"hòa b", []string{"Hoà bình"}},
		"without marks":                         {"hoa bi", []string{"Hoà bình"}},
		"titles that begin so come first":       {"ben tra", []string{"Bên trắng", "Bến trăng", "Trên bến trăng xưa"}},
		"those with the typed marks before":     {"bến tră", []string{"Bến trăng", "Bên trắng", "Trên bến trăng xưa"}},
		"a word inside a title":                 {"xưa", []string{"Trên bến trăng xưa"}},
		"an agent, before titles":               {"tran", []string{"Trần Thị Lan", "Mai Trăng", "Bên trắng", "Bến trăng", "Trên bến trăng xưa"}},
		"an agent by another name":              {"bến tre", []string{"Trần Thị Lan", "Trên bến trăng xưa"}},
		"an agent by the given name":            {"lan", []string{"Trần Thị Lan"}},
		"words of different names are no agent": {"lan tre", nil},
		"nothing typed":                         {" ", nil},
		"punctuation typed":                     {"…!", nil},
		"what nothing begins with":              {"zzz", nil},
		"five thousand characters":              {strings.Repeat("bến trăng ", 500), []string{"Bên trắng", "Bến trăng", "Trên bến trăng xưa"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			list, err := x.Suggest(t.Context(), search.Prefix{Text: c.typed, Audiences: archive.Public().Audiences()})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range list {
				got = append(got, s.Text)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestSuggestKeepsToItsSizeAndSaysEachTextOnce(t *testing.T) {
	var works []search.Work
	for _, w := range many(40, "một") {
		works = append(works, by(w, "Bài Viết"))
	}
	works[0].Title, works[1].Title = "Bài hát", "Bài hát"
	x := filled(t, works...)
	list, err := x.Suggest(t.Context(), search.Prefix{Text: "bài", Size: 5, Audiences: archive.Public().Audiences()})
	if err != nil || len(list) != 5 {
		t.Fatalf("%v, %v", list, err)
	}
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.Text] {
			t.Errorf("%s twice", s.Text)
		}
		seen[s.Text] = true
	}
	if list[0].Kind != search.SuggestAgent || list[0].ID != "Bài Viết" {
		t.Errorf("first %+v", list[0])
	}
}

// TestSuggestPhrasesOfTexts: words that stand together in the texts of several works are suggested, with their marks.
func TestSuggestPhrasesOfTexts(t *testing.T) {
	var works []search.Work
	for i, text := range []string{"mùa nước nổi về", "qua mùa nước nổi", "Mùa nước nổi năm ấy", "mưa nước nóng", "mua nước non ngàn dặm", "nước non mình", "xem nước non", "hidden nước nối"} {
		works = append(works, work(string(rune('a'+i)), "Bài", text))
	}
	hidden := many(5, "nước nụ")
	for i := range hidden {
		hidden[i].Audience = archive.AudienceStaff
	}
	x := filled(t, append(works, hidden...)...)
	for typed, want := range map[string][]string{
		"nuoc n":      {"nước nổi", "nước non"},
		"nước nổ":     {"nước nổi"},
		"mua nuoc no": {"mùa nước nổi"},
		"mùa nước n":  {"mùa nước nổi"},
		"nuoc nu":     nil,
		"nuoc nong":   nil, // once is not frequent
		"n":           nil,
	} {
		list, err := x.Suggest(t.Context(), search.Prefix{Text: typed, Audiences: archive.Public().Audiences()})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range list {
			if s.Kind == search.SuggestPhrase {
				got = append(got, s.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q suggests %q, want %q", typed, got, want)
		}
	}
}

// What a text has is told as the text has it.
func TestWritten(t *testing.T) {
	const text = "Ngồi trông trăm năm.\nTrăm  năm trong cõi người ta; lý lẽ, HOÀ bình, hòa nhạc"
	for _, c := range [][3]string{
		{"trăm năm trông cõi", "tram nam trong coi", "trăm năm trong cõi"},
		{"trăm năm trông cõi", "trăm năm trong cõ", "trăm năm trong cõi"},
		{"trăm năm trông cõi", "trăm năm tróng coi", ""}, // nowhere with these marks
		{"trăm năm trông cõi", "tram nam trong cò", ""},
		{"lí lẽ", "ly le", "lý lẽ"}, // as written, not as indexed
		{"hòa bình", "hòa b", "hoà bình"}, {"hoà nhạc", "hoà n", "hòa nhạc"},
		{"người ta đi", "nguoi ta di", ""},
		{"ta ngồi", "ta ngoi", ""}, // not in that order
	} {
		if got := search.Written(text, c[0], c[1]); got != c[2] {
			t.Errorf("%q, typed %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func FuzzWritten(f *testing.F) {
	f.Add("Trăm năm trong cõi", "trăm năm", "tram n")
	f.Add("\xff", "", "")
	f.Fuzz(func(t *testing.T, text, phrase, typed string) {
		if got := search.Written(text, phrase, typed); got != "" && search.Written(got, phrase, "") == "" {
			t.Errorf("%q is no form of %q", got, phrase)
		}
	})
}
