package ui_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// chromiumPath is Debian's browser.
const chromiumPath = "/usr/bin/chromium"

// oneOfEach are sample pages that hold every form of page and field there is. A page takes a second: all of them are looked at when VANNGHE_PA11Y says so.
var oneOfEach = []string{"", "phim", "ca-khuc", "hoi-hoa", "tho", "tap-chi-so", "van-ban-1", "tim-kiem", "the-loai", "dang-nhap-sai", "ban-lam-viec", "tai-khoan-1", "gui-tep", "gui-xem", "duyet", "duyet-tho", "sua-sai", "bao-cao"}

// TestPa11y: HTML_CodeSniffer and axe, as pa11y runs them, find no error on any page; and they do find those of a page that is broken.
func TestPa11y(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/", previewSite(t, mediaFolder(t)))
	mux.HandleFunc("GET /hong", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="vi"><head><title>Hỏng</title></head><body><main><h1>Hỏng</h1><img src="/sample/ruong.svg" width="9" height="9"><form><input name="ten"></form></main></body></html>`)
	})
	site := httptest.NewServer(mux)
	defer site.Close()
	var pages []string
	all := os.Getenv("VANNGHE_PA11Y") != ""
	for n, s := range samples("vi", nil) {
		if !all && !slices.Contains(oneOfEach, s.name) {
			continue
		}
		prefix := "/"
		if n%4 == 3 {
			prefix = "/en/"
		}
		pages = append(pages, site.URL+prefix+s.name)
	}
	broken := site.URL + "/hong"
	found := pa11y(t, append(pages, broken)...)
	for _, page := range pages {
		if issues, looked := found[page]; !looked || len(issues) > 0 {
			t.Errorf("%s, looked at: %v\n%s", page, looked, strings.Join(issues, "\n"))
		}
	}
	if !all && len(pages) != len(oneOfEach) {
		t.Errorf("%d pages were looked at, not the %d of each form", len(pages), len(oneOfEach))
	}
	said := strings.Join(found[broken], "\n")
	for _, want := range []string{"WCAG2AA.Principle1.Guideline1_1.1_1_1.H37", "image-alt", "label", "WCAG2AA.Principle4.Guideline4_1.4_1_2.H91"} {
		if !strings.Contains(said, want) {
			t.Errorf("of the broken page it does not say %s:\n%s", want, said)
		}
	}
}

// pa11y looks at pages and returns what is wrong with each.
func pa11y(t *testing.T, pages ...string) map[string][]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "build/pa11y.mjs")
	cmd.Env = append(os.Environ(), "VANNGHE_CHROMIUM="+chromiumPath)
	cmd.Stdin = strings.NewReader(strings.Join(pages, "\n"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pa11y (make assets fetches it): %v\n%s", err, errs.String())
	}
	found := map[string][]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var page struct {
			Address string   `json:"address"`
			Issues  []string `json:"issues"`
		}
		err := dec.Decode(&page)
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found[page.Address] = page.Issues
	}
}
