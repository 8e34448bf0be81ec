package ocfl_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/ocfl"
	"vannghe/storage"
	"vannghe/storage/diskstore"
)

// independentReader returns the folder of a reader that is not ours (npm @ocfl/ocfl-fs), which `npm ci` fills once from the
// lock file, outside of the project.
func independentReader(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile("testdata/ocfl-js/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	folder := filepath.Join(cache, "vannghe", "ocfl-js-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "package-lock.json", "read.js"} {
		data, err := os.ReadFile(filepath.Join("testdata/ocfl-js", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json")); err == nil {
		return folder
	}
	npm := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	npm.Dir = folder
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm ci in %s: %v\n%s\n(Debian: apt-get install nodejs npm)", folder, err, out)
	}
	return folder
}

type seenObject struct {
	Head  string            `json:"head"`
	Files map[string]string `json:"files"`
}

func readIndependently(t *testing.T, reader, root string) (map[string]seenObject, string) {
	t.Helper()
	node := exec.CommandContext(t.Context(), "node", filepath.Join(reader, "read.js"), root)
	var out, complaint bytes.Buffer
	node.Stdout, node.Stderr = &out, &complaint
	if err := node.Run(); err != nil {
		return nil, complaint.String() + err.Error()
	}
	var seen map[string]seenObject
	if err := json.Unmarshal(out.Bytes(), &seen); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	return seen, ""
}

// told writes two objects on a disk and returns the storage root's folder.
func told(t *testing.T) (string, *storage.Bucket, *ocfl.Root) {
	t.Helper()
	folder := t.TempDir()
	d, err := diskstore.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	b := storage.NewBucket(d)
	r := openRoot(t, b)
	commit(t, create(t, r, b), "một")
	commit(t, change(t, r, b), "hai")
	u := r.Update("urn:example:2", 0, ocfl.Alone)
	for _, name := range []string{"Be\u0302\u0301n.txt", "🎬.mp4", "a/b/c", strings.Repeat("ư", 127), "%2F"} {
		u.Add(name, ocfl.FromBytes([]byte(name)))
	}
	commit(t, u, "tên lạ")
	return filepath.Join(folder, "archive"), b, r
}

// TestIndependentReader has another program open what we wrote.
func TestIndependentReader(t *testing.T) {
	folder, _, r := told(t)
	seen, complaint := readIndependently(t, independentReader(t), folder)
	if complaint != "" {
		t.Fatal(complaint)
	}
	if len(seen) != 2 {
		t.Errorf("it sees %d objects", len(seen))
	}
	for _, objectID := range []string{id, "urn:example:2"} {
		inv, err := r.Inventory(t.Context(), objectID)
		if err != nil {
			t.Fatal(err)
		}
		want := make(map[string]string)
		for _, f := range inv.Files() {
			want[f.Logical] = string(f.Digest)
		}
		if got := seen[objectID]; got.Head != inv.Head || !maps.Equal(got.Files, want) {
			t.Errorf("%s: it sees %+v, we wrote %s %v", objectID, got, inv.Head, want)
		}
	}
}

// TestIndependentReaderRefuses keeps the test above honest: the other program does look.
func TestIndependentReaderRefuses(t *testing.T) {
	reader := independentReader(t)
	for what, name := range map[string]string{"bytes": "v1/content/Bến trăng.mp4", "inventory": "inventory.json", "sidecar": "inventory.json.sha512"} {
		folder, b, r := told(t)
		key, err := r.ContentKey(t.Context(), id, "Bến trăng.mp4")
		if err != nil {
			t.Fatal(err)
		}
		if err := write(t, b, key[:strings.Index(string(key), "/v1/")].Join(name), "{}"); err != nil {
			t.Fatal(err)
		}
		if _, complaint := readIndependently(t, reader, folder); complaint == "" {
			t.Errorf("changed %s: it complains of nothing", what)
		}
	}
}
