package derive_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/tool"
	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// The environment by which the test starts itself again as a process that is killed.
const (
	killedFolder = "VANNGHE_TEST_DERIVE_FOLDER"
	killedAt     = "VANNGHE_TEST_DERIVE_KILLED_AT"
	killedTools  = "VANNGHE_TEST_DERIVE_TOOLS" // a folder of programs that go before those of the system
)

// programPath is where the process that is killed finds its programs.
func programPath() []string {
	if first := os.Getenv(killedTools); first != "" {
		return []string{first, "/usr/bin", "/bin"}
	}
	return nil
}

// unhurried is a folder with an ffmpeg that makes the files with a name at twice the speed of playing and tells of it all the time: on
// any machine a short film is still being made when the first of it is there, and nothing is computed meanwhile.
func unhurried(t *testing.T, name string) string {
	t.Helper()
	script := "#!/bin/bash\nargs=()\nfor a; do [ \"$last\" = -stats_period ] && a=0.1; last=$a; args+=(\"$a\"); done\n" +
		"case \"$*\" in *" + name + "*) exec /usr/bin/ffmpeg -readrate 2 \"${args[@]}\";; *) exec /usr/bin/ffmpeg \"$@\";; esac\n"
	programs := t.TempDir()
	if err := os.WriteFile(filepath.Join(programs, string(tool.FFmpeg)), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return programs
}

// deadly is a store whose process dies, as by kill -9, before its n-th write of a derivative.
type deadly struct {
	storage.Driver
	left atomic.Int64
}

func (d *deadly) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, o storage.PutOptions) (storage.Object, error) {
	if strings.HasPrefix(string(key), "derived/") && d.left.Add(-1) == 0 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return storage.Object{}, err
		}
		<-ctx.Done() // the signal is on its way
	}
	return d.Driver.Put(ctx, key, r, size, o)
}

