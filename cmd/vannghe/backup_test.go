package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/catalog"
)

// An administrator backs up beside a live server, loses the machine, restores onto an empty one, loses the database, and makes it again.
func TestBackupRestoreRebuild(t *testing.T) {
	t.Parallel()
	folder, data, target := t.TempDir(), t.TempDir(), "disk:"+t.TempDir()
	write(t, folder, "a/thơ.txt", "Trăng sáng vườn chè\n\nMột đêm đã sáng\n")
	write(t, folder, "b/truyện.txt", "Ngày xửa ngày xưa\n")
	write(t, folder, "c/gỡ.txt", "Bài sẽ gỡ\n")
	set := func(data string) []string { return []string{"--data", data, "--backup-to", target} }
	s := serve(t, set(data)...)
	must(t, append([]string{"import", folder, "--publish"}, set(data)...)...)
	var list workList
	s.answer(t, "/api/v1/works", &list)
	gone := ""
	for _, w := range list.Works {
		if strings.Contains(w.Title, "gỡ") {
			gone = w.ID
		}
	}
	must(t, append([]string{"withdraw", gone, "--reason", "Theo lệnh"}, set(data)...)...)
	must(t, append([]string{"drain"}, set(data)...)...)
	if out := must(t, append([]string{"backup"}, set(data)...)...); !strings.Contains(out, "Đã sao lưu xong: 3 tác phẩm") || !strings.Contains(out, "Backed up: 3 works") {
		t.Errorf("backup said %s", out)
	}
	if out := must(t, append([]string{"drill"}, set(data)...)...); !strings.Contains(out, "còn đủ: đã khôi phục thử 3 tác phẩm với 3 bản gốc") || !strings.Contains(out, "is whole") {
		t.Errorf("drill said %s", out)
	}
	want := s.works(t)
	s.stop(t)

	refused := func(command, reason string, r result) {
		t.Helper()
		if r.code != 1 || !strings.Contains(r.err, "["+reason+"]") {
			t.Errorf("%s: %+v", command, r)
		}
	}
	refused("restore over an archive", "storage-filled", vannghe(t, append([]string{"restore"}, set(data)...)...))
	refused("rebuild over a catalogue", "catalog-filled", vannghe(t, append([]string{"rebuild"}, set(data)...)...))
	refused("backup to itself", "backup-same-place", vannghe(t, "backup", "disk:"+filepath.Join(data, "storage"), "--data", data))
	refused("backup to nowhere", "backup-place", vannghe(t, "backup", "--data", data))
	refused("no backup there", "backup-missing", vannghe(t, "restore", "disk:"+t.TempDir(), "--data", t.TempDir()))

	empty := t.TempDir()
	if out := must(t, append([]string{"restore"}, set(empty)...)...); !strings.Contains(out, "đủ 3 tác phẩm") {
		t.Errorf("restore said %s", out)
	}
	sameSite(t, set(empty), want, gone)

	for _, name := range []string{"catalog.db", "catalog.db-wal", "catalog.db-shm"} {
		if err := os.Remove(filepath.Join(empty, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	refused("serve without a catalogue", "catalog-lost", vannghe(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, set(empty)...)...))
	halfRebuilt(t, empty)
	refused("serve on half a catalogue", "rebuild-unfinished", vannghe(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, set(empty)...)...))
	if out := must(t, append([]string{"rebuild"}, set(empty)...)...); !strings.Contains(out, "3 tác phẩm") || !strings.Contains(out, "nothing is missing") {
		t.Errorf("rebuild said %s", out)
	}
	sameSite(t, set(empty), want, gone)
	spoiled(t, target, set(data))
}

// sameSite compares what the public sees.
func sameSite(t *testing.T, set []string, want map[string]int, gone string) {
	t.Helper()
	s := serve(t, set...)
	defer s.stop(t)
	got := s.works(t)
	if len(got) != len(want) || len(got) != 2 {
		t.Errorf("%v are public, %v were", got, want)
	}
	if status, _ := s.get(t, "/tac-pham/x-"+gone); status != 410 {
		t.Errorf("the withdrawn work answers %d", status)
	}
	s.indexed(t)
	if hits := s.search(t, "trang sang"); hits.Total != 1 {
		t.Errorf("%d hits", hits.Total)
	}
}

func (s *server) indexed(t *testing.T) {
	t.Helper()
	until(t, time.Minute, "search finds what was restored", func() bool { return s.search(t, "trang sang").Total > 0 })
}

// halfRebuilt leaves the catalogue as a rebuild that was stopped at once.
func halfRebuilt(t *testing.T, data string) {
	t.Helper()
	c, err := catalog.Open(t.Context(), catalog.Options{DSN: "sqlite:" + filepath.Join(data, "catalog.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.BeginRebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if empty, err := c.Empty(t.Context()); err != nil || !empty {
		t.Errorf("%v %v", empty, err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// spoiled takes an original out of the backup: the drill says so in both languages, and names it.
func spoiled(t *testing.T, target string, set []string) {
	t.Helper()
	found := ""
	err := filepath.WalkDir(strings.TrimPrefix(target, "disk:"), func(path string, d os.DirEntry, err error) error {
		if strings.Contains(path, "/v1/content/original/") && !d.IsDir() {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		t.Fatalf("no original in the backup: %v", err)
	}
	if err := os.Remove(found); err != nil {
		t.Fatal(err)
	}
	r := vannghe(t, append([]string{"drill"}, set...)...)
	if r.code != 1 || !strings.Contains(r.out, "không còn đủ") || !strings.Contains(r.out, "is not whole") || !strings.Contains(r.out, filepath.Base(found)) {
		t.Errorf("drill said %+v", r)
	}
}
