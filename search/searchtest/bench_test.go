package searchtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vannghe/search/searchtest"
)

// TestChild is what a child process of TestBenchSearch runs. By itself it does nothing.
func TestChild(t *testing.T) { searchtest.Child(t) }

// TestBenchSearch measures search beside other engines. It takes hours at 200,000 documents and runs only when asked to, by
//
//	VANNGHE_BENCH_SEARCH=1
//	VANNGHE_TESTDATA        the folder that holds dev/literature and dev/queries.tsv
//	VANNGHE_BENCH_DOCS      numbers of documents, such as 2000,20000,200000 (the default)
//	VANNGHE_BENCH_ENGINES   of vannghe,fts5,postgres,xapian (the default: all)
//	VANNGHE_BENCH_OUT       the folder for search.md, search.svg and search.json (the default: a new one, which is named)
//	VANNGHE_BENCH_PROFILE   a folder for CPU profiles of the indexing and the answering; they cost a little
//
// It needs xz, PostgreSQL with unaccent (Debian: postgresql) and python3-xapian.
func TestBenchSearch(t *testing.T) {
	if os.Getenv("VANNGHE_BENCH_SEARCH") == "" {
		return // hours, and the texts are not part of the project
	}
	b := newBench(t)
	results := searchtest.Results{When: time.Now(), Known: b.known}
	for _, n := range append([]int{0}, b.sizes...) {
		results.Rounds = append(results.Rounds, b.round(n))
		b.write(&results) // what is measured is kept, whatever the next size does
	}
	fmt.Println(string(results.Markdown()))
	b.say("written to %s", b.out)
}

type bench struct {
	t       *testing.T
	dev     string
	out     string
	scratch string
	sizes   []int
	engines []string
	texts   []searchtest.Doc
	known   []searchtest.Known
	grow    []searchtest.Article
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dev: filepath.Join(os.Getenv("VANNGHE_TESTDATA"), "dev"), scratch: t.TempDir()}
	for _, s := range strings.Split(or("VANNGHE_BENCH_DOCS", "2000,20000,200000"), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		b.must(err)
		b.sizes = append(b.sizes, n)
	}
	slices.Sort(b.sizes)
	b.engines = strings.Split(or("VANNGHE_BENCH_ENGINES", strings.Join(searchtest.Engines(), ",")), ",")
	var err error
	if b.out = os.Getenv("VANNGHE_BENCH_OUT"); b.out == "" {
		b.out, err = os.MkdirTemp("", "bench-search") //nolint:usetesting // it outlives the test
		b.must(err)
	}
	b.texts, err = searchtest.ReadTexts(filepath.Join(b.dev, "literature/texts"))
	b.must(err)
	b.known, err = searchtest.ReadKnown(filepath.Join(b.dev, "queries.tsv"), b.texts)
	b.must(err)
	b.grow, err = searchtest.ReadArticles(t.Context(), filepath.Join(b.dev, "literature/corpus/viwiki-2017-dev.jsonl.xz"))
	b.must(err)
	return b
}

func or(variable, otherwise string) string {
	if s := os.Getenv(variable); s != "" {
		return s
	}
	return otherwise
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// round gives the texts and n documents to each engine in turn. With no documents only quality is measured.
func (b *bench) round(n int) searchtest.Round {
	corpus := filepath.Join(b.scratch, fmt.Sprintf("corpus-%d.jsonl", n))
	b.say("growing %d documents", n)
	sample, err := searchtest.WriteCorpus(corpus, b.texts, searchtest.NewGrower(b.grow), n)
	b.must(err)
	defer func() { b.must(os.Remove(corpus)) }()
	var questions searchtest.Questions
	for _, k := range b.known {
		questions.Quality = append(questions.Quality, k.Text)
	}
	if n > 0 {
		questions.Speed = searchtest.Draw(sample)
	}
	round := searchtest.Round{Grown: n}
	for _, name := range b.engines {
		b.say("%d documents: %s", n, name)
		job := searchtest.Job{Engine: name, Corpus: corpus, Questions: questions, Profile: b.profiles(n)}
		report, err := job.Run(b.t.Context(), b.scratch)
		b.must(err)
		b.tell(&report)
		round.Reports = append(round.Reports, report)
	}
	return round
}

// profiles is the folder for the profiles of a size, "" when none are wanted.
func (b *bench) profiles(n int) string {
	dir := os.Getenv("VANNGHE_BENCH_PROFILE")
	if dir == "" {
		return ""
	}
	dir = filepath.Join(dir, strconv.Itoa(n))
	b.must(os.MkdirAll(dir, 0o750))
	return dir
}

// tell says how an engine did, and which known texts it did not find first.
func (b *bench) tell(r *searchtest.Report) {
	b.say("  indexed %d in %.1f s (%.0f/s), MRR@10 %.3f", r.Docs, r.Index.Seconds, float64(r.Docs)/r.Index.Seconds, searchtest.MRR(b.known, r.Answers)[""])
	for i := range b.known {
		if rank := b.known[i].Rank(r.Answers[i]); rank != 1 {
			b.say("  %s: %q is at %d (0: not among ten)", b.known[i].Group, b.known[i].Text, rank)
		}
	}
	for _, t := range r.Timings {
		b.say("  %-9s %-6s p50 %8.2f  p99 %8.2f  CPU %8.2f ms", t.Class, t.Mode, searchtest.Percentile(t.Millis, 50), searchtest.Percentile(t.Millis, 99), t.CPU)
	}
}

func (b *bench) write(r *searchtest.Results) {
	b.must(os.MkdirAll(b.out, 0o750))
	b.must(os.WriteFile(filepath.Join(b.out, "search.md"), r.Markdown(), 0o644))
	b.must(os.WriteFile(filepath.Join(b.out, "search.svg"), r.SVG(), 0o644))
	b.must(searchtest.WriteJSON(filepath.Join(b.out, "search.json"), r))
}
