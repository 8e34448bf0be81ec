package bagit_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/bagit"
)

// awkward are names that a manifest must not take apart.
var awkward = []string{"a.txt", "thơ/bến cũ.txt", "100%25 thật.txt", "hai\ndòng\r.txt", " trước.txt", "*sao.txt"}

func written(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "bag")
	w, err := bagit.Create(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range awkward {
		if _, err := w.Add(name, strings.NewReader("nội dung của "+name)); err != nil {
			t.Fatal(err)
		}
	}
	if bagit.IsBag(folder) {
		t.Error("a bag that is not closed says that it is one")
	}
	if err := w.Close([]bagit.Line{{Label: "External-Description", Value: "Bến\ncũ: một"}}); err != nil {
		t.Fatal(err)
	}
	return folder
}

func validate(t testing.TB, folder string) error {
	t.Helper()
	b, err := bagit.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(b.Verify(t.Context()), b.Close())
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	folder := written(t)
	b, err := bagit.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	want := slices.Sorted(slices.Values(awkward))
	if !slices.Equal(b.Payload(), want) || b.Info[0].Value != "Bến cũ: một" {
		t.Errorf("payload %q, info %q", b.Payload(), b.Info)
	}
	text, err := b.ReadFile(awkward[3], 100)
	if err != nil || string(text) != "nội dung của "+awkward[3] {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := b.ReadFile(awkward[3], 3); archive.ReasonOf(err) != "bag-file-large" {
		t.Error(err)
	}
	if _, err := bagit.Create(folder); archive.ReasonOf(err) != "bag-exists" {
		t.Error(err)
	}
}

// TestCoreutilsAgree: the manifests are what Debian's sha512sum and sha256sum check, where names need no escape; each also refuses a changed file.
func TestCoreutilsAgree(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "bag")
	w, err := bagit.Create(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.txt", "thơ/bến cũ.txt"} {
		if _, err := w.Add(name, strings.NewReader(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	run := func(name string) bool {
		cmd := exec.CommandContext(t.Context(), strings.TrimPrefix(strings.TrimSuffix(name, ".txt"), "tag")[len("manifest-"):]+"sum", "--strict", "-c", name)
		cmd.Dir = folder
		return cmd.Run() == nil
	}
	for _, name := range []string{"manifest-sha512.txt", "manifest-sha256.txt", "tagmanifest-sha512.txt"} {
		if !run(name) {
			t.Errorf("%s is refused", name)
		}
	}
	spoil(t, folder, "data/a.txt", "b")
	spoil(t, folder, "bag-info.txt", "x: y\n")
	for _, name := range []string{"manifest-sha512.txt", "manifest-sha256.txt", "tagmanifest-sha512.txt"} {
		if run(name) {
			t.Errorf("%s takes what was changed", name)
		}
	}
}

func spoil(t testing.TB, folder, name, content string) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o750), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// TestBadBags spoils a bag in one way at a time.
func TestBadBags(t *testing.T) {
	remove := func(name string) func(testing.TB, string) {
		return func(t testing.TB, folder string) {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	put := func(name, content string) func(testing.TB, string) {
		return func(t testing.TB, folder string) { spoil(t, folder, name, content) }
	}
	line := func(path string) func(testing.TB, string) {
		return func(t testing.TB, folder string) {
			for _, m := range []string{"manifest-sha512.txt", "manifest-sha256.txt"} {
				text, err := os.ReadFile(filepath.Join(folder, m))
				if err != nil {
					t.Fatal(err)
				}
				digest, _, _ := strings.Cut(string(text), " ")
				spoil(t, folder, m, string(text)+digest+"  "+path+"\n")
			}
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(testing.TB, string)
		want  archive.Reason
	}{
		{"a missing file", remove("data/a.txt"), "bag-file-missing"},
		{"an extra file", put("data/them.txt", "x"), "bag-file-extra"},
		{"a changed file of the same length", put("data/a.txt", "nội dung của b.txt"), "bag-file-changed"},
		{"a changed file", put("data/a.txt", "x"), "bag-invalid"}, // Payload-Oxum
		{"a changed tag file", put("bag-info.txt", "Title: x\n"), "bag-file-changed"},
		{"files to be fetched", put("fetch.txt", "http://example.org/a 1 data/a.txt\n"), "bag-fetch"},
		{"no declaration", remove("bagit.txt"), "bag-invalid"},
		{"a later version", put("bagit.txt", "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n"), "bag-invalid"},
		{"another encoding", put("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n"), "bag-invalid"},
		{"a byte order mark", put("bagit.txt", "\ufeffBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), "bag-invalid"},
		{"a parent", line("data/../../etc/passwd"), "bag-path"},
		{"a root", line("/etc/passwd"), "bag-path"},
		{"a home", line("~/x"), "bag-path"},
		{"a drive", line("C:/x"), "bag-path"},
		{"a backslash", line(`data\x`), "bag-path"},
		{"a path that is not of the payload", line("bag-info.txt"), "bag-path"},
		{"a file that is listed twice", line("data/a.txt"), "bag-invalid"},
		{"a manifest of nothing", put("manifest-sha512.txt", "zz  data/a.txt\n"), "bag-invalid"},
		{"a digest of another length", put("manifest-sha512.txt", "00  data/a.txt\n"), "bag-invalid"},
		{"a manifest that leaves a file out", put("manifest-md5.txt", ""), "bag-file-extra"},
		{"a link", func(t testing.TB, folder string) {
			remove("data/a.txt")(t, folder)
			if err := os.Symlink("/etc/passwd", filepath.Join(folder, "data", "a.txt")); err != nil {
				t.Fatal(err)
			}
		}, "bag-path"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := written(t)
			c.spoil(t, folder)
			if err := validate(t, folder); archive.ReasonOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// TestConformanceSuite reads the bags of the Library of Congress. Those that other encodings of text, files to be fetched, or names that are the same on some disks
// make valid or worth a warning are refused here, as the brief has it.
func TestConformanceSuite(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	refused := []string{"ISO-8859-1-encoded-tag-files", "UTF-16-encoded-tag-files", "holey-bag"}
	bags, err := filepath.Glob(filepath.Join(root, "schemas", "bagit-suite", "v*", "*", "*"))
	if err != nil || len(bags) < 30 {
		t.Fatalf("%d bags, %v", len(bags), err)
	}
	for _, bag := range bags {
		kind, name := filepath.Base(filepath.Dir(bag)), filepath.Base(bag)
		if info, err := os.Stat(bag); err != nil || !info.IsDir() || kind == "warning" {
			continue
		}
		err := validate(t, bag)
		want := kind == "valid" && !slices.Contains(refused, name)
		if (err == nil) != want {
			t.Errorf("%s/%s: %v", kind, name, err)
		}
	}
}

// FuzzBag: whatever the tag files of a bag say, reading it ends, and what is taken lies inside.
func FuzzBag(f *testing.F) {
	f.Add([]byte("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), []byte("00000000000000000000000000000000  data/a\n"), []byte("A: b\n c\n"))
	f.Add([]byte("BagIt-Version: 0.97\r\nTag-File-Character-Encoding: UTF-8\r\n"), []byte("d41d8cd98f00b204e9800998ecf8427e\t*./data/a\n"), []byte("Payload-Oxum: 0.1"))
	f.Fuzz(func(t *testing.T, declaration, manifest, info []byte) {
		folder := t.TempDir()
		spoil(t, folder, "bagit.txt", string(declaration))
		spoil(t, folder, "manifest-md5.txt", string(manifest))
		spoil(t, folder, "bag-info.txt", string(info))
		spoil(t, folder, "data/a", "")
		b, err := bagit.Open(folder)
		if err != nil {
			return
		}
		defer b.Close()
		if !slices.Equal(b.Payload(), []string{"a"}) || b.Verify(t.Context()) != nil && archive.ReasonOf(b.Verify(t.Context())) != "bag-file-changed" {
			t.Errorf("payload %q, %v", b.Payload(), b.Verify(t.Context()))
		}
	})
}
