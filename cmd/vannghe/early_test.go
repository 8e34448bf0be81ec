package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"vannghe/internal/catalog/catalogtest"
)

// TestReadersDoNotWaitForWorkers: while the workers still look for what a crash left undone, which takes as long as the archive is large, pages are
// served; then the jobs run. The table of jobs is locked, so that the look lasts for as long as the test wants.
func TestReadersDoNotWaitForWorkers(t *testing.T) {
	set := []string{"--data", t.TempDir(), "--database", catalogtest.OnPostgres(t).DSN}
	bring := func(name string) {
		folder := t.TempDir()
		noError(t, os.WriteFile(filepath.Join(folder, name), []byte("Bến trăng\n"+name+"\n"), 0o600))
		must(t, append([]string{"import", folder}, set...)...)
	}
	bring("một.txt")
	conn, err := pgx.Connect(t.Context(), set[3])
	noError(t, err)
	defer func() { noError(t, conn.Close(t.Context())) }()
	tx, err := conn.Begin(t.Context())
	noError(t, err)
	_, err = tx.Exec(t.Context(), "LOCK TABLE river_job IN ACCESS EXCLUSIVE MODE")
	noError(t, err)
	s := serve(t, set...)
	for _, path := range []string{"/", "/readyz", "/tim-kiem?q=trang", "/api/v1/works"} {
		if status, body := s.get(t, path); status != http.StatusOK {
			t.Errorf("%s: status %d: %s", path, status, body)
		}
	}
	p := openParts(t, set)
	if n, err := p.catalog.Workers(t.Context()); err != nil || n != 0 {
		t.Errorf("%d processes run jobs, %v: the look is over", n, err)
	}
	noError(t, tx.Rollback(t.Context()))
	bring("hai.txt")
	noError(t, p.catalog.JobsIdle(t.Context()))
	if n, err := p.catalog.Workers(t.Context()); err != nil || n != 1 {
		t.Errorf("%d processes run jobs, %v", n, err)
	}
	s.stop(t)
}
