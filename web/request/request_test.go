package request

import (
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"vannghe/internal/archive"
)

func TestLanguageOfAPath(t *testing.T) {
	for path, want := range map[string]Lang{"/": "vi", "/en": "en", "/en/tho": "en", "/england": "vi", "/the-loai/en": "vi"} {
		if got := languageOf(path); got != want {
			t.Errorf("languageOf(%q) = %s", path, got)
		}
	}
}

func TestNegotiate(t *testing.T) {
	cases := []struct {
		query, accept string
		want          Lang
	}{
		{"", "", Vietnamese}, {"", "en-GB,en;q=0.9", English}, {"", "fr, vi;q=0.5, en", Vietnamese}, {"en", "vi", English},
		{"xx", "en", English}, {"", "*", Vietnamese}, {"", ";;,,", Vietnamese},
	}
	for _, c := range cases {
		if got := negotiate(c.query, c.accept); got != c.want {
			t.Errorf("negotiate(%q, %q) = %s", c.query, c.accept, got)
		}
	}
}

func TestParseBase(t *testing.T) {
	for address, want := range map[string]string{
		"": "", "https://vannghe.example": "vannghe.example", "http://localhost:8080/": "localhost:8080", "https://[::1]:8443": "[::1]:8443",
	} {
		if b, err := ParseBase(address); err != nil || b.Host() != want {
			t.Errorf("ParseBase(%q) = %+v, %v", address, b, err)
		}
	}
	for _, address := range []string{"vannghe.example", "ftp://x", "https://", "https://a b", "https://x/sub", "https://u:p@x", "https://x?q", "://"} {
		if _, err := ParseBase(address); archive.ReasonOf(err) != "base-url-invalid" {
			t.Errorf("ParseBase(%q): %v", address, err)
		}
	}
}

func TestBaseOfARequest(t *testing.T) {
	app := fiber.New()
	for _, c := range []struct{ proto, host, want string }{
		{"", "archive.example:8080", "http://archive.example:8080"},
		{"https", "archive.example", "https://archive.example"},
		{"https, http", "archive.example", "https://archive.example"},
		{"javascript:alert(1)//", "archive.example", "http://archive.example"},
		{"", "archive.example/evil", ""},
	} {
		var asked fasthttp.RequestCtx
		asked.Request.Header.SetHost(c.host)
		if c.proto != "" {
			asked.Request.Header.Set(fiber.HeaderXForwardedProto, c.proto)
		}
		ctx := app.AcquireCtx(&asked)
		if got := (Base{}).Of(ctx); got != c.want {
			t.Errorf("scheme %q, host %q: %q, want %q", c.proto, c.host, got, c.want)
		}
		app.ReleaseCtx(ctx)
	}
}
