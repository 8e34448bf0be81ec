package viet_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/viet"
)

// each runs f over cases and compares; the case's key says what holds.
func each(t *testing.T, f func(string) string, cases map[string][2]string) {
	t.Helper()
	for sentence, c := range cases {
		t.Run(sentence, func(t *testing.T) {
			if got := f(c[0]); got != c[1] {
				t.Errorf("got %q, want %q from %q", got, c[1], c[0])
			}
		})
	}
}

func TestNormalize(t *testing.T) {
	each(t, viet.Normalize, map[string][2]string{
		"composed text stays as it is":             {"Bến trăng", "Bến trăng"},
		"decomposed text is composed":              {norm.NFD.String("Bến trăng"), "Bến trăng"},
		"the Icelandic Eth of old e-texts is Đ":    {"Ðường ð", "Đường đ"},
		"the African D of old keyboards is Đ":      {"Ɖường ɖ", "Đường đ"},
		"line ends of every system are newlines":   {"a\r\nb\rc\u2028d\u0085e\ff\vg", "a\nb\nc\nd\ne\nf\ng"},
		"tabs and newlines stay":                   {"a\tb\nc", "a\tb\nc"},
		"other control characters go":              {"a\x00b\x07c\x7Fd\u009Fe", "abcde"},
		"invisible characters inside words go":     {"B\u200Bến\u00AD tr\uFEFFăng\u2060", "Bến trăng"},
		"a mark meets its letter when one is gone": {"e\u200B\u0302\u0301", "ế"},
		"the joiner inside an emoji stays":         {"👩\u200D🎨", "👩\u200D🎨"},
		"broken UTF-8 becomes the replacement":     {"a\xC3(b", "a\uFFFD(b"},
	})
}

func TestClean(t *testing.T) {
	each(t, viet.Clean, map[string][2]string{
		"white space of every kind is one space":      {"  Bến\u00A0\n\t trăng ", "Bến trăng"},
		"a right-to-left override is taken out":       {"anh\u202Egpj.exe", "anhgpj.exe"},
		"isolates and direction marks are taken out":  {"\u2067a\u2069\u200Fb\u061C", "ab"},
		"a mark after a dropped override is composed": {"e\u202E\u0301", "é"},
		"nothing stays nothing":                       {" \u202E\n", ""},
	})
}

func TestFold(t *testing.T) {
	each(t, viet.Fold, map[string][2]string{
		"marks and case go":                       {"BẾN TRĂNG", "ben trang"},
		"decomposed text folds to the same":       {norm.NFD.String("Bến trăng"), "ben trang"},
		"every đ is d":                            {"Đường Ðường Ɖường đường", "duong duong duong duong"},
		"horned letters lose their horns":         {"Ưỡn ngực, thưở", "uon nguc, thuo"},
		"other Latin letters lose their marks":    {"Façade Ångström", "facade angstrom"},
		"letters of other scripts keep theirs":    {"Й ガ क़", "й ガ क\u093c"},
		"ligatures are taken apart":               {"ﬁlm", "film"},
		"every Vietnamese vowel folds to a plain": {"ỴẰỔỮỆỊ", "yaouei"},
	})
}

func TestPlaceTone(t *testing.T) {
	each(t, viet.PlaceTone, map[string][2]string{
		"the old place moves to the main vowel": {"hòa khỏe thúy ủy loà xòe", "hoà khoẻ thuý uỷ loà xoè"},
		"the new place stays":                   {"hoà khoẻ thuý uỷ", "hoà khoẻ thuý uỷ"},
		"capitals keep their case":              {"HÒA Hòa Thúy ỦY", "HOÀ Hoà Thuý UỶ"},
		"before a final there is one place":     {"hoàn hòan huỳnh hùynh", "hoàn hoàn huỳnh huỳnh"},
		"a shaped vowel carries the tone":       {"thuở tiến tíên thưở nước", "thuở tiến tiến thưở nước"},
		"falling diphthongs stay":               {"mái túi của mía gió sửa lịu", "mái túi của mía gió sửa lịu"},
		"the u of qu belongs to the onset":      {"quý qúy quả qủa quốc", "quý quý quả quả quốc"},
		"the i of gi belongs to the onset":      {"già gìa giếng gì gìn", "già già giếng gì gìn"},
		"three vowels carry it in the middle":   {"ngòai khuỷu khủyu ngoẻo", "ngoài khuỷu khuỷu ngoẻo"},
		"punctuation and other words stay":      {"«Hòa, résumé» café; Beyoncé", "«Hoà, résumé» café; Beyoncé"},
		"decomposed text is composed":           {norm.NFD.String("hòa"), "hoà"},
		"a name inside a longer word stays":     {"hòaabc", "hòaabc"},
	})
}

