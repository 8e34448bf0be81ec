package tus

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/ingest"
	"vannghe/web/request"
)

// describe answers what is spoken here.
func (h *Handler) describe(c *fiber.Ctx) error {
	c.Set(headerResumable, version)
	c.Set(headerVersion, version)
	c.Set(headerExtension, extensions)
	c.Set(headerAlgorithm, algorithmNames)
	c.Set(headerMaxSize, strconv.FormatInt(h.Ingest.MaxBytes(), 10))
	return c.SendStatus(fiber.StatusNoContent)
}

// create begins an upload, with its first bytes when the request has a body.
func (h *Handler) create(c *fiber.Ctx) error {
	n, err := newUpload(c)
	if err != nil {
		return err
	}
	body, length := newBody(c, h.patience())
	piece, err := pieceOf(c, body, length)
	if err != nil {
		return err
	}
	u, err := h.Ingest.BeginUpload(request.Context(c), request.Viewer(c), n)
	if err != nil {
		return err
	}
	if body != nil {
		if u, err = h.receive(c, u.ID, piece); err != nil {
			return h.giveUp(c, u.ID, err)
		}
		c.Set(headerOffset, strconv.FormatInt(u.Received, 10))
	}
	c.Set(fiber.HeaderLocation, Root+"/"+string(u.ID))
	tellExpiry(c, u)
	return c.SendStatus(fiber.StatusCreated)
}

// giveUp removes an upload whose address the client never gets.
func (h *Handler) giveUp(c *fiber.Ctx, id archive.FileID, cause error) error {
	if err := h.Ingest.EndUpload(request.Context(c), request.Viewer(c), id); err != nil {
		return archive.Fail(archive.CodeOf(cause), archive.ReasonOf(cause)).Because(err)
	}
	return cause
}

func newUpload(c *fiber.Ctx) (ingest.NewUpload, error) {
	for _, header := range []string{headerDefer, headerConcat} {
		if c.Get(header) != "" { // of extensions that are not offered
			return ingest.NewUpload{}, malformed(header)
		}
	}
	size, err := parseCount(headerLength, c.Get(headerLength))
	if err != nil {
		return ingest.NewUpload{}, err
	}
	given := c.Get(headerMetadata)
	metadata, err := parseMetadata(given)
	if err != nil {
		return ingest.NewUpload{}, err
	}
	return ingest.NewUpload{Name: nameOf(metadata), Size: size, Metadata: given}, nil
}

// pieceOf reads what is said of the bytes in the request's body, nil when there is none.
func pieceOf(c *fiber.Ctx, b *body, length int64) (ingest.Piece, error) {
	if b == nil {
		b = &body{}
	} else if c.Get(fiber.HeaderContentType) != pieceType || c.Get(fiber.HeaderContentEncoding) != "" {
		return ingest.Piece{}, archive.Fail(archive.Invalid, "upload-type")
	}
	sum, want, err := parseChecksum(c.Get(headerChecksum))
	if err != nil {
		return ingest.Piece{}, err
	}
	return ingest.Piece{Length: length, Body: b, Stop: b.stop, Hash: sum, Sum: want}, nil
}

// receive takes a piece in. Who has lost patience is told by the line, not by the time that other requests have.
func (h *Handler) receive(c *fiber.Ctx, id archive.FileID, p ingest.Piece) (catalog.Upload, error) {
	u, err := h.Ingest.Receive(context.WithoutCancel(request.Context(c)), request.Viewer(c), id, p)
	if b, ok := p.Body.(*body); ok && b.left != 0 && b.src != nil {
		c.Response().Header.SetConnectionClose() // what is unread is no request
	}
	return u, err
}

// patch adds bytes.
func (h *Handler) patch(c *fiber.Ctx) error {
	id, err := uploadID(c)
	if err != nil {
		return err
	}
	if c.Get(fiber.HeaderContentType) != pieceType {
		return archive.Fail(archive.Invalid, "upload-type")
	}
	body, length := newBody(c, h.patience())
	piece, err := pieceOf(c, body, length)
	if err != nil {
		return err
	}
	if piece.Offset, err = parseCount(headerOffset, c.Get(headerOffset)); err != nil {
		return err
	}
	u, err := h.receive(c, id, piece)
	if err != nil {
		return err
	}
	c.Set(headerOffset, strconv.FormatInt(u.Received, 10))
	tellExpiry(c, u)
	return c.SendStatus(fiber.StatusNoContent)
}

// head answers how far an upload has come.
func (h *Handler) head(c *fiber.Ctx) error {
	id, err := uploadID(c)
	if err != nil {
		return err
	}
	u, err := h.Ingest.Upload(request.Context(c), request.Viewer(c), id)
	if err != nil {
		return err
	}
	c.Set(headerOffset, strconv.FormatInt(u.Received, 10))
	c.Set(headerLength, strconv.FormatInt(u.Size, 10))
	if u.Metadata != "" {
		c.Set(headerMetadata, u.Metadata)
	}
	tellExpiry(c, u)
	return c.SendStatus(fiber.StatusOK)
}

// end removes an upload.
func (h *Handler) end(c *fiber.Ctx) error {
	id, err := uploadID(c)
	if err != nil {
		return err
	}
	if err := h.Ingest.EndUpload(request.Context(c), request.Viewer(c), id); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// uploadID reads the address. What is no identifier is NotFound "upload-missing", without asking the catalogue.
func uploadID(c *fiber.Ctx) (archive.FileID, error) {
	id := strings.Clone(c.Params("upload"))
	if !archive.ValidID(id) {
		return "", archive.Fail(archive.NotFound, "upload-missing")
	}
	return archive.FileID(id), nil
}

func tellExpiry(c *fiber.Ctx, u catalog.Upload) {
	c.Set(headerExpires, u.Expires.UTC().Format(http.TimeFormat))
}

func (h *Handler) patience() time.Duration { return cmp.Or(h.stall, stall) }
