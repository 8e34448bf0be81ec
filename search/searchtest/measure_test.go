package searchtest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vannghe/internal/archive"
)

// sampleArticles are articles of sentences of twelve words, drawn from names.
func sampleArticles() []Article {
	r := rand.New(rand.NewPCG(1, 1))
	words := append(append(append([]string{}, surnames...), middles...), given...)
	var all []Article
	for i := range 20 {
		a := Article{Title: fmt.Sprintf("Bài %s", words[i])}
		for range 5 {
			var p []string
			for n := range 96 {
				w := strings.ToLower(words[r.IntN(len(words))])
				if n%12 == 11 {
					w += "."
				}
				p = append(p, w)
			}
			a.Paragraphs = append(a.Paragraphs, strings.Join(p, " "))
		}
		all = append(all, a)
	}
	return all
}

func sampleDocs(n int) []Doc {
	g := NewGrower(sampleArticles())
	docs := make([]Doc, n)
	for i := range docs {
		docs[i] = g.Doc()
	}
	return docs
}

func TestGrowingIsRepeatable(t *testing.T) {
	if !reflect.DeepEqual(sampleDocs(50), sampleDocs(50)) {
		t.Error("the same articles grow into other documents")
	}
	for _, d := range sampleDocs(50) {
		if n := len(strings.Fields(d.Parts[0])); n < 60 || n > fewestWords+spreadOfWords+2*longestToPoint {
			t.Errorf("a document has %d words", n)
		}
		if !archive.ValidID(string(d.ID)) {
			t.Errorf("%q is no identifier", d.ID)
		}
	}
}

func TestDrawnQueriesAreDistinct(t *testing.T) {
	docs := sampleDocs(100)
	seen, perClass := map[string]bool{}, map[string]int{}
	for _, q := range Draw(docs) {
		if seen[q.Text] || !utf8.ValidString(q.Text) || q.Text == "" {
			t.Errorf("query %+v", q)
		}
		seen[q.Text] = true
		perClass[q.Class+q.Mode]++
	}
	for _, class := range classes()[1:] { // of single words there are not enough
		for _, mode := range []string{ModeSearch, ModePage} {
			if perClass[class+mode] == 0 {
				t.Errorf("no %s for %s", class, mode)
			}
		}
	}
}

func TestPagesLoseNothing(t *testing.T) {
	text := strings.Repeat("Một dòng thơ không dài lắm.\n", 300) + "\nHết"
	got := pages(text)
	if strings.Join(got, "") != text || len(got) < 3 {
		t.Errorf("%d pages", len(got))
	}
}

func TestPhrases(t *testing.T) {
	cases := []struct{ text, fts5, postgres string }{
		{"Đời thừa", `"dời" AND "thừa"`, "'dời' & 'thừa'"},
		{`"bến trăng" xưa`, `"bến trăng" AND "xưa"`, "('bến' <-> 'trăng') & 'xưa'"},
		{"465/KH-VHNT", `"465" AND "kh" AND "vhnt"`, "'465' & 'kh' & 'vhnt'"},
		{`'*:"" -`, "", ""},
	}
	for _, c := range cases {
		if got := fts5Match(phrases(c.text), " AND "); got != c.fts5 {
			t.Errorf("fts5 of %q: %s, want %s", c.text, got, c.fts5)
		}
		if got := pgMatch(phrases(c.text), " & ", ""); got != c.postgres {
			t.Errorf("PostgreSQL of %q: %s, want %s", c.text, got, c.postgres)
		}
	}
}

func TestPercentile(t *testing.T) {
	values := make([]float64, 200)
	for i := range values {
		values[i] = float64(200 - i)
	}
	for p, want := range map[float64]float64{50: 100, 99: 198, 100: 200, 0: 1} {
		if got := Percentile(values, p); got != want {
			t.Errorf("percentile %v is %v, want %v", p, got, want)
		}
	}
	if Percentile(nil, 50) != 0 {
		t.Error("percentile of nothing")
	}
}

func TestMRR(t *testing.T) {
	known := []Known{{Group: "a", Works: []archive.WorkID{"x"}}, {Group: "a", Works: []archive.WorkID{"y", "z"}}, {Group: "b", Works: []archive.WorkID{"x"}}}
	answers := [][]archive.WorkID{{"x"}, {"x", "z", "y"}, strings10("x")}
	got := MRR(known, answers)
	if got[""] != 0.5 || got["a"] != 0.75 || got["b"] != 0 {
		t.Errorf("%v", got)
	}
}

// strings10 has id behind ten others, where it does not count.
func strings10(id archive.WorkID) []archive.WorkID {
	all := make([]archive.WorkID, 10, 11)
	return append(all, id)
}

// Every engine that lives in this program finds a document by its title, and what is measured can be written down.
func TestEnginesAnswer(t *testing.T) {
	docs := sampleDocs(60)
	corpus := filepath.Join(t.TempDir(), "corpus")
	if _, err := WriteCorpus(corpus, docs, NewGrower(sampleArticles()), 0); err != nil {
		t.Fatal(err)
	}
	q := Questions{Quality: []string{docs[7].Title}}
	for _, class := range classes() {
		for _, mode := range []string{ModeSearch, ModePage} {
			q.Speed = append(q.Speed, Query{Class: class, Mode: mode, Text: docs[3].Title, Genre: docs[3].Genre})
		}
	}
	round := Round{Grown: 60}
	for _, name := range []string{"vannghe", "fts5", "postgres"} {
		j := Job{Engine: name, Corpus: corpus, Folder: t.TempDir(), Report: filepath.Join(t.TempDir(), "report"), Questions: q}
		if err := j.work(t); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var r Report
		if err := readJSON(j.Report, &r); err != nil {
			t.Fatal(err)
		}
		r.Engine = name
		k := Known{Works: []archive.WorkID{docs[7].ID}}
		if r.Docs != 60 || len(r.Timings) != len(q.Speed) || k.Rank(r.Answers[0]) != 1 || r.Index.Bytes == 0 || r.Peak == 0 {
			t.Errorf("%s: %+v", name, r)
		}
		round.Reports = append(round.Reports, r)
	}
	results := Results{When: time.Now(), Known: []Known{{Group: groups()[0], Works: []archive.WorkID{docs[7].ID}}}, Rounds: []Round{round}}
	if md := string(results.Markdown()); !strings.Contains(md, "page ahead of postgres") || !strings.Contains(md, "| 60 | fts5 |") {
		t.Errorf("the report lacks something:\n%s", md)
	}
	for dec := xml.NewDecoder(strings.NewReader(string(results.SVG()))); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the drawing is no XML: %v", err)
		}
	}
}
