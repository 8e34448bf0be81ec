package derive_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/derive"
	"vannghe/internal/editorial"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
)

// faulty is a store that fails when it is told to.
type faulty struct {
	storage.Driver
	failures atomic.Int64 // how many writes of derivatives are still to fail
	with     error
}

func (f *faulty) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, o storage.PutOptions) (storage.Object, error) {
	if strings.HasPrefix(string(key), "derived/") && f.failures.Add(-1) >= 0 {
		return storage.Object{}, f.with
	}
	return f.Driver.Put(ctx, key, r, size, o)
}

func newFaulty(times int64, with error) *faulty {
	f := &faulty{Driver: memstore.New(), with: with}
	f.failures.Store(times)
	return f
}

// The store here has no local files, so that originals are fetched.
func TestStorageThatComesBackCostsNothing(t *testing.T) {
	b := newBenchOn(t, newFaulty(3, archive.Fail(archive.Unavailable, "storage-unavailable")))
	r := b.derived("tho", original{"a.txt", "text", []byte(poem)}, original{"b.jpg", "jpeg", b.painting(600, 400)})
	if got := strings.Join(r.recipes(), " "); got != "images text tiles" {
		t.Errorf("made %s: %+v", got, r.made)
	}
	if n := strings.Count(r.details(), "vannghe text v1"); n != 1 {
		t.Errorf("%d events for one text:\n%s", n, r.details())
	}
}

// TestStorageThatStaysAwayPublishesNothing: an outage, however long, leaves the work as it is until it is over; then it goes on.
func TestStorageThatStaysAwayPublishesNothing(t *testing.T) {
	store := newFaulty(1<<40, archive.Fail(archive.Unavailable, "storage-unavailable"))
	b := newBenchOn(t, store)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	for range 2 { // a start does not make it better
		b.stall()
		if d := b.result(id).waiting("making-gave-up").one("text"); d.State != archive.DerivativePending {
			t.Fatalf("made %+v", d)
		}
	}
	store.failures.Store(0)
	b.drain()
	if d := b.result(id).settled().one("text"); d.State != archive.DerivativeReady || d.Problem != "" {
		t.Errorf("made %+v", d)
	}
}

// TestAStoreThatFailsForAnyReasonPublishesNothing: an error that nobody foresaw says nothing about the file either.
func TestAStoreThatFailsForAnyReasonPublishesNothing(t *testing.T) {
	store := newFaulty(1<<40, syscall.EIO)
	b := newBenchOn(t, store)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	b.stall()
	b.result(id).waiting("making-gave-up")
	store.failures.Store(0)
	b.drain()
	b.result(id).settled()
}

func TestAFullStoreSaysSo(t *testing.T) {
	b := newBenchOn(t, newFaulty(1<<40, archive.Fail(archive.Unavailable, "storage-full")))
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	b.stall()
	b.result(id).waiting("making-no-room")
}

func TestNoRoomInScratchSaysSo(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	f := b.result(id).files[0]
	f.Size = 1 << 50 // more than any disk has
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.SetFile(ctx, f) })
	w := b.result(id).work
	w.Representations[0].Files[0].Size = f.Size
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, &w) })
	b.stall()
	b.result(id).waiting("making-no-room")
}

func TestAMissingToolSaysSoAndIsTriedAgainLater(t *testing.T) {
	b := newBench(t)
	b.deriver = b.newDeriver(newRunner(t, tool.Options{Scratch: b.scratch, Path: []string{without(t, tool.Pandoc)}}))
	id := b.accession("tho", original{"a.md", "markdown", []byte("| Trên bến trăng gầy\n| Người đi bóng ngả\n")})
	b.stall()
	if d := b.result(id).waiting("making-no-tool").one("text"); d.State != archive.DerivativePending {
		t.Errorf("made %+v", d)
	}
	b.deriver = b.newDeriver(b.runner)
	b.drain()
	if d := b.result(id).settled().one("text"); d.State != archive.DerivativeReady {
		t.Errorf("made %+v", d)
	}
}

