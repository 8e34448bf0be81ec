package main

import (
	"context"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
	"vannghe/storage/miniostore/miniotest"
)

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

const badLineWorks = 8 // poems, and a picture

// TestABadLineToMinIO: while answers come late, are cut or are 503, nothing that becomes public is half there and nothing that was told of is lost; when the
// line is good again, the next import brings the rest and everything is whole.
func TestABadLineToMinIO(t *testing.T) {
	t.Parallel()
	minio := miniotest.Start(t)
	line := newRelay(t, minio.Address(), seed(t))
	set := []string{"--data", t.TempDir(), "--storage", strings.Replace(minio.DSN("vannghe"), minio.Address(), line.address, 1)}
	s := serve(t, set...)
	p := openParts(t, set)
	line.spoil(0.04)
	folder := poems(t, badLineWorks)
	noError(t, os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 300, 200), 0o600))
	args := append([]string{folder, "--publish", "--no-wait"}, set...)
	var r *running
	var told []string
	for range 5 { // one that ends early, as it may, has not met every kind of fault: whoever was told so tries again
		r = startImport(t, args...)
		r.wait()
		if told = append(told, r.added()...); line.allKinds() {
			break
		}
	}
	idle, stop := context.WithTimeout(t.Context(), 10*time.Second)
	_ = p.catalog.JobsIdle(idle)
	stop()
	line.spoil(0)
	late, cut, busy, passed := line.counted()
	t.Logf("of the requests %d came late, %d were cut, %d were refused, %d passed; status %v", late, cut, busy, passed, r.reasons("failed"))
	if !line.allKinds() {
		t.Error("the line was not bad")
	}
	recorded := p.recorded(t)
	for _, id := range told {
		if recorded[id].ID == "" {
			t.Errorf("%s was told of as added and is not recorded", id)
		}
	}
	s.whilePublicIsPlayable(t, p.catalog.JobsIdle)
	again := startImport(t, append([]string{folder, "--publish"}, set...)...)
	if code := again.wait(); code != 0 || len(again.added()) != badLineWorks+1-len(recorded) {
		t.Errorf("the next import: status %d, %d works added to %d: %+v", code, len(again.added()), len(recorded), again.said)
	}
	s.holdsAll(t, p.recorded(t))
	s.stop(t)
	inspect(t, set)
}

// TestEveryLongAnswerIsCut: a line that gives fifty thousand bytes at a time makes nobody say that an archive is damaged, and keeps nobody from a backup.
func TestEveryLongAnswerIsCut(t *testing.T) {
	t.Parallel()
	minio := miniotest.Start(t)
	line := newRelay(t, minio.Address(), seed(t))
	data, dsn := t.TempDir(), minio.DSN("vannghe")
	folder := t.TempDir()
	noError(t, os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 300, 200), 0o600))
	must(t, "import", folder, "--publish", "--data", data, "--storage", dsn)
	set := []string{"--data", data, "--storage", strings.Replace(dsn, minio.Address(), line.address, 1)}
	line.cutAfter(50_000)
	if code, told, totals := verifies(t, append([]string{"--verify-rate", "0"}, set...)...); code != 0 || len(told) > 0 {
		t.Errorf("verify: status %d, %+v, %+v", code, told, totals)
	}
	to := "disk:" + t.TempDir()
	must(t, append([]string{"backup", to}, set...)...)
	if code, told, _ := verifies(t, "--verify-rate", "0", "--data", data, "--storage", to+"/files"); code != 0 || len(told) > 0 {
		t.Errorf("what was backed up: status %d, %+v", code, told)
	}
	if _, cut, _, _ := line.counted(); cut < 6 { // of a picture of 240,000 bytes, twice
		t.Errorf("%d answers were cut", cut)
	}
}

const restartWorks = 10

// TestPostgresIsRestarted: the database goes away and comes back while an import runs beside a server. Whoever waited goes on.
func TestPostgresIsRestarted(t *testing.T) {
	t.Parallel()
	database := catalogtest.Postgres(t)
	set := []string{"--data", t.TempDir(), "--database", database.Options(t).DSN}
	s := serve(t, set...)
	folder := poems(t, restartWorks)
	r := startImport(t, append([]string{folder, "--publish", "--no-wait"}, set...)...)
	firstLine(t, r, set)
	database.Stop(t)
	database.Start(t)
	r.wait()
	p := openParts(t, set)
	recorded := p.recorded(t)
	for _, id := range r.added() {
		if recorded[id].ID == "" {
			t.Errorf("%s was told of as added and is not recorded", id)
		}
	}
	s.whilePublicIsPlayable(t, p.catalog.JobsIdle)
	again := startImport(t, append([]string{folder, "--publish"}, set...)...)
	if code := again.wait(); code != 0 || len(again.added())+len(recorded) != restartWorks {
		t.Errorf("the next import: status %d, %d works added to %d", code, len(again.added()), len(recorded))
	}
	s.holdsAll(t, p.recorded(t))
	s.stop(t)
	inspect(t, set)
}

