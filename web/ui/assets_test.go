package ui

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAssetsThatWereNotBuilt(t *testing.T) {
	_, err := readAssets(fstest.MapFS{".keep": {}})
	if !errors.Is(err, ErrNotBuilt) || !strings.Contains(err.Error(), "make build") {
		t.Errorf("error %v, want one that names the command", err)
	}
	if _, err := readAssets(fstest.MapFS{ManifestName: {Data: []byte("{")}}); err == nil || errors.Is(err, ErrNotBuilt) {
		t.Errorf("a broken manifest gives %v", err)
	}
}

func TestAssets(t *testing.T) {
	a, err := readAssets(fstest.MapFS{
		ManifestName:      {Data: []byte(`{"main.css":{"path":"main-ABC.css","integrity":"sha384-x"}}`)},
		"main-ABC.css":    {Data: []byte("body{}")},
		"main-ABC.css.gz": {Data: []byte("packed")},
		"font.woff2":      {Data: []byte("w")},
		".keep":           {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.URL("main.css"); got != "/assets/main-ABC.css" {
		t.Errorf("main.css is at %q", got)
	}
	if got := a.Integrity("main.css"); got != "sha384-x" {
		t.Errorf("its integrity is %q", got)
	}
	style, ok := a.Open("main-ABC.css")
	if !ok || string(style.Body) != "body{}" || string(style.Gzip) != "packed" || style.Type != "text/css; charset=utf-8" {
		t.Errorf("it opens as %+v, %v", style, ok)
	}
	if font, ok := a.Open("font.woff2"); !ok || font.Gzip != nil || font.Type != "font/woff2" {
		t.Errorf("the font opens as %+v, %v", font, ok)
	}
	for _, name := range []string{"", ".", "none.js", "../ui.go", "/etc/passwd", "main-ABC.css.gz", ManifestName, ".keep"} {
		if _, ok := a.Open(name); ok {
			t.Errorf("%q can be opened", name)
		}
	}
}

// The files that are embedded now: what pages name is there, and every gzip holds the file beside it.
func TestBuiltAssets(t *testing.T) {
	a, err := LoadAssets()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"main.css", "main.js", "theme.js"} {
		if !strings.HasPrefix(a.Integrity(name), "sha384-") {
			t.Errorf("%s has no integrity", name)
		}
		file, ok := a.Open(strings.TrimPrefix(a.URL(name), AssetPrefix))
		if !ok {
			t.Errorf("%s is not at %s", name, a.URL(name))
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(file.Gzip))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if body, err := io.ReadAll(r); err != nil || !bytes.Equal(body, file.Body) {
			t.Errorf("%s is something else compressed (%v)", name, err)
		}
	}
	for _, name := range builtNames(t) {
		if file, ok := a.Open(name); ok && file.Hashed != (name != "THIRD_PARTY.txt") {
			t.Errorf("%s: kept for ever: %v", name, file.Hashed)
		}
	}
	notices, ok := a.Open("THIRD_PARTY.txt")
	for _, name := range []string{"hls.js", "media-chrome", "openseadragon", "@fontsource-variable/literata", "@fontsource/be-vietnam-pro"} {
		if !ok || !strings.Contains(string(notices.Body), "\n"+name+" ") {
			t.Errorf("the notices lack %s", name)
		}
	}
}

// builtNames lists the files that were built.
func builtNames(t *testing.T) []string {
	t.Helper()
	entries, err := dist.ReadDir("dist")
	if err != nil || len(entries) < 10 {
		t.Fatalf("%d files were built: %v", len(entries), err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