func TestAMissingToolOfInspectionIsNotTheFilesFault(t *testing.T) {
	b := newBench(t)
	film := b.film(filmSpec())
	b.deriver = b.newDeriver(newRunner(t, tool.Options{Scratch: b.scratch, Path: []string{without(t, tool.FFprobe)}}))
	id := b.accession("phim", original{"a.mp4", "mp4", film})
	b.stall()
	if r := b.result(id).waiting("making-no-tool"); r.files[0].Problem != "making-no-tool" {
		t.Errorf("problem %q", r.files[0].Problem)
	}
	b.deriver = b.newDeriver(b.runner)
	b.drain()
	if r := b.result(id).settled(); r.files[0].Problem != "" || strings.Join(r.recipes(), " ") != "hls mp4 poster sprite" {
		t.Errorf("problem %q, made %+v", r.files[0].Problem, r.made)
	}
}

// TestAHangingToolIsTriedOnceMore: the program is ended, run once more, and then the reason stands beside the film, which plays as
// far as other recipes could make it.
func TestAHangingToolIsTriedOnceMore(t *testing.T) {
	b := newBench(t)
	film := b.film(filmSpec())
	programs, runs := without(t, tool.FFmpeg), filepath.Join(t.TempDir(), "runs")
	script := "#!/bin/sh\ncase \"$*\" in *master*|*180p*) echo x >>" + runs + "; exec sleep 600;; *) exec /usr/bin/ffmpeg \"$@\";; esac\n"
	if err := os.WriteFile(filepath.Join(programs, string(tool.FFmpeg)), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	b.deriver = b.newDeriver(newRunner(t, tool.Options{Scratch: b.scratch, Path: []string{programs}, Writable: []string{b.scratch, programs, filepath.Dir(runs)}}))
	b.deriver.Impatient(2 * time.Second)
	r := b.derived("phim", original{"a.mp4", "mp4", film})
	if d := r.one("hls"); d.State != archive.DerivativeFailed || d.Problem != "making-too-long" {
		t.Errorf("hls is %s, %q", d.State, d.Problem)
	}
	if d := r.one("mp4"); d.State != archive.DerivativeReady {
		t.Errorf("mp4 is %s, %q", d.State, d.Problem)
	}
	if told, err := os.ReadFile(runs); err != nil || string(told) != "x\nx\n" {
		t.Errorf("it was run %d times, %v", len(told)/2, err)
	}
	b.triedAgain(r.work)
}

// triedAgain: what hung is told of with its reason, and is made once the program does not hang any more and somebody wants it tried again.
func (b *bench) triedAgain(w archive.Work) {
	b.t.Helper()
	failed, err := derive.Failed(b.t.Context(), b.catalog.Reader(archive.System("test")), w.ID)
	if err != nil || len(failed) != 1 || failed[0].Recipe != "hls" || failed[0].Problem != "making-too-long" || failed[0].Name != "a.mp4" || failed[0].Title != w.Title {
		b.t.Fatalf("told of %+v, %v", failed, err)
	}
	if _, err := derive.Failed(b.t.Context(), b.catalog.Reader(archive.Public()), w.ID); archive.CodeOf(err) != archive.Forbidden {
		b.t.Errorf("the public is told: %v", err)
	}
	b.deriver = b.newDeriver(b.runner)
	n, err := derive.Retry(b.t.Context(), b.catalog, w.ID, editorial.By{Agent: "lan", Reason: "the disk was changed"})
	if err != nil || n != 1 {
		b.t.Fatalf("tried %d again, %v", n, err)
	}
	b.drain()
	r := b.result(w.ID).settled()
	if d := r.one("hls"); d.State != archive.DerivativeReady || d.Problem != "" {
		b.t.Errorf("hls is %s, %q", d.State, d.Problem)
	}
	if !slices.ContainsFunc(r.events, func(e archive.Event) bool {
		return e.Agent == "lan" && e.Detail == `hls of "a.mp4" is tried again after making-too-long: the disk was changed`
	}) {
		b.t.Errorf("events %+v", r.events)
	}
	if n, err := derive.Retry(b.t.Context(), b.catalog, "", editorial.By{Agent: "lan"}); err != nil || n != 0 {
		b.t.Errorf("tried %d more again, %v", n, err)
	}
}

// TestAFileThatCouldNotBeLookedIntoIsLookedIntoAgain: a file of a format that nothing reads is no failure.
func TestAFileThatCouldNotBeLookedIntoIsLookedIntoAgain(t *testing.T) {
	b := newBench(t)
	r := b.derived("phim", original{"a.mp4", "mp4", []byte("no film")}, original{"b.bin", "unknown", []byte{1}})
	failed, err := derive.Failed(t.Context(), b.catalog.Reader(archive.System("test")), "")
	if err != nil || len(failed) != 1 || failed[0].Recipe != "" || failed[0].Problem != r.files[0].Problem || failed[0].Problem == "" {
		t.Fatalf("told of %+v, %v", failed, err)
	}
	if n, err := derive.Retry(t.Context(), b.catalog, "", editorial.By{Agent: "lan"}); err != nil || n != 1 {
		t.Fatalf("tried %d again, %v", n, err)
	}
	if f := b.result(r.work.ID).files[0]; f.Problem != "" {
		t.Errorf("still said of it: %q", f.Problem)
	}
	b.drain()
	if f := b.result(r.work.ID).settled().files[0]; f.Problem != r.files[0].Problem {
		t.Errorf("now said of it: %q", f.Problem)
	}
}

// TestAFilmIsLookedIntoOnce: what it holds is asked by each of its recipes, and read from the file the first time only.
func TestAFilmIsLookedIntoOnce(t *testing.T) {
	b := newBench(t)
	film := b.film(filmSpec())
	programs, runs := without(t, tool.FFprobe), filepath.Join(t.TempDir(), "runs")
	script := "#!/bin/sh\necho \"$*\" >>" + runs + "\nexec /usr/bin/ffprobe \"$@\"\n"
	if err := os.WriteFile(filepath.Join(programs, string(tool.FFprobe)), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	b.deriver = b.newDeriver(newRunner(t, tool.Options{Scratch: b.scratch, Path: []string{programs}, Writable: []string{b.scratch, programs, filepath.Dir(runs)}}))
	b.derived("phim", original{"a.mp4", "mp4", film}, original{"b.mp4", "mp4", b.film(filmSpec())[:1000]})
	told, err := os.ReadFile(runs)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(told), "-show_streams"); n != 3 { // the film, the other, and the MP4 that was made of the first
		t.Errorf("ffprobe looked %d times:\n%s", n, told)
	}
}

// without is a folder of programs in which one is missing.
func without(t *testing.T, missing tool.Program) string {
	t.Helper()
	dir := t.TempDir()
	for _, p := range tool.Programs() {
		for _, folder := range []string{"/usr/bin", "/bin", "/usr/local/bin"} {
			name := filepath.Join(folder, string(p))
			if _, err := os.Stat(name); err == nil && p != missing {
				if err := os.Symlink(name, filepath.Join(dir, string(p))); err != nil {
					t.Fatal(err)
				}
				break
			}
		}
	}
	return dir
}

func TestAWorkPurgedWhileItsJobsWait(t *testing.T) {
	b := newBench(t)
	id := b.accession("tho", original{"a.txt", "text", []byte(poem)})
	f := b.result(id).files[0]
	f.State = archive.FilePurged
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.SetFile(ctx, f) })
	b.drain()
	if r := b.result(id); len(r.made) != 0 || len(r.parts) != 0 {
		t.Errorf("made %+v of a purged file", r.made)
	}
}

