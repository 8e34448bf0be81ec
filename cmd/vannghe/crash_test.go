package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
	"vannghe/storage/miniostore/miniotest"
)

// crashes is how many instants each crash test kills at.
const crashes = 5

// killedImport starts an import and kills it after the given time, wherever it then is. It reports false when the import had
// ended before.
func killedImport(t *testing.T, after time.Duration, args ...string) bool {
	t.Helper()
	cmd := program(t, append([]string{"import"}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	instant := time.NewTimer(after)
	defer instant.Stop()
	select {
	case <-ended:
		return false
	case <-instant.C:
		_ = cmd.Process.Kill()
		<-ended
		return true
	}
}

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

// kill -9 at any instant of import and derivation, then start: no work lost, none doubled, none half-visible, no job stuck.
// The instants are spread by chance over the time that an import takes undisturbed.
func TestKillAtAnyInstant(t *testing.T) {
	for name, settings := range stores(t) {
		t.Run(name, func(t *testing.T) {
			chance := seed(t)
			folder := gallery(t)
			begun := time.Now()
			must(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish"}, settings(t)...)...)
			whole := time.Since(begun)
			for range crashes {
				after := time.Duration(chance.Float64() * float64(whole))
				t.Run(after.Round(time.Millisecond).String(), func(t *testing.T) { crashOnce(t, folder, after, settings(t)) })
			}
		})
	}
}

// gallery is the library with a picture, so that tools are at work when the crash comes.
func gallery(t *testing.T) string {
	t.Helper()
	folder := library(t)
	if err := os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 900, 600), 0o600); err != nil {
		t.Fatal(err)
	}
	manifest, err := os.OpenFile(filepath.Join(folder, "works.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	if _, err := manifest.WriteString("tranh.png,Bức tranh,Đỗ Nhàn,hội họa,\n"); err != nil {
		t.Fatal(err)
	}
	return folder
}

func crashOnce(t *testing.T, folder string, after time.Duration, set []string) {
	args := append([]string{folder, "--manifest", "works.csv", "--publish"}, set...)
	t.Logf("killed: %v", killedImport(t, after, args...))

	s := serve(t, set...) // the next start carries on
	for title, times := range s.works(t) {
		if times != 1 {
			t.Errorf("after the crash %q is there %d times", title, times)
		}
	}
	must(t, append([]string{"import"}, args...)...) // what had not been recorded yet goes in
	works := s.works(t)
	if len(works) != 4 {
		t.Errorf("%d works, want 4: %v", len(works), works)
	}
	for title, times := range works {
		if times != 1 {
			t.Errorf("%q is there %d times", title, times)
		}
		if got := s.search(t, title); got.Total == 0 {
			t.Errorf("%q cannot be found", title)
		}
	}
	s.stop(t)
	inspect(t, set)
}

// inspect opens the archive without a server: every job is done, every work is whole, every OCFL object valid, nothing is left in staging.
func inspect(t *testing.T, set []string) {
	t.Helper()
	ctx := context.Background()
	data := set[1]
	c, err := catalog.Open(ctx, catalog.Options{DSN: "sqlite:" + filepath.Join(data, "catalog.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	counts, err := c.JobCounts(ctx)
	if err != nil || counts.Waiting+counts.Running+counts.Failed != 0 {
		t.Errorf("jobs left: %+v, %v", counts, err)
	}
	reader := c.Reader(archive.System("test"))
	page, err := reader.Works(ctx, catalog.WorkFilter{Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range page.Works {
		inspectWork(t, reader, w)
	}
	if len(set) == 2 { // a disk store
		driver, err := diskstore.Open(filepath.Join(data, "storage"))
		if err != nil {
			t.Fatal(err)
		}
		inspectStore(t, storage.NewBucket(driver))
	}
}

func inspectWork(t *testing.T, reader *catalog.Reader, w archive.Work) {
	t.Helper()
	ctx := context.Background()
	if w.Preserved != w.Version {
		t.Errorf("%s: version %d, but only %d is in the archive of record", w.Title, w.Version, w.Preserved)
	}
	events, err := reader.Events(ctx, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.CheckChain(events); err != nil {
		t.Errorf("%s: %v", w.Title, err)
	}
	made, err := reader.Derivatives(ctx, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range made[w.ID] {
		if d.State != archive.DerivativeReady {
			t.Errorf("%s: %s is %s (%s)", w.Title, d.Recipe, d.State, d.Problem)
		}
	}
}

func inspectStore(t *testing.T, bucket *storage.Bucket) {
	t.Helper()
	ctx := context.Background()
	defer bucket.Close()
	for o, err := range bucket.List(ctx, "staging") {
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("left in staging until the sweep: %s", o.Key)
	}
	root, err := ocfl.Open(ctx, bucket, archivePrefix)
	if err != nil {
		t.Fatal(err)
	}
	for id, err := range root.Objects(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		problems, err := root.Validate(ctx, id, ocfl.Fixity)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Errorf("%s: %v", id, p)
		}
	}
}

// MinIO stops in the middle of an import: the import says so and ends with status 1; when MinIO is back, the next run carries on.
func TestMinIOStopsInTheMiddle(t *testing.T) {
	minio := miniotest.Start(t)
	set := []string{"--data", t.TempDir(), "--storage", minio.DSN("vannghe")}
	s := serve(t, set...)
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, set...)...)
	poem := s.page(t, "Bến cũ")
	minio.Stop()
	second := t.TempDir()
	write(t, second, "moi.txt", "Một bài thơ mới\ngửi trong lúc kho ngừng")
	r := vannghe(t, append([]string{"import", second, "--publish"}, set...)...)
	if r.code != 1 || r.err == "" {
		t.Errorf("import into a stopped store: status %d\n%s", r.code, r.err)
	}
	if status, _ := s.get(t, poem); status != 200 && status != 503 {
		t.Errorf("the page of a poem answers %d while the store is down", status)
	}
	minio.Restart()
	must(t, append([]string{"import", second, "--publish"}, set...)...)
	if n := len(s.works(t)); n != 4 {
		t.Errorf("%d works after the store came back, want 4", n)
	}
	s.stop(t)
}
