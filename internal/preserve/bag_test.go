package preserve

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/bagit"
)

// xmlPaths returns how often each path of elements occurs in an XML document, which must be well formed.
func xmlPaths(t *testing.T, text []byte) map[string]int {
	t.Helper()
	paths := map[string]int{}
	var at []string
	for d := xml.NewDecoder(strings.NewReader(string(text))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return paths
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			at = append(at, e.Name.Local)
			paths[strings.Join(at, "/")]++
			if e.Name.Space != "http://www.loc.gov/premis/v3" && e.Name.Space != "http://purl.org/dc/elements/1.1/" && e.Name.Space != "http://www.openarchives.org/OAI/2.0/oai_dc/" {
				t.Errorf("%s is of the name space %q", e.Name.Local, e.Name.Space)
			}
		case xml.EndElement:
			at = at[:len(at)-1]
		}
	}
}

func TestExportBag(t *testing.T) {
	v := newVault(t)
	id := v.works[1]
	folder := filepath.Join(t.TempDir(), "goi")
	if err := v.ExportBag(t.Context(), id, folder); err != nil {
		t.Fatal(err)
	}
	b, err := bagit.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	d, ours, err := ReadBag(b)
	if err != nil || !ours || d.Work.Title != "Bến trăng" || len(d.Agents) != 1 || d.Agents[0].Name() != "Nguyễn Du" ||
		!slices.Equal(d.Collections[0], []string{"Tuyển tập"}) || archive.CheckChain(d.Events) != nil || len(d.Paths) != 1 {
		t.Errorf("read %+v, %v, %v", d, ours, err)
	}
	text, err := b.ReadFile("premis.xml", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	premis := xmlPaths(t, text)
	if premis["premis/object"] != 2 || premis["premis/event"] != len(d.Events) || premis["premis/object/objectCharacteristics/fixity/messageDigest"] != 2 || premis["premis/agent"] < 1 {
		t.Errorf("PREMIS: %v", premis)
	}
	if text, err = b.ReadFile("dublin-core.xml", 1<<20); err != nil {
		t.Fatal(err)
	}
	if core := xmlPaths(t, text); core["dc/title"] != 1 || core["dc/creator"] != 1 || core["dc/relation"] != 1 {
		t.Errorf("Dublin Core: %v", core)
	}
}

// TestExportOfADamagedOriginal: a bag is of what was archived, or not at all.
func TestExportOfADamagedOriginal(t *testing.T) {
	v := newVault(t)
	v.flip(t, "/original/")
	folder := filepath.Join(t.TempDir(), "goi")
	if err := v.ExportBag(t.Context(), v.works[1], folder); archive.ReasonOf(err) != "original-changed" {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(folder)); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	id := v.bring(t, map[string]string{"moi.txt": "chưa vào kho"})
	if err := v.ExportBag(t.Context(), id, folder); archive.ReasonOf(err) != "work-not-archived" {
		t.Error(err)
	}
}

// TestBagPathsNeedNoEscape: whatever a file is called, its place in a bag is read alike by those who undo escapes and those who do not.
func TestBagPathsNeedNoEscape(t *testing.T) {
	for _, name := range []string{"100%.txt", "a%0Ab", "a\nb\r", "x:y", "bến cũ.txt", "..", strings.Repeat("ơ", 200) + ".txt"} {
		path := bagPath(&archive.File{ID: "abcdefghijkl", Name: name})
		if strings.ContainsAny(path, "%\n\r\\:") || strings.Count(path, "/") != 2 || len(path) > 300 || strings.HasSuffix(path, "..") {
			t.Errorf("%q lies at %q", name, path)
		}
	}
}

func TestXMLHoldsAnything(t *testing.T) {
	for given, want := range map[string]string{"a\x00b\x1bc": "abc", "\xff": "\uFFFD", "thơ\ttrăng": "thơ\ttrăng"} {
		if got := xmlText(given); got != want {
			t.Errorf("%q became %q", given, got)
		}
	}
}
