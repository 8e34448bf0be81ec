package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/desk"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// recognise finds out whose device asks, for every handler after it. A cookie that opens nothing is that of the public; it is taken back. What one
// account sees no shared cache may keep, and a browser keeps it apart from what it sees signed out.
func (s *Server) recognise(c *fiber.Ctx) error {
	c.Vary(fiber.HeaderCookie)
	secret := desk.Secret(c, s.base)
	if secret == "" {
		return c.Next()
	}
	viewer, renewed, err := s.accounts.Recognise(request.Context(c), secret)
	switch {
	case archive.CodeOf(err) == archive.NotFound:
		desk.Forget(c, s.base)
		if err := c.Next(); err != nil {
			return err
		}
		alone(c) // no cache may hand the taking back to others
		return nil
	case err != nil && viewer.Account != "": // a full disk must not keep the administrator out
		s.Log.Warn("a device's visit is not noted", "error", err)
	case err != nil:
		return err
	}
	if !renewed.IsZero() {
		desk.Keep(c, s.base, secret, renewed)
	}
	request.SetViewer(c, viewer)
	if err := c.Next(); err != nil {
		return err // its answer is not to be kept by anybody
	}
	alone(c)
	return nil
}

// holdsSession reports whether the request comes from a device that is signed in.
func (s *Server) holdsSession(c *fiber.Ctx) bool {
	secret := desk.Secret(c, s.base)
	if secret == "" {
		return false
	}
	viewer, _, err := s.accounts.Recognise(request.Context(c), secret)
	return viewer.SignedIn() && (err == nil || viewer.Account != "")
}

// alone keeps the answer to one account from shared caches.
func alone(c *fiber.Ctx) {
	cache := string(c.Response().Header.Peek(fiber.HeaderCacheControl))
	if cache != respond.Never && !strings.Contains(cache, "private") {
		c.Set(fiber.HeaderCacheControl, respond.Alone)
	}
}

// fromOurPage decides of a request that brings a cookie and could change something whether a page of ours made it: browsers that say neither
// Sec-Fetch-Site nor Origin still say Referer. Programs that say nothing have no cookie of ours.
func (s *Server) fromOurPage(c *fiber.Ctx) bool {
	u, err := url.Parse(c.Get(fiber.HeaderReferer))
	return err == nil && u.Host != "" && s.isOurs(c, u.Host)
}

// isOurs reports whether a host is that under which we are asked.
func (s *Server) isOurs(c *fiber.Ctx, host string) bool {
	return slices.Contains([]string{s.base.Host(), string(c.Context().Host())}, host)
}
