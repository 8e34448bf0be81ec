package main

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// apiWork is /api/v1/works/{id}.
type apiWork struct {
	ID    string     `json:"id"`
	Title string     `json:"title"`
	URL   string     `json:"url"`
	Media []apiMedia `json:"media"`
}

type apiMedia struct {
	Kind     string  `json:"kind"`
	Type     string  `json:"type"`
	URL      string  `json:"url"`
	Width    int     `json:"width"`
	Height   int     `json:"height"`
	Duration float64 `json:"duration"`
	Bytes    int64   `json:"bytes"`
}

// medium returns the first media entry of a kind, the zero one when there is none.
func (w apiWork) medium(kind string) apiMedia {
	for _, m := range w.Media {
		if m.Kind == kind {
			return m
		}
	}
	return apiMedia{}
}

// found is /api/v1/search.
type found struct {
	Total int    `json:"total"`
	Guess string `json:"guess"`
	Hits  []struct {
		Work struct {
			ID    string `json:"id"`
			Title string `json:"title"`
			URL   string `json:"url"`
		} `json:"work"`
		Parts []struct {
			Label   string `json:"label"`
			Snippet string `json:"snippet"`
			URL     string `json:"url"`
		} `json:"parts"`
	} `json:"hits"`
}

func (f found) titles() string {
	var all []string
	for _, h := range f.Hits {
		all = append(all, h.Work.Title)
	}
	return strings.Join(all, " | ")
}

func (s *server) search(t *testing.T, query string) found {
	t.Helper()
	var f found
	s.answer(t, "/api/v1/search?q="+url.QueryEscape(query), &f)
	return f
}

// path cuts the origin from an address that the API gave.
func (s *server) path(address string) string { return strings.TrimPrefix(address, s.url) }

func TestSearchUnderstandsVietnamese(t *testing.T) {
	set := []string{"--data", t.TempDir()}
	must(t, append([]string{"import", library(t), "--manifest", "works.csv", "--publish"}, set...)...)
	s := serve(t, set...)
	for _, c := range []struct{ sentence, query, title string }{
		{"without marks, by title", "ben cu", "Bến cũ"},
		{"with marks, by title", "Bến cũ", "Bến cũ"},
		{"capitals in NFD", norm.NFD.String("BẾN CŨ"), "Bến cũ"},
		{"by author", "pham kha", "Đường xa"},
		{"by genre", "truyện ngắn", "Đường xa"},
		{"by text, old tone placement", "hoà trong mưa", "Sắc hoa"},
		{"by text, new tone placement", "hòa trong mưa", "Sắc hoa"},
		{"d finds đ", "duong", "Đường xa"},
		{"đ finds Ð U+00D0 in the text", "con đường ấy", "Đường xa"},
		{"Ð U+00D0 in the query", "\u00d0ường", "Đường xa"},
	} {
		if got := s.search(t, c.query); !strings.Contains(got.titles(), c.title) {
			t.Errorf("%s: %q finds %q, want %q", c.sentence, c.query, got.titles(), c.title)
		}
	}
	hit := s.search(t, "nguoi lai do gia")
	if len(hit.Hits) == 0 || len(hit.Hits[0].Parts) == 0 {
		t.Fatalf("no part found: %+v", hit)
	}
	part := hit.Hits[0].Parts[0]
	if !strings.Contains(part.Snippet, "<mark>Người</mark>") && !strings.Contains(part.Snippet, "<mark>Người lái đò già</mark>") {
		t.Errorf("the right letters are not marked: %s", part.Snippet)
	}
	page, anchor, ok := strings.Cut(s.path(part.URL), "#")
	status, body := s.get(t, page)
	if !ok || status != 200 || !strings.Contains(body, `id="`+anchor+`"`) {
		t.Errorf("the part's address %s leads nowhere (status %d)", part.URL, status)
	}
	s.stop(t)
}