// openIn opens the archive that lies in a folder.
func openIn(t *testing.T, folder string, deadlyAt int64) *bench {
	t.Helper()
	driver, err := diskstore.Open(filepath.Join(folder, "store"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + filepath.Join(folder, "catalog.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	store := &deadly{Driver: driver}
	store.left.Store(deadlyAt)
	b := &bench{t: t, catalog: c, bucket: storage.NewBucket(store), scratch: filepath.Join(folder, "scratch")}
	b.runner = newRunner(t, tool.Options{Scratch: b.scratch, Path: programPath()})
	b.deriver = derive.New(derive.Options{Catalog: c, Bucket: b.bucket, Runner: b.runner, Log: slog.New(slog.DiscardHandler)})
	b.deriver.KeepAtOnce()
	return b
}

func (b *bench) close() {
	b.t.Helper()
	if err := b.catalog.Close(); err != nil {
		b.t.Error(err)
	}
	if err := b.bucket.Close(); err != nil {
		b.t.Error(err)
	}
}

// TestKilledProcess is the process that is killed. Without its environment there is nothing to do.
func TestKilledProcess(t *testing.T) {
	folder := os.Getenv(killedFolder)
	if folder == "" {
		return
	}
	at, err := strconv.ParseInt(os.Getenv(killedAt), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	b := openIn(t, folder, at)
	b.drain()
	b.close()
}

// runKilled runs the jobs of folder in a process of its own, which dies at its n-th write (0: never). What is in env is added to its
// environment.
func runKilled(t *testing.T, folder string, at int, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestKilledProcess$")
	cmd.Env = append(append(os.Environ(), killedFolder+"="+folder, killedAt+"="+strconv.Itoa(at)), env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func killed(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	err := cmd.Wait()
	if err == nil {
		return false
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return true
}

// works brings the same few works into an archive.
func (b *bench) works() []archive.WorkID {
	b.t.Helper()
	return []archive.WorkID{
		b.accession("tho", original{"a.txt", "text", []byte(poem)}),
		b.accession("hoi-hoa", original{"b.jpg", "jpeg", b.painting(1000, 700)}),
		b.accession("phim", original{"c.mp4", "mp4", b.film(filmSpec())}),
		b.accession("tho", original{"d.bin", "unknown", []byte{1, 2}}),
	}
}

// summary says of a work all that must not depend on how often it was begun.
func (r result) summary() string {
	var lines []string
	for _, f := range r.files {
		lines = append(lines, fmt.Sprintf("file %s %q %d×%d %d", f.Name, f.Problem, f.Width, f.Height, f.Pages))
	}
	for _, d := range r.made {
		lines = append(lines, fmt.Sprintf("made %s v%d %s %q", d.Recipe, d.Version, d.State, d.Problem))
		for _, a := range d.Assets {
			lines = append(lines, fmt.Sprintf("asset %s %s %d×%d", a.Kind, a.Path, a.Width, a.Height))
		}
	}
	for _, p := range r.parts {
		lines = append(lines, fmt.Sprintf("part %d %s %s", p.Ordinal, p.Locator, p.Text))
	}
	for _, e := range r.events {
		lines = append(lines, fmt.Sprintf("event %s %s %s", e.Type, e.Agent, e.Outcome))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestKillAtAnyWriteComesToTheSameEnd(t *testing.T) {
	whole := newBench(t)
	ids := whole.works()
	whole.drain()
	var want []string
	for _, id := range ids {
		want = append(want, whole.result(id).settled().summary())
	}
	folder := t.TempDir()
	b := openIn(t, folder, 0)
	ids = b.works()
	b.close()
	for _, at := range []int{1, 2, 1, 3, 4} { // each time the next process goes on where the last one died
		if cmd := runKilled(t, folder, at); !killed(t, cmd) {
			t.Fatalf("the process did not reach write %d", at)
		}
	}
	b = openIn(t, folder, 0)
	defer b.close()
	b.drain()
	for i, id := range ids {
		if got := b.result(id).settled().summary(); got != want[i] {
			t.Errorf("after the kills\n%s\nwithout\n%s", got, want[i])
		}
	}
}

func TestKillWhileAToolRunsLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	b := openIn(t, folder, 0)
	spec := filmSpec()
	spec.Format, spec.Duration, spec.Picture = "mpegps", 4*time.Second, moving("mpeg2", 320, 256)
	id := b.accession("phim", original{"tape.mpg", "mpegps", b.film(spec)})
	b.close()
	cmd := runKilled(t, folder, 0, killedTools+"="+unhurried(t, ".take"))
	await(t, "the ladder is being written", func() bool {
		found, err := filepath.Glob(filepath.Join(folder, "scratch", "run-*", "out", "*.take"))
		return err == nil && len(found) > 0
	})
	if err := cmd.Process.Kill(); err != nil || !killed(t, cmd) {
		t.Fatalf("kill: %v", err)
	}
	await(t, "ffmpeg has died with its server", func() bool { return !mentioned(t, folder) })
	b = openIn(t, folder, 0)
	defer b.close()
	b.drain() // it also holds that scratch is clean
	if r := b.result(id).settled(); strings.Join(r.recipes(), " ") != "hls ladder mp4 poster sprite" {
		t.Errorf("made %+v", r.made)
	}
}

// TestAKilledLadderGoesOn kills the server in the middle of a ladder and holds that the next one takes up what was finished.
func TestAKilledLadderGoesOn(t *testing.T) {
	folder := t.TempDir()
	b := openIn(t, folder, 0)
	spec := filmSpec()
	spec.Format, spec.Duration, spec.Picture = "mpegps", 12*time.Second, moving("mpeg2", 320, 256)
	id := b.accession("phim", original{"tape.mpg", "mpegps", b.film(spec)})
	b.close()
	cmd := runKilled(t, folder, 0, killedTools+"="+unhurried(t, "256p.take"))
	var pieces []string
	await(t, "a piece of the ladder is kept", func() bool {
		found, err := filepath.Glob(filepath.Join(folder, "store", "derived", "*", "*", "ladder-v2.pieces", "*", "0", "*"))
		pieces = found
		return err == nil && len(found) == 1 && strings.HasSuffix(found[0], "256p.m4s")
	})
	if err := cmd.Process.Kill(); err != nil || !killed(t, cmd) {
		t.Fatalf("kill: %v", err)
	}
	first, err := os.ReadFile(pieces[0])
	if err != nil {
		t.Fatal(err)
	}
	b = openIn(t, folder, 0)
	defer b.close()
	b.drain()
	r := b.result(id).settled()
	if details := r.details(); !strings.Contains(details, "of it by former tries") {
		t.Errorf("nothing was taken up:\n%s", details)
	}
	if made := r.read("ladder", "256p.m4s"); !strings.HasPrefix(string(made), string(first)) {
		t.Error("what was finished was encoded again")
	}
	for _, key := range b.stored() {
		if strings.Contains(key, ".pieces/") {
			t.Errorf("%s is left", key)
		}
	}
}

// await looks until a condition holds that another process brings about.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}

// mentioned reports whether the command line of a process other than this one names folder.
func mentioned(t *testing.T, folder string) bool {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(lines, func(name string) bool {
		b, err := os.ReadFile(name)
		return err == nil && strings.Contains(string(b), folder) && !strings.Contains(name, fmt.Sprintf("/%d/", os.Getpid()))
	})
}
