package searchtest

import (
	"bytes"
	"fmt"
	"strings"
)

// The bars of the issue that asked for this search.
const (
	barTexts, barTextsGroup   = 0.97, 0.92 // MRR@10 over the texts alone
	barBeside, barBesideGroup = 0.90, 0.85 // among 200,000 others
	barPage                   = 50.0       // ms, p99 of a whole page
	barPhrase                 = 2.0        // ms, p50
	barSuggest                = 30.0       // ms
	barIndexing               = 1000.0     // documents a second
	quick                     = 0.5        // ms: below this nobody is "ahead"
)

// writeBars says of each bar whether it was reached, at each size.
func (r *Results) writeBars(b *bytes.Buffer) {
	b.WriteString("### Bars\n\n")
	for i := range r.Rounds {
		ours := r.Rounds[i].of("vannghe")
		if ours == nil {
			continue
		}
		all, group := barBeside, barBesideGroup
		if r.Rounds[i].Grown == 0 {
			all, group = barTexts, barTextsGroup
		}
		fmt.Fprintf(b, "%s documents:\n\n", thousands(r.Rounds[i].Grown))
		mrr := MRR(r.Known, ours.Answers)
		worst := groups()[0]
		for _, g := range groups() {
			if mrr[g] < mrr[worst] {
				worst = g
			}
		}
		bar(b, mrr[""] >= all && mrr[worst] >= group, "MRR@10 ≥ %.2f, each group ≥ %.2f: %.3f, least %.3f (%s)", all, group, mrr[""], mrr[worst], worst)
		if r.Rounds[i].Grown > 0 {
			r.Rounds[i].writeBars(b, ours)
		}
		b.WriteByte('\n')
	}
}

func (r *Round) of(engine string) *Report {
	for i := range r.Reports {
		if r.Reports[i].Engine == engine {
			return &r.Reports[i]
		}
	}
	return nil
}

func bar(b *bytes.Buffer, reached bool, format string, args ...any) {
	mark := "yes:"
	if !reached {
		mark = "**no**:"
	}
	fmt.Fprintf(b, "- %s %s\n", mark, fmt.Sprintf(format, args...))
}

func (r *Round) writeBars(b *bytes.Buffer, ours *Report) {
	slowest, worst := "", 0.0
	for _, class := range classes() {
		if p := Percentile(ours.millis(class, ModePage), 99); p > worst {
			slowest, worst = class, p
		}
	}
	bar(b, worst <= barPage, "whole page p99 ≤ %.0f ms: at worst %s (%s)", barPage, short(worst), slowest)
	phrase := Percentile(ours.millis(classPhrase, ModeSearch), 50)
	bar(b, phrase <= barPhrase, "phrase p50 ≤ %.0f ms: %s, whole page %s", barPhrase, short(phrase), short(Percentile(ours.millis(classPhrase, ModePage), 50)))
	prefix := Percentile(ours.millis(classPrefix, ModePage), 99)
	bar(b, prefix <= barSuggest, "suggestions p99 ≤ %.0f ms: %s", barSuggest, short(prefix))
	rate := float64(ours.Docs) / ours.Index.Seconds
	bar(b, rate >= barIndexing, "indexing ≥ %.0f documents a second: %.0f, %.0f for each CPU second with all merging", barIndexing, rate, float64(ours.Docs)/ours.Index.CPU)
	for i := range r.Reports {
		if peer := &r.Reports[i]; peer != ours {
			behind := behind(ours, peer)
			bar(b, len(behind) == 0, "page ahead of %s everywhere (p50 and p99)%s", peer.Engine, listed(behind))
		}
	}
}

func listed(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return "; behind in " + strings.Join(all, ", ")
}

// behind lists the classes in which the peer's page comes sooner, and is worth coming sooner.
func behind(ours, peer *Report) []string {
	var all []string
	for _, class := range classes() {
		for _, p := range []float64{50, 99} {
			a, b := Percentile(ours.millis(class, ModePage), p), Percentile(peer.millis(class, ModePage), p)
			if a > b && a > quick {
				all = append(all, fmt.Sprintf("%s p%.0f (%s against %s ms)", class, p, short(a), short(b)))
			}
		}
	}
	return all
}
