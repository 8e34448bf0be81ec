package main

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/preserve"
	"vannghe/internal/tool/clamd/clamdtest"
)

// verifies runs verify and returns its status, what it told and its totals.
func verifies(t *testing.T, args ...string) (int, []damageLine, verifyTotals) {
	t.Helper()
	r := vannghe(t, append([]string{"verify", "--json"}, args...)...)
	all := lines(r.out)
	if len(all) == 0 {
		t.Fatalf("status %d, %s", r.code, r.err)
	}
	var told []damageLine
	for _, line := range all[:len(all)-1] {
		var d damageLine
		noError(t, json.Unmarshal([]byte(line), &d))
		told = append(told, d)
	}
	var totals verifyTotals
	noError(t, json.Unmarshal([]byte(all[len(all)-1]), &totals))
	return r.code, told, totals
}

// original returns the file in the folder of a store that holds what is archived under a name.
func original(t *testing.T, folder, name string) string {
	t.Helper()
	found := ""
	noError(t, filepath.WalkDir(filepath.Join(folder, "archive"), func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, "/"+name) {
			found = path
		}
		return err
	}))
	if found == "" {
		t.Fatalf("%s is not archived", name)
	}
	return found
}

// flip changes a bit of a file past everything that keeps it from being changed.
func flip(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	noError(t, err)
	data[len(data)/2] ^= 1
	noError(t, os.Chmod(path, 0o600))
	noError(t, os.WriteFile(path, data, 0o600))
}

// TestVerify: an archive that is whole is told to be; a flipped bit is named with its work and what to do, on the terminal, to an administrator and on the
// page of the machine, also when the server finds it by itself; another copy of the store gives the file back, and an infected one that was archived
// before there was a scanner is shut away.
func TestVerify(t *testing.T) {
	t.Parallel()
	data, mirror := t.TempDir(), t.TempDir()
	set := []string{"--data", data, "--verify-rate", "0"}
	folder := library(t)
	noError(t, os.WriteFile(filepath.Join(folder, "tho", "la.txt"), clamdtest.Infected(), 0o600))
	more(t, filepath.Join(folder, "works.csv"), "tho/la.txt,Tệp lạ,Đỗ Nhàn,thơ,\n")
	must(t, append([]string{"import", folder, "--manifest", "works.csv", "--publish"}, set[:2]...)...)
	store := filepath.Join(data, "storage")
	noError(t, os.CopyFS(mirror, os.DirFS(store)))
	if code, told, totals := verifies(t, set...); code != 0 || len(told) != 0 || totals.Objects < 8 || totals.Files < 12 || totals.Bytes == 0 {
		t.Fatalf("a whole archive: status %d, %v, %+v", code, told, totals)
	}

	path := original(t, store, "hoa.txt")
	flip(t, path)
	code, told, totals := verifies(t, set...)
	if code != 1 || len(told) != 1 || totals.Problems != 1 || told[0].Kind != archive.DamageChanged || told[0].Title != "Sắc hoa" || told[0].Name != "hoa.txt" ||
		!strings.Contains(told[0].Message, "“hoa.txt” không còn đúng") || told[0].Advice == "" {
		t.Fatalf("a flipped bit: status %d, %+v, %+v", code, told, totals)
	}
	testVerifiedByTheServer(t, set)

	code, told, totals = verifies(t, append(set, "--mirror", "disk:"+mirror)...)
	if code != 0 || len(told) != 1 || !told[0].Repaired || totals.Repaired != 1 {
		t.Errorf("with another copy: status %d, %+v, %+v", code, told, totals)
	}
	if is, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(is), "Hoà trong mưa") {
		t.Errorf("the file is %q, %v", is, err)
	}
	if r := vannghe(t, append([]string{"verify", "--mirror", "disk:" + t.TempDir()}, set...)...); r.code != 1 || !strings.Contains(r.err, "[archive-foreign]") {
		t.Errorf("an empty second store: status %d, %s", r.code, r.err)
	}
	testVerifyAsksTheScanner(t, set)
}

