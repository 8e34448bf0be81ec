package derive_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/ingest"
)

// hostile says what becomes of each hostile file: the problem of the file, or of what could not be made of it.
func hostile() map[string]archive.Reason {
	return map[string]archive.Reason{
		"truncated.mp4": "file-truncated", "truncated.jpg": "file-truncated", "bomb-20000x20000.png": "picture-over-limit", "xxe.docx": "document-unreadable",
		"script.svg": "format-unknown", "zip-traversal.zip": "format-unknown", "zipbomb-2-levels.zip": "format-unknown", "filenames.tar": "format-unknown",
	}
}

// long is the size in bytes from which a song or picture of the development set is left to the tests of packages ffmpeg and vips: its
// encoding is all that would be tested twice. Films are left to package ffmpeg, and the smallest of each kind to cmd/vannghe.
const long = 1 << 20

// TestRealFiles makes what can be made of the files of the development set but films, each a work of its own.
func TestRealFiles(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		t.Skip("VANNGHE_TESTDATA is not set")
	}
	b := newBench(t)
	works := map[string]archive.WorkID{}
	for _, folder := range []string{"audio", "images", "documents", "subtitles", "hostile"} {
		err := filepath.WalkDir(filepath.Join(root, "dev", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "README.md" {
				return err
			}
			if info, err := d.Info(); err != nil || folder != "documents" && info.Size() > long {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil || len(content) == 0 { // ingest refuses an empty file
				return err
			}
			kind := ingest.Sniff(content[:min(len(content), 64<<10)], d.Name())
			// Ingest tells the rest apart by what lies deeper in the file; here the names are true.
			if format := deeper()[filepath.Ext(path)]; format != "" {
				kind.Format = format
			}
			works[d.Name()] = b.accession("phim", original{d.Name(), kind.Format, content})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.drain()
	for name, id := range works {
		r := b.result(id).settled()
		checkReal(t, name, r)
	}
	if len(works) < 50 {
		t.Errorf("only %d files", len(works))
	}
}

func deeper() map[string]string {
	return map[string]string{".docx": "docx", ".epub": "epub", ".mp3": "mp3"}
}

// begins says how the text of some files begins, whatever encoding it is in.
func begins() map[string]string {
	return map[string]string{
		"doi-thua.tcvn3-vntime.docx": "Từ ngẩng đầu lên nhìn Hộ ba lần.", "doi-thua.vni-times.docx": "Từ ngẩng đầu lên nhìn Hộ ba lần.",
		"doi-thua.tcvn3-vntime.rtf": "Từ ngẩng đầu lên nhìn Hộ ba lần.", "doi-thua.vni-times.rtf": "Từ ngẩng đầu lên nhìn Hộ ba lần.",
		"kieu.tcvn3.txt": "Lại càng mê mẩn tâm thần,", "kieu.vni.txt": "Lại càng mê mẩn tâm thần,",
	}
}

func checkReal(t *testing.T, name string, r result) {
	t.Helper()
	var problems []string
	if r.files[0].Problem != "" {
		problems = append(problems, string(r.files[0].Problem))
	}
	for _, d := range r.made {
		if d.Problem != "" {
			problems = append(problems, d.Recipe+": "+string(d.Problem))
		}
	}
	t.Logf("%-45s %-9s %v %d parts %v", name, r.files[0].Format, r.recipes(), len(r.parts), problems)
	if want := hostile()[name]; want != "" && !strings.Contains(strings.Join(problems, " "), string(want)) {
		t.Errorf("%s: problems %v, want %s", name, problems, want)
	}
	if want := begins()[name]; want != "" && (len(r.parts) == 0 || !strings.HasPrefix(r.parts[0].Text, want)) {
		t.Errorf("%s begins %+v", name, r.parts[:min(len(r.parts), 1)])
	}
	if strings.Contains(name, "-gps") {
		for _, a := range r.one("images").Assets {
			checkNoPlace(t, r.local("images", a.Path))
		}
	}
	if slices.Contains(r.recipes(), "audio") && !strings.Contains(name, "tagged") { // the same sounds with tags
		checkLoudness(t, name, r)
	}
	for _, p := range r.parts {
		for _, secret := range []string{"root:x:", "<script", "alert(document"} {
			if strings.Contains(p.Text, secret) {
				t.Errorf("%s: a part tells %q", name, p.Text)
			}
		}
	}
}
