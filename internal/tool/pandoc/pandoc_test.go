package pandoc_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/pandoc"
)

func newTool(t testing.TB) *pandoc.Tool {
	t.Helper()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Writable: []string{os.TempDir(), os.Getenv("VANNGHE_TESTDATA")}})
	if err != nil {
		t.Fatal(err)
	}
	return pandoc.New(r)
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func story() pandoc.Document {
	return pandoc.Document{Title: "Bến trăng", Author: "Nguyễn Thị Đào", Language: "vi",
		Markdown: "# Bến trăng\n\nĐêm ấy trăng lên *muộn*, thuyền về bến cũ.\n\n| Một dòng thơ\n| hai dòng thơ\n"}
}

func TestWriteAndReadBack(t *testing.T) {
	f := newTool(t)
	for _, format := range []pandoc.Format{pandoc.DOCX, pandoc.ODT, pandoc.EPUB, pandoc.HTML} {
		t.Run(string(format), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "story")
			if err := f.Write(t.Context(), story(), format, path); err != nil {
				t.Fatal(err)
			}
			src := pandoc.Source{Path: path, Format: format}
			html, err := f.HTML(t.Context(), src)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"<h1", "Bến trăng</h1>", "trăng lên <em>muộn</em>, thuyền về bến cũ."} {
				if !strings.Contains(string(html), want) {
					t.Errorf("no %s in\n%s", want, html)
				}
			}
			if strings.Contains(string(html), "<body") {
				t.Error("a whole page, not a fragment")
			}
			plain, err := f.Plain(t.Context(), src)
			if err != nil || !strings.Contains(string(plain), "thuyền về bến cũ.") || strings.Contains(string(plain), "<p>") {
				t.Errorf("%s %v", plain, err)
			}
		})
	}
}

func TestRichText(t *testing.T) {
	rtf := `{\rtf1\ansi{\fonttbl{\f0 Times;}}\f0 B\u7871 ?n tr\u259 ?ng\par}`
	html, err := newTool(t).HTML(t.Context(), pandoc.Source{Path: write(t, "a.rtf", []byte(rtf)), Format: pandoc.RTF})
	if err != nil || !strings.Contains(string(html), "Bến trăng") {
		t.Errorf("%s %v", html, err)
	}
}

// docx packs a word document whose text is body; head stands before it.
func docx(t testing.TB, head, body string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<?xml version="1.0"?>` + head + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + body + `</w:t></w:r></w:p></w:body></w:document>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "made.docx", b.Bytes())
}

func TestAPlainDocxIsRead(t *testing.T) { // so that the refusals below mean something
	html, err := newTool(t).HTML(t.Context(), pandoc.Source{Path: docx(t, "", "thuyền về"), Format: pandoc.DOCX})
	if err != nil || !strings.Contains(string(html), "thuyền về") {
		t.Errorf("%s %v", html, err)
	}
}

func TestNothingButTheDocumentIsRead(t *testing.T) {
	f := newTool(t)
	secret := write(t, "secret.txt", []byte("do not tell"))
	entity := docx(t, `<!DOCTYPE x [<!ENTITY e SYSTEM "file://`+secret+`">]>`, "a &e; b")
	for name, src := range map[string]pandoc.Source{
		"an entity in DOCX":   {Path: entity, Format: pandoc.DOCX},
		"a picture in HTML":   {Path: write(t, "a.html", []byte(`<p>a</p><img src="`+secret+`"><iframe src="file://`+secret+`"></iframe><object data="`+secret+`"></object>`)), Format: pandoc.HTML},
		"a picture on paper":  {Path: write(t, "a.md", []byte("a ![]("+secret+")\n\n\\include{"+secret+"}\n")), Format: pandoc.Markdown},
		"metadata in a block": {Path: write(t, "b.md", []byte("---\ninclude-before: "+secret+"\nbibliography: "+secret+"\n---\n\na\n")), Format: pandoc.Markdown},
	} {
		html, err := f.HTML(t.Context(), src)
		if strings.Contains(string(html), "do not tell") || err != nil && strings.Contains(err.Error(), "do not tell") {
			t.Errorf("%s: the secret is out: %s %v", name, html, err)
		}
	}
}

func TestBadDocuments(t *testing.T) {
	f := newTool(t)
	whole, err := os.ReadFile(docx(t, "", "thuyền về"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		src    pandoc.Source
		reason archive.Reason
	}{
		{"empty", pandoc.Source{Path: write(t, "a", nil), Format: pandoc.DOCX}, "document-unreadable"},
		{"truncated", pandoc.Source{Path: write(t, "a", whole[:len(whole)/2]), Format: pandoc.DOCX}, "document-unreadable"},
		{"noise", pandoc.Source{Path: write(t, "a", []byte("PK\x03\x04 noise")), Format: pandoc.EPUB}, "document-unreadable"},
		{"another program's source", pandoc.Source{Path: write(t, "a", []byte("x")), Format: "latex"}, "format-unknown"},
		{"a script", pandoc.Source{Path: write(t, "a.lua", []byte("x")), Format: "a.lua"}, "format-unknown"},
	} {
		if _, err := f.HTML(t.Context(), c.src); archive.CodeOf(err) != archive.Invalid || archive.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", c.name, err, c.reason)
		}
	}
	if err := f.Write(t.Context(), story(), "pdf", filepath.Join(t.TempDir(), "a")); archive.ReasonOf(err) != "format-unknown" {
		t.Errorf("writing PDF: %v", err)
	}
	if _, err := f.HTML(t.Context(), pandoc.Source{Path: "relative", Format: pandoc.DOCX}); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("a relative path: %v", err)
	}
}

// 100 MB of one letter are 100 KB in the zip.
func TestABombEndsAtTheLimit(t *testing.T) {
	_, err := newTool(t).HTML(t.Context(), pandoc.Source{Path: docx(t, "", strings.Repeat("a", 100<<20)), Format: pandoc.DOCX})
	if archive.CodeOf(err) != archive.TooLarge || archive.ReasonOf(err) != "tool-memory" {
		t.Errorf("got %v", err)
	}
}

// Every document of the development set gives text or a clear error, and the entity of xxe.docx nothing.
func TestRealDocuments(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return
	}
	f := newTool(t)
	count := 0
	for _, format := range []pandoc.Format{pandoc.DOCX, pandoc.ODT, pandoc.EPUB, pandoc.RTF} {
		for _, folder := range []string{"documents", "documents/legacy"} {
			paths, err := filepath.Glob(filepath.Join(root, "dev", folder, "*."+string(format)))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range paths {
				count++
				html, err := f.HTML(t.Context(), pandoc.Source{Path: path, Format: format})
				if err != nil || len(html) < 50 {
					t.Errorf("%s: %d bytes, %v", filepath.Base(path), len(html), err)
				}
			}
		}
	}
	if count < 10 {
		t.Errorf("only %d documents", count)
	}
	html, err := f.HTML(t.Context(), pandoc.Source{Path: filepath.Join(root, "dev", "hostile", "xxe.docx"), Format: pandoc.DOCX})
	if strings.Contains(string(html), "root:") || err == nil && len(html) > 200 {
		t.Errorf("xxe.docx: %s %v", html, err)
	}
}
