package request

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// hostPattern is a registered name, an IPv4 address or a bracketed IPv6 address, with an optional port. A Host header that
// holds anything else would be repeated in links.
var hostPattern = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$`)

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
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || !hostPattern.MatchString(u.Host) ||
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
	if !hostPattern.MatchString(host) {
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
