package searchtest

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Round is what the engines did with one size of the corpus.
type Round struct {
	Grown   int // documents beside the texts; 0 when only quality was measured
	Reports []Report
}

// Results are all that was measured.
type Results struct {
	When   time.Time
	Known  []Known
	Rounds []Round // the smallest first
}

// Percentile returns the smallest of the values that at least p of 100 of them do not exceed, 0 of none.
func Percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(p/100*float64(len(sorted))))-1)]
}

// millis returns the times of a class in a mode, of all classes of single words and more for wordClasses.
func (r *Report) millis(class, mode string) []float64 {
	var all []float64
	for _, t := range r.Timings {
		if t.Mode == mode && (t.Class == class || class == wordClasses && strings.HasSuffix(strings.TrimSuffix(t.Class, "s"), "word")) {
			all = append(all, t.Millis...)
		}
	}
	return all
}

// cpu is the mean CPU time of the queries of a class in a mode, in milliseconds.
func (r *Report) cpu(class, mode string) float64 {
	i := slices.IndexFunc(r.Timings, func(t Timing) bool { return t.Class == class && t.Mode == mode })
	if i < 0 {
		return 0
	}
	return r.Timings[i].CPU
}

// wordClasses are the classes of one to five words together.
const wordClasses = "1-5 words"

// Markdown writes the results as a section of internal/docs/performance.md.
func (r *Results) Markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## Search beside other engines, %s\n\n%s. `make bench-search` repeats it.\n", r.When.Format(time.DateOnly), machine())
	for i := range r.Rounds[len(r.Rounds)-1].Reports {
		e := &r.Rounds[len(r.Rounds)-1].Reports[i]
		fmt.Fprintf(&b, "%s: %s. ", e.Engine, e.Version)
	}
	b.WriteString("\n\n" + method)
	r.writeQuality(&b)
	for i := range r.Rounds {
		if r.Rounds[i].Grown > 0 {
			r.Rounds[i].writeSpeed(&b)
		}
	}
	r.writeIndexing(&b)
	r.writeBars(&b)
	return b.Bytes()
}

const method = `Documents of about 200 words of real prose, spliced from consecutive paragraphs of Vietnamese articles; agents, genres, years, collections
by Zipf's law; beside them the 285 development texts in parts of about a page. Queries are drawn from the corpus, all different, half of them without
marks; each engine runs in a process of its own, one query at a time, after a warm-up.
*search* is the first 20 (vannghe: with all facets and the best parts); *page* the first 20 with facets and snippets: of vannghe what
` + "`web/find`" + ` makes of it with the catalogue on SQLite (works, credits, parts, five facets with labels), of the others titles, snippets and two
facets (genre, decade). The others have a row for each part too (0.1 better than a row for each work) and show the best one; a query of theirs asks
for all words, and for any of them when no row has all. None of them repairs slips (Xapian can, but finds less with it). FTS5 and PostgreSQL do not
prefer the marks that were typed and count rows instead of works; Xapian marks nothing in the snippet of a query without marks.
![p50 and p99 of the page by number of documents](search.svg)

`

// machine describes what the results were measured on.
func machine() string {
	load, _, _ := strings.Cut(fileText("/proc/loadavg"), "/")
	return fmt.Sprintf("%s, %d processors, %s memory, Linux %s, %s, load average at the end %s",
		field("/proc/cpuinfo", "model name"), runtime.NumCPU(), field("/proc/meminfo", "MemTotal"),
		strings.TrimSpace(fileText("/proc/sys/kernel/osrelease")), runtime.Version(), strings.Join(strings.Fields(load)[:min(3, len(strings.Fields(load)))], " "))
}

func fileText(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return "?"
	}
	return string(b)
}

func field(file, name string) string {
	for line := range strings.Lines(fileText(file)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return "?"
}

func (r *Results) writeQuality(b *bytes.Buffer) {
	fmt.Fprintf(b, "### Quality: MRR@10 of %d known texts\n\n| documents beside the texts | engine | all | %s |\n|---|---|---%s|\n",
		len(r.Known), strings.Join(groups(), " | "), strings.Repeat("|---", len(groups())))
	for _, round := range r.Rounds {
		for i := range round.Reports {
			mrr := MRR(r.Known, round.Reports[i].Answers)
			fmt.Fprintf(b, "| %s | %s | %.3f |", thousands(round.Grown), round.Reports[i].Engine, mrr[""])
			for _, g := range groups() {
				fmt.Fprintf(b, " %.3f |", mrr[g])
			}
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

func (r *Round) writeSpeed(b *bytes.Buffer) {
	fmt.Fprintf(b, "### Speed at %s documents: p50 / p99 in ms, and mean CPU ms\n\n| queries |", thousands(r.Grown))
	for i := range r.Reports {
		fmt.Fprintf(b, " %s |", r.Reports[i].Engine)
	}
	fmt.Fprintf(b, "\n|---%s|\n", strings.Repeat("|---", len(r.Reports)))
	for _, class := range classes() {
		for _, mode := range []string{ModeSearch, ModePage} {
			fmt.Fprintf(b, "| %s, %s |", class, mode)
			for i := range r.Reports {
				b.WriteString(" " + r.Reports[i].cell(class, mode) + " |")
			}
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
}

// cell is p50, p99 and CPU; with the number of queries where the engine was too slow for all, so that p99 is little more than the worst.
func (r *Report) cell(class, mode string) string {
	millis := r.millis(class, mode)
	if len(millis) == 0 {
		return "–"
	}
	s := fmt.Sprintf("%s / %s, %s", short(Percentile(millis, 50)), short(Percentile(millis, 99)), short(r.cpu(class, mode)))
	if len(millis) < queriesPerClass {
		s += fmt.Sprintf(" (%d)", len(millis))
	}
	return s
}

func short(f float64) string {
	switch {
	case f < 1:
		return fmt.Sprintf("%.2f", f)
	case f < 10:
		return fmt.Sprintf("%.1f", f)
	default:
		return fmt.Sprintf("%.0f", f)
	}
}

func (r *Results) writeIndexing(b *bytes.Buffer) {
	b.WriteString("### Index\n\n| documents | engine | time s | documents/s | CPU s | size MB | memory while indexing MB | while answering MB |\n|---|---|---|---|---|---|---|---|\n")
	for _, round := range r.Rounds {
		for i := range round.Reports {
			e := &round.Reports[i]
			fmt.Fprintf(b, "| %s | %s | %.1f | %.0f | %.1f | %d | %d | %d |\n", thousands(e.Docs), e.Engine, e.Index.Seconds,
				float64(e.Docs)/e.Index.Seconds, e.Index.CPU, e.Index.Bytes>>20, e.Index.Peak>>20, e.Peak>>20)
		}
	}
	b.WriteString("\nCPU includes merging in the background until it is done. PostgreSQL's memory is that of the process that answers, with the shared buffers it touched; " +
		"vannghe's has the catalogue's and mapped files.\n\n")
	for _, round := range r.Rounds {
		for i := range round.Reports {
			for _, name := range []string{extraReindex, extraFollow, extraSingle} {
				if v, ok := round.Reports[i].Extra[name]; ok {
					fmt.Fprintf(b, "- %s at %s documents: %.0f/s\n", name, thousands(round.Grown), v)
				}
			}
		}
	}
	b.WriteByte('\n')
}