func TestAnOriginalThatIsNotThereIsSaidAndWaitedFor(t *testing.T) {
	b := newBench(t)
	painting := b.painting(100, 100)
	id := b.accession("hoi-hoa", original{"a.jpg", "jpeg", painting}, original{"b.txt", "text", []byte(poem)})
	lost := b.result(id).files
	for _, f := range lost {
		if err := b.bucket.Delete(t.Context(), storage.Key(f.Key)); err != nil {
			t.Fatal(err)
		}
	}
	b.stall()
	r := b.result(id).waiting("making-gave-up")
	for _, f := range r.files {
		if f.Problem != "making-gave-up" {
			t.Errorf("%s: problem %q, made %+v", f.Name, f.Problem, r.made)
		}
	}
	for i, content := range [][]byte{painting, []byte(poem)} { // somebody has put them back
		if _, err := b.bucket.Put(t.Context(), storage.Key(lost[i].Key), bytes.NewReader(content), lost[i].Size, storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	b.drain()
	b.result(id).settled()
}

// TestAnOriginalLargerThanTheDiskIsLookedInto: on a folder an original is not copied, so that no room is asked for it. The picture
// here is followed by a hole longer than what is free.
func TestAnOriginalLargerThanTheDiskIsLookedInto(t *testing.T) {
	root := t.TempDir()
	driver, err := diskstore.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	b := newBenchOn(t, driver)
	id := b.accession("hoi-hoa", original{"a.jpg", "jpeg", b.painting(600, 400)})
	w := b.result(id).work
	f := &w.Representations[0].Files[0]
	var disk syscall.Statfs_t
	if err := syscall.Statfs(root, &disk); err != nil {
		t.Fatal(err)
	}
	f.Size = int64(disk.Bavail)*disk.Bsize + 1<<30
	name := filepath.Join(root, filepath.FromSlash(f.Key))
	if err := errors.Join(os.Chmod(name, 0o600), os.Truncate(name, f.Size)); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to have a file system with holes of that size: %v", err)
		}
		t.Skipf("this file system has no holes of that size: %v", err)
	}
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, &w) })
	b.drain()
	if r := b.result(id).settled(); strings.Join(r.recipes(), " ") != "images tiles" || r.files[0].Width != 600 {
		t.Errorf("made %+v of %+v", r.made, r.files)
	}
}

