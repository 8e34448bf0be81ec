package search_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
	"vannghe/search"
)

// queryGroups are the groups of the development query set, twelve lines each, and the mean reciprocal rank that must not be lost. They are floors under
// what was reached (1.000 in each), so that a change that loses more than one query is noticed.
var queryGroups = []struct {
	name  string
	floor float64
}{{"exact", 0.95}, {"without marks", 0.95}, {"phrase", 0.95}, {"one typo", 0.95}, {"placement, NFD", 0.95}}

func TestKnownWorksAreFoundFirst(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return // the texts are not part of the project
	}
	works, titles := literature(t, filepath.Join(root, "dev/literature/texts"))
	x := filled(t, works...)
	lines := strings.Split(strings.TrimSuffix(string(read(t, filepath.Join(root, "dev/queries.tsv"))), "\n"), "\n")
	perGroup := len(lines) / len(queryGroups)
	for g, group := range queryGroups {
		sum := 0.0
		for _, line := range lines[g*perGroup : (g+1)*perGroup] {
			text, want, _ := strings.Cut(line, "\t")
			rank := rankOf(find(t, x, public(text)), titles, strings.Split(want, " | "))
			if rank != 1 {
				t.Logf("%s: %q is at %d (0: not among ten)", group.name, text, rank)
			}
			if rank > 0 {
				sum += 1 / float64(rank)
			}
		}
		mrr := sum / float64(perGroup)
		t.Logf("%-15s MRR@10 %.3f", group.name, mrr)
		if mrr < group.floor {
			t.Errorf("%s: MRR@10 %.3f is below %.2f", group.name, mrr, group.floor)
		}
	}
}

// rankOf returns the place, from 1, of the first right title among ten hits, 0 when there is none.
func rankOf(r search.Result, titles map[archive.WorkID]string, right []string) int {
	for i, h := range r.Hits[:min(10, len(r.Hits))] {
		for _, title := range right {
			if viet.Clean(titles[h.Work]) == viet.Clean(title) {
				return i + 1
			}
		}
	}
	return 0
}

// literature reads the collected texts as works with a part for each stanza or paragraph group of about a page.
func literature(t testing.TB, dir string) ([]search.Work, map[archive.WorkID]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no texts in %s: %v", dir, err)
	}
	titles := map[archive.WorkID]string{}
	var works []search.Work
	for i, file := range files {
		var text struct{ Title, Author, Work, Text string }
		if err := json.Unmarshal(read(t, file), &text); err != nil {
			t.Fatal(err)
		}
		w := work(fmt.Sprintf("t%c%c%c", 'a'+i/676, 'a'+i/26%26, 'a'+i%26), text.Title, paragraphs(text.Text)...)
		titles[w.ID] = text.Title
		works = append(works, by(w, text.Author))
	}
	return works, titles
}

// paragraphs gathers paragraphs into parts of about 2,000 bytes, as the sections of a text are.
func paragraphs(text string) []string {
	var parts []string
	var part strings.Builder
	for _, p := range strings.Split(viet.Normalize(text), "\n\n") {
		part.WriteString(p + "\n\n")
		if part.Len() > 2000 {
			parts = append(parts, part.String())
			part.Reset()
		}
	}
	return append(parts, part.String())
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
