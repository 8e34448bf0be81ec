package search_test

import (
	"html"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/viet"
	"vannghe/search"
)

func TestHighlight(t *testing.T) {
	nfd := norm.NFD.String
	for sentence, c := range map[string]struct {
		text, query string
		length      int
		want        string
	}{
		"the letters of the text are marked":               {"Về Bến Trăng", "ben trang", 100, "Về <mark>Bến</mark> <mark>Trăng</mark>"},
		"a decomposed text keeps its form":                 {nfd("Về bến xưa"), "bến", 100, nfd("Về ") + "<mark>" + nfd("bến") + "</mark>" + nfd(" xưa")},
		"a decomposed query marks a composed text":         {"Về bến xưa", nfd("BẾN"), 100, "Về <mark>bến</mark> xưa"},
		"the other tone placement is the same word":        {"hòa bình", "hoà", 100, "<mark>hòa</mark> bình"},
		"the lookalike of Đ is marked":                     {"Con Ðường", "đường", 100, "Con <mark>Ðường</mark>"},
		"invisible characters inside are inside the mark":  {"Về b\u200Bến", "bến", 100, "Về <mark>b\u200Bến</mark>"},
		"marks that were typed exclude others if they can": {"bên bến", "bến", 100, "bên <mark>bến</mark>"},
		"otherwise the letters are marked":                 {"bên kia", "bến", 100, "<mark>bên</mark> kia"},
		"markup of the text is escaped":                    {"<b>bến</b> & \"x\"", "bến", 100, "&lt;b&gt;<mark>bến</mark>&lt;/b&gt; &amp; &#34;x&#34;"},
		"lines become one":                                 {"Bến\n\n  trăng", "trăng", 100, "Bến <mark>trăng</mark>"},
		"long texts are cut between words":                 {strings.Repeat("một hai ", 50) + "bến" + strings.Repeat(" ba bốn", 50), "bến", 30, "…một hai <mark>bến</mark> ba bốn ba bốn ba…"},
		"the place with more of the words is shown":        {"bến " + strings.Repeat("x ", 100) + "bến trăng", "bến trăng", 20, "…x <mark>bến</mark> <mark>trăng</mark>"},
		"words side by side are shown before words apart":  {"bến của trăng " + strings.Repeat("x ", 100) + "bến trăng", "bến trăng", 20, "…x <mark>bến</mark> <mark>trăng</mark>"},
		"numbers match without their zeros":                {"Số 04", "4", 100, "Số <mark>04</mark>"},
		"broken UTF-8 is replaced":                         {"a\xff bến", "bến", 100, "a\uFFFD <mark>bến</mark>"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, ok := search.Highlight(c.text, search.ParseTerms(c.query), c.length)
			if !ok || got != c.want {
				t.Errorf("got  %s (%v)\nwant %s", got, ok, c.want)
			}
		})
	}
}

func TestHighlightWithoutAMatchGivesTheBeginning(t *testing.T) {
	for text, want := range map[string]string{"": "", "Một hai ba bốn": "Một hai…", "Một": "Một", "<i>": "&lt;i&gt;"} {
		if got, ok := search.Highlight(text, search.ParseTerms("trăng"), 10); ok || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, ok, want)
		}
	}
}

// FuzzHighlight: whatever the text and the query, the snippet without its tags is a stretch of the text, and every mark holds a word whose letters the
// query asked for.
func FuzzHighlight(f *testing.F) {
	f.Add("Về bến trăng, <b>hòa</b>", "ben trăng", 20)
	f.Add(norm.NFD.String("Đường\u200B về ﬁ"), "duong \"fi", 3)
	f.Add("\xff\u0301a\x00b", "ab a", 1)
	f.Fuzz(func(t *testing.T, text, query string, length int) {
		terms := search.ParseTerms(query)
		snippet, ok := search.Highlight(text, terms, length%1000)
		if !utf8.ValidString(snippet) || ok != strings.Contains(snippet, "<mark>") {
			t.Fatalf("%q, %v", snippet, ok)
		}
		bare := html.UnescapeString(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(snippet))
		bare = strings.TrimSuffix(strings.TrimPrefix(bare, "…"), "…")
		oneLine := strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
		if !strings.Contains(squeeze(oneLine), squeeze(bare)) {
			t.Fatalf("%q is no part of %q", bare, oneLine)
		}
		asked := map[string]bool{}
		for k := range viet.Tokens(query) {
			asked[k.Folded] = true
		}
		for _, s := range strings.Split(snippet, "<mark>")[1:] {
			marked, _, _ := strings.Cut(s, "</mark>")
			for k := range viet.Tokens(html.UnescapeString(marked)) {
				if !asked[k.Folded] {
					t.Fatalf("%q is marked for %q", marked, query)
				}
			}
		}
	})
}

// squeeze takes out what differs between a text and its snippet by design: white space, and how many replacement characters stand for broken bytes.
func squeeze(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\uFFFD' }), "")
}
