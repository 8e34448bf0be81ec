package poppler_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/poppler"
)

func newTool(t testing.TB) *poppler.Tool {
	t.Helper()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Writable: []string{os.TempDir(), os.Getenv("VANNGHE_TESTDATA")}})
	if err != nil {
		t.Fatal(err)
	}
	return poppler.New(r, poppler.Limits{Pages: 20, Pixels: 4_000_000})
}

func write(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.pdf")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// spec describes a small PDF.
type spec struct {
	pages  int
	box    string // of every page
	extra  string // in the catalogue
	title  string
	broken bool // without its table of objects
}

// build writes a PDF by hand (ISO 32000-1 §7.5): a page with the words "Trang so N" each.
func build(s spec) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	b.WriteString("%PDF-1.7\n")
	object("<</Type/Catalog/Pages 2 0 R" + s.extra + ">>")
	var kids strings.Builder
	for n := range s.pages {
		fmt.Fprintf(&kids, "%d 0 R ", 5+2*n)
	}
	object(fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d/MediaBox[%s]/Resources<</Font<</F 3 0 R>>>>>>", kids.String(), s.pages, s.box))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	object("<</Title(" + s.title + ")>>")
	for n := range s.pages {
		object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", 6+2*n))
		text := fmt.Sprintf("BT /F 24 Tf 72 72 Td (Trang so %d) Tj ET", n+1)
		object(fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(text), text))
	}
	if s.broken {
		b.WriteString("trailer<</Root 1 0 R>>\nstartxref\n999999\n")
		return b.Bytes()
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, at)
	return b.Bytes()
}

const a4 = "0 0 595 842"

func TestInfo(t *testing.T) {
	f := newTool(t)
	info, err := f.Info(t.Context(), write(t, build(spec{pages: 3, box: a4, title: `So thang chin\nPages: 99\nEncrypted: yes`})))
	if err != nil || info.Pages != 3 || len(info.Sizes) != 3 || info.Sizes[2] != (poppler.Size{Width: 595, Height: 842}) ||
		info.JavaScript || info.Encrypted || info.Version != "1.7" || !strings.HasPrefix(info.Title, "So thang chin") {
		t.Errorf("%+v %v", info, err)
	}
	script, err := f.Info(t.Context(), write(t, build(spec{pages: 1, box: a4, extra: "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>>>"})))
	if err != nil || !script.JavaScript {
		t.Errorf("a document with a script: %+v %v", script, err)
	}
}

func TestText(t *testing.T) {
	pages, err := newTool(t).Text(t.Context(), write(t, build(spec{pages: 3, box: a4})))
	if err != nil || strings.Join(pages, "|") != "Trang so 1|Trang so 2|Trang so 3" {
		t.Errorf("%q %v", pages, err)
	}
}

func TestPictures(t *testing.T) {
	f := newTool(t)
	folder := t.TempDir()
	pictures, err := f.Pictures(t.Context(), write(t, build(spec{pages: 11, box: a4})), poppler.Pictures{First: 2, Last: 11, Width: 200, Folder: folder})
	if err != nil || len(pictures) != 10 {
		t.Fatalf("%+v %v", pictures, err)
	}
	for n, p := range pictures {
		if p.Page != n+2 || p.Width != 200 || p.Height < 283 || p.Height > 284 || filepath.Base(p.Path) != fmt.Sprintf("page-%04d.jpg", n+2) {
			t.Errorf("%+v", p)
		}
		b, err := os.ReadFile(p.Path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(b)); err != nil {
			t.Error(err)
		}
	}
}

func TestLimits(t *testing.T) {
	f := newTool(t)
	if _, err := f.Info(t.Context(), write(t, build(spec{pages: 21, box: a4}))); archive.ReasonOf(err) != "pdf-too-long" {
		t.Errorf("21 pages: %v", err)
	}
	ribbon := write(t, build(spec{pages: 1, box: "0 0 10 14000"}))
	if _, err := f.Pictures(t.Context(), ribbon, poppler.Pictures{First: 1, Width: 1000, Folder: t.TempDir()}); archive.ReasonOf(err) != "page-too-large" {
		t.Errorf("a ribbon: %v", err)
	}
	page := write(t, build(spec{pages: 1, box: a4}))
	for _, p := range []poppler.Pictures{{First: 0, Width: 9, Folder: "/tmp"}, {First: 2, Width: 9, Folder: "/tmp"}, {First: 1, Folder: "/tmp"}, {First: 1, Width: 9, Folder: "x"}} {
		if _, err := f.Pictures(t.Context(), page, p); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func TestBadDocuments(t *testing.T) {
	f := newTool(t)
	for name, b := range map[string][]byte{"empty": nil, "noise": []byte("%PDF-1.7 noise"), "a picture": []byte("\x89PNG\r\n\x1a\n")} {
		path := write(t, b)
		_, info := f.Info(t.Context(), path)
		_, text := f.Text(t.Context(), path)
		_, pictures := f.Pictures(t.Context(), path, poppler.Pictures{First: 1, Width: 100, Folder: t.TempDir()})
		for _, err := range []error{info, text, pictures} {
			if archive.CodeOf(err) != archive.Invalid || archive.ReasonOf(err) != "pdf-unreadable" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestASpoiltDocumentShowsWhatItHas(t *testing.T) {
	f := newTool(t)
	path := write(t, build(spec{pages: 3, box: a4, broken: true}))
	pages, err := f.Text(t.Context(), path)
	if err != nil || len(pages) != 3 || pages[2] != "Trang so 3" {
		t.Errorf("%q %v", pages, err)
	}
}

// Every PDF of the development set gives text and pictures, or a clear error.
func TestRealDocuments(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return
	}
	f := newTool(t)
	paths, err := filepath.Glob(filepath.Join(root, "dev", "documents", "*.pdf"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, path := range append(paths, filepath.Join(root, "dev", "hostile", "javascript.pdf")) {
		info, err := f.Info(t.Context(), path)
		if strings.Contains(path, "pass-peanuts") {
			if archive.ReasonOf(err) != "pdf-encrypted" {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		pages, err := f.Text(t.Context(), path)
		if err != nil || len(pages) != info.Pages {
			t.Errorf("%s: %d texts of %d pages, %v", path, len(pages), info.Pages, err)
		}
		pictures, err := f.Pictures(t.Context(), path, poppler.Pictures{First: 1, Width: 600, Folder: t.TempDir()})
		if err != nil || len(pictures) != info.Pages {
			t.Errorf("%s: %d pictures of %d pages, %v", path, len(pictures), info.Pages, err)
		}
	}
}
