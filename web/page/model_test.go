package page

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/media"
	"vannghe/web/ui"
)

func vietnamese() *visit {
	return &visit{text: ui.Speak("vi"), names: map[archive.GenreID]string{"tho": "Thơ", "tap-chi": "Tạp chí"}}
}

func jpegs(kind string, widths ...int) []media.Asset {
	var list []media.Asset
	for _, w := range widths {
		list = append(list, media.Asset{
			Asset: archive.Asset{Kind: kind, Type: "image/jpeg", Width: w, Height: w / 2, Page: 1}, URL: "/" + kind + "-" + time.Duration(w).String() + ".jpg",
		})
	}
	return list
}

func TestPicture(t *testing.T) {
	webp := media.Asset{Asset: archive.Asset{Type: "image/webp", Width: 2000}, URL: "/x.webp"}
	p := picture(append(jpegs("image", 480, 960, 1600), webp))
	if p == nil || p.Src != "/image-960ns.jpg" || p.Width != 1600 || p.Height != 800 || strings.Count(p.SrcSet, "w,") != 2 || strings.Contains(p.SrcSet, "webp") {
		t.Errorf("%+v", p)
	}
	if one := picture(jpegs("image", 300)); one == nil || one.SrcSet != "" || one.Width != 300 {
		t.Errorf("one version: %+v", one)
	}
	if none := picture([]media.Asset{webp}); none != nil {
		t.Errorf("no version in JPEG: %+v", none)
	}
}

// WebP is offered where it holds every width: else a phone would be given the one that there is.
func TestPictureInWebP(t *testing.T) {
	both := func(widths ...int) (list []media.Asset) {
		for _, a := range jpegs("image", widths...) {
			webp := a
			webp.Type, webp.URL = "image/webp", strings.Replace(a.URL, ".jpg", ".webp", 1)
			list = append(list, a, webp)
		}
		return list
	}
	p := picture(both(480, 960))
	if p.WebP != "/image-480ns.webp 480w, /image-960ns.webp 960w" || strings.Contains(p.SrcSet, "webp") || p.Src != "/image-960ns.jpg" {
		t.Errorf("%+v", p)
	}
	if p := picture(both(480, 960)[:3]); p.WebP != "" {
		t.Errorf("a width is missing in WebP: %+v", p)
	}
}

func TestFace(t *testing.T) {
	second := jpegs("page", 900)
	second[0].Page = 2
	cases := []struct {
		sentence string
		assets   []media.Asset
		want     string
	}{
		{"nothing to show", nil, ""},
		{"a film shows its poster", append(jpegs("image", 100), jpegs("poster", 960)...), "/poster-960ns.jpg"},
		{"a magazine shows its first page", append(second, jpegs("page", 800)...), "/page-800ns.jpg"},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			got := ""
			if p := face([]media.Offer{{Assets: c.assets}}); p != nil {
				got = p.Src
			}
			if got != c.want {
				t.Errorf("face %q, want %q", got, c.want)
			}
		})
	}
}

func TestFirstSentence(t *testing.T) {
	long := strings.Repeat("chữ ", 100)
	cases := map[string]string{
		"":                       "",
		"Một câu.":               "Một câu.",
		"Câu một. Câu hai.":      "Câu một.",
		"  Dòng một\nDòng hai":   "Dòng một",
		long:                     strings.TrimSpace(strings.Repeat("chữ ", 40)) + "…",
		strings.Repeat("ễ", 300): strings.Repeat("ễ", 300),
	}
	for in, want := range cases {
		if got := firstSentence(in); got != want {
			t.Errorf("firstSentence(%.20q…) = %q, want %q", in, got, want)
		}
	}
}

