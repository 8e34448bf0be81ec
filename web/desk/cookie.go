package desk

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/web/request"
)

// A cookie of this prefix is taken by browsers only by TLS, for this host alone and for all paths (RFC 6265bis §4.1.3.2): no neighbour below the
// same domain can plant one.
const (
	plainCookie  = "vannghe"
	secureCookie = "__Host-vannghe"
)

func cookieName(c *fiber.Ctx, base request.Base) string {
	if base.Secure(c) {
		return secureCookie
	}
	return plainCookie
}

// Secret returns what the device of a request keeps, "" for nothing.
func Secret(c *fiber.Ctx, base request.Base) string { return c.Cookies(cookieName(c, base)) }

// Keep has the device keep a secret until a time. Scripts cannot read it, and other sites cannot have it sent but by a link that somebody follows.
func Keep(c *fiber.Ctx, base request.Base, secret string, until time.Time) {
	c.Cookie(&fiber.Cookie{
		Name: cookieName(c, base), Value: secret, Path: "/", Expires: until, MaxAge: int(time.Until(until).Seconds()),
		Secure: base.Secure(c), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// Forget takes the secret back.
func Forget(c *fiber.Ctx, base request.Base) {
	c.Cookie(&fiber.Cookie{
		Name: cookieName(c, base), Path: "/", Expires: time.Unix(1, 0), MaxAge: -1,
		Secure: base.Secure(c), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}
