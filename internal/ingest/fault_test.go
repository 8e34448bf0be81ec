package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/memstore"
	"vannghe/storage/miniostore"
	"vannghe/storage/miniostore/miniotest"
	"vannghe/storage/storagetest"
)

// faultyBench is a bench whose store fails on command.
func faultyBench(t *testing.T) (bench, *storagetest.Faulty) {
	t.Helper()
	faulty := storagetest.NewFaulty(memstore.New())
	return benchOn(t, catalogtest.Open(t), storage.NewBucket(faulty)), faulty
}

func openDisk(t testing.TB) *storage.Bucket {
	t.Helper()
	d, err := diskstore.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(d)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

var letters = bytes.Repeat([]byte("a"), 64<<10)

// reader yields n bytes of text without keeping them, calling at once when half are out.
type reader struct {
	left, half int64
	at         func() error
}

func newReader(n int64, at func() error) *reader { return &reader{left: n, half: n / 2, at: at} }

func (r *reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	if r.left <= r.half && r.at != nil {
		at := r.at
		r.at = nil
		if err := at(); err != nil {
			return 0, err
		}
	}
	n := copy(p[:min(int64(len(p)), r.left, max(r.half, 1))], letters) // at least three pieces
	r.left -= int64(n)
	return n, nil
}

func TestStageRefuses(t *testing.T) {
	b := newBench(t)
	b.maxBytes = 1000
	broken := func() error { return errors.New("the cable was pulled") }
	for _, c := range []struct {
		about, name string
		r           io.Reader
		reason      archive.Reason
	}{
		{"nothing", "a.txt", strings.NewReader(""), "file-empty"},
		{"one byte over the limit", "a.txt", newReader(1001, nil), "file-too-large"},
		{"a reader that breaks", "a.txt", newReader(900, broken), "file-unreadable"},
		{"no name", "thư mục/", strings.NewReader("x"), "name-invalid"},
		{"a name of dots", "..", strings.NewReader("x"), "name-invalid"},
		{"a zero byte in the name", "a\x00.txt", strings.NewReader("x"), "name-invalid"},
		{"a name without end", strings.Repeat("a", 1025), strings.NewReader("x"), "name-too-long"},
	} {
		if _, err := b.Stage(t.Context(), c.name, c.r); archive.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", c.about, err, c.reason)
		}
	}
	if s, err := b.Stage(t.Context(), "a.txt", newReader(1000, nil)); err != nil || s.Size != 1000 {
		t.Errorf("a file of the limit: %+v %v", s, err)
	}
	if got := b.staged(t); len(got) != 1 {
		t.Errorf("staging: %v", got)
	}
}

func TestStageStopsWithItsContext(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := b.Stage(ctx, "a.txt", newReader(10<<20, func() error { cancel(); return nil }))
	if !errors.Is(err, context.Canceled) || len(b.staged(t)) != 0 {
		t.Errorf("%v, staging %v", err, b.staged(t))
	}
}

// TestStageMemory: what a file costs does not grow with it.
func TestStageMemory(t *testing.T) {
	b := benchOn(t, catalogtest.Open(t), openDisk(t))
	const size = 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := b.Stage(t.Context(), "a.bin", newReader(size, nil)); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > size/8 {
		t.Errorf("%d bytes were allocated for a file of %d", used, size)
	}
}

func TestImportOnFullDisk(t *testing.T) {
	full := archive.Fail(archive.Unavailable, "storage-full")
	b, faulty := faultyBench(t)
	for call := 1; call <= 9; call++ { // create, write, commit of each
		dir := tree(t, map[string]string{"1.txt": fmt.Sprint(call, "một"), "2.txt": fmt.Sprint(call, "hai"), "3.txt": fmt.Sprint(call, "ba")})
		faulty.FailAt(call, full)
		lines, _, totals := b.bring(t, ImportOptions{Folder: dir})
		if totals.Failed != 1 || totals.Added != 2 || !strings.Contains(strings.Join(lines, "\n"), "failed storage-full") {
			t.Fatalf("call %d: %v %+v", call, lines, totals)
		}
		if before := 3 * (call - 1); len(b.staged(t)) != before+2 || b.works(t) != before+2 {
			t.Errorf("call %d: staging %v, %d works", call, b.staged(t), b.works(t))
		}
		faulty.Heal()
		if _, _, totals := b.bring(t, ImportOptions{Folder: dir}); totals.Exists != 2 || totals.Added != 1 || b.works(t) != 3*call {
			t.Errorf("call %d, after making room: %+v", call, totals)
		}
	}
}

