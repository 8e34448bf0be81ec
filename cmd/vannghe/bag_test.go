package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/bagit"
)

// baggedWorks is how many works the library has.
const baggedWorks = 3

// TestBags: everything is exported as bags and brought into an empty archive, where each work is a draft with its id, its words, its people, its bytes and the
// chain of events it had; a second time nothing is added. Bags that are not as they were packed are refused whole, and an id that is taken is not taken over.
func TestBags(t *testing.T) {
	t.Parallel()
	from := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, from...)...)
	old := openParts(t, from)
	var withdrawn string
	for id, w := range old.recorded(t) {
		if w.Title == "Sắc hoa" {
			withdrawn = id
		}
	}
	must(t, append([]string{"withdraw", withdrawn, "--reason", "Theo yêu cầu"}, from...)...)
	must(t, append([]string{"drain"}, from...)...)
	bags := t.TempDir()
	if out := lines(must(t, append([]string{"export", "--all", "--to", bags}, from...)...)); len(out) != baggedWorks {
		t.Fatalf("exported %q", out)
	}
	if again := must(t, append([]string{"export", "--all", "--to", bags}, from...)...); again != "" {
		t.Errorf("exported again: %q", again)
	}
	before := old.recorded(t)
	for id := range before {
		testOneBag(t, filepath.Join(bags, id))
	}
	testBroughtIn(t, bags, old, before)
	testBadBag(t, bags, withdrawn)
}

// testOneBag has programs that are not ours look at a bag.
func testOneBag(t *testing.T, folder string) {
	t.Helper()
	for _, manifest := range []string{"manifest-sha512.txt", "tagmanifest-sha512.txt"} {
		cmd := exec.CommandContext(t.Context(), "sha512sum", "--strict", "--quiet", "-c", manifest)
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", manifest, err, out)
		}
	}
	for name, want := range map[string]string{"premis.xml": "<eventType>ingestion</eventType>", "dublin-core.xml": "<dc:title>"} {
		text, err := os.ReadFile(filepath.Join(folder, "data", name))
		noError(t, err)
		if !strings.Contains(string(text), want) {
			t.Errorf("%s has no %s", name, want)
		}
	}
}

func testBroughtIn(t *testing.T, bags string, old *parts, before map[string]archive.Work) {
	to := []string{"--data", t.TempDir()}
	files, totals := fileLines(t, must(t, append([]string{"import", bags, "--bags", "--json"}, to...)...))
	if totals["works"] != baggedWorks || totals["added"] != len(files) {
		t.Errorf("brought in: %v, %v", totals, files)
	}
	p := openParts(t, to)
	for id, w := range p.recorded(t) {
		was := before[id]
		if w.State != archive.Draft || w.PublishWhenReady || w.Title != was.Title || w.Date != was.Date || len(w.Credits) != len(was.Credits) || len(w.Collections) != len(was.Collections) {
			t.Errorf("%s became %+v", was.Title, w)
		}
		for i, c := range w.Credits {
			if c != was.Credits[i] {
				t.Errorf("%s: credit %+v became %+v", was.Title, was.Credits[i], c)
			}
		}
		if a, b := w.Representations[0].Files[0], was.Representations[0].Files[0]; a.Digest != b.Digest || a.Name != b.Name || a.State != archive.FileArchived {
			t.Errorf("%s: %+v became %+v", was.Title, b, a)
		}
		events, err := p.catalog.Reader(archive.System("test")).Events(t.Context(), archive.WorkID(id))
		noError(t, err)
		noError(t, archive.CheckChain(events))
		chain, err := old.catalog.Reader(archive.System("test")).Events(t.Context(), archive.WorkID(id))
		noError(t, err)
		if len(events) <= len(chain) || events[len(chain)-1].Hash != chain[len(chain)-1].Hash || events[len(chain)].Type != archive.EventVoid {
			t.Errorf("%s: a chain of %d events became one of %d", was.Title, len(chain), len(events))
		}
	}
	if n := len(p.recorded(t)); n != baggedWorks {
		t.Errorf("%d works", n)
	}
	if _, totals := fileLines(t, must(t, append([]string{"import", bags, "--bags", "--json"}, to...)...)); totals["added"] != 0 || totals["exists"] != len(files) {
		t.Errorf("brought in again: %v", totals)
	}
	s := serve(t, to...)
	if public := s.public(t); len(public) != 0 {
		t.Errorf("public by import: %v", public)
	}
	s.stop(t)
	if code, told, _ := verifies(t, append([]string{"--verify-rate", "0"}, to...)...); code != 0 || len(told) != 0 {
		t.Errorf("verify: status %d, %+v", code, told)
	}
	testTakenID(t, bags, to, p)
}

