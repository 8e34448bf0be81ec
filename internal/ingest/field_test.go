package ingest

import (
	"testing"
	"time"

	"vannghe/internal/archive"
)

func TestParseRights(t *testing.T) {
	for _, c := range []struct{ cell, statement, holder string }{
		{"", "", ""},
		{"http://creativecommons.org/publicdomain/mark/1.0/", "http://creativecommons.org/publicdomain/mark/1.0/", ""},
		{"https://rightsstatements.org/vocab/InC/1.0/", "https://rightsstatements.org/vocab/InC/1.0/", ""},
		{"Public Domain", "http://creativecommons.org/publicdomain/mark/1.0/", ""},
		{"phạm vi công cộng", "http://creativecommons.org/publicdomain/mark/1.0/", ""},
		{"CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/", ""},
		{"cc-by-nc-sa-3.0", "https://creativecommons.org/licenses/by-nc-sa/3.0/", ""},
		{"CC BY", "https://creativecommons.org/licenses/by/4.0/", ""},
		{"Còn bản quyền", "http://rightsstatements.org/vocab/InC/1.0/", ""},
		{"© Hội Văn nghệ", "http://rightsstatements.org/vocab/InC/1.0/", "Hội Văn nghệ"},
	} {
		got, err := parseRights(c.cell)
		if err != nil || got.Statement != c.statement || got.Holder != c.holder {
			t.Errorf("%q: %+v %v", c.cell, got, err)
		}
	}
	for _, bad := range []string{"https://example.org/mine", "tùy ý", "CC XY 4.0", "javascript:alert(1)"} {
		if _, err := parseRights(bad); archive.ReasonOf(err) != "rights-unknown" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestParseDay(t *testing.T) {
	at := func(y int, m time.Month, d int) time.Time {
		return time.Date(y, m, d, 0, 0, 0, 0, archive.Vietnam).UTC()
	}
	for cell, want := range map[string]time.Time{"": {}, "31/12/2026": at(2027, 1, 1), "2026-12-31": at(2027, 1, 1), "02/2024": at(2024, 3, 1), "2030": at(2031, 1, 1)} {
		if got, err := parseDay(cell); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v %v, want %v", cell, got, err, want)
		}
	}
	for _, bad := range []string{"1990~", "199X", "1990/1999", "hôm nay", "31/02/2026"} {
		if _, err := parseDay(bad); archive.ReasonOf(err) != "date-invalid" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestParseLanguage(t *testing.T) {
	for cell, want := range map[string]string{"": "", "vi": "vi", "VI": "vi", "tiếng Việt": "vi", "Tiếng Pháp": "fr", "chữ Nôm": "vi-Hani", "zh-hant": "zh-Hant", "tiếng Mường": "mtq"} {
		if got, err := parseLanguage(cell); err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", cell, got, err, want)
		}
	}
	for _, bad := range []string{"tiếng lạ nào đó", "vi;fr", "----"} {
		if _, err := parseLanguage(bad); archive.ReasonOf(err) != "language-unknown" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestLanguageWordsAreTags(t *testing.T) {
	for word, tag := range languageWords {
		if got, err := parseLanguage(tag); err != nil || got != tag {
			t.Errorf("%s: %q %v", word, got, err)
		}
	}
}

func TestParseSource(t *testing.T) {
	for _, good := range []string{"", "http://example.org/bai-viet?id=5", "https://example.org/thơ/trăng"} {
		if got, err := parseSource(good); err != nil || got != good {
			t.Errorf("%q: %q %v", good, got, err)
		}
	}
	for _, bad := range []string{"example.org/x", "ftp://example.org/x", "javascript:alert(1)", "http:///x", "https://user:secret@example.org/", "http://[::1"} {
		if _, err := parseSource(bad); archive.ReasonOf(err) != "source-url-invalid" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestMatchGenre(t *testing.T) {
	genres := archive.Genres()
	for cell, want := range map[string]archive.GenreID{"thơ": "tho", "THƠ": "tho", "tho": "tho", "Poem": "tho", "truyen ngan": "truyen-ngan",
		"Truye\u0323\u0302n nga\u0306\u0301n": "truyen-ngan", "van-ban": "van-ban", "văn nghệ dân gian": "van-nghe-dan-gian", "ký": "ky"} {
		if g, err := matchGenre(genres, cell); err != nil || g.ID != want {
			t.Errorf("%q: %q %v, want %q", cell, g.ID, err, want)
		}
	}
	if _, err := matchGenre(genres, "thơ tình"); archive.ReasonOf(err) != "genre-unknown" {
		t.Errorf("thơ tình: %v", err)
	}
}

func TestUsualGenresExist(t *testing.T) {
	for _, medium := range archive.Media() {
		if g := usualGenre(archive.Genres(), medium); g.ID != usualGenres[medium][0] {
			t.Errorf("%s: %q", medium, g.ID)
		}
	}
	if g := usualGenre(nil, archive.Video); g.ID != "" {
		t.Errorf("an archive without genres: %q", g.ID)
	}
}