// fullStore has room for nothing.
type fullStore struct{ storage.Driver }

func (fullStore) Create(context.Context, storage.Key, int64) (storage.DriverWriter, error) {
	return nil, archive.Fail(archive.Unavailable, "storage-full")
}

// TestImportTellsWhyItGaveUp: after some failures in a row the rest is not tried, and is told the same reason.
func TestImportTellsWhyItGaveUp(t *testing.T) {
	b := benchOn(t, catalogtest.Open(t), storage.NewBucket(fullStore{memstore.New()}))
	files := map[string]string{}
	for i := range giveUp + 2 {
		files[fmt.Sprintf("%d.txt", i)] = fmt.Sprint("tệp ", i)
	}
	lines, _, totals := b.bring(t, ImportOptions{Folder: tree(t, files)})
	if n := strings.Count(strings.Join(lines, "\n"), "failed storage-full"); n != giveUp+2 || totals.Failed != n {
		t.Errorf("%d files were refused for want of room: %v", n, lines)
	}
}

// TestImportSaysHowLongFilesAre: a store that cuts objects into pieces has to know.
func TestImportSaysHowLongFilesAre(t *testing.T) {
	driver := &watched{Driver: memstore.New()}
	b := benchOn(t, catalogtest.Open(t), storage.NewBucket(driver))
	b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"a.txt": "mười byte."})})
	if want := []int64{int64(len("mười byte."))}; !slices.Equal(driver.about, want) {
		t.Errorf("the store was told %v, want %v", driver.about, want)
	}
}

