package weasyprint_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/poppler"
	"vannghe/internal/tool/weasyprint"
)

const (
	alphabet = "aàáảãạ ăằắẳẵặ âầấẩẫậ đ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ"
	style    = `@font-face { font-family: A; src: url("font:be-vietnam-pro-vietnamese-400-normal"); } @font-face { font-family: B; src: url("font:be-vietnam-pro-latin-400-normal"); }
	@page { size: A4; margin: 20mm } html { font: 12pt/1.5 A, B; }`
)

// files are the fonts that the interface brings with it.
func fonts(t testing.TB) []weasyprint.Font {
	t.Helper()
	dir := os.DirFS("../../../web/ui/node_modules/@fontsource/be-vietnam-pro/files")
	var list []weasyprint.Font
	for _, part := range []string{"latin", "vietnamese"} {
		name := "be-vietnam-pro-" + part + "-400-normal"
		body, err := fs.ReadFile(dir, name+".woff2")
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, weasyprint.Font{Name: name, WOFF2: body})
	}
	return list
}

func open(t testing.TB) (*tool.Runner, *weasyprint.Tool, string) {
	t.Helper()
	dir := t.TempDir()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(dir, "scratch"), Writable: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	return r, weasyprint.New(r, weasyprint.Options{Style: []byte(style), Fonts: fonts(t)}), dir
}

func document(body string) []byte {
	return []byte(`<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Biên bản số 3</title></head><body>` + body + `</body></html>`)
}

// saved returns where a PDF was put, for programs that look into it.
func saved(t *testing.T, dir string, pdf []byte) string {
	t.Helper()
	name := filepath.Join(dir, "made.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestPDFHoldsVietnameseLettersOfOurFonts(t *testing.T) {
	r, w, dir := open(t)
	pdf, err := w.PDF(t.Context(), document("<h1>Biên bản</h1><p>"+alphabet+"</p><p>"+strings.ToUpper(alphabet)+"</p>"))
	if err != nil {
		t.Fatal(err)
	}
	name := saved(t, dir, pdf)
	pages, err := poppler.New(r, poppler.DefaultLimits()).Text(t.Context(), name)
	if err != nil || len(pages) != 1 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	if got := strings.Join(strings.Fields(pages[0]), " "); got != "Biên bản "+alphabet+" "+strings.ToUpper(alphabet) {
		t.Errorf("text: %s", got)
	}
	listed, err := exec.Command("pdffonts", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(listed)), "\n")[2:]
	if len(lines) == 0 {
		t.Fatal("no fonts")
	}
	for _, line := range lines { // name … embedded subset unicode
		if columns := strings.Fields(line); !strings.Contains(line, "+A") && !strings.Contains(line, "+B") || strings.Count(strings.Join(columns[2:], " "), "yes") != 3 {
			t.Errorf("a font that is not ours, or not embedded: %s", line)
		}
	}
	told, err := exec.Command("pdfinfo", name).Output()
	if err != nil || !bytes.Contains(told, []byte("Biên bản số 3")) || !strings.Contains(strings.Join(strings.Fields(string(told)), " "), "Tagged: yes") || !bytes.Contains(pdf, []byte("/Lang (vi)")) {
		t.Errorf("%s %v", told, err)
	}
}

// What stands in a page leads nowhere, whoever typed it.
func TestPagesReachNothing(t *testing.T) {
	r, w, dir := open(t)
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	secret := filepath.Join(dir, "secret.svg") // in a folder that programs may read
	if err := os.WriteFile(secret, []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>LỌT RA NGOÀI</text></svg>`), 0o600); err != nil {
		t.Fatal(err)
	}
	body := "<p>đây</p>"
	for _, address := range []string{server.URL + "/a.css", "file://" + secret, "font:../secret", "font:../../etc/passwd", secret} {
		body += fmt.Sprintf(`<link rel="stylesheet" href="%[1]s"><link rel="attachment" href="%[1]s"><img src="%[1]s"><object data="%[1]s"></object><embed src="%[1]s"><style>@import url("%[1]s");p{background:url("%[1]s")}@font-face{font-family:x;src:url("%[1]s")}</style>`, address)
	}
	pdf, err := w.PDF(t.Context(), document(body))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := poppler.New(r, poppler.DefaultLimits()).Text(t.Context(), saved(t, dir, pdf))
	if err != nil || strings.TrimSpace(strings.Join(pages, "")) != "đây" {
		t.Errorf("%q %v", pages, err)
	}
	if asked.Load() != 0 || bytes.Contains(pdf, []byte("/EmbeddedFile")) {
		t.Errorf("asked the network %d times", asked.Load())
	}
}

func TestTooManyAreToldToComeBack(t *testing.T) {
	_, w, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	busy, others := 0, make(chan error)
	const asked = 12
	for range asked {
		go func() { _, err := w.PDF(ctx, document(strings.Repeat("<p>dòng</p>", 20000))); others <- err }()
	}
	for n := range asked {
		if err := <-others; archive.ReasonOf(err) == "print-busy" {
			busy++
		}
		if n == asked-10 { // one prints, eight wait: the rest were told
			cancel()
		}
	}
	cancel()
	if busy != asked-9 {
		t.Errorf("%d of %d were told to come back", busy, asked)
	}
	if _, err := w.PDF(t.Context(), document("đây")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func BenchmarkPDF(b *testing.B) {
	_, w, _ := open(b)
	for _, pages := range []int{1, 100} {
		page := document(strings.Repeat(`<p style="break-after:page">`+alphabet+strings.Repeat(" nhuận bút nghệ thuật", 60)+"</p>", pages))
		b.Run(fmt.Sprint(pages), func(b *testing.B) {
			for b.Loop() {
				if _, err := w.PDF(b.Context(), page); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
