package message_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/message"
)

func TestCheck(t *testing.T) {
	if err := message.Check(); err != nil {
		t.Fatal(err)
	}
}

func TestFor(t *testing.T) {
	for tag, want := range map[string]string{"vi": "vi", "en": "en", "en-GB": "en", "VI-vn": "vi", "": "vi", "fr": "vi", "../x": "vi"} {
		if got := message.For(tag).Language(); got != want {
			t.Errorf("For(%q) speaks %q, want %q", tag, got, want)
		}
	}
}

func TestText(t *testing.T) {
	vi, en := message.For("vi"), message.For("en")
	for _, c := range []struct {
		name, got, want string
	}{
		{"a plain sentence", vi.Text("search.go"), "Tìm"},
		{"a count in Vietnamese is grouped with dots", vi.Text("list.count", 1234), "1.234 tác phẩm"},
		{"one work in English", en.Text("list.count", 1), "1 work"},
		{"several works in English", en.Text("list.count", 1234), "1,234 works"},
		{"no works in English", en.Text("list.count", 0), "0 works"},
		{"an argument that looks like a placeholder stays", vi.Text("work.quoted", "{1}{2}"), "“{1}{2}”"},
		{"a missing argument leaves its placeholder", vi.Text("work.quoted"), "“{1}”"},
		{"an unknown key answers itself", vi.Text("no.such.key", 3), "no.such.key"},
		{"the names of a script's placeholders stay", vi.Text("player.seek-back", "x"), "lùi {seekOffset} giây"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestSentence(t *testing.T) {
	vi := message.For("vi")
	cause := errors.New("pq: connection refused at 10.0.0.3")
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"nil says nothing", nil, ""},
		{"a known reason", archive.Fail(archive.Invalid, "date-invalid", "31/02/2020"),
			"“31/02/2020” không phải là ngày tháng đọc được. Xin ghi như 21/11/2023, 11/2023 hoặc 2023."},
		{"a wrapped one", fmt.Errorf("read row: %w", archive.Fail(archive.Gone, "work-withdrawn", "theo yêu cầu")),
			"Tác phẩm này đã được rút. Lý do: theo yêu cầu"},
		{"a reason without a sentence falls back to its code", archive.Fail(archive.Busy, "not-in-the-catalogue"),
			"Máy chủ đang bận. Xin chờ một lát rồi thử lại."},
		{"any other error is ours", cause, vi.Text("error.code.internal")},
	} {
		got := vi.Sentence(c.err)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if strings.Contains(got, "10.0.0.3") {
			t.Errorf("%s: the cause is shown: %q", c.name, got)
		}
	}
}

func TestReason(t *testing.T) {
	vi := message.For("vi")
	if got := vi.Reason("work-withdrawn", "trùng lặp"); got != "Tác phẩm này đã được rút. Lý do: trùng lặp" {
		t.Errorf("a known reason says %q", got)
	}
	if got := vi.Reason("not-in-the-catalogue"); got != "" {
		t.Errorf("an unknown reason says %q, want nothing", got)
	}
}

func TestEveryCodeHasASentence(t *testing.T) {
	for _, language := range message.Languages() {
		for _, code := range []archive.Code{archive.Invalid, archive.NotFound, archive.Gone, archive.Forbidden, archive.Conflict,
			archive.TooLarge, archive.Busy, archive.Unavailable, archive.Internal} {
			if key := "error.code." + string(code); !message.For(language).Has(key) {
				t.Errorf("%s has no %s", language, key)
			}
		}
	}
}

func TestForms(t *testing.T) {
	vi, en := message.For("vi"), message.For("en")
	day := time.Date(2023, 11, 20, 18, 30, 0, 0, time.UTC) // half past one on the 21st in Vietnam
	for _, c := range []struct {
		name, got, want string
	}{
		{"number", vi.Number(1234567), "1.234.567"},
		{"number in English", en.Number(1234567), "1,234,567"},
		{"negative number", vi.Number(-1234), "-1.234"},
		{"small number", vi.Number(999), "999"},
		{"decimal", vi.Decimal(1234.5, 2), "1.234,5"},
		{"decimal in English", en.Decimal(1234.5, 2), "1,234.5"},
		{"decimal below zero", vi.Decimal(-0.25, 2), "-0,25"},
		{"clock", vi.Clock(200 * time.Second), "3:20"},
		{"clock over an hour", vi.Clock(3723 * time.Second), "1:02:03"},
		{"clock of nothing", vi.Clock(-time.Second), "0:00"},
		{"duration", vi.Duration(200 * time.Second), "3 phút 20 giây"},
		{"duration in English", en.Duration(61 * time.Second), "1 minute 1 second"},
		{"long duration", vi.Duration(2*time.Hour + 5*time.Minute), "2 giờ 5 phút"},
		{"whole hours", vi.Duration(2 * time.Hour), "2 giờ"},
		{"short duration", vi.Duration(7 * time.Second), "7 giây"},
		{"bytes", vi.Size(712), "712 byte"},
		{"megabytes", vi.Size(3_412_000), "3,4 MB"},
		{"megabytes in English", en.Size(3_412_000), "3.4 MB"},
		{"gigabytes", vi.Size(43_000_000_000), "43 GB"},
		{"just under a unit", vi.Size(999_999), "1 MB"},
		{"day in Vietnam", vi.Day(day), "ngày 21 tháng 11 năm 2023"},
		{"day in English", en.Day(day), "21 November 2023"},
		{"no day", vi.Day(time.Time{}), ""},
		{"an hour in Vietnam", vi.Hour(day.Add(5 * time.Minute)), day.Add(7*time.Hour + 5*time.Minute).UTC().Format("15:04")}, {"no hour", vi.Hour(time.Time{}), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDate(t *testing.T) {
	for _, c := range []struct{ date, vi, en string }{
		{"", "", ""},
		{"1997", "1997", "1997"},
		{"1997~", "khoảng 1997", "about 1997"},
		{"1997?", "có lẽ 1997", "perhaps 1997"},
		{"1997%", "có lẽ khoảng 1997", "perhaps about 1997"},
		{"2023-11", "tháng 11 năm 2023", "November 2023"},
		{"2023-11-05", "ngày 5 tháng 11 năm 2023", "5 November 2023"},
		{"199X", "những năm 1990", "the 1990s"},
		{"19XX", "thế kỷ 20", "the 20th century"},
		{"20XX", "thế kỷ 21", "the 21st century"},
		{"10XX", "thế kỷ 11", "the 11th century"},
		{"1990/1999", "1990–1999", "1990–1999"},
		{"1990/..", "từ 1990", "from 1990"},
		{"../1999", "đến 1999", "until 1999"},
		{"1990-05/1999~", "từ tháng 5 năm 1990 đến khoảng 1999", "May 1990 to about 1999"},
		{"mùa thu", "mùa thu", "mùa thu"},
	} {
		if got := message.For("vi").Date(archive.Date(c.date)); got != c.vi {
			t.Errorf("%q in Vietnamese: %q, want %q", c.date, got, c.vi)
		}
		if got := message.For("en").Date(archive.Date(c.date)); got != c.en {
			t.Errorf("%q in English: %q, want %q", c.date, got, c.en)
		}
	}
}

func TestYear(t *testing.T) {
	for date, want := range map[string]string{"": "", "1997": "1997", "1997~": "k. 1997", "199X": "k. 1990", "2023-11-21": "2023", "1990/1999": "1990"} {
		if got := message.For("vi").Year(archive.Date(date)); got != want {
			t.Errorf("%q: %q, want %q", date, got, want)
		}
	}
}

// FuzzDate: whatever a catalogue holds, a date is worded without a panic and never becomes empty.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"1997~", "199X", "19XX", "1990/..", "../1999", "2023-11-21", "/", "....", "9999-99-99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := message.For("vi").Date(archive.Date(s)); got == "" && s != "" && s != "/" {
			t.Errorf("%q is worded as nothing", s)
		}
	})
}

