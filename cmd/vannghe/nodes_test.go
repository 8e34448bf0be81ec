package main

import (
	"bytes"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage/miniostore/miniotest"
)

// machines starts processes on one MinIO and PostgreSQL as on machines of their own: each has a data folder to itself.
type machines struct {
	shared []string // settings
}

func newMachines(t *testing.T) *machines {
	t.Helper()
	return &machines{shared: []string{"--storage", miniotest.Start(t).DSN("vannghe"), "--database", catalogtest.OnPostgres(t).DSN}}
}

func (m *machines) set(t *testing.T) []string {
	t.Helper()
	return append([]string{"--data", t.TempDir()}, m.shared...)
}

// worker starts a process that does jobs and serves nothing. It is killed with the test.
func (m *machines) worker(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := program(t, append([]string{"serve", "--run", "worker"}, m.set(t)...)...)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("a worker said:\n%.4000s", log.String())
		}
	})
	return cmd
}

// Two web nodes and two workers on machines of their own: each job is done once, each node's index holds everything, and a withdrawal on any of
// them is seen on all within two seconds, also by whoever is being served.
func TestManyNodes(t *testing.T) {
	t.Parallel()
	m := newMachines(t)
	first, second := serve(t, append(m.set(t), "--run", "web")...), serve(t, append(m.set(t), "--run", "web")...)
	m.worker(t)
	m.worker(t)
	p := openParts(t, m.set(t))
	until(t, time.Minute, "both workers are there", func() bool {
		n, err := p.catalog.Workers(t.Context())
		return err == nil && n == 2
	})
	folder := gallery(t)
	painting(t, filepath.Join(folder, "tranh-lon.png"))
	more(t, filepath.Join(folder, "works.csv"), "tranh-lon.png,Tranh lớn,Đỗ Nhàn,hội họa,\n")
	must(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish"}, m.set(t)...)...)
	recorded := p.recorded(t)
	for _, s := range []*server{first, second} {
		s.holdsAll(t, recorded)
	}
	doneOnce(t, p, recorded)

	var large archive.Work
	for _, w := range recorded {
		if w.Title == "Tranh lớn" {
			large = w
		}
	}
	first.goneEverywhere(t, second, string(large.ID), func() {
		must(t, append([]string{"withdraw", string(large.ID), "--reason", "Theo yêu cầu"}, m.set(t)...)...)
	})
	first.stop(t)
	second.stop(t)
}

// doneOnce fails unless every derivation is on the record once and all jobs have been begun once.
func doneOnce(t *testing.T, p *parts, works map[string]archive.Work) {
	t.Helper()
	derivations := 0
	for id := range works {
		events, err := p.catalog.Reader(archive.System("test")).Events(t.Context(), archive.WorkID(id))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, e := range events {
			if e.Type == archive.EventDerivation {
				seen[e.Agent+" "+e.Detail]++
				derivations++
			}
		}
		for what, times := range seen {
			if times != 1 {
				t.Errorf("%s: done %d times: %s", id, times, what)
			}
		}
	}
	if derivations < len(works) {
		t.Errorf("%d derivations of %d works", derivations, len(works))
	}
	if err := p.catalog.JobsIdle(t.Context()); err != nil {
		t.Error(err)
	}
	counts, err := p.catalog.JobCounts(t.Context())
	if err != nil || counts.Failed > 0 {
		t.Errorf("jobs: %+v, %v", counts, err)
	}
}

// goneEverywhere withdraws a work that is public and being read on two nodes.
func (s *server) goneEverywhere(t *testing.T, other *server, id string, withdraw func()) {
	t.Helper()
	var w apiWork
	s.answer(t, "/api/v1/works/"+id, &w)
	addresses := []string{s.path(w.URL), s.path(w.medium("original").URL), s.path(w.medium("image").URL), "/api/v1/works/" + id}
	nodes := []*server{s, other}
	var streams []*slow
	for _, node := range nodes {
		streams = append(streams, openSlowly(t, node, s.path(w.medium("original").URL)))
	}
	withdraw()
	asked := time.Now()
	left := func() time.Duration { return max(0, time.Until(asked.Add(gone))) }
	for _, node := range nodes {
		for _, a := range addresses {
			until(t, left(), a+" answers 410", func() bool { status, _ := node.get(t, a); return status == http.StatusGone })
		}
		until(t, left(), "search does not find it", func() bool { return !node.finds(t, w.Title, id) })
	}
	for _, st := range streams {
		st.cutBefore(t, asked.Add(gone))
	}
	t.Logf("gone on both after %v", time.Since(asked))
}

// A worker that is killed in the middle of a ladder is replaced by another on another machine: the film is whole in the end, and nothing was made
// of it twice.
func TestAWorkerIsReplaced(t *testing.T) {
	t.Parallel()
	m := newMachines(t)
	web := serve(t, append(m.set(t), "--run", "web")...)
	lost := m.worker(t)
	folder := t.TempDir()
	runTool(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=854x480:rate=24:duration=20", "-f", "lavfi", "-i", "sine=duration=20",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", filepath.Join(folder, "phim.mp4"))
	p := openParts(t, m.set(t))
	until(t, time.Minute, "the worker is there", func() bool {
		n, err := p.catalog.Workers(t.Context())
		return err == nil && n == 1
	})
	must(t, append([]string{"import", folder, "--publish", "--no-wait"}, m.set(t)...)...)
	until(t, 2*time.Minute, "the ladder is being made", func() bool {
		jobs, err := p.catalog.Reader(archive.System("test")).OpenJobs(t.Context(), 20)
		if err != nil {
			return false
		}
		for _, j := range jobs {
			// A fast machine is done with it before it has told how far it is.
			if j.Running && j.Recipe == "ladder" && (j.Done > 0 || time.Since(j.Since) > time.Second) {
				return true
			}
		}
		return false
	})
	if err := lost.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	m.worker(t)
	if err := p.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("made %v after the kill", time.Since(killed).Round(time.Second))
	recorded := p.recorded(t)
	for id := range recorded {
		made, err := p.catalog.Reader(archive.System("test")).Derivatives(t.Context(), archive.WorkID(id))
		if err != nil {
			t.Fatal(err)
		}
		ladders := 0
		for _, d := range made[archive.WorkID(id)] {
			if d.State != archive.DerivativeReady {
				t.Errorf("%s is %s: %s", d.Recipe, d.State, d.Problem)
			}
			if strings.HasPrefix(d.Recipe, "ladder") {
				ladders++
			}
		}
		if ladders != 1 {
			t.Errorf("%d ladders", ladders)
		}
	}
	doneOnce(t, p, recorded)
	web.holdsAll(t, recorded)
	web.stop(t)
}
