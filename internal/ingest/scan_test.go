package ingest

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/tool/clamd"
	"vannghe/internal/tool/clamd/clamdtest"
)

// scanned is a bench with a scanner at that address.
func scanned(t *testing.T, address string) bench {
	t.Helper()
	b := newBench(t)
	b.scanner.client = &clamd.Client{Address: address, Stall: 300 * time.Millisecond}
	return b
}

// tells returns the problems of the files of all works by name, and the virus checks on record as "outcome detail" without ids.
func (b bench) tells(t *testing.T) (problems map[string]archive.Reason, checks []string) {
	t.Helper()
	problems = map[string]archive.Reason{}
	changes, err := b.catalog.Changes(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if c.Kind != catalog.ChangeWork {
			continue
		}
		w, err := b.catalog.Reader(viewer()).Work(t.Context(), archive.WorkID(c.ID))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range allFiles(&w) {
			problems[f.Name] = f.Problem
		}
		events, err := b.catalog.Reader(viewer()).Events(t.Context(), w.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Type == archive.EventVirusCheck {
				_, detail, _ := strings.Cut(e.Detail, " ")
				checks = append(checks, e.Agent+" "+string(e.Outcome)+" "+detail)
			}
		}
	}
	slices.Sort(checks)
	return problems, checks
}

// TestImportIsScanned: what is infected is kept and kept back, with its event; what is larger than the scanner takes comes in with a mark.
func TestImportIsScanned(t *testing.T) {
	b := scanned(t, clamdtest.Start(t).Address())
	dir := tree(t, map[string]string{"sach.txt": "một bài thơ", "doc.txt": string(clamdtest.Infected()), "lon.txt": strings.Repeat("a", clamdtest.Limit+1)})
	lines, _, _ := b.bring(t, ImportOptions{Folder: dir})
	same(t, lines, []string{"0 doc.txt added file-infected", "0 lon.txt added", "0 sach.txt added"})
	problems, checks := b.tells(t)
	if problems["doc.txt"] != archive.Infected || problems["sach.txt"] != "" || problems["lon.txt"] != "" {
		t.Errorf("%v", problems)
	}
	if len(checks) != 3 || !strings.HasPrefix(checks[0], "clamd failure infected: "+clamdtest.Signature) ||
		checks[1] != "clamd failure passed: not scanned: larger than the scanner takes" || checks[2] != "clamd success clean" {
		t.Errorf("%q", checks)
	}
}

// TestUploadIsScanned: what is infected cannot be taken into a work.
func TestUploadIsScanned(t *testing.T) {
	b := scanned(t, clamdtest.Start(t).Address())
	v := sender(t, b.catalog, "van")
	clean, infected := []byte("một bài thơ"), clamdtest.Infected()
	one, two := b.begin(t, v, int64(len(clean))), b.begin(t, v, int64(len(infected)))
	if _, err := b.Receive(t.Context(), v, one, part(0, clean)); err != nil {
		t.Fatal(err)
	}
	u, err := b.Receive(t.Context(), v, two, part(0, infected))
	if err != nil || u.State != catalog.UploadWhole || u.File.Problem != archive.Infected {
		t.Fatalf("%+v, %v", u, err)
	}
	if _, err := b.Uploaded(t.Context(), v, []archive.FileID{one, two}); archive.ReasonOf(err) != archive.Infected {
		t.Errorf("an infected upload: %v", err)
	}
	files, err := b.Uploaded(t.Context(), v, []archive.FileID{one})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Record(t.Context(), Entry{Title: "Thơ", Genre: "tho", Files: files}); err != nil {
		t.Fatal(err)
	}
	if _, checks := b.tells(t); len(checks) != 1 || checks[0] != "clamd success clean" {
		t.Errorf("%q", checks)
	}
}