func TestRights(t *testing.T) {
	v := ui.Speak("vi")
	cases := []struct{ statement, name, url string }{
		{"", "", ""},
		{"http://rightsstatements.org/vocab/InC/1.0/", v.Text("rights.inc"), "http://rightsstatements.org/vocab/InC/1.0/"},
		{"https://creativecommons.org/licenses/by-sa/4.0/", v.Text("rights.cc", "CC BY-SA"), "https://creativecommons.org/licenses/by-sa/4.0/"},
		{"https://creativecommons.org/publicdomain/zero/1.0/", v.Text("rights.cc0"), "https://creativecommons.org/publicdomain/zero/1.0/"},
		{"http://creativecommons.org/publicdomain/zero/1.0", v.Text("rights.cc0"), "http://creativecommons.org/publicdomain/zero/1.0"},
		{"https://creativecommons.org/publicdomain/mark/1.0/", v.Text("rights.pdm"), "https://creativecommons.org/publicdomain/mark/1.0/"},
		{"http://www.creativecommons.org/publicdomain/mark", v.Text("rights.pdm"), "http://www.creativecommons.org/publicdomain/mark"},
		{"https://creativecommons.org/licenses/by-nc-nd/3.0/vn/deed.vi", v.Text("rights.cc", "CC BY-NC-ND"), "https://creativecommons.org/licenses/by-nc-nd/3.0/vn/deed.vi"},
		{"http://creativecommons.org/licenses/by", v.Text("rights.cc", "CC BY"), "http://creativecommons.org/licenses/by"},
		{"https://creativecommons.org/publicdomain/", "https://creativecommons.org/publicdomain/", "https://creativecommons.org/publicdomain/"},
		{"https://rightsstatements.org/page/NoC-US/1.0/?language=en", v.Text("rights.noc-us"), "https://rightsstatements.org/page/NoC-US/1.0/?language=en"},
		{"https://notrightsstatements.org/vocab/InC/1.0/", "https://notrightsstatements.org/vocab/InC/1.0/", "https://notrightsstatements.org/vocab/InC/1.0/"},
		{"http://rightsstatements.org/vocab/CC0/1.0/", "http://rightsstatements.org/vocab/CC0/1.0/", "http://rightsstatements.org/vocab/CC0/1.0/"},
		{"https://elsewhere.example/x", "https://elsewhere.example/x", "https://elsewhere.example/x"},
		{"javascript://x", "javascript://x", ""},
		{"theo thỏa thuận", "theo thỏa thuận", ""},
	}
	for _, c := range cases {
		if got := rights(v, archive.Rights{Statement: c.statement}); got.Name != c.name || got.URL != c.url {
			t.Errorf("rights(%q) = %+v", c.statement, got)
		}
	}
}

// Every statement of rightsstatements.org has words of its own, in both languages.
func TestEveryStatementIsWorded(t *testing.T) {
	for _, language := range []string{"vi", "en"} {
		say, seen := ui.Speak(language), map[string]string{}
		for _, s := range []string{"InC", "InC-OW-EU", "InC-EDU", "InC-NC", "InC-RUU", "NoC-CR", "NoC-NC", "NoC-OKLR", "NoC-US", "CNE", "UND", "NKC"} {
			for _, form := range []string{"http://rightsstatements.org/vocab/%/1.0/", "https://rightsstatements.org/vocab/%/1.0", "https://rightsstatements.org/vocab/%/", "https://rightsstatements.org/vocab/%"} {
				got := rights(say, archive.Rights{Statement: strings.Replace(form, "%", s, 1)}).Name
				if strings.Contains(got, "://") || (seen[got] != "" && seen[got] != s) {
					t.Errorf("%s of %s is called %q, as is %q", form, s, got, seen[got])
				}
				seen[got] = s
			}
		}
	}
}

func TestNav(t *testing.T) {
	genres := []archive.Genre{
		{ID: "truyen-ngan", Name: "Truyện ngắn", Order: 10, Works: 1}, {ID: "tho", Name: "Thơ", Order: 20, Works: 9},
		{ID: "cheo", Name: "Chèo", Order: 30}, {ID: "tap-chi", Name: "Tạp chí", Order: 40, Works: 50},
	}
	var got []string
	for _, l := range nav(ui.Speak("vi"), genres, "/the-loai/tho") {
		got = append(got, l.URL)
		if l.Current != (l.URL == "/the-loai/tho") {
			t.Errorf("%s is marked as the present page", l.URL)
		}
	}
	if want := []string{"/the-loai/truyen-ngan", "/the-loai/tho", "/the-loai", "/tac-gia", "/chuyen-muc", "/tap-chi"}; !slices.Equal(got, want) {
		t.Errorf("nav %v, want %v", got, want)
	}
}

