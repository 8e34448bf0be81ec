package iiif

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
	"vannghe/storage/blockcache"
	"vannghe/web/media"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// Options is what a Handler needs.
type Options struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket
	Cache   *blockcache.Cache // of derivatives; nil: none
	Streams *respond.Streams
	Grants  *media.Grants
	Address request.Base
}

// Handler answers under Root. Path parameters: file; for an image also region, size, rotation and last.
type Handler struct {
	Options
	pictures *shelf
	kept     *keptTiles
}

// New returns a Handler.
func New(o Options) *Handler {
	return &Handler{Options: o, pictures: newShelf(shelfSize), kept: newKeptTiles(keptBytes)}
}

func (h *Handler) shelf() respond.Shelf { return respond.Shelf{Bucket: h.Bucket, Cache: h.Cache} }

// Base leads from the identifier to its description, as Image API 3.0 §2 asks.
func (h *Handler) Base(c *fiber.Ctx) error {
	id, err := fileID(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, respond.Revalidate)
	return c.Redirect(InfoURL(id), fiber.StatusSeeOther)
}

// Info answers info.json.
func (h *Handler) Info(c *fiber.Ctx) error {
	id, err := fileID(c)
	if err != nil {
		return err
	}
	p, pass, err := h.picture(c, id)
	defer pass.Leave()
	if err != nil {
		return err
	}
	body, err := json.Marshal(infoOf(h.Address.Of(c), id, p.pyramid, p.largest()))
	if err != nil {
		return fmt.Errorf("encode info.json of %s: %w", id, err)
	}
	c.Vary(fiber.HeaderAccept)
	c.Set(fiber.HeaderLink, `<http://iiif.io/api/image/3/level0.json>;rel="profile"`)
	return respond.Text{Type: infoType(c.Get(fiber.HeaderAccept)), Cache: respond.Revalidate, Body: body}.Send(c)
}

// infoType is JSON-LD for those who ask for it and JSON for browsers (Image API 3.0 §5.1).
func infoType(accept string) string {
	if strings.Contains(accept, "application/ld+json") {
		return `application/ld+json;profile="` + contextURI + `"`
	}
	return "application/json"
}

// Image answers a tile or a whole picture.
func (h *Handler) Image(c *fiber.Ctx) error {
	id, err := fileID(c)
	if err != nil {
		return err
	}
	if name, cut := h.cut(c, id); cut {
		p, pass, err := h.picture(c, id)
		defer pass.Leave()
		if err != nil {
			return err
		}
		return h.tile(c, p, pass, name)
	}
	wanted, err := readParameters(c)
	if err != nil {
		return err
	}
	p, pass, err := h.picture(c, id)
	defer pass.Leave()
	if err != nil {
		return err
	}
	if !wanted.served() {
		return archive.Fail(archive.NotFound, "iiif-not-made")
	}
	if w, ok := p.whole(wanted); ok {
		return respond.Object{
			Size: w.file.Bytes, Type: w.file.Type, Modified: w.made, Cache: respond.Brief,
			ETag: respond.StrongTag(string(w.key), w.made.Format(time.RFC3339Nano)),
			Open: h.shelf().Stored(p.ref.Work, w.key, w.made.Format(time.RFC3339Nano), w.file.Bytes),
		}.Send(c, pass)
	}
	return h.tile(c, p, pass, p.name(wanted))
}

// cut returns the name of the tile that a request asks for, when the picture is known and the address is letter by letter that of a tile: almost every
// request for one.
func (h *Handler) cut(c *fiber.Ctx, id archive.FileID) (name string, cut bool) {
	p, known := h.pictures.get(id)
	name, below := strings.CutPrefix(c.Path(), imageURL(id)+"/")
	return name, known && below && p.cuts(name)
}

// tile answers with a tile by its name, from memory when it was asked for before.
func (h *Handler) tile(c *fiber.Ctx, p *picture, pass *respond.Pass, name string) error {
	e, ok := p.tiles.entries[name]
	if !ok {
		return archive.Fail(archive.NotFound, "iiif-not-made")
	}
	key := tileKey{p, e.offset}
	if o, kept := h.kept.get(key); kept {
		return o.Send(c, pass)
	}
	o := p.tile(h.shelf(), name, e)
	read := o.Small
	o.Small = func(ctx context.Context, offset, length int64) ([]byte, error) {
		data, err := read(ctx, 0, o.Size)
		if err != nil {
			return nil, err
		}
		h.kept.put(key, o, data)
		return data[offset : offset+length], nil
	}
	return o.Send(c, pass)
}

// Holds reports whether something of a work's pictures is in memory.
func (h *Handler) Holds(work archive.WorkID) bool { return h.pictures.holds(work) }

// Drop takes out of memory what is known of a work's pictures, tiles included: it is hidden now.
func (h *Handler) Drop(work archive.WorkID) { h.forget(h.pictures.dropOf(work)) }

func (h *Handler) forget(gone []*picture) {
	for _, p := range gone {
		h.kept.drop(p)
	}
}

// picture returns what is known of an image that the viewer may see now. The question is asked after the answer has been
// registered, on every request; what is known is read again when the tiles were made anew. The caller leaves pass, also on error.
func (h *Handler) picture(c *fiber.Ctx, id archive.FileID) (p *picture, pass *respond.Pass, err error) {
	viewer := request.Viewer(c)
	ctx, reader := request.Context(c), h.Catalog.Reader(viewer)
	p, known := h.pictures.get(id)
	if !known {
		if p, err = load(ctx, reader, h.shelf(), id); err != nil {
			return nil, nil, err
		}
		h.forget(h.pictures.put(p))
	}
	pass = h.Streams.Enter(p.ref.Work, viewer)
	d, err := h.Grants.Derivative(ctx, h.Catalog, viewer, p.ref)
	if err == nil && d.Made.Equal(p.made) {
		return p, pass, nil
	}
	if known && (err == nil || archive.CodeOf(err) == archive.NotFound) {
		pass.Leave()
		h.forget(h.pictures.drop(id))
		return h.picture(c, id)
	}
	if err == nil { // made anew between the two questions
		err = archive.Fail(archive.Busy, "iiif-changing")
	}
	return nil, pass, err
}

func fileID(c *fiber.Ctx) (archive.FileID, error) {
	id, err := request.Param(c, "file")
	if err != nil || !archive.ValidID(id) {
		return "", archive.Fail(archive.NotFound, "iiif-missing").Because(err)
	}
	return archive.FileID(id), nil
}

func readParameters(c *fiber.Ctx) (parameters, error) {
	var values [4]string
	for i, name := range []string{"region", "size", "rotation", "last"} {
		v, err := request.Param(c, name)
		if err != nil {
			return parameters{}, err
		}
		values[i] = v
	}
	return parseParameters(values[0], values[1], values[2], values[3])
}
