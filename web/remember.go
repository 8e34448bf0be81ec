package web

import (
	"bytes"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"vannghe/web/request"
	"vannghe/web/respond"
)

// What is remembered of pages: those of the public, made whole in memory, of which many are asked for in the same second.
const (
	pagesRemembered = 512
	pageHot         = 8        // times in a second
	longestPage     = 64 << 10 // bytes as sent
	longestKey      = 1 << 10  // bytes of all that a page depends on
	longestQuery    = 256      // as it is written in the address
)

// rememberedPage is an answer as it was sent, with what every answer has and without what is of one request alone.
type rememberedPage struct {
	head *fasthttp.ResponseHeader // never changed, copied to each answer
	body []byte
}

// counted marks a request that was taken from its client's allowance already.
type counted struct{}

// remember answers the public from memory when the same page is asked for many times a second: a change is told of at most a second later, and as
// soon as this process has heard of it. It stands before next, all that Fiber does, of which a page from memory needs nothing.
func (s *Server) remember(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		path, key, ok := keyOf(&ctx.Request.Header)
		if !ok {
			next(ctx)
			return
		}
		from := request.From(ctx, s.Proxies)
		if s.floods.count(kindOf(path), from) != nil {
			next(ctx) // which tells whoever asks too often, whose questions make nothing hot
			return
		}
		s.recall(ctx, key, path, from, next)
	}
}

func (s *Server) recall(ctx *fasthttp.RequestCtx, key, path string, from netip.Addr, next fasthttp.RequestHandler) {
	heard := s.Catalog.Heard()
	page, kept, hot := s.pagesKept.Recall(key, heard)
	if hot && !kept {
		// Fifty who ask at once when the second is over would all make the same page.
		wait, done := s.pagesKept.Turn(key, heard)
		if wait == nil {
			defer done()
		} else {
			patience := time.NewTimer(request.Limit)
			defer patience.Stop()
			select {
			case <-wait:
			case <-patience.C:
			}
			page, kept, _ = s.pagesKept.Recall(key, heard)
		}
	}
	if kept {
		s.give(ctx, page, path, from)
		return
	}
	ctx.SetUserValue(counted{}, true)
	next(ctx)
	if hot && lasting(&ctx.Response) {
		s.pagesKept.Keep(key, heard, taken(&ctx.Response))
	}
}

// give answers with a page from memory.
func (s *Server) give(ctx *fasthttp.RequestCtx, page rememberedPage, path string, from netip.Addr) {
	id := requestID(string(ctx.Request.Header.Peek(requestIDField)))
	page.head.CopyTo(&ctx.Response.Header)
	ctx.Response.Header.SetCanonical([]byte(requestIDField), []byte(id))
	ctx.Response.SetBodyRaw(page.body)
	s.pagesGiven.Add(1)
	s.note(answered{request: id, method: fiber.MethodGet, path: path, status: fiber.StatusOK, took: time.Since(ctx.Time()), from: from})
}

// keyOf returns the path and all that an answer to the public depends on, when a request is one for a public page that everybody gets alike: nothing but an address, and
// how it is reached. It holds more than that rather than less.
func keyOf(head *fasthttp.RequestHeader) (path, key string, ok bool) {
	address := string(head.RequestURI())
	path, query, _ := strings.Cut(address, "?")
	// What fasthttp reads otherwise than it is written, a host in the address or a fragment, is for Fiber.
	if !head.IsGet() || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(address, "#") || len(query) > longestQuery || areaOf(path) != "page" {
		return "", "", false
	}
	b := append(make([]byte, 0, longestKey), address...)
	for name, value := range head.All() {
		switch string(name) {
		case fiber.HeaderCookie, fiber.HeaderAuthorization, fiber.HeaderIfNoneMatch, fiber.HeaderIfMatch, fiber.HeaderIfModifiedSince, fiber.HeaderIfUnmodifiedSince,
			fiber.HeaderContentLength, fiber.HeaderTransferEncoding:
			return "", "", false
		case fiber.HeaderHost, fiber.HeaderAcceptEncoding, fiber.HeaderXForwardedProto, fiber.HeaderXForwardedProtocol, fiber.HeaderXForwardedSsl, fiber.HeaderXUrlScheme:
			b = append(append(append(append(b, '\n'), name...), ' '), value...) // a line feed stands in no address and no field
		}
	}
	return path, string(b), len(b) <= longestKey
}

// lasting reports whether an answer may be given to others: a page that is whole, sets nothing, and depends on nothing that its key does not hold.
func lasting(r *fasthttp.Response) bool {
	if r.StatusCode() != fiber.StatusOK || r.IsBodyStream() || len(r.Body()) > longestPage || r.ConnectionClose() ||
		string(r.Header.Peek(fiber.HeaderCacheControl)) != respond.Revalidate || len(r.Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return false
	}
	for field := range bytes.SplitSeq(r.Header.Peek(fiber.HeaderVary), []byte(",")) {
		if name := string(bytes.TrimSpace(field)); name != fiber.HeaderAcceptEncoding && name != fiber.HeaderCookie {
			return false
		}
	}
	return true
}

func taken(r *fasthttp.Response) rememberedPage {
	page := rememberedPage{head: &fasthttp.ResponseHeader{}, body: bytes.Clone(r.Body())}
	r.Header.CopyTo(page.head)
	page.head.Del(requestIDField)
	return page
}