var placeholders = regexp.MustCompile(`\{[^}]*\}`)

// The files are read here as they stand, so that a slip in one of them is told by key and not by what it breaks.
func TestCataloguesAgree(t *testing.T) {
	for _, prefix := range []string{"", "error."} {
		vi, en := readFile(t, prefix+"vi.json"), readFile(t, prefix+"en.json")
		for key, texts := range vi {
			for _, text := range texts {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s is empty", key)
				}
			}
			if len(en[key]) == 0 {
				t.Errorf("%s is missing in %sen.json", key, prefix)
				continue
			}
			for _, text := range en[key] {
				if a, b := holes(texts[0]), holes(text); !slices.Equal(a, b) {
					t.Errorf("%s has the placeholders %v in Vietnamese and %v in English", key, a, b)
				}
			}
		}
		for key := range en {
			if len(vi[key]) == 0 {
				t.Errorf("%s is missing in %svi.json", key, prefix)
			}
		}
	}
}

func TestErrorSentencesStandInTheirFile(t *testing.T) {
	for _, language := range message.Languages() {
		for key := range readFile(t, language+".json") {
			if strings.HasPrefix(key, "error.") {
				t.Errorf("%s belongs in error.%s.json", key, language)
			}
		}
		for key := range readFile(t, "error."+language+".json") {
			if !strings.HasPrefix(key, "error.") {
				t.Errorf("%s belongs in %s.json", key, language)
			}
		}
	}
}