// TestDiskFullAtEveryStage lets a disk run full at one point after the other of import and derivation: files, catalogue, index and scratch lie on it. The import says so
// or ends well; when there is room again the next brings the rest, and everything is whole. VANNGHE_CRASHES says how many points.
func TestDiskFullAtEveryStage(t *testing.T) {
	data := t.TempDir()
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=256m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to mount a small disk: %v", err)
		}
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() { noError(t, syscall.Unmount(data, syscall.MNT_DETACH)) })
	chance := seed(t)
	points := 3
	if os.Getenv("VANNGHE_CRASHES") != "" {
		points = 40
	}
	set := []string{"--data", data}
	g := &siege{set: set, parts: nil}
	full := 0
	for n := range points {
		if fillAndImport(t, g, chance, data) {
			full++
		}
		if t.Failed() {
			t.Fatalf("point %d", n)
		}
	}
	t.Logf("the disk was full at %d of %d points", full, points)
	if full == 0 {
		t.Error("the disk was never full")
	}
	inspect(t, set)
}

// fillAndImport leaves little room on the disk, imports, makes room, imports again, and reports whether the room had been too little.
func fillAndImport(t *testing.T, g *siege, chance *rand.Rand, data string) bool {
	g.batch++
	folder := t.TempDir()
	write(t, folder, "tho.txt", strings.Repeat("Trăng lên bến vắng\n", 40+g.batch))
	noError(t, os.WriteFile(filepath.Join(folder, "tranh.png"), noisePNG(t, 300+g.batch, 200), 0o600))
	var disk syscall.Statfs_t
	noError(t, syscall.Statfs(data, &disk))
	room := int64(chance.IntN(900)) << 10 // bytes: the two files and all that is made of them take about so much
	ballast := filepath.Join(data, "ballast")
	noError(t, os.WriteFile(ballast, make([]byte, max(0, int64(disk.Bavail)*disk.Bsize-room)), 0o600))
	args := append([]string{"import", folder, "--publish", "--no-wait", "--json"}, g.set...)
	first := vannghe(t, args...)
	archiveSome(t, g)
	noError(t, os.Remove(ballast))
	again := vannghe(t, append([]string{"import", folder, "--publish", "--json"}, g.set...)...)
	if again.code != 0 {
		t.Errorf("%d KiB free: status %d, then with room %d\n%s%s\n%s%s", room>>10, first.code, again.code, first.out, first.err, again.out, again.err)
	}
	return first.code != 0
}

// archiveSome lets what was recorded go on for a moment on the full disk: some is archived, nothing can be made.
func archiveSome(t *testing.T, g *siege) {
	cmd := program(t, append([]string{"drain"}, g.set...)...)
	noError(t, cmd.Start())
	enough := time.AfterFunc(3*time.Second, func() { _ = cmd.Process.Kill() })
	defer enough.Stop()
	_ = cmd.Wait()
}

// TestTheClockIsSetBack: between what is written at one hour and what is written at an earlier one chains hold, versions follow each other, and what was
// published stays public.
func TestTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", poems(t, 2), "--publish"}, set...)...)
	earlier := func() time.Time { return time.Now().Add(-3 * time.Hour) }
	back, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + filepath.Join(set[1], "catalog.db"), Now: earlier})
	noError(t, err)
	p := openParts(t, set)
	var withdrawn string
	for id := range p.recorded(t) {
		withdrawn = id
	}
	edit := editorial.New(editorial.Options{Catalog: back})
	noError(t, edit.Withdraw(t.Context(), archive.WorkID(withdrawn), editorial.By{Agent: "test"}, "Thử"))
	noError(t, edit.Restore(t.Context(), archive.WorkID(withdrawn), editorial.By{Agent: "test"}, "Thử"))
	noError(t, back.Close())
	s := serve(t, set...)
	noError(t, p.catalog.JobsIdle(t.Context()))
	until(t, patience, "both works are public and found", func() bool { return len(s.public(t)) == 2 && s.search(t, "con do neo ben ben nuoc").Total == 2 })
	s.stop(t)
	inspect(t, set)
	if code, told, _ := verifies(t, append([]string{"--verify-rate", "0"}, set...)...); code != 0 {
		t.Errorf("verify: %+v", told)
	}
}
