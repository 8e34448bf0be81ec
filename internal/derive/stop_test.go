package derive_test

import (
	"os"
	"path/filepath"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
)

// TestATranscodeThatIsStoppedStaysSo: what would run for ever ends when somebody stops it, is not begun again by the next start, and is made when it is
// tried again.
func TestATranscodeThatIsStoppedStaysSo(t *testing.T) {
	b := newBench(t)
	id := b.accession("phim", original{"a.mp4", "mp4", b.film(filmSpec())})
	programs := without(t, tool.FFmpeg)
	script := "#!/bin/sh\ncase \"$*\" in *master*|*180p*) exec sleep 600;; *) exec /usr/bin/ffmpeg \"$@\";; esac\n"
	if err := os.WriteFile(filepath.Join(programs, string(tool.FFmpeg)), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	slow := b.newDeriver(newRunner(t, tool.Options{Scratch: b.scratch, Path: []string{programs}, Writable: []string{b.scratch, programs}}))
	jobs, err := b.catalog.StartJobs(t.Context(), jobOptions(slow))
	if err != nil {
		t.Fatal(err)
	}
	var number int64
	await(t, "the film is being made", func() bool {
		open, err := b.catalog.Reader(archive.System("test")).OpenJobs(t.Context(), 100)
		for _, j := range open {
			if j.Running && j.Recipe == "hls" && mentioned(t, b.scratch) {
				number = j.Number
			}
		}
		return err == nil && number != 0
	})
	editor := archive.Viewer{Account: "aaaaaaaaaaaa", Name: "Bà Vân", Roles: []archive.Role{archive.EditorRole}}
	if err := derive.Stop(t.Context(), b.catalog, editor, number); archive.CodeOf(err) != archive.Forbidden {
		t.Errorf("an editor stops it: %v", err)
	}
	if err := derive.Stop(t.Context(), b.catalog, archive.System("test"), number); err != nil {
		t.Fatal(err)
	}
	if err := b.catalog.JobsIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.drain()
	if d := b.result(id).one("hls"); d.State != archive.DerivativeFailed || d.Problem != catalog.ReasonStopped {
		t.Errorf("hls is %s, %q", d.State, d.Problem)
	}
	if err := derive.Stop(t.Context(), b.catalog, archive.System("test"), number); archive.ReasonOf(err) != "job-missing" {
		t.Errorf("it is stopped twice: %v", err)
	}
	if n, err := derive.Retry(t.Context(), b.catalog, id, editorial.By{Agent: "lan"}); err != nil || n != 1 {
		t.Fatalf("tried %d again, %v", n, err)
	}
	b.drain()
	if d := b.result(id).settled().one("hls"); d.State != archive.DerivativeReady {
		t.Errorf("hls is %s, %q", d.State, d.Problem)
	}
}