func holes(text string) []string {
	found := placeholders.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func readFile(t *testing.T, name string) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	found := map[string][]string{}
	for key, value := range raw {
		var one string
		if json.Unmarshal(value, &one) == nil {
			found[key] = []string{one}
			continue
		}
		var two struct{ One, Other string }
		if err := json.Unmarshal(value, &two); err != nil || two.One == "" || two.Other == "" {
			t.Errorf("%s: %s is neither a sentence nor \"one\" and \"other\"", name, key)
			continue
		}
		found[key] = []string{two.One, two.Other}
	}
	return found
}

var (
	literalKey = regexp.MustCompile(`\.Text\("([a-z0-9._-]+)"`)
	joinedKey  = regexp.MustCompile(`\.Text\("([a-z0-9._-]+[.-])" ?\+`)
)

// Every key that the sources ask for by name exists; one that is put together has at least a sentence under its prefix.
func TestEveryKeyUsedExists(t *testing.T) {
	c := message.For("vi")
	used := 0
	err := filepath.WalkDir("../..", func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || (len(d.Name()) > 2 && d.Name()[0] == '.')) {
			return filepath.SkipDir
		}
		if d.IsDir() || strings.HasSuffix(name, "_test.go") || (filepath.Ext(name) != ".templ" && filepath.Ext(name) != ".go") {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		prefixes := map[string]bool{}
		for _, m := range joinedKey.FindAllStringSubmatch(string(source), -1) {
			prefixes[m[1]] = true
			if len(c.Under(m[1])) == 0 {
				t.Errorf("%s: no sentence begins with %s", name, m[1])
			}
		}
		for _, m := range literalKey.FindAllStringSubmatch(string(source), -1) {
			used++
			if !prefixes[m[1]] && !c.Has(m[1]) {
				t.Errorf("%s: there is no sentence %s", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if used < 50 {
		t.Errorf("found only %d keys in the sources: the walk is broken", used)
	}
}

// The words that are chosen by a value of the domain.
func TestEveryValueOfTheDomainHasAWord(t *testing.T) {
	var keys []string
	for _, m := range archive.Media() {
		keys = append(keys, "medium."+string(m), "open."+string(m))
	}
	for _, r := range archive.Relators() {
		keys = append(keys, "relator."+strings.ReplaceAll(string(r), " ", "-"))
	}
	for _, k := range []archive.RepresentationKind{archive.KindText, archive.KindRecording, archive.KindReading,
		archive.KindPerformance, archive.KindScore, archive.KindScan, archive.KindPicture} {
		keys = append(keys, "kind."+string(k))
	}
	for _, r := range []archive.RelationType{archive.SetsToMusic, archive.ReadingOf, archive.PublishedIn, archive.TranslationOf, archive.PartOf} {
		keys = append(keys, "relation."+string(r), "relation."+string(r)+"-reverse")
	}
	for _, n := range []archive.NameKind{archive.RealName, archive.PenName, archive.FormerName} {
		keys = append(keys, "name."+string(n))
	}
	for _, key := range keys {
		if !message.For("vi").Has(key) {
			t.Errorf("there is no sentence %s", key)
		}
	}
}
