package web_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"vannghe/web/ui"
)

// Every answer carries what keeps browsers from harm: pages, errors of every form, the API, and what is refused before any handler.
func TestSecurityHeaders(t *testing.T) {
	w := newWorld(t, 1, nil)
	film, d, _ := w.film("Sông quê", 1000)
	n := w.nodes[0]
	page := string(n.get("/").body)
	_, rest, _ := strings.Cut(page, `rel="stylesheet" href="`)
	asset, _, _ := strings.Cut(rest, `"`)
	always := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin", "X-Frame-Options": "DENY",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
	}
	for _, c := range []struct {
		answer answer
		status int
		ours   bool // made by us, so that the policy of our pages holds
	}{
		{n.get("/"), 200, true},
		{n.get("/en/tac-gia"), 200, true},
		{n.get("/khong-co"), 404, true},
		{n.get("/the-loai/tho?after=bad"), 400, true},
		{n.get("/the-loai/"), 301, true},
		{n.do(http.MethodPost, "/", strings.NewReader("x")), 405, true},
		{n.do(http.MethodPost, "/", strings.NewReader("x"), "Sec-Fetch-Site: cross-site"), 403, true},
		{n.do(http.MethodPost, "/", bytes.NewReader(make([]byte, 2<<20))), 413, true},
		{n.get("/", "X-Long: "+strings.Repeat("x", 32<<10)), 431, true},
		{n.get("/api/v1/works"), 200, true},
		{n.get("/api/v1/works/aaaaaaaaaaaa"), 404, true},
		{n.get("/api/docs"), 200, true},
		{n.get("/api/openapi.json"), 200, true},
		{n.get(asset), 200, true},
		{n.get("/healthz"), 200, true},
		{n.get("/media/aaaaaaaaaaaa/bbbbbbbbbbbb/hls-v1/master.m3u8"), 404, true},
		{n.get("/iiif/image/3/aaaaaaaaaaaa/info.json"), 404, true},
		{n.get(assetPath(d, "1080p.mp4")), 200, false},
		{n.get(originalPath(film)), 200, false},
	} {
		where := c.answer.Request.Method + " " + c.answer.Request.URL.Path
		if c.answer.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", where, c.answer.StatusCode, c.status)
		}
		for name, want := range always {
			if got := c.answer.Header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", where, name, got, want)
			}
		}
		if got := c.answer.Header.Get("Content-Security-Policy"); c.ours && got != ui.Policy || !strings.Contains(got, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", where, got)
		}
	}
}

// The policy itself: what it must say, and what it must never.
func TestPolicy(t *testing.T) {
	for _, directive := range []string{"default-src 'self'", "script-src 'self'", "style-src 'self'", "worker-src 'self'", "connect-src 'self'",
		"object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'none'"} {
		if !slices.Contains(strings.Split(ui.Policy, "; "), directive) {
			t.Errorf("the policy lacks %s", directive)
		}
	}
	for _, hole := range []string{"unsafe", "*", "http:", "https:"} {
		if strings.Contains(ui.Policy, hole) {
			t.Errorf("the policy holds %s", hole)
		}
	}
}
