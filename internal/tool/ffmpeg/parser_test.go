package ffmpeg_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/tool/ffmpeg"
)

// independentParser returns the folder of a parser that is not ours (npm hls-parser), which `npm ci` fills once from the lock
// file, outside of the project.
func independentParser(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	lock, err := os.ReadFile("testdata/hls-parser/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lock)
	folder := filepath.Join(cache, "vannghe", "hls-parser-"+hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"package.json", "package-lock.json", "read.js"} {
		data, err := os.ReadFile(filepath.Join("testdata/hls-parser", name))
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

// checkParser has the parser read every playlist in strict mode; broken ones it must refuse.
func checkParser(t *testing.T, dir string, r *ffmpeg.Rendition) {
	t.Helper()
	reader := independentParser(t)
	read := func(paths ...string) error {
		out, err := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(reader, "read.js")}, paths...)...).CombinedOutput()
		if err != nil {
			t.Logf("%s", out)
		}
		return err
	}
	var lists []string
	for _, name := range r.Files() {
		if strings.HasSuffix(name, ".m3u8") {
			lists = append(lists, filepath.Join(dir, name))
		}
	}
	if err := read(lists...); err != nil {
		t.Errorf("an independent parser refuses: %v", err)
	}
	for name, broken := range map[string][2]string{
		r.Master:               {"BANDWIDTH=", "BANDBREITE="},
		r.Variants[0].Playlist: {"#EXT-X-TARGETDURATION:6", "#EXT-X-TARGETDURATION:2"},
	} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if read(write(t, name, strings.ReplaceAll(string(b), broken[0], broken[1]))) == nil {
			t.Errorf("it takes a broken %s: it proves nothing", name)
		}
	}
}