// testVerifiedByTheServer: the server looks by itself when it is time, and ends at once when it is told to.
func testVerifiedByTheServer(t *testing.T, set []string) {
	p := openParts(t, set[:2])
	fixity := "catalog.fixity"
	var before, now struct {
		Time     time.Time
		Problems int
	}
	noError(t, p.catalog.Reader(archive.System("test")).Setting(t.Context(), fixity, &before))
	s := serve(t, append([]string{"--verify-every", "1ms", "--metrics-token", "x"}, set...)...)
	until(t, patience, "the server has checked the archive", func() bool {
		noError(t, p.catalog.Reader(archive.System("test")).Setting(t.Context(), fixity, &now))
		return now.Time.After(before.Time)
	})
	if now.Problems != 1 {
		t.Errorf("the server found %d problems", now.Problems)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/van-hanh", nil)
	noError(t, err)
	req.Header.Set("Authorization", "Bearer x")
	resp, err := http.DefaultClient.Do(req)
	noError(t, err)
	body, err := io.ReadAll(resp.Body)
	noError(t, err)
	noError(t, resp.Body.Close())
	for _, want := range []string{"1 chỗ không còn như cũ", "Kho có chỗ không còn như cũ", "Sắc hoa", "“hoa.txt” không còn đúng", "Khai báo kho thứ hai"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	s.stop(t)
}

func testVerifyAsksTheScanner(t *testing.T, set []string) {
	daemon := clamdtest.Start(t)
	code, told, _ := verifies(t, append(set, "--clamd", daemon.Address())...)
	if code != 1 || len(told) != 1 || told[0].Kind != archive.DamageInfected || told[0].Name != "la.txt" {
		t.Errorf("with a scanner: status %d, %+v", code, told)
	}
	p := openParts(t, set[:2])
	for id, w := range p.recorded(t) {
		f := w.Representations[0].Files[0]
		if f.Problem.Quarantined() != (f.Name == "la.txt") {
			t.Errorf("%s: %q", f.Name, f.Problem)
		}
		events, err := p.catalog.Reader(archive.System("test")).Events(t.Context(), archive.WorkID(id))
		noError(t, err)
		scans := 0
		for _, e := range events {
			if e.Type == archive.EventVirusCheck {
				scans++
			}
		}
		if scans != 1 {
			t.Errorf("%s has %d events of the scanner", w.Title, scans)
		}
	}
	if code, told, _ = verifies(t, append(set, "--clamd", daemon.Address())...); code != 0 || len(told) != 0 {
		t.Errorf("what is shut away is told of again: status %d, %+v", code, told)
	}
}

// TestVerifyIsKilled: after kill -9 in the middle the next run goes on, and everything is looked at once.
func TestVerifyIsKilled(t *testing.T) {
	t.Parallel()
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", poems(t, 20), "--publish"}, set...)...)
	p := openParts(t, set)
	cmd := program(t, append([]string{"verify", "--verify-rate", "1"}, set...)...) // a mebibyte a second: each small file is paid for as one
	noError(t, cmd.Start())
	var round preserve.Round
	until(t, patience, "some works are looked at", func() bool {
		_ = p.catalog.Reader(archive.System("test")).Setting(t.Context(), "catalog.fixity.round.command", &round)
		return round.Objects >= 3
	})
	noError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	code, told, totals := verifies(t, append([]string{"--verify-rate", "0"}, set...)...)
	if code != 0 || len(told) != 0 || totals.Objects < 20 {
		t.Errorf("status %d, %+v, %+v", code, told, totals)
	}
	for id := range p.recorded(t) {
		events, err := p.catalog.Reader(archive.System("test")).Events(t.Context(), archive.WorkID(id))
		noError(t, err)
		n := 0
		for _, e := range events {
			if e.Type == archive.EventFixity {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s was told of %d times", id, n)
		}
	}
}