// ending is a store that lets the time of a job run out once a piece of a ladder is kept.
type ending struct {
	storage.Driver
	over chan struct{}
	once sync.Once
}

func (e *ending) Put(ctx context.Context, key storage.Key, r io.Reader, size int64, o storage.PutOptions) (storage.Object, error) {
	defer func() {
		if strings.Contains(string(key), ".pieces/") && strings.HasSuffix(string(key), "/240p.m4s") { // the last of a piece
			e.once.Do(func() { close(e.over) })
		}
	}()
	return e.Driver.Put(context.WithoutCancel(ctx), key, r, size, o)
}

// deadline is a context whose time is over when it is said.
type deadline struct {
	context.Context
	over chan struct{}
}

func (d deadline) Done() <-chan struct{} { return d.over }

func (d deadline) Err() error {
	select {
	case <-d.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// TestALadderOfMoreThanADayGoesOn: a film that takes longer than a job may is gone on with, not given up.
func TestALadderOfMoreThanADayGoesOn(t *testing.T) {
	store := &ending{Driver: memstore.New(), over: make(chan struct{})}
	b := newBenchOn(t, store)
	b.deriver.KeepAtOnce()
	id := b.accession("phim", original{"a.mp4", "mp4", b.film(ffmpeg.Spec{Format: "mp4", Duration: 2 * time.Second, Picture: moving(ffmpeg.H264, 480, 270)})})
	if err := b.deriver.Handlers()[editorial.JobPlan](t.Context(), catalog.Job{Kind: editorial.JobPlan, Work: id}, catalog.Attempt{Number: 1}); err != nil {
		t.Fatal(err)
	}
	job := catalog.Job{Kind: derive.JobDerive, Work: id, Recipe: "ladder"}
	for _, d := range b.result(id).made {
		if d.Recipe == "ladder" {
			job.File, job.Version = d.File, d.Version
		}
	}
	err := b.deriver.Handlers()[derive.JobDerive](deadline{t.Context(), store.over}, job, catalog.Attempt{Number: 1})
	if archive.CodeOf(err) != archive.Busy {
		t.Fatalf("out of time: %v", err)
	}
	if d := b.result(id).one("ladder"); d.State != archive.DerivativePending {
		t.Fatalf("it was given up: %+v", d)
	}
	b.drain()
	if r := b.result(id).settled(); r.one("ladder").State != archive.DerivativeReady || !strings.Contains(r.details(), "pieces of it by former tries") {
		t.Errorf("%+v\n%s", r.one("ladder"), r.details())
	}
}