// TestImportKilled stops the world at every change of the store, then imports again.
func TestImportKilled(t *testing.T) {
	b, faulty := faultyBench(t)
	var named []string
	for change := 1; change <= 2; change++ {
		for _, moment := range []storagetest.Moment{storagetest.BeforeEffect, storagetest.AfterEffect} {
			key := fmt.Sprint("k", change, moment)
			dir := tree(t, map[string]string{"a.txt": "một", "b.txt": "hai", "works.csv": "file,work\na.txt," + key + "\nb.txt," + key + "\n"})
			faulty.StopAt(change, moment)
			_, _, totals := b.bring(t, ImportOptions{Folder: dir, Manifest: "works.csv"})
			if totals.Failed == 0 {
				t.Fatalf("%s: the world did not stop", key)
			}
			faulty.Heal()
			if _, _, totals := b.bring(t, ImportOptions{Folder: dir, Manifest: "works.csv"}); totals.Failed != 0 || totals.Added+totals.Exists != 2 {
				t.Fatalf("%s: after the restart: %+v", key, totals)
			}
			w, err := b.catalog.Reader(viewer()).WorkByKey(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range allFiles(&w) {
				named = append(named, f.Key)
			}
		}
	}
	b.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := b.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(named)
	if got := b.staged(t); len(named) != 8 || !slices.Equal(got, named) || b.works(t) != 4 {
		t.Errorf("%d works; staging after the sweep: %v, rows name %v", b.works(t), got, named)
	}
}

func TestSweepKeepsTheYoungAndTheNamed(t *testing.T) {
	b := newBench(t)
	b.bring(t, ImportOptions{Folder: tree(t, map[string]string{"a.txt": "có tên"})})
	if _, err := b.Stage(t.Context(), "mồ côi.txt", strings.NewReader("mồ côi")); err != nil {
		t.Fatal(err)
	}
	for age, want := range map[time.Duration]int{0: 2, 23 * time.Hour: 2} {
		b.now = func() time.Time { return time.Now().Add(age) }
		if err := b.Sweep(t.Context()); err != nil || len(b.staged(t)) != want {
			t.Errorf("after %s: %v, staging %v", age, err, b.staged(t))
		}
	}
	b.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	if err := b.Sweep(t.Context()); err != nil || len(b.staged(t)) != 1 {
		t.Errorf("after a day: %v, staging %v", err, b.staged(t))
	}
}

// TestTwoImportsAtOnce: whoever comes second finds what the first has added, on both databases and from two processes' catalogues.
func TestTwoImportsAtOnce(t *testing.T) {
	const n = 12
	files := map[string]string{}
	rows := "file,work,creator,collection\n"
	for i := range n {
		files[fmt.Sprintf("%d.txt", i)] = fmt.Sprint("tệp ", i)
		rows += fmt.Sprintf("%d.txt,%s,Nguyễn Du,Tuyển tập\n", i, []string{"", fmt.Sprint("k", i/4)}[i%2])
	}
	files["works.csv"] = rows
	dir := tree(t, files)
	for name, open := range map[string]func(testing.TB) catalog.Options{"sqlite": catalogtest.SQLite, "postgres": func(t testing.TB) catalog.Options { return catalogtest.OnPostgres(t) }} {
		t.Run(name, func(t *testing.T) {
			opt := open(t)
			first := benchOn(t, catalogtest.OpenWith(t, opt), storage.NewBucket(memstore.New()))
			second := benchOn(t, catalogtest.OpenWith(t, opt), first.bucket)
			totals := make([]Totals, 2)
			var both sync.WaitGroup
			for i, b := range []bench{first, second} {
				both.Go(func() {
					var err error
					totals[i], err = b.Import(t.Context(), ImportOptions{Folder: dir, Manifest: "works.csv"}, func(r FileResult) {
						if r.Status == Failed {
							t.Errorf("%s: %v", r.File, r.Remark)
						}
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			if totals[0].Added+totals[1].Added != n || totals[0].Exists+totals[1].Exists != n {
				t.Errorf("totals: %+v", totals)
			}
			if got := first.works(t); got != n/2+3 {
				t.Errorf("%d works", got)
			}
			if got := first.staged(t); len(got) != n {
				t.Errorf("%d staged: the second's bytes are still there, or the first's are gone", len(got))
			}
			agents, err := first.catalog.Reader(viewer()).Agents(t.Context(), catalog.AgentFilter{})
			if err != nil || len(agents.Agents) != 1 {
				t.Errorf("agents: %+v %v", agents.Agents, err)
			}
		})
	}
}

func openMinIO(t *testing.T, server *miniotest.Server) *storage.Bucket {
	t.Helper()
	d, err := miniostore.Open(t.Context(), server.DSN("kho"))
	if err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(d)
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// TestMinIOStopsWhileStaging: the server is killed while a file is on its way to it.
func TestMinIOStopsWhileStaging(t *testing.T) {
	server := miniotest.Start(t)
	b := benchOn(t, catalogtest.Open(t), openMinIO(t, server))
	const size = 24 << 20 // several parts of a multipart upload
	_, err := b.Stage(t.Context(), "phim.bin", newReader(size, func() error { server.Stop(); return nil }))
	if archive.ReasonOf(err) != "storage-unavailable" {
		t.Fatalf("staging into a dead server: %v", err)
	}
	if strings.Contains(err.Error(), server.Secret()) {
		t.Error("the error holds the secret key")
	}
	dir := tree(t, map[string]string{"1.txt": "một", "2.txt": "hai", "3.txt": "ba", "4.txt": "bốn", "5.txt": "năm"})
	lines, _, totals := b.bring(t, ImportOptions{Folder: dir})
	if totals.Failed != 5 || b.works(t) != 0 {
		t.Fatalf("import into a dead server: %v", lines)
	}
	server.Restart()
	if got := b.staged(t); len(got) != 0 {
		t.Errorf("half a file is visible: %v", got)
	}
	if _, _, totals := b.bring(t, ImportOptions{Folder: dir}); totals.Added != 5 {
		t.Errorf("after the restart: %+v", totals)
	}
	if s, err := b.Stage(t.Context(), "phim.bin", newReader(size, nil)); err != nil || s.Size != size {
		t.Errorf("after the restart: %+v %v", s, err)
	}
}

// TestImportRealFolder brings a sample of the real material in, on MinIO.
func TestImportRealFolder(t *testing.T) {
	data := os.Getenv("VANNGHE_TESTDATA")
	if data == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	content, err := os.ReadFile(filepath.Join(data, "dev", "works.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(content, []byte("\n"))
	sample := slices.Clone(lines[0])
	for i := 1; i < len(lines); i += 7 {
		sample = append(sample, lines[i]...)
	}
	manifest := filepath.Join(t.TempDir(), "sample.csv")
	if err := os.WriteFile(manifest, sample, 0o600); err != nil {
		t.Fatal(err)
	}
	b := benchOn(t, catalogtest.Open(t), openMinIO(t, miniotest.Start(t)))
	opt := ImportOptions{Folder: filepath.Join(data, "dev"), Manifest: manifest, Publish: true}
	results, _, totals := b.bring(t, opt)
	if totals.Failed != 0 || totals.Added != totals.Files || totals.Added < 40 {
		t.Errorf("%+v\n%s", totals, strings.Join(results, "\n"))
	}
	if _, _, again := b.bring(t, opt); again.Exists != totals.Added || again.Added != 0 {
		t.Errorf("again: %+v", again)
	}
}
