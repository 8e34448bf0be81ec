package catalog_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMigrationsAreOnlyAppended holds the digests of the steps of the schema. A step that somebody's database has taken is never
// taken again, so an edit of its file would make two archives differ for ever.
func TestMigrationsAreOnlyAppended(t *testing.T) {
	list, err := os.ReadFile(filepath.Join("testdata", "migrations.sha256"))
	if err != nil {
		t.Fatal(err)
	}
	pinned := map[string]string{}
	for line := range strings.Lines(string(list)) {
		digest, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		pinned[name] = digest
	}
	steps, err := filepath.Glob(filepath.Join("migration", "*", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, path := range steps {
		name := filepath.ToSlash(strings.TrimPrefix(path, "migration"+string(filepath.Separator)))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found[name] = true
		if complaint := checkStep(name, pinned[name], text); complaint != "" {
			t.Error(complaint)
		}
	}
	for name := range pinned {
		if !found[name] {
			t.Errorf("migration/%s is gone: databases have taken it; put it back", name)
		}
		if twin := twinOf(name); !found[twin] {
			t.Errorf("migration/%s has no twin migration/%s: both databases take the same steps", name, twin)
		}
	}
}

// checkStep says what is wrong with a step, "" when nothing is.
func checkStep(name, pinned string, text []byte) string {
	sum := sha256.Sum256(text)
	digest := hex.EncodeToString(sum[:])
	switch pinned {
	case digest:
		return ""
	case "":
		return fmt.Sprintf("migration/%s is new: add this line to testdata/migrations.sha256\n%s  %s", name, digest, name)
	default:
		return fmt.Sprintf("migration/%s was changed: put it back as it was, and write what you want to change as the next step, in both folders", name)
	}
}

func twinOf(name string) string {
	folder, file, _ := strings.Cut(name, "/")
	if folder == "sqlite" {
		return "postgres/" + file
	}
	return "sqlite/" + file
}

func TestCheckStep(t *testing.T) {
	digest := "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" // of "x"
	for pinned, want := range map[string]string{digest: "", "": "is new", "00": "was changed"} {
		if got := checkStep("sqlite/1.sql", pinned, []byte("x")); got != "" != (want != "") || !strings.Contains(got, want) {
			t.Errorf("pinned %q: %q, want %q", pinned, got, want)
		}
	}
}
