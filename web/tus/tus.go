// Package tus takes files in by the tus resumable upload protocol 1.0 (tus.io/protocols/resumable-upload): core, creation,
// creation-with-upload, expiration, checksum and termination. Uploads belong to the account that began them.
//
// It translates between the protocol and package ingest, and must not know where bytes lie or what becomes of them.
package tus

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/ingest"
	"vannghe/web/request"
)

// Root is where uploads begin.
const Root = "/files"

// The version of the protocol, its extensions and its media type.
const (
	version    = "1.0.0"
	extensions = "creation,creation-with-upload,expiration,checksum,termination"
	pieceType  = "application/offset+octet-stream"
)

// The headers of the protocol.
const (
	headerResumable = "Tus-Resumable"
	headerVersion   = "Tus-Version"
	headerExtension = "Tus-Extension"
	headerMaxSize   = "Tus-Max-Size"
	headerAlgorithm = "Tus-Checksum-Algorithm"
	headerOffset    = "Upload-Offset"
	headerLength    = "Upload-Length"
	headerDefer     = "Upload-Defer-Length"
	headerConcat    = "Upload-Concat"
	headerMetadata  = "Upload-Metadata"
	headerChecksum  = "Upload-Checksum"
	headerExpires   = "Upload-Expires"
	headerOverride  = "X-HTTP-Method-Override"
)

// stall is how long a client may be silent in the middle of a piece before its line counts as lost.
const stall = 30 * time.Second

// Handler answers under Root. Its fields are set once.
type Handler struct {
	Ingest *ingest.Ingest

	stall time.Duration // 0: stall
}

// Register adds the routes.
func (h *Handler) Register(r fiber.Router) {
	for _, root := range []string{Root, Root + "/"} { // clients are told the one or the other
		r.Options(root, h.describe)
		r.Post(root, h.versioned(h.create))
	}
	r.Options(Root+"/:upload", h.describe)
	r.Head(Root+"/:upload", h.versioned(h.head))
	r.Patch(Root+"/:upload", h.versioned(h.patch))
	r.Delete(Root+"/:upload", h.versioned(h.end))
	r.Post(Root+"/:upload", h.versioned(h.override))
}

// versioned refuses clients that speak another version, and tells who asks for nothing without an account.
func (h *Handler) versioned(next fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(headerResumable, version)
		c.Set(fiber.HeaderCacheControl, "no-store")
		err := h.admit(c)
		if err == nil {
			err = next(c)
		}
		if err != nil {
			drain(c)
		}
		return err
	}
}

func (h *Handler) admit(c *fiber.Ctx) error {
	if c.Get(headerResumable) != version {
		c.Set(headerVersion, version)
		return archive.Fail(archive.Invalid, "tus-version")
	}
	if request.Viewer(c).Account == "" {
		return archive.Fail(archive.Forbidden, "sign-in-needed")
	}
	return nil
}

// override lets clients that can only POST say what they mean.
func (h *Handler) override(c *fiber.Ctx) error {
	switch c.Get(headerOverride) {
	case fiber.MethodPatch:
		return h.patch(c)
	case fiber.MethodDelete:
		return h.end(c)
	case fiber.MethodHead:
		return h.head(c)
	}
	return fiber.ErrMethodNotAllowed
}