func TestItemsShowWhatThereIs(t *testing.T) {
	v := vietnamese()
	m := material{
		work: archive.Work{ID: "wwwwwwwwwwww", Title: "Một", Genre: "tap-chi", Representations: []archive.Representation{
			{Medium: archive.Paged, Files: []archive.File{{ID: "ffffffffffff", Format: "pdf"}}},
		}},
		texts: map[archive.FileID]ui.HTML{"ffffffffffff": "<p>chữ</p>"},
		parts: map[archive.FileID][]archive.Part{"ffffffffffff": {
			{Kind: "cue", Locator: "t=95", Text: "lời"}, {Kind: "page", Locator: "trang-1", Text: "trang một"}, {Kind: "stanza", Locator: "kho-1"},
			{Kind: "section", Locator: "muc-1", Label: "Chương một"},
		}},
		start: moment{at: 3 * time.Second},
	}
	asset := func(kind string) []media.Asset {
		return []media.Asset{{Asset: archive.Asset{Kind: kind, Type: "x/y", Page: 1}, URL: "/" + kind}}
	}
	item := func(assets []media.Asset) ui.Item {
		f := &archive.File{ID: "ffffffffffff", Name: "a\u202eb.pdf", Format: "pdf", Pages: 2, Tags: map[string]string{"zz": "1", "date": "2000", "title": "T"}}
		return v.item(m, &media.Offer{File: f, Representation: &archive.Representation{}, Status: media.Ready, Assets: assets, Original: "/o"})
	}
	if i := item(asset("hls")).Video; i == nil || i.HLS != "/hls" || i.Start != m.start.at || len(i.Scripts) != 1 || len(i.Scripts[0].Cues) != 1 || !strings.HasSuffix(i.Scripts[0].Cues[0].URL, "?t=95") {
		t.Errorf("video %+v", i)
	}
	if i := item(asset("audio")).Audio; i == nil || len(i.Sources) != 1 || i.Tags[0].Name != "title" || i.Tags[2].Name != "zz" {
		t.Errorf("audio %+v", i)
	}
	if i := item(asset("page")).Pages; i == nil || len(i.Pages) != 2 || !i.Spread || i.Pages[0].Text != "trang một" {
		t.Errorf("pages %+v", i)
	}
	if i := item(asset("text")).Reading; i == nil || !i.Verse || i.HTML != "<p>chữ</p>" || i.Contents[0].URL != "#muc-1" {
		t.Errorf("reading %+v", i)
	}
	if i := item(append(asset("iiif"), jpegs("image", 960)...)).Image; i == nil || !strings.HasSuffix(i.Tiles, "/info.json") || i.Large == "" {
		t.Errorf("image %+v", i)
	}
	if d := item(asset("text")).Download; d == nil || d.Name != "ab.pdf" || d.Format != "PDF" {
		t.Errorf("download %+v", d)
	}
}

// A reader is told that the original is safe; what to do about it is for staff.
func TestReasonsAreForStaff(t *testing.T) {
	o := &media.Offer{File: &archive.File{ID: "ffffffffffff"}, Representation: &archive.Representation{}, Status: media.Unreadable, Problem: "making-no-room"}
	v := vietnamese()
	if i := v.item(material{}, o); i.State != ui.Unreadable || i.Problem != "" {
		t.Errorf("a reader is told %+v", i)
	}
	v.viewer = archive.System("test")
	if i := v.item(material{}, o); i.Problem != "making-no-room" {
		t.Errorf("staff are told %+v", i)
	}
}

