package main

import (
	"context"
	"fmt"
	"log/slog"
	"path"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/internal/ocfl"
	"vannghe/storage"
)

// openParts opens the archive of the given flags beside, or without, a server.
func openParts(t *testing.T, set []string) *parts {
	t.Helper()
	var s Settings
	for i := 0; i < len(set); i += 2 {
		switch set[i] {
		case "--data":
			s.Data = set[i+1]
		case "--storage":
			s.Storage = set[i+1]
		case "--database":
			s.Database = set[i+1]
		}
	}
	p, err := s.open(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// recorded returns every work that the catalogue holds, in whatever state.
func (p *parts) recorded(t *testing.T) map[string]archive.Work {
	t.Helper()
	changes, err := p.catalog.Changes(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	works := map[string]archive.Work{}
	for _, c := range changes {
		if c.Kind != catalog.ChangeWork {
			continue
		}
		w, err := p.catalog.Reader(archive.System("test")).Work(t.Context(), archive.WorkID(c.ID))
		if err != nil {
			t.Fatal(err)
		}
		works[c.ID] = w
	}
	return works
}

// inspect looks into an archive that nobody works on: every job is done, every work is whole, every OCFL object is valid, and what
// is left in staging is what the sweep takes.
func inspect(t *testing.T, set []string) {
	t.Helper()
	p := openParts(t, set)
	counts, err := p.catalog.JobCounts(t.Context())
	if err != nil || counts.Waiting+counts.Running+counts.Failed != 0 {
		t.Errorf("jobs left: %+v, %v", counts, err)
	}
	for _, w := range p.recorded(t) {
		inspectWork(t, p.catalog.Reader(archive.System("test")), w)
	}
	inspectStaging(t, p)
	inspectArchive(t, p.root)
}

func inspectWork(t *testing.T, reader *catalog.Reader, w archive.Work) {
	t.Helper()
	if w.State != archive.Published {
		t.Errorf("%s is %s", w.Title, w.State)
	}
	if w.Preserved != w.Version {
		t.Errorf("%s: version %d, but only %d is in the archive of record", w.Title, w.Version, w.Preserved)
	}
	events, err := reader.Events(t.Context(), w.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.CheckChain(events); err != nil {
		t.Errorf("%s: %v", w.Title, err)
	}
	made, err := reader.Derivatives(t.Context(), w.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(made[w.ID]) == 0 {
		t.Errorf("%s: nothing was made of it", w.Title)
	}
	for _, d := range made[w.ID] {
		if d.State != archive.DerivativeReady {
			t.Errorf("%s: %s is %s (%s)", w.Title, d.Recipe, d.State, d.Problem)
		}
	}
}

func inspectStaging(t *testing.T, p *parts) {
	t.Helper()
	reader := p.catalog.Reader(archive.System("test"))
	for _, key := range staging(t, p.bucket) {
		f, err := reader.FileByID(t.Context(), archive.FileID(path.Base(string(key))))
		if err == nil && f.Key == string(key) {
			t.Errorf("%s is named by the row of %s, whose jobs are all done", key, f.Name)
		} else if err != nil && archive.CodeOf(err) != archive.NotFound {
			t.Fatal(err)
		}
	}
	tomorrow := func() time.Time { return time.Now().Add(25 * time.Hour) }
	in := ingest.New(ingest.Options{Catalog: p.catalog, Bucket: p.bucket, Log: p.log, Now: tomorrow})
	if err := in.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
	if left := staging(t, p.bucket); len(left) > 0 {
		t.Errorf("the sweep leaves %v", left)
	}
}

func staging(t *testing.T, bucket *storage.Bucket) []storage.Key {
	t.Helper()
	var keys []storage.Key
	for o, err := range bucket.List(t.Context(), "staging") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	return keys
}

func inspectArchive(t *testing.T, root *ocfl.Root) {
	t.Helper()
	n := 0
	for id, err := range root.Objects(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		problems, err := root.Validate(t.Context(), id, ocfl.Fixity)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Errorf("%s: %v", id, p)
		}
		n++
	}
	if n == 0 {
		t.Error("the archive of record is empty")
	}
}

// public returns the ids of the works that the API lists; one that it lists twice is an error.
func (s *server) public(t *testing.T) []string {
	t.Helper()
	var ids []string
	seen := map[string]bool{}
	for cursor := ""; ; {
		var page workList
		s.answer(t, "/api/v1/works?size=50&cursor="+cursor, &page)
		for _, w := range page.Works {
			if seen[w.ID] {
				t.Errorf("%q is listed twice", w.Title)
			}
			seen[w.ID] = true
			ids = append(ids, w.ID)
		}
		if cursor = page.Next; cursor == "" {
			return ids
		}
	}
}

// playable fails unless everything that a public work offers can be fetched, to the last segment of its playlists.
func (s *server) playable(t *testing.T, id string) {
	t.Helper()
	var w apiWork
	s.answer(t, "/api/v1/works/"+id, &w)
	if len(w.Media) < 2 { // the original, and what was made of it
		t.Errorf("%s is public and offers %d media", w.Title, len(w.Media))
	}
	for _, m := range w.Media {
		if err := s.fetch(t, s.path(m.URL)); err != nil {
			t.Errorf("%s is public, but its %s: %v", w.Title, m.Kind, err)
		}
	}
}

func (s *server) fetch(t *testing.T, address string) error {
	t.Helper()
	status, body := s.get(t, address)
	if status != 200 || body == "" {
		return fmt.Errorf("%s answers %d with %d bytes", address, status, len(body))
	}
	if !strings.HasSuffix(address, ".m3u8") {
		return nil
	}
	for _, line := range lines(body) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.fetch(t, path.Join(path.Dir(address), line)); err != nil {
			return err
		}
	}
	return nil
}

// whilePublicIsPlayable runs wait and looks, again and again until it has returned, at everything that is public.
func (s *server) whilePublicIsPlayable(t *testing.T, wait func(context.Context) error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- wait(t.Context()) }()
	tick := time.NewTicker(100 * time.Millisecond) // what is made meanwhile wants the processors as well
	defer tick.Stop()
	for {
		for _, id := range s.public(t) {
			s.playable(t, id)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return
		case <-tick.C:
		}
	}
}