func TestParseSyllable(t *testing.T) {
	for word, want := range map[string]viet.Syllable{
		"Nghiêng": {Onset: "ngh", Vowels: "iê", Final: "ng"},
		"quyển":   {Onset: "qu", Vowels: "yê", Final: "n", Tone: viet.Hoi},
		"giếng":   {Onset: "gi", Vowels: "ê", Final: "ng", Tone: viet.Sac},
		"gì":      {Onset: "g", Vowels: "i", Tone: viet.Huyen},
		"ạ":       {Vowels: "a", Tone: viet.Nang},
		"được":    {Onset: "đ", Vowels: "ươ", Final: "c", Tone: viet.Nang},
		"khuỷu":   {Onset: "kh", Vowels: "uyu", Tone: viet.Hoi},
	} {
		if got, ok := viet.ParseSyllable(word); !ok || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", word, got, ok, want)
		}
	}
	for _, word := range []string{"", "b", "fa", "été", "résumé", "blá", "axz", "hoaaa", "trăngs", "dộjà"} {
		if got, ok := viet.ParseSyllable(word); ok {
			t.Errorf("%q is taken for a syllable: %+v", word, got)
		}
	}
}

func TestIsVietnamese(t *testing.T) {
	for s, want := range map[string]bool{"Bến trăng": true, "Đò": true, "mưa": true, "Ngày mùa": false, "À la claire fontaine": false, "Ich grüße": false, "": false} {
		if got := viet.IsVietnamese(s); got != want {
			t.Errorf("IsVietnamese(%q) = %v", s, got)
		}
	}
}

func TestSlug(t *testing.T) {
	each(t, viet.Slug, map[string][2]string{
		"marks go and words are joined":          {"Bến trăng", "ben-trang"},
		"punctuation is one dash, none outside":  {"«Đời thừa» – Nam Cao!", "doi-thua-nam-cao"},
		"a text without letters has a slug":      {"***", "khong-ten"},
		"an empty text has a slug":               {"", "khong-ten"},
		"a text in another script has a slug":    {"月亮", "khong-ten"},
		"it is cut at a word":                    {strings.Repeat("trường ca ", 20), strings.Repeat("truong-ca-", 7) + "truong-ca"},
		"one endless word is cut at the limit":   {strings.Repeat("a", 500), strings.Repeat("a", 80)},
		"numbers stay":                           {"465/KH-VHNT", "465-kh-vhnt"},
		"an endless first word ends the slug":    {strings.Repeat("b", 80) + " c", strings.Repeat("b", 80)},
		"invisible characters do not cut a word": {"Bế\u200Bn", "ben"},
	})
}

