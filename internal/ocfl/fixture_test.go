package ocfl

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vannghe/storage"
	"vannghe/storage/memstore"
)

// fixtures returns the folder of the specification's own example objects. They are not part of the project: without
// VANNGHE_TESTDATA these tests are not run, and TestBadInventories and TestBadObjects stand in.
func fixtures(t *testing.T) string {
	t.Helper()
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	return filepath.Join(root, "schemas", "ocfl-fixtures")
}

// load puts a folder's files into a bucket under "object".
func load(t *testing.T, folder string) *storage.Bucket {
	t.Helper()
	b := storage.NewBucket(memstore.New())
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".keep" {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, name)
		if err != nil {
			return err
		}
		_, err = b.Put(t.Context(), storage.Key("object/"+filepath.ToSlash(rel)), f, info.Size(), storage.PutOptions{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func validateAt(t *testing.T, b *storage.Bucket, key storage.Key) []Problem {
	t.Helper()
	v := newValidator(b, key, Fixity)
	if err := v.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v.found
}

func codes(found []Problem) []string {
	var all []string
	for _, p := range found {
		all = append(all, p.Code)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var codePattern = regexp.MustCompile(`[EW][0-9]{3}`)

func TestFixtures(t *testing.T) {
	root := fixtures(t)
	for _, version := range []string{"1.0", "1.1"} {
		for _, kind := range []string{"good", "warn", "bad"} {
			folders, err := filepath.Glob(filepath.Join(root, version, kind+"-objects", "*"))
			if err != nil || len(folders) == 0 {
				t.Fatalf("no %s objects of %s: %v", kind, version, err)
			}
			for _, folder := range folders {
				name := filepath.Base(folder)
				t.Run(version+"/"+kind+"/"+name, func(t *testing.T) { testFixture(t, kind, folder) })
			}
		}
	}
}

func testFixture(t *testing.T, kind, folder string) {
	found := validateAt(t, load(t, folder), "object")
	want := codePattern.FindAllString(filepath.Base(folder), -1)
	for _, code := range want {
		if !slices.Contains(codes(found), code) {
			t.Errorf("no %s in %v", code, found)
		}
	}
	switch kind {
	case "good":
		if len(found) > 0 {
			t.Errorf("found %v", found)
		}
	case "warn":
		for _, p := range found {
			if !slices.Contains(want, p.Code) {
				t.Errorf("found %v", p)
			}
		}
	case "bad":
		if !Invalid(found) {
			t.Errorf("only %v", found)
		}
	}
	if strings.HasPrefix(kind, "good") && len(want) > 0 {
		t.Errorf("a good object with codes: %s", folder)
	}
}