// testTakenID brings in a bag that says it is a work which is here, with other bytes: it becomes a work of its own, and the other stays.
func testTakenID(t *testing.T, bags string, set []string, p *parts) {
	before := p.recorded(t)
	var id string
	for _, w := range before {
		if w.Title == "Bến cũ" {
			id = string(w.ID)
		}
	}
	forged := filepath.Join(t.TempDir(), "goi")
	w, err := bagit.Create(forged)
	noError(t, err)
	was := before[id].Representations[0].Files[0]
	digest, err := w.Add("original/x", strings.NewReader("Thơ khác"))
	noError(t, err)
	noError(t, w.Abort())
	w, err = bagit.Create(forged)
	noError(t, err)
	data := os.DirFS(filepath.Join(bags, id, "data"))
	noError(t, fs.WalkDir(data, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(data, name)
		if strings.HasPrefix(name, "original/") {
			text = []byte("Thơ khác")
		}
		text = bytes.ReplaceAll(text, []byte(was.Digest), []byte(digest))
		_, addErr := w.Add(name, bytes.NewReader(text))
		noError(t, addErr)
		return err
	}))
	noError(t, w.Close(nil))
	must(t, append([]string{"import", forged}, set...)...)
	after := p.recorded(t)
	if len(after) != len(before)+1 || after[id].Representations[0].Files[0].Digest != was.Digest {
		t.Errorf("%d works became %d, the one that was there holds %s", len(before), len(after), after[id].Representations[0].Files[0].Digest)
	}
}

func testBadBag(t *testing.T, bags, id string) {
	to := []string{"--data", t.TempDir()}
	for _, c := range []struct {
		reason string
		spoil  func(folder string) error
	}{
		{"bag-file-extra", func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "data", "la.txt"), []byte("x"), 0o600)
		}},
		{"bag-file-missing", func(folder string) error { return os.Remove(filepath.Join(folder, "data", "premis.xml")) }},
		{"bag-fetch", func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "fetch.txt"), []byte("http://x 1 data/x"), 0o600)
		}},
		{"bag-options", func(string) error { return nil }},
	} {
		folder := filepath.Join(t.TempDir(), "goi")
		noError(t, os.CopyFS(folder, os.DirFS(filepath.Join(bags, id))))
		noError(t, c.spoil(folder))
		args := append([]string{"import", folder}, to...)
		if c.reason == "bag-options" {
			args = append(args, "--publish")
		}
		if r := vannghe(t, args...); r.code != 1 || !strings.Contains(r.err, "["+c.reason+"]") {
			t.Errorf("%s: status %d, %s", c.reason, r.code, r.err)
		}
	}
	if n := len(openParts(t, to).recorded(t)); n != 0 {
		t.Errorf("%d works came out of bad bags", n)
	}
	foreign := filepath.Join(t.TempDir(), "goi-la")
	w, err := bagit.Create(foreign)
	noError(t, err)
	for _, name := range []string{"mot.txt", "hai.txt"} {
		_, err = w.Add(name, strings.NewReader("Thơ của "+name))
		noError(t, err)
	}
	noError(t, w.Close([]bagit.Line{{Label: "External-Description", Value: "Gói của nơi khác"}}))
	must(t, append([]string{"import", foreign}, to...)...)
	p := openParts(t, to)
	var titles []string
	for _, w := range p.recorded(t) {
		titles = append(titles, w.Title)
	}
	if !slices.Equal(titles, []string{"Gói của nơi khác"}) {
		t.Errorf("works: %v", titles)
	}
}