func TestSortKeyOrdersAsADictionaryDoes(t *testing.T) {
	lists := map[string][]string{
		"an empty text comes first, then numbers by value, then letters, then other scripts": {"", "7 sắc cầu vồng", "10 năm", "2001", "An", "Zơ", "Дом", "月"},
		"the letters of the alphabet":                {"ba", "ca", "da", "đa", "ga", "la", "na", "ta", "va", "xa"},
		"shaped vowels follow their plain ones":      {"tan", "tăn", "tân", "te", "tê", "to", "tô", "tơ", "tu", "tư"},
		"tones in the order of dictionaries":         {"ma", "mà", "mả", "mã", "má", "mạ"},
		"letters before tones within a syllable":     {"mạ", "mai", "mái", "man"},
		"syllable by syllable, not letter by letter": {"ma tuý", "mà cả", "mai", "man"},
		"a shorter text before its continuation":     {"Bến", "Bến trăng", "Bến trăng xưa"},
		"numbers inside by value":                    {"số 9", "số 10", "số 010 phụ", "số 100", "số đỏ"},
	}
	for sentence, want := range lists {
		t.Run(sentence, func(t *testing.T) {
			got := slices.Clone(want)
			slices.Reverse(got)
			slices.SortStableFunc(got, func(a, b string) int { return strings.Compare(viet.SortKey(a), viet.SortKey(b)) })
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestSortKeyDisregards(t *testing.T) {
	for sentence, pair := range map[string][2]string{
		"case":                       {"BẾN TRĂNG", "bến trăng"},
		"punctuation":                {"«Bến», trăng!", "Bến trăng"},
		"the form of the characters": {norm.NFD.String("Bến trăng"), "Bến trăng"},
		"the place of the tone":      {"hòa", "hoà"},
		"which đ was typed":          {"Ðường", "Đường"},
		"leading zeros":              {"số 04", "số 4"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if a, b := viet.SortKey(pair[0]), viet.SortKey(pair[1]); a != b {
				t.Errorf("%q and %q differ", a, b)
			}
		})
	}
}

func TestSortKeyFitsADatabaseIndex(t *testing.T) {
	for _, s := range []string{strings.Repeat("trường ca ", 5000), strings.Repeat("月", 5000), strings.Repeat("9", 5000)} {
		if k := viet.SortKey(s); len(k) > 512 || !utf8.ValidString(k) || strings.ContainsRune(k, 0) {
			t.Errorf("key of %d bytes, valid %v", len(k), utf8.ValidString(k))
		}
	}
}

func TestTokens(t *testing.T) {
	type token struct{ text, exact, folded string }
	for sentence, c := range map[string]struct {
		in   string
		want []token
	}{
		"syllables with marks, case and tone in one form":  {"Hòa BÌNH", []token{{"Hòa", "hoà", "hoa"}, {"BÌNH", "bình", "binh"}}},
		"decomposed text gives the ranges of the original": {norm.NFD.String("Bến"), []token{{norm.NFD.String("Bến"), "bến", "ben"}}},
		"number and symbol of a document are words":        {"04/KH-VHNT", []token{{"04", "04", "4"}, {"KH", "kh", "kh"}, {"VHNT", "vhnt", "vhnt"}}},
		"zero stays zero":                                {"00", []token{{"00", "00", "0"}}},
		"Chinese characters stand alone":                 {"月nguyệt落", []token{{"月", "月", "月"}, {"nguyệt", "nguyệt", "nguyet"}, {"落", "落", "落"}}},
		"invisible characters belong inside a word only": {"Bế\u200Bn\u200B!", []token{{"Bế\u200Bn", "bến", "ben"}}},
		"control characters belong inside a word only":   {"b\x00ến\fhai", []token{{"b\x00ến", "bến", "ben"}, {"hai", "hai", "hai"}}},
		"punctuation alone has no words":                 {"…!? \u0301", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			var got []token
			for k := range viet.Tokens(c.in) {
				got = append(got, token{c.in[k.Start:k.End], k.Exact, k.Folded})
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestTokensBoundAnEndlessWord(t *testing.T) {
	s := strings.Repeat("ế", 1<<20)
	n := 0
	for k := range viet.Tokens(s) {
		n++
		if len(k.Exact) > 256 || k.End != len(s) {
			t.Errorf("term of %d bytes, token ends at %d of %d", len(k.Exact), k.End, len(s))
		}
	}
	if n != 1 {
		t.Errorf("%d tokens", n)
	}
}

func TestClustersCoverTheTextAndFoldLikeFold(t *testing.T) {
	for _, s := range []string{"Bến trăng", norm.NFD.String("Đường về Ðồng"), "\u0301a", "a\u200Bb", "한국 ﬁ"} {
		at, folded := 0, ""
		for c := range viet.Clusters(s) {
			if c.Start != at || c.End <= c.Start {
				t.Errorf("%q: cluster %+v after %d", s, c, at)
			}
			at = c.End
			folded += c.Folded
		}
		if at != len(s) || folded != viet.Fold(s) {
			t.Errorf("%q: ends at %d of %d, folds to %q, want %q", s, at, len(s), folded, viet.Fold(s))
		}
	}
}
