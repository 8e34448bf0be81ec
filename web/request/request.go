// Package request answers what a handler has to know about the request before it does its work: who asks, in which
// language, under which address, and by when it must be answered.
//
// It must not know what is asked for: nothing here reads the catalogue or writes an answer.
package request

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
)

// Limit is how long a handler may take until the first byte of its answer. Bodies that are streamed have their own rule.
const Limit = 30 * time.Second

// key is the type under which this package keeps its values in Fiber's locals, so that no other package can meet them.
type key int

const (
	viewerKey key = iota
	idKey
	addressKey
)

// Lang is a language of the interface.
type Lang string

// The languages. Vietnamese is the language of every address without a prefix.
const (
	Vietnamese Lang = "vi"
	English    Lang = "en"
)

// Prefix is what stands before the path of a page in this language: "" or "/en".
func (l Lang) Prefix() string {
	if l == English {
		return "/en"
	}
	return ""
}

// Language returns the language that the path names. Only the path decides: the same address must show everybody the
// same page, or links, caches and search engines disagree.
func Language(c *fiber.Ctx) Lang {
	return languageOf(c.Path())
}

func languageOf(path string) Lang {
	if path == "/en" || strings.HasPrefix(path, "/en/") {
		return English
	}
	return Vietnamese
}

// Negotiated returns the language for answers to programs: the query's "lang" when it names one we have, else the first of
// Accept-Language that we have, else Vietnamese.
func Negotiated(c *fiber.Ctx) Lang {
	return negotiate(c.Query("lang"), c.Get(fiber.HeaderAcceptLanguage))
}

func negotiate(query, accept string) Lang {
	for _, tag := range append([]string{query}, strings.Split(accept, ",")...) {
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), ";")
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if l := Lang(primary); l == Vietnamese || l == English {
			return l
		}
	}
	return Vietnamese
}

// Viewer returns who asks; the public unless SetViewer said otherwise.
func Viewer(c *fiber.Ctx) archive.Viewer {
	if v, ok := c.Locals(viewerKey).(archive.Viewer); ok {
		return v
	}
	return archive.Public()
}

// SetViewer records who asks, for the handlers that follow.
func SetViewer(c *fiber.Ctx, v archive.Viewer) { c.Locals(viewerKey, v) }

// ID returns the identifier of the request, which stands in the log and on the page of an error.
func ID(c *fiber.Ctx) string {
	id, _ := c.Locals(idKey).(string)
	return id
}

// SetID records the identifier of the request.
func SetID(c *fiber.Ctx, id string) { c.Locals(idKey, id) }

// Context returns the context of the request. It ends with the server or after Limit; fasthttp does not end it when the
// client leaves, so that whatever outlives the handler must have its own rule.
func Context(c *fiber.Ctx) context.Context { return c.UserContext() }

// Param returns the percent-decoded value of a path parameter. The error is NotFound "page-missing": what cannot be decoded
// names nothing here.
func Param(c *fiber.Ctx, name string) (string, error) {
	s, err := url.PathUnescape(c.Params(name))
	if err != nil {
		return "", archive.Fail(archive.NotFound, "page-missing").Because(err)
	}
	return s, nil
}
