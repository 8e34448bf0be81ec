package searchtest

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// Known is a query for a text that is known to be there.
type Known struct {
	Group string
	Text  string
	Works []archive.WorkID // any of them is right
}

// groups are those of the development query set, the same number of lines each.
func groups() []string { return []string{"exact", "no marks", "phrase", "one typo", "placement, NFD"} }

// ReadKnown reads the query set: lines of a query, a tab, and the titles that are right, which must be among those of texts.
func ReadKnown(file string, texts []Doc) ([]Known, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read query set: %w", err)
	}
	byTitle := map[string][]archive.WorkID{}
	for _, d := range texts {
		byTitle[d.Title] = append(byTitle[d.Title], d.ID)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	all := make([]Known, len(lines))
	for i, line := range lines {
		text, titles, _ := strings.Cut(line, "\t")
		all[i] = Known{Group: groups()[i*len(groups())/len(lines)], Text: text}
		for title := range strings.SplitSeq(titles, " | ") {
			all[i].Works = append(all[i].Works, byTitle[viet.Clean(title)]...)
		}
		if len(all[i].Works) == 0 {
			return nil, fmt.Errorf("query set, line %d: no text has the title %q", i+1, titles)
		}
	}
	return all, nil
}

// Rank is the place from 1 of the first right work among ten, 0 when there is none.
func (k *Known) Rank(answer []archive.WorkID) int {
	answer = answer[:min(10, len(answer))]
	return 1 + slices.IndexFunc(answer, func(id archive.WorkID) bool { return slices.Contains(k.Works, id) })
}

// MRR returns the mean reciprocal rank among ten of all answers, under "", and of each group.
func MRR(known []Known, answers [][]archive.WorkID) map[string]float64 {
	sum, n := map[string]float64{}, map[string]float64{}
	for i := range known {
		for _, group := range []string{"", known[i].Group} {
			n[group]++
			if r := known[i].Rank(answers[i]); r > 0 {
				sum[group] += 1 / float64(r)
			}
		}
	}
	for group := range n {
		sum[group] /= n[group]
	}
	return sum
}
