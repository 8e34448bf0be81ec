package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vannghe/internal/catalog"
	"vannghe/storage/miniostore/miniotest"
)

// manyPoems are so many that an import of them is still under way when the first has been seen.
const manyPoems = 24

// poems writes n short poems, which are imported one after another, and returns their folder.
func poems(t *testing.T, n int) string {
	t.Helper()
	folder := t.TempDir()
	for i := range n {
		write(t, folder, fmt.Sprintf("tho/bai-%03d.txt", i), fmt.Sprintf("Bài thứ %d nói về con đò số %d\nneo bên bến nước", i, i))
	}
	return folder
}

// While an import runs, the pages and the search of the live server show the works that have come so far.
func TestImportBesideALiveServer(t *testing.T) {
	t.Parallel()
	for name, settings := range stores(t) {
		t.Run(name, func(t *testing.T) {
			set := settings(t)
			s := serve(t, set...)
			if n := len(s.works(t)); n != 0 {
				t.Fatalf("a new archive holds %d works", n)
			}
			const n = manyPoems
			r := startImport(t, append([]string{poems(t, n), "--publish"}, set...)...)
			early := s.seesEarlyWorks(t, r)
			if early == 0 {
				t.Error("no work was shown before the import had ended")
			}
			if code := r.wait(); code != 0 {
				t.Errorf("the import ended with status %d", code)
			}
			if works := s.works(t); len(works) != n {
				t.Errorf("after import the server lists %d works", len(works))
			}
			if total := s.search(t, "con do neo ben ben nuoc").Total; total != n {
				t.Errorf("import has returned, but search finds %d works", total)
			}
			s.stop(t)
		})
	}
}

// seesEarlyWorks takes the lines of an import as they come, looks for the work of each on the pages and in search, and returns how
// many it saw there while the import was still under way, three at most.
func (s *server) seesEarlyWorks(t *testing.T, r *running) int {
	t.Helper()
	early := 0
	for early < 3 && r.next() {
		line := r.said[len(r.said)-1]
		if line.Work == "" {
			continue
		}
		var w apiWork
		s.answer(t, "/api/v1/works/"+line.Work, &w)
		until(t, 10*time.Second, w.Title+" is listed and found", func() bool {
			public := s.public(t)
			_, list := s.get(t, "/the-loai/tho")
			onPage := strings.Contains(list, s.path(w.URL)) || len(public) > catalog.DefaultSize // the oldest are on the next page
			return onPage && slices.Contains(public, line.Work) && s.finds(t, w.Title, line.Work)
		})
		if !r.hasEnded() {
			early++
		}
	}
	return early
}

// MinIO stops while an import is under way, or while what it brought is being derived. Whatever has become public is whole, nothing
// recorded is lost, the failure has a reason, and when MinIO is back the next run carries on to the end.
func TestMinIOStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	t.Run("of an import beside a server", func(t *testing.T) {
		minio := miniotest.Start(t)
		set := []string{"--data", t.TempDir(), "--storage", minio.DSN("vannghe")}
		s := serve(t, set...)
		folder := poems(t, manyPoems)
		p := openParts(t, set) // which the store has to be there for
		r := startImport(t, append([]string{folder, "--publish", "--no-wait"}, set...)...)
		firstLine(t, r, set)
		minio.Stop()
		code := r.wait()
		failed := r.reasons("failed")
		if code != 1 || len(failed) == 0 || failed["storage-unavailable"] == 0 || len(failed) != 1 {
			t.Errorf("the import ended with status %d and failures %v", code, failed)
		}
		if status, _ := s.get(t, "/the-loai/tho"); status != 200 {
			t.Errorf("the list answers %d while the store is away", status)
		}
		recorded := p.recorded(t)
		for _, id := range r.added() {
			if recorded[id].ID == "" {
				t.Errorf("%s was told of as added and is not recorded", id)
			}
		}
		minio.Restart()
		s.whilePublicIsPlayable(t, p.catalog.JobsIdle)
		s.holdsAll(t, recorded)
		again := startImport(t, append([]string{folder, "--publish"}, set...)...)
		if code := again.wait(); code != 0 || len(again.added())+len(recorded) != manyPoems {
			t.Errorf("the next import: status %d, %d works added to %d", code, len(again.added()), len(recorded))
		}
		s.holdsAll(t, p.recorded(t))
		s.stop(t)
		inspect(t, set)
	})
	t.Run("of derivation, and is back while the import waits", func(t *testing.T) {
		minio := miniotest.Start(t)
		set := []string{"--data", t.TempDir(), "--storage", minio.DSN("vannghe")}
		s := serve(t, set...)
		p := openParts(t, set) // which the store has to be there for
		r := startImport(t, append([]string{gallery(t), "--manifest", "works.csv", "--publish"}, set...)...)
		firstLine(t, r, set)
		minio.Stop()
		if status, _ := s.get(t, "/healthz"); status != 200 {
			t.Errorf("the server answers %d while the store is away", status)
		}
		waits := func() bool {
			counts, err := p.catalog.JobCounts(t.Context())
			return err == nil && counts.Waiting > 0 && counts.Running == 0
		}
		until(t, time.Minute, "all jobs wait for the store", waits)
		if r.hasEnded() {
			t.Fatal("the import has not waited")
		}
		minio.Restart()
		s.whilePublicIsPlayable(t, p.catalog.JobsIdle)
		if code := r.wait(); code != 0 || len(r.added()) != galleryWorks {
			t.Errorf("the import ended with status %d, %d works added: %+v", code, len(r.added()), r.said)
		}
		s.holdsAll(t, p.recorded(t))
		s.stop(t)
		inspect(t, set)
	})
}

// The disk of the archive is full: the import says so and ends with status 1, the server goes on, and after room is made the next
// import brings the rest.
func TestFullDisk(t *testing.T) {
	data := t.TempDir()
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=160m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI has to mount a small disk: %v", err)
		}
		t.Skipf("cannot mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(data, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	set := []string{"--data", data}
	s := serve(t, set...)
	must(t, append([]string{"import", poems(t, 3), "--publish"}, set...)...)
	before := s.public(t)
	folder := t.TempDir()
	for i := range 6 {
		write(t, folder, fmt.Sprintf("goc-%d.bin", i), strings.Repeat(fmt.Sprintf("\x00\xff%d", i), 14<<20))
	}
	r := startImport(t, append([]string{folder, "--publish"}, set...)...)
	code := r.wait()
	failed := r.reasons("failed")
	if code != 1 || failed["storage-full"] == 0 {
		t.Errorf("the import ended with status %d and failures %v", code, failed)
	}
	for _, line := range r.said {
		if line.Code == "storage-full" && !strings.Contains(line.Message, "hết chỗ") {
			t.Errorf("a full disk is called %q", line.Message)
		}
	}
	for _, id := range before {
		s.playable(t, id)
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", syscall.MS_REMOUNT, "size=512m"); err != nil {
		t.Fatal(err)
	}
	if again := vannghe(t, append([]string{"import", folder, "--publish"}, set...)...); again.code != 0 {
		t.Errorf("after room was made: status %d\n%s%s", again.code, again.out, again.err)
	}
	p := openParts(t, set)
	if n := len(p.recorded(t)); n != 9 {
		t.Errorf("%d works, want 9", n)
	}
	s.stop(t)
}
