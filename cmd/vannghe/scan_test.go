package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool/clamd/clamdtest"
)

// TestScanner: while the virus scanner is away nothing that came in is public; when it is back, what is clean appears by itself, and what
// is infected is reported and served to nobody.
func TestScanner(t *testing.T) {
	t.Parallel()
	daemon := clamdtest.New(t)
	folder := t.TempDir()
	for name, content := range map[string]string{"tho.txt": "Bến cũ trăng lên\nthuyền ai ghé lại\n", "doc.txt": string(clamdtest.Infected())} {
		noError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	set := []string{"--data", t.TempDir(), "--clamd", daemon.Address()}
	out := must(t, append([]string{"import", folder, "--publish", "--no-wait", "--json"}, set...)...)
	files, _ := fileLines(t, out)
	for name, f := range files {
		if f.Status != "added" || f.Code != string(archive.ScanWaits) || f.Message == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	s := serve(t, set...)
	p := openParts(t, set)
	until(t, patience, "both are archived", func() bool {
		for _, w := range p.recorded(t) {
			if w.Representations[0].Files[0].State != archive.FileArchived {
				return false
			}
		}
		return true
	})
	if n := len(s.public(t)); n != 0 {
		t.Errorf("%d works are public before they were scanned", n)
	}
	daemon.Start()
	until(t, patience, "both are published", func() bool { return len(s.public(t)) == 2 })
	for _, w := range p.recorded(t) {
		f := w.Representations[0].Files[0]
		status, body := s.get(t, "/media/"+string(w.ID)+"/"+string(f.ID)+"/original/"+f.Name)
		infected := f.Name == "doc.txt"
		if infected != (f.Problem == archive.Infected) || infected != (status == 403) || infected == strings.Contains(body, "trăng") {
			t.Errorf("%s with problem %q: %d %s", f.Name, f.Problem, status, body)
		}
		if infected {
			status, body = s.get(t, "/api/v1/works/"+string(w.ID))
			if status != 200 || strings.Contains(body, "/original/") || strings.Contains(body, "EICAR") {
				t.Errorf("the infected work: %d %s", status, body)
			}
		}
	}
	s.stop(t)
	noError(t, os.WriteFile(filepath.Join(folder, "doc2.txt"), append(clamdtest.Infected(), '\n'), 0o600))
	r := vannghe(t, append([]string{"import", folder, "--json"}, set...)...)
	files, _ = fileLines(t, r.out)
	if f := files["doc2.txt"]; r.code == 0 || f.Status != "failed" || f.Code != string(archive.Infected) {
		t.Errorf("status %d, %+v", r.code, f)
	}
}