func TestSchema(t *testing.T) {
	agents := map[archive.AgentID]archive.Agent{"choir": {Organisation: true}, "board": {Organisation: true}}
	credits := []archive.Credit{{Agent: "a", Name: "A", Relator: archive.Author}, {Agent: "c", Name: "C", Relator: archive.Composer}, {Agent: "l", Name: "L", Relator: archive.Lyricist},
		{Agent: "choir", Name: "S", Relator: archive.Singer}, {Agent: "d", Name: "D", Relator: archive.Director}, {Agent: "p", Name: "P", Relator: archive.Painter},
		{Agent: "t", Name: "T", Relator: archive.Translator}, {Agent: "board", Name: "B", Relator: archive.Issuer}, {Agent: "x", Name: "X", Relator: "stage manager"}}
	for m, want := range map[archive.Medium]string{
		archive.Audio: `{"@context":"https://schema.org","@type":"MusicRecording","name":"Bến trăng","url":"/u","dateCreated":"1997-05",` +
			`"author":[{"@type":"Person","name":"A"}],"creator":[{"@type":"Person","name":"P"}],"byArtist":[{"@type":"Organization","name":"S"}],` +
			`"translator":[{"@type":"Person","name":"T"}],"publisher":[{"@type":"Organization","name":"B"}],"contributor":[{"@type":"Person","name":"D"},{"@type":"Person","name":"X"}],` +
			`"recordingOf":{"@type":"MusicComposition","name":"Bến trăng","composer":[{"@type":"Person","name":"C"}],"lyricist":[{"@type":"Person","name":"L"}]}}`,
		archive.Video: `{"@context":"https://schema.org","@type":"VideoObject","name":"Bến trăng","url":"/u","dateCreated":"1997-05",` +
			`"author":[{"@type":"Person","name":"A"},{"@type":"Person","name":"L"}],"creator":[{"@type":"Person","name":"P"}],"musicBy":[{"@type":"Person","name":"C"}],"director":[{"@type":"Person","name":"D"}],` +
			`"translator":[{"@type":"Person","name":"T"}],"publisher":[{"@type":"Organization","name":"B"}],"contributor":[{"@type":"Organization","name":"S"},{"@type":"Person","name":"X"}]}`,
	} {
		w := &archive.Work{Title: "Bến trăng", Date: "1997-05", Credits: credits, Representations: []archive.Representation{{Medium: m}}}
		got, err := json.Marshal(schemaOf(w, "/u", "", agents))
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n got %s\nwant %s", m, err, got, want)
		}
	}
}

func TestISODate(t *testing.T) {
	for d, want := range map[archive.Date]string{
		"": "", "1997": "1997", "1997-05": "1997-05", "2023-11-21": "2023-11-21", "1997~": "", "1997?": "", "199X": "", "19XX": "", "1990/1999": "", "../1999": "", "1997-05~": "",
	} {
		if got := isoDate(d); got != want {
			t.Errorf("isoDate(%q) = %q, want %q", d, got, want)
		}
	}
}

func TestLanguageName(t *testing.T) {
	for _, tag := range []string{"", "vi", "en", "fr", "zh-Hant", "ru", "ja", "ko", "de", "es", "th", "lo", "km", "tai", "tyz", "blt"} {
		for _, language := range []string{"vi", "en"} {
			if got := languageName(ui.Speak(language), tag); got == tag || strings.Contains(got, ".") {
				t.Errorf("%q is called %q", tag, got)
			}
		}
	}
	if got := languageName(ui.Speak("vi"), "xx"); got != "xx" {
		t.Errorf("an unknown language is called %q", got)
	}
}

func TestLengthOfAText(t *testing.T) {
	w := &archive.Work{Representations: []archive.Representation{{ID: "text"}, {ID: "notes"}}}
	offer := func(r *archive.Representation, words int) media.Offer {
		return media.Offer{Representation: r, Assets: []media.Asset{{Asset: archive.Asset{Kind: "text", Words: words}}}}
	}
	offers := []media.Offer{offer(&w.Representations[0], 100), offer(&w.Representations[0], 20), offer(&w.Representations[1], 7)}
	if got := length(w, offers); got.Words != 120 {
		t.Errorf("length %+v, want 120 words", got)
	}
}

func TestExcerpt(t *testing.T) {
	lines, verse := excerpt(&archive.Part{Kind: "stanza", Text: "một\nhai\nba\nbốn\nnăm"})
	if !verse || len(lines) != excerptLines || lines[0] != "một" {
		t.Errorf("verse %v %v", lines, verse)
	}
	lines, verse = excerpt(&archive.Part{Kind: "section", Text: "Câu một. Câu hai.\nĐoạn hai."})
	if verse || !slices.Equal(lines, []string{"Câu một."}) {
		t.Errorf("prose %v %v", lines, verse)
	}
	if lines, _ = excerpt(&archive.Part{}); lines != nil {
		t.Errorf("nothing %v", lines)
	}
}
