package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// stalls lets jobs stall at once instead of in five minutes, and then wait for longer than any test.
func stalls(attempt int) time.Duration {
	if attempt > 14 {
		return time.Hour
	}
	return time.Millisecond
}

// openStalling opens an archive as a command does, with jobs that stall at once.
func openStalling(t *testing.T, s *Settings) *parts {
	t.Helper()
	p, err := s.open(t.Context(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	p.backoff = stalls
	return p
}

func TestAnImportDuringAnOutagePublishesNothing(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "Bến trăng.txt"), []byte("Trên bến trăng gầy\nNgười đi bóng ngả\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Settings{Data: t.TempDir()}
	p := openStalling(t, s)
	// Nothing can be written below what is no folder: derivatives cannot be stored for as long as it is there.
	outage := filepath.Join(s.Data, "storage", "derived")
	if err := os.WriteFile(outage, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, complaint bytes.Buffer
	command := importCommand{Folder: folder, Publish: true, JSON: true}
	err := command.bring(t.Context(), p, newReport(console{out: &out, err: &complaint}, true))
	if archive.ReasonOf(err) != "jobs-stalled" {
		t.Errorf("the import ends with %v\n%s", err, &out)
	}
	if !bytes.Contains(out.Bytes(), []byte(`"code":"making-gave-up"`)) {
		t.Errorf("no line says what waits:\n%s", &out)
	}
	if states := workStates(t, p); states[archive.Approved] != 1 || len(states) != 1 {
		t.Errorf("works %v, want one approved", states)
	}
	if err := p.drain(t.Context(), func(int, int) {}); archive.ReasonOf(err) != "jobs-stalled" {
		t.Errorf("the outage goes on and drain ends with %v", err)
	}
	if err := errors.Join(os.Remove(outage), p.close()); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), []string{"drain", "--data", s.Data}, console{out: &out, err: &complaint}); code != 0 {
		t.Errorf("drain ends with %d: %s", code, &complaint)
	}
	p = openStalling(t, s)
	defer func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}()
	if states := workStates(t, p); states[archive.Published] != 1 {
		t.Errorf("works %v, want one published", states)
	}
}

func workStates(t *testing.T, p *parts) map[archive.State]int {
	t.Helper()
	states := map[archive.State]int{}
	for _, state := range []archive.State{archive.Draft, archive.Submitted, archive.Approved, archive.Published} {
		page, err := p.catalog.Reader(archive.System("test")).Works(t.Context(), catalog.WorkFilter{State: state, Size: 9})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(page.Works); n > 0 {
			states[state] = n
		}
	}
	return states
}
