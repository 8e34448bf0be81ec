package main

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// seed makes a failing run repeatable: it is printed, and VANNGHE_SEED sets it.
func seed(t *testing.T) *rand.Rand {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("VANNGHE_SEED"); s != "" {
		given, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n = given
	}
	t.Logf("VANNGHE_SEED=%d repeats this run", n)
	return rand.New(rand.NewPCG(n, 0))
}

// running is an import under way, of which each line of --json is known as soon as it is printed.
type running struct {
	cmd   *exec.Cmd
	lines chan fileLine // the totals have no File; closed at the end of the output
	said  []fileLine
	ended bool // lines is closed
}

// startImport starts import --json. It is killed with the test.
func startImport(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{cmd: program(t, append([]string{"import", "--json"}, args...)...), lines: make(chan fileLine, 1000)}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.cmd.Stderr = io.Discard
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	go func() {
		defer close(r.lines)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			var line fileLine
			if json.Unmarshal(scan.Bytes(), &line) == nil { // the last may be cut by a kill
				r.lines <- line
			}
		}
	}()
	return r
}

// hear takes in a line; ok is false at the end of the output.
func (r *running) hear(line fileLine, ok bool) bool {
	if ok {
		r.said = append(r.said, line)
	}
	r.ended = !ok
	return ok
}

// next waits for a line.
func (r *running) next() bool {
	line, ok := <-r.lines
	return r.hear(line, ok)
}

// wait hears the import to its end and returns its status.
func (r *running) wait() int {
	for !r.ended && r.next() {
	}
	_ = r.cmd.Wait()
	return r.cmd.ProcessState.ExitCode()
}

// kill is kill -9.
func (r *running) kill() {
	_ = r.cmd.Process.Kill()
	r.wait()
}

// hasEnded reports whether the import has ended, taking in what it has said by now.
func (r *running) hasEnded() bool {
	for !r.ended {
		select {
		case line, ok := <-r.lines:
			r.hear(line, ok)
		default:
			return false
		}
	}
	return true
}

// reasons counts the reasons given for the files with a status.
func (r *running) reasons(status string) map[string]int {
	n := map[string]int{}
	for _, line := range r.said {
		if line.Status == status {
			n[line.Code]++
		}
	}
	return n
}

// added returns the works that the import has told of as added.
func (r *running) added() []string {
	var works []string
	for _, line := range r.said {
		if line.Status == "added" {
			works = append(works, line.Work)
		}
	}
	return works
}

// instant waits until an import is to be killed.
type instant func(t *testing.T, r *running, set []string)

func firstLine(t *testing.T, r *running, _ []string) {
	if !r.next() {
		t.Error("the import ended without a line")
	}
}

func firstRecord(t *testing.T, _ *running, set []string) {
	p := openParts(t, set)
	until(t, time.Minute, "a work is recorded", func() bool {
		last, err := p.catalog.Changes(t.Context(), 0, 1000)
		return err == nil && slices.ContainsFunc(last, func(c catalog.Change) bool { return c.Kind == catalog.ChangeWork })
	})
}

func firstJob(t *testing.T, _ *running, set []string) {
	p := openParts(t, set)
	until(t, time.Minute, "a job runs", func() bool {
		counts, err := p.catalog.JobCounts(t.Context())
		return err == nil && counts.Running > 0
	})
}

// kill -9 at any instant of import and derivation, then start: no work lost, none doubled, none half visible, no job stuck. These
// are the instants at which something has just begun, with every kind of tool at work; TestCrashes draws others.
func TestKillAtAnyInstant(t *testing.T) {
	t.Parallel()
	folder := gallery(t)
	all := pairs(t)
	for i, name := range slices.Sorted(maps.Keys(all)) {
		settings := all[name]
		instants := map[string]instant{"the first work is recorded": firstRecord, "the first job runs": firstJob, "the first line is printed": firstLine}
		delete(instants, slices.Sorted(maps.Keys(instants))[i]) // a minute for all is enough: each pair leaves out another
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for about, at := range instants {
				t.Run(about, func(t *testing.T) { crashOnce(t, folder, at, settings(t)) })
			}
		})
	}
}

func crashOnce(t *testing.T, folder string, at instant, set []string) {
	args := append([]string{folder, "--manifest", "works.csv", "--publish"}, set...)
	r := startImport(t, args...)
	at(t, r, set)
	r.kill()
	p := openParts(t, set)
	recorded := p.recorded(t)
	t.Logf("%d works were recorded, %d told of", len(recorded), len(r.added()))
	for _, id := range r.added() {
		if recorded[id].ID == "" {
			t.Errorf("%s was told of as added and is not recorded", id)
		}
	}
	s := serve(t, set...) // the next start carries on
	s.whilePublicIsPlayable(t, p.catalog.JobsIdle)
	s.holdsAll(t, recorded)

	again := startImport(t, args...) // what had not been recorded yet goes in
	if code := again.wait(); code != 0 || len(again.added()) != galleryWorks-len(recorded) {
		t.Errorf("the next import: status %d, %d works added where %d were missing", code, len(again.added()), galleryWorks-len(recorded))
	}
	all := p.recorded(t)
	if len(all) != galleryWorks {
		t.Errorf("%d works, want %d", len(all), galleryWorks)
	}
	s.holdsAll(t, all)
	s.stop(t)
	inspect(t, set)
}

// holdsAll fails unless each of the works is public once, under a title of its own, can be played and can be found.
func (s *server) holdsAll(t *testing.T, works map[string]archive.Work) {
	t.Helper()
	public := s.public(t)
	if len(public) != len(works) {
		t.Errorf("%d works are public, want %d", len(public), len(works))
	}
	for title, times := range s.works(t) {
		if times != 1 {
			t.Errorf("%q is there %d times", title, times)
		}
	}
	for _, id := range public {
		s.playable(t, id)
	}
	for id, w := range works {
		until(t, 10*time.Second, w.Title+" is found", func() bool { return s.finds(t, w.Title, id) })
	}
}

// finds reports whether a search leads to the work.
func (s *server) finds(t *testing.T, query, work string) bool {
	t.Helper()
	for _, hit := range s.search(t, query).Hits {
		if hit.Work.ID == work {
			return true
		}
	}
	return false
}
