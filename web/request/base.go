package request

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// validHost reports whether a host is a registered name, an IPv4 address or a bracketed IPv6 address, with an optional port. A Host header that holds
// anything else would be repeated in links. By hand, since almost every request asks.
func validHost(s string) bool {
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		if port := s[i+1:]; len(port) < 1 || len(port) > 5 || !only(port, isDigit) {
			return false
		}
		s = s[:i]
	}
	if inner, v6 := strings.CutPrefix(s, "["); v6 {
		inner, closed := strings.CutSuffix(inner, "]")
		return closed && len(inner) >= 2 && len(inner) <= 45 && only(inner, isV6)
	}
	return s != "" && len(s) <= 253 && isLetterOrDigit(s[0]) && only(s, isName)
}

func only(s string, allowed func(b byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetterOrDigit(b byte) bool { return isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'z' }

func isName(b byte) bool { return isLetterOrDigit(b) || b == '.' || b == '-' }

func isV6(b byte) bool { return isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'f' || b == ':' || b == '.' }

// Base is the address under which the archive is reached from outside, for links that leave it.
type Base struct {
	fixed string
}

// ParseBase reads the configured address, such as "https://vannghe.example"; "" means that each request's own host is used.
// The error is Invalid "base-url-invalid" with the address.
func ParseBase(address string) (Base, error) {
	if address == "" {
		return Base{}, nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !validHost(u.Host) ||
		u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return Base{}, archive.Fail(archive.Invalid, "base-url-invalid", address).Because(err)
	}
	return Base{fixed: u.Scheme + "://" + u.Host}, nil
}

// Of returns scheme and host without a final slash: the configured address, or what the client says it asked when nothing is
// configured. A Host header that is no host gives "", so that links become relative to the root.
func (b Base) Of(c *fiber.Ctx) string {
	if b.fixed != "" {
		return b.fixed
	}
	host := string(c.Context().Host())
	if !validHost(host) {
		return ""
	}
	return scheme(c) + "://" + host
}

// Secure reports whether the archive is reached by TLS.
func (b Base) Secure(c *fiber.Ctx) bool {
	if b.fixed != "" {
		return strings.HasPrefix(b.fixed, "https://")
	}
	return scheme(c) == "https"
}

// scheme is http unless a proxy says https. Fiber repeats whatever the header holds, such as "javascript:…", and links would too.
func scheme(c *fiber.Ctx) string {
	if c.Protocol() == "https" {
		return "https"
	}
	return "http"
}

// Fixed returns the configured address, "" when none is configured.
func (b Base) Fixed() string { return b.fixed }

// Host returns the host of the configured address, "" when none is configured.
func (b Base) Host() string {
	_, host, _ := strings.Cut(b.fixed, "://")
	return host
}
