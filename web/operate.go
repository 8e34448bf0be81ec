package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

const plainText = "text/plain; charset=utf-8"

// alive answers as long as the process does.
func (s *Server) alive(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, respond.Never)
	c.Set(fiber.HeaderContentType, plainText)
	return c.SendString("ok\n")
}

// readyTimeout bounds each question of ready.
const readyTimeout = 3 * time.Second

// ready answers whether this node can serve: 200, or 503 "not-ready" with the part that does not answer.
func (s *Server) ready(c *fiber.Ctx) error {
	for _, part := range []struct {
		name string
		ask  func(context.Context) error
	}{
		{"catalog", s.Catalog.Ping},
		{"storage", s.Bucket.Ping},
		{"search", s.searchOpen},
	} {
		ctx, cancel := context.WithTimeout(c.UserContext(), readyTimeout)
		err := part.ask(ctx)
		cancel()
		if err != nil {
			return archive.Fail(archive.Unavailable, "not-ready", part.name).Because(err)
		}
	}
	c.Set(fiber.HeaderCacheControl, respond.Never)
	c.Set(fiber.HeaderContentType, plainText)
	return c.SendString("ready\n")
}

func (s *Server) searchOpen(context.Context) error {
	if s.Search() == nil {
		return archive.Fail(archive.Unavailable, "search-unavailable")
	}
	return nil
}

// robots keeps search engines from endless searches and from what is made for programs.
func (s *Server) robots(c *fiber.Ctx) error {
	const rules = "User-agent: *\nDisallow: /tim-kiem\nDisallow: /en/tim-kiem\nDisallow: /api/\n"
	return respond.Text{Type: plainText, Cache: "public, max-age=3600", Body: []byte(rules)}.Send(c)
}

// asset serves a built file: to be kept for ever when its name holds the hash of its content, to be asked for again otherwise.
func (s *Server) asset(c *fiber.Ctx) error {
	f, ok := s.Assets.Open(c.Params("*"))
	if !ok {
		return archive.Fail(archive.NotFound, "page-missing")
	}
	return sendAsset(c, f)
}

func sendAsset(c *fiber.Ctx, f ui.Asset) error {
	cache := respond.Revalidate
	if f.Hashed {
		cache = respond.Immutable
	}
	return respond.Text{Type: f.Type, Cache: cache, Body: f.Body, Gzip: f.Gzip}.Send(c)
}