// TestScannerIsAway: what comes in is held back and goes on once the scanner is back; when so set, it passes with a mark.
func TestScannerIsAway(t *testing.T) {
	daemon := clamdtest.New(t)
	b := scanned(t, daemon.Address())
	v := sender(t, b.catalog, "van")
	poem := []byte("một bài thơ khác")
	id := b.begin(t, v, int64(len(poem)))
	if u, err := b.Receive(t.Context(), v, id, part(0, poem)); err != nil || u.File.Problem != archive.ScanWaits {
		t.Fatalf("%+v, %v", u, err)
	}
	files, err := b.Uploaded(t.Context(), v, []archive.FileID{id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Record(t.Context(), Entry{Title: "Thơ", Genre: "tho", Files: files}); err != nil {
		t.Fatal(err)
	}
	list := "#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:6,\n/etc/passwd\n"
	lines, _, _ := b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"doc.txt": string(clamdtest.Infected()), "hls.mp4": list})})
	same(t, lines, []string{"0 doc.txt added scan-waits", "0 hls.mp4 added scan-waits"})
	if n := b.jobs(t, JobScan); n != 1 {
		t.Errorf("%d jobs to scan", n)
	}
	if err := b.ScanHeld(t.Context()); archive.ReasonOf(err) != "scanner-unavailable" {
		t.Errorf("while it is away: %v", err)
	}
	daemon.Start()
	if err := b.ScanHeld(t.Context()); err != nil {
		t.Fatal(err)
	}
	problems, checks := b.tells(t)
	if problems["ghi âm.txt"] != "" || problems["doc.txt"] != archive.Infected || problems["hls.mp4"] != "playlist-refused" || len(checks) != 3 {
		t.Errorf("%v, %q", problems, checks)
	}
	daemon.Freeze()
	b.scanner.pass = true
	b.scanner.away.Store(0)
	lines, _, _ = b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"a.txt": "qua", "b.txt": "đi qua"})})
	same(t, lines, []string{"0 a.txt added", "0 b.txt added"})
	if _, checks = b.tells(t); len(checks) != 5 || checks[0] != "clamd failure infected: "+clamdtest.Signature+".UNOFFICIAL" || checks[1] != "clamd failure passed: not scanned: the scanner does not answer" {
		t.Errorf("%q", checks)
	}
	b.scanner.client = nil
	if err := b.ScanHeld(t.Context()); err != nil {
		t.Errorf("with nothing held back: %v", err)
	}
}

// failsOn answers as a daemon does that cannot look into files with that word, and finds nothing in others.
func failsOn(t *testing.T, word string) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			var said []byte
			_, err = io.CopyN(io.Discard, conn, int64(len("zINSTREAM\x00")))
			for size := uint32(1); err == nil && size > 0; {
				if err = binary.Read(conn, binary.BigEndian, &size); err == nil {
					chunk := make([]byte, size)
					_, err = io.ReadFull(conn, chunk)
					said = append(said, chunk...)
				}
			}
			reply := "stream: OK\x00"
			if bytes.Contains(said, []byte(word)) {
				reply = "stream: Can't open file or directory ERROR\x00"
			}
			_, _ = conn.Write([]byte(reply))
			_ = conn.Close()
		}
	}()
	return l.Addr().String()
}

// A file that the scanner cannot look into is held back, also where others pass, and stands in no other's way.
func TestAFileThatTheScannerFailsOn(t *testing.T) {
	b := scanned(t, "127.0.0.1:1")
	lines, _, _ := b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"a.txt": "thuốc độc", "b.txt": "một bài thơ"})})
	same(t, lines, []string{"0 a.txt added scan-waits", "0 b.txt added scan-waits"})
	b.scanner.client.Address = failsOn(t, "thuốc độc")
	if err := b.ScanHeld(t.Context()); archive.ReasonOf(err) != "scan-failed" {
		t.Errorf("of what it fails on: %v", err)
	}
	problems, _ := b.tells(t)
	if problems["a.txt"] != archive.ScanWaits || problems["b.txt"] != "" {
		t.Errorf("%v", problems)
	}
	b.scanner.pass = true
	b.scanner.away.Store(0)
	lines, _, _ = b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"c.txt": "thuốc độc nữa", "d.txt": "bài khác"})})
	same(t, lines, []string{"0 c.txt added scan-waits", "0 d.txt added"})
	if _, checks := b.tells(t); slices.ContainsFunc(checks, func(s string) bool { return strings.Contains(s, "passed") }) {
		t.Errorf("something came in unseen: %q", checks)
	}
}

// jobs counts the jobs of a kind that wait.
func (b bench) jobs(t *testing.T, kind catalog.JobKind) int {
	t.Helper()
	seen := make(chan struct{}, 100)
	jobs, err := b.catalog.StartJobs(t.Context(), catalog.JobOptions{Handlers: map[catalog.JobKind]catalog.Handler{
		kind:       func(context.Context, catalog.Job, catalog.Attempt) error { seen <- struct{}{}; return nil },
		"preserve": func(context.Context, catalog.Job, catalog.Attempt) error { return nil },
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return len(seen)
}
