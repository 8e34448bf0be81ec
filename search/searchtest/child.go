package searchtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"vannghe/internal/archive"
)

// engine is something that finds works. Methods are called by one goroutine, in the order in which they stand here.
type engine interface {
	version() string
	// prepare does what is not indexing, such as filling a catalogue.
	prepare(ctx context.Context, docs Docs) error
	// index returns when every document can be found.
	index(ctx context.Context, docs Docs) error
	// reopen returns when the engine is as it is after a restart, with nothing left to do in the background.
	reopen(ctx context.Context) error
	size() (int64, error)
	process() process

	find(ctx context.Context, q *Query) ([]archive.WorkID, error)
	page(ctx context.Context, q *Query) error
	suggest(ctx context.Context, q *Query) error

	// extra measures what only this engine has.
	extra(ctx context.Context, docs Docs) (map[string]float64, error)
	close() error
}

// Docs are the documents of a corpus, in portions.
type Docs iter.Seq2[[]Doc, error]

// portion is how many documents an engine is given at once.
const portion = 1000

// How long a class of queries may take: an engine that is slow is asked fewer, but some.
const (
	classBudget  = 10 * time.Second
	leastQueries = 20
)

// measure gives e the job. Its report has everything but the name of the engine.
func measure(ctx context.Context, e engine, j *Job) (Report, error) {
	r := Report{Version: e.version()}
	docs, waited := corpus(j.Corpus, &r.Docs)
	if err := e.prepare(ctx, docs); err != nil {
		return r, fmt.Errorf("prepare: %w", err)
	}
	j.say("indexes")
	r.Docs, *waited = 0, 0
	if err := profiled(j.profile("index"), func() error { return r.Index.measure(ctx, e, docs, waited) }); err != nil {
		return r, fmt.Errorf("index: %w", err)
	}
	n := r.Docs
	j.say("has indexed %d in %.1f s and answers", n, r.Index.Seconds)
	err := profiled(j.profile("query"), func() error { return r.ask(ctx, e, &j.Questions) })
	if err == nil {
		r.Peak, err = e.process().peak()
	}
	if err == nil && len(j.Questions.Speed) > 0 {
		j.say("has answered")
		r.Extra, err = e.extra(ctx, docs)
	}
	r.Docs = n
	return r, err
}

// say tells whoever waits how far the child has come.
func (j *Job) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s   %s %s\n", time.Now().Format(time.TimeOnly), j.Engine, fmt.Sprintf(format, args...))
}

// corpus returns the documents of a file. Each run through them adds their number to count, and the time that reading took, which is not the engine's,
// to waited.
func corpus(file string, count *int) (docs Docs, waited *time.Duration) {
	waited = new(time.Duration)
	return func(yield func([]Doc, error) bool) {
		f, err := os.Open(file)
		if err != nil {
			yield(nil, fmt.Errorf("open corpus: %w", err))
			return
		}
		defer f.Close()
		dec := json.NewDecoder(f)
		for {
			start := time.Now()
			some, err := decodePortion(dec)
			*waited += time.Since(start)
			*count += len(some)
			if (len(some) > 0 || err != nil) && !yield(some, err) || len(some) < portion {
				return
			}
		}
	}, waited
}

func decodePortion(dec *json.Decoder) ([]Doc, error) {
	var some []Doc
	for len(some) < portion {
		var d Doc
		err := dec.Decode(&d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read corpus: %w", err)
		}
		some = append(some, d)
	}
	return some, nil
}

func (i *Indexing) measure(ctx context.Context, e engine, docs Docs, waited *time.Duration) error {
	p := e.process()
	p.resetPeak()
	before, err := p.cpu()
	if err != nil {
		return err
	}
	start := time.Now()
	if err := e.index(ctx, docs); err != nil {
		return err
	}
	i.Seconds = (time.Since(start) - *waited).Seconds()
	if i.Peak, err = p.peak(); err != nil {
		return err
	}
	if err := e.reopen(ctx); err != nil {
		return err
	}
	after, err := p.cpu()
	if err != nil {
		return err
	}
	i.CPU = after - before - waited.Seconds()
	i.Bytes, err = e.size()
	return err
}

// ask asks everything; memory is counted from here on.
func (r *Report) ask(ctx context.Context, e engine, q *Questions) error {
	e.process().resetPeak()
	for _, text := range q.Quality {
		ids, err := e.find(ctx, &Query{Text: text})
		if err != nil {
			return fmt.Errorf("find %q: %w", text, err)
		}
		r.Answers = append(r.Answers, ids)
	}
	for rest := q.Speed; len(rest) > 0; {
		n := sameKind(rest)
		t, err := timed(ctx, e, rest[:n])
		if err != nil {
			return err
		}
		if rest = rest[n:]; t.Class != classWarm {
			r.Timings = append(r.Timings, t)
		}
	}
	return nil
}

// sameKind returns how many of the queries have the class and mode of the first.
func sameKind(all []Query) int {
	n := 1
	for n < len(all) && all[n].Class == all[0].Class && all[n].Mode == all[0].Mode {
		n++
	}
	return n
}

func timed(ctx context.Context, e engine, queries []Query) (Timing, error) {
	t := Timing{Class: queries[0].Class, Mode: queries[0].Mode}
	before, err := e.process().cpu()
	if err != nil {
		return t, err
	}
	began := time.Now()
	for i := range queries {
		start := time.Now()
		if err := askOne(ctx, e, &queries[i]); err != nil {
			return t, fmt.Errorf("ask %q: %w", queries[i].Text, err)
		}
		t.Millis = append(t.Millis, float64(time.Since(start).Microseconds())/1000)
		if i+1 >= leastQueries && time.Since(began) > classBudget {
			break
		}
	}
	after, err := e.process().cpu()
	t.CPU = 1000 * (after - before) / float64(len(t.Millis))
	return t, err
}

func askOne(ctx context.Context, e engine, q *Query) error {
	switch {
	case q.Class == classPrefix:
		return e.suggest(ctx, q)
	case q.Mode == ModePage:
		return e.page(ctx, q)
	default:
		_, err := e.find(ctx, q)
		return err
	}
}

// profile is the file for the profile of a phase, "" when none is wanted.
func (j *Job) profile(phase string) string {
	if j.Profile == "" {
		return ""
	}
	return filepath.Join(j.Profile, j.Engine+"-"+phase+".pprof")
}

func profiled(file string, f func() error) (err error) {
	if file == "" {
		return f()
	}
	out, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("make profile: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if err := pprof.StartCPUProfile(out); err != nil {
		return fmt.Errorf("make profile: %w", err)
	}
	defer pprof.StopCPUProfile()
	return f()
}
