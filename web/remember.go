package web

import (
	"bytes"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/web/respond"
)

// What is remembered of pages: those of the public, made whole in memory, of which many are asked for in the same second.
const (
	pagesRemembered = 512
	longestPage     = 64 << 10 // bytes as sent
	longestHeader   = 128      // of those that a page depends on
)

// pageKey is all that an answer to the public depends on.
type pageKey struct {
	base, path, encoding string
}

// rememberedPage is an answer as it was sent.
type rememberedPage struct {
	header [][2]string
	body   []byte
}

// remember answers the public from memory when the same page is asked for many times a second: a change is told of at most a second later, and as
// soon as this server has heard of it.
func (s *Server) remember(c *fiber.Ctx) error {
	encoding := c.Get(fiber.HeaderAcceptEncoding)
	if !asksOnly(c) || len(encoding) > longestHeader {
		return c.Next()
	}
	key := pageKey{s.base.Of(c), c.Path(), encoding}
	if !s.pagesKept.Hot(key) {
		return c.Next()
	}
	generation := s.changed.Load()
	page, kept := s.pagesKept.Get(key, generation)
	if kept {
		for i, h := range page.header {
			if i > 0 && page.header[i-1][0] == h[0] {
				c.Response().Header.Add(h[0], h[1])
			} else {
				c.Response().Header.Set(h[0], h[1])
			}
		}
		c.Response().SetBodyRaw(page.body)
		return nil
	}
	if err := c.Next(); err != nil || !lasting(c) {
		return err
	}
	for key, value := range c.Response().Header.All() {
		if name := string(key); name != fiber.HeaderXRequestID && name != fiber.HeaderContentLength {
			page.header = append(page.header, [2]string{name, string(value)})
		}
	}
	slices.SortStableFunc(page.header, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	page.body = bytes.Clone(c.Response().Body())
	s.pagesKept.Keep(key, generation, page)
	return nil
}

// asksOnly reports whether a request is one for a public page that everybody gets alike: nothing but a path.
func asksOnly(c *fiber.Ctx) bool {
	head := &c.Request().Header
	return c.Method() == fiber.MethodGet && areaOf(c.Path()) == "page" && len(c.Context().URI().QueryString()) == 0 &&
		len(head.Peek(fiber.HeaderCookie)) == 0 && len(head.Peek(fiber.HeaderAuthorization)) == 0 && len(head.Peek(fiber.HeaderIfNoneMatch)) == 0 &&
		len(head.Peek(fiber.HeaderIfMatch)) == 0 && len(head.Peek(fiber.HeaderIfModifiedSince)) == 0 && len(head.Peek(fiber.HeaderIfUnmodifiedSince)) == 0
}

// lasting reports whether an answer may be given to others: a page that is whole, sets nothing, and depends on nothing that its key does not hold.
func lasting(c *fiber.Ctx) bool {
	r := c.Response()
	if r.StatusCode() != fiber.StatusOK || r.IsBodyStream() || len(r.Body()) > longestPage || string(r.Header.Peek(fiber.HeaderCacheControl)) != respond.Revalidate {
		return false
	}
	if len(r.Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return false
	}
	for field := range bytes.SplitSeq(r.Header.Peek(fiber.HeaderVary), []byte(",")) {
		if name := string(bytes.TrimSpace(field)); name != fiber.HeaderAcceptEncoding && name != fiber.HeaderCookie {
			return false
		}
	}
	return true
}
