package main

import (
	"cmp"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"vannghe/storage/miniostore/miniotest"
)

// What is taken of the real material, by extension and size alone.
const (
	realLimit = 3 << 20 // bytes of a file
	filmLimit = 1 << 20 // bytes of a film: of a long one only the encoding is more
	realTexts = 20
)

// material is a file of the real material.
type material struct {
	name string // with its folders
	size int64
}

// TestRealMaterial brings one file of each extension and some texts of the real material in, on MinIO: everything is taken and
// played, and of each text a phrase is found.
func TestRealMaterial(t *testing.T) {
	t.Parallel()
	data := os.Getenv("VANNGHE_TESTDATA")
	if data == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	data = filepath.Join(data, "dev")
	kinds := smallestOfEach(t, data, "audio", "documents", "images", "subtitles", "video")
	texts := smallest(files(t, data, "literature"), ".txt", realTexts)
	if len(kinds) < 20 || len(texts) != realTexts {
		t.Fatalf("the material has %d extensions and %d texts", len(kinds), len(texts))
	}
	set := []string{"--data", t.TempDir(), "--storage", miniotest.Start(t).DSN("vannghe")}
	s := serve(t, set...)
	manifest := realManifest(t, data, append(kinds, texts...))
	r := startImport(t, append([]string{data, "--manifest", manifest, "--publish"}, set...)...)
	if code := r.wait(); code != 0 {
		t.Errorf("status %d", code)
	}
	works := map[string]string{}
	for _, line := range r.said {
		if line.File == "" {
			continue // the totals
		}
		if works[line.File] = line.Work; line.Status != "added" || line.Code != "" || line.Work == "" {
			t.Errorf("%+v", line)
		}
	}
	for _, f := range append(kinds, texts...) {
		if works[f.name] == "" {
			t.Errorf("nothing was said of %s", f.name)
			continue
		}
		s.playable(t, works[f.name])
	}
	for _, f := range texts {
		phrase := realPhrase(t, filepath.Join(data, f.name))
		if !s.finds(t, `"`+phrase+`"`, works[f.name]) {
			t.Errorf("%q does not lead to %s", phrase, f.name)
		}
	}
	s.stop(t)
	inspect(t, set)
}

// files lists what lies below a folder of the material.
func files(t *testing.T, data, folder string) []material {
	t.Helper()
	var all []material
	err := fs.WalkDir(os.DirFS(data), folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		all = append(all, material{name, info.Size()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// smallest returns the n smallest files with an extension.
func smallest(all []material, extension string, n int) []material {
	all = slices.DeleteFunc(slices.Clone(all), func(f material) bool {
		return f.size > realLimit || f.size > filmLimit && strings.HasPrefix(f.name, "video/") || !strings.EqualFold(filepath.Ext(f.name), extension)
	})
	slices.SortFunc(all, func(a, b material) int { return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.name, b.name)) })
	return all[:min(n, len(all))]
}

func smallestOfEach(t *testing.T, data string, folders ...string) []material {
	t.Helper()
	var chosen []material
	for _, folder := range folders {
		all := files(t, data, folder)
		seen := map[string]bool{}
		for _, f := range all {
			if extension := strings.ToLower(filepath.Ext(f.name)); !seen[extension] {
				seen[extension] = true
				chosen = append(chosen, smallest(all, extension, 1)...)
			}
		}
	}
	return chosen
}

// realManifest writes the rows of the material's own manifest for the files chosen; what it has no row for gets one of its own.
func realManifest(t *testing.T, data string, chosen []material) string {
	t.Helper()
	all, err := os.Open(filepath.Join(data, "works.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	rows, err := csv.NewReader(all).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var some strings.Builder
	w := csv.NewWriter(&some)
	_ = w.Write(rows[0])
	for _, f := range chosen {
		row := make([]string, len(rows[0]))
		row[0] = f.name
		if at := slices.IndexFunc(rows, func(r []string) bool { return r[0] == f.name }); at >= 0 {
			row = rows[at]
		}
		_ = w.Write(row)
	}
	if w.Flush(); w.Error() != nil {
		t.Fatal(w.Error())
	}
	path := filepath.Join(t.TempDir(), "chosen.csv")
	if err := os.WriteFile(path, []byte(some.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// realPhrase returns some words in a row of a text: those in the middle of its middle line.
func realPhrase(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(text) {
		t.Fatalf("%s is not UTF-8", path)
	}
	all := slices.DeleteFunc(lines(string(text)), func(l string) bool { return len(strings.Fields(l)) < 4 })
	if len(all) == 0 {
		t.Fatalf("%s has no line of four words", path)
	}
	words := strings.Fields(all[len(all)/2])
	at := (len(words) - 4) / 2
	return strings.ReplaceAll(strings.Join(words[at:at+4], " "), `"`, "")
}
