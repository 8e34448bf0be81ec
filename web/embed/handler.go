package embed

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/message"
	"vannghe/web/media"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// Handler answers at Path. Its fields are set once.
type Handler struct {
	Catalog *catalog.Catalog
	Address request.Base
	// Site returns the name of the archive.
	Site func(c *fiber.Ctx) (string, error)
}

// Answer tells about the page that the query's url names. An address that is not the page of a work that the viewer may see is
// NotFound "work-missing" or Gone; an unknown format is answered with 501, as §2.3.2 wants.
func (h *Handler) Answer(c *fiber.Ctx) error {
	encode, ok := formats[c.Query("format", "json")]
	if !ok {
		sentence := message.For(string(request.Negotiated(c))).Text("oembed.format")
		return respond.Text{Type: "text/plain; charset=utf-8", Cache: respond.Never, Status: fiber.StatusNotImplemented, Body: []byte(sentence + "\n")}.Send(c)
	}
	s, err := h.subject(c)
	if err != nil {
		return err
	}
	doc, err := encode.write(s.document(Size{size(c, "maxwidth"), size(c, "maxheight")}))
	if err != nil {
		return fmt.Errorf("write an oEmbed answer: %w", err)
	}
	return respond.Text{Type: encode.mediaType, Cache: respond.Revalidate, Body: doc}.Send(c)
}

// subject loads what the answer is about.
func (h *Handler) subject(c *fiber.Ctx) (subject, error) {
	ctx, reader := request.Context(c), h.Catalog.Reader(request.Viewer(c))
	s := subject{base: h.Address.Of(c)}
	id, prefix, ok := workOf(s.base, c.Query("url"))
	if !ok {
		return s, archive.Fail(archive.NotFound, "work-missing")
	}
	s.prefix = prefix
	var err error
	if s.work, err = reader.WorkOrLed(ctx, id); err != nil {
		return s, err
	}
	derivatives, err := reader.Derivatives(ctx, s.work.ID)
	if err != nil {
		return s, err
	}
	s.offers = media.Offers(&s.work, derivatives[s.work.ID], false)
	s.site, err = h.Site(c)
	return s, err
}

// size reads a number of pixels; 0 for none, and for what is no number.
func size(c *fiber.Ctx, name string) int {
	n, err := strconv.Atoi(c.Query(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

type format struct {
	mediaType string
	write     func(d document) ([]byte, error)
}

var formats = map[string]format{
	"json": {"application/json; charset=utf-8", func(d document) ([]byte, error) { return json.Marshal(d) }},
	"xml": {"text/xml; charset=utf-8", func(d document) ([]byte, error) {
		b, err := xml.MarshalIndent(d, "", "  ")
		return append([]byte(xml.Header), b...), err
	}},
}
