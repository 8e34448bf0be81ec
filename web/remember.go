package web

import (
	"bytes"
	"slices"

	"github.com/gofiber/fiber/v2"

	"vannghe/web/respond"
)

// What is remembered of pages: those of the public, made whole in memory, of which many are asked for in the same second.
const (
	pagesRemembered = 512
	pageHot         = 8        // times in a second
	longestPage     = 64 << 10 // bytes as sent
	longestHeader   = 128      // of those that a page depends on
	longestQuery    = 256      // as it is written in the address
)

// pageKey is all that an answer to the public depends on.
type pageKey struct {
	base, path, query, encoding string
}

// rememberedPage is an answer as it was sent.
type rememberedPage struct {
	header []field
	body   []byte
}

// remember answers the public from memory when the same page is asked for many times a second: a change is told of at most a second later, and as
// soon as this process has heard of it.
func (s *Server) remember(c *fiber.Ctx) error {
	if !asksOnly(c) {
		return c.Next()
	}
	encoding := c.Get(fiber.HeaderAcceptEncoding)
	if len(encoding) > longestHeader {
		return c.Next()
	}
	key, heard := pageKey{s.base.Of(c), c.Path(), string(c.Context().URI().QueryString()), encoding}, s.Catalog.Heard()
	page, kept, hot := s.pagesKept.Recall(key, heard)
	if hot && !kept {
		// Fifty who ask at once when the second is over would all make the same page.
		wait, done := s.pagesKept.Turn(key, heard)
		if wait == nil {
			defer done()
		} else {
			select {
			case <-wait:
			case <-c.UserContext().Done():
			}
			page, kept, _ = s.pagesKept.Recall(key, heard)
		}
	}
	if kept {
		page.give(c)
		return nil
	}
	if err := c.Next(); err != nil || !hot || !lasting(c) {
		return err
	}
	s.pagesKept.Keep(key, heard, s.taken(c))
	return nil
}

// give answers with the page. What every answer has is set already.
func (p *rememberedPage) give(c *fiber.Ctx) {
	for i, f := range p.header {
		if i > 0 && bytes.Equal(p.header[i-1].name, f.name) {
			c.Response().Header.AddBytesKV(f.name, f.value)
		} else {
			c.Response().Header.SetCanonical(f.name, f.value)
		}
	}
	c.Response().SetBodyRaw(p.body)
}

// taken is the answer that c holds, without what is of one request alone and what every answer has.
func (s *Server) taken(c *fiber.Ctx) (page rememberedPage) {
	for key, value := range c.Response().Header.All() {
		f := field{bytes.Clone(key), bytes.Clone(value)}
		if name := string(key); name == requestIDField || name == fiber.HeaderContentLength || slices.ContainsFunc(s.security, f.equal) {
			continue
		}
		page.header = append(page.header, f)
	}
	slices.SortStableFunc(page.header, func(a, b field) int { return bytes.Compare(a.name, b.name) })
	page.body = bytes.Clone(c.Response().Body())
	return page
}

// asksOnly reports whether a request is one for a public page that everybody gets alike: nothing but an address.
func asksOnly(c *fiber.Ctx) bool {
	head := &c.Request().Header
	return areaOf(c.Path()) == "page" && c.Method() == fiber.MethodGet && len(c.Context().URI().QueryString()) <= longestQuery &&
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
