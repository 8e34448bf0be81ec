package respond

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/web/request"
)

// Text is a document that is made whole in memory: a page, a playlist, a JSON answer.
type Text struct {
	Type     string // media type with charset
	Cache    string // Cache-Control
	Body     []byte
	Gzip     []byte    // Body compressed, when somebody did so before; else it is compressed here when worth it
	Status   int       // 0 means 200; validators are only used with 200
	Modified time.Time // zero for none
}

// Send answers GET and HEAD: 304 when the client holds this very text, else the text, compressed when that is worth it. The
// entity tag is a digest of the text; it is weak, because it stands for the text in either encoding.
func (t Text) Send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, t.Type)
	c.Set(fiber.HeaderCacheControl, t.Cache)
	c.Vary(fiber.HeaderAcceptEncoding)
	if t.Status == 0 || t.Status == fiber.StatusOK {
		v := validators{etag: WeakTag(t.Body), modified: t.Modified}
		c.Set(fiber.HeaderETag, v.etag)
		if !t.Modified.IsZero() {
			c.Set(fiber.HeaderLastModified, httpDate(t.Modified))
		}
		switch conditionsOf(c).judge(v) {
		case notModified:
			return empty(c, fiber.StatusNotModified)
		case preconditionFailed:
			return empty(c, fiber.StatusPreconditionFailed)
		}
	} else {
		c.Status(t.Status)
	}
	if compressed := t.compressed(c.Get(fiber.HeaderAcceptEncoding)); compressed != nil {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return give(c, compressed)
	}
	return give(c, t.Body)
}

// give sends what lies in memory. More than a step goes out like a stored object, by the same rule: one deadline for the whole
// would cut a novel on every slow line. It then takes longer than a withdrawal may, so that what Carry holds can cut it.
func give(c *fiber.Ctx, body []byte) error {
	if len(body) <= stepBytes {
		return c.Send(body)
	}
	size := int64(len(body))
	o := Object{Size: size, Open: func(_ context.Context, offset, length int64) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(body[offset : offset+length])), nil
	}}
	return o.stream(c, carried(c), span{length: size})
}

// compressed returns the text for those who accept it so, nil for the others and where nothing is gained.
func (t Text) compressed(accepted string) []byte {
	if len(t.Body) < compressFrom || !acceptsGzip(accepted) {
		return nil
	}
	if t.Gzip != nil || !compressible(t.Type) {
		return t.Gzip
	}
	return compress(t.Body)
}

// compressible reports whether bytes of a type are text; fonts and pictures are compressed already.
func compressible(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	return strings.HasPrefix(base, "text/") || strings.HasSuffix(base, "json") || strings.HasSuffix(base, "xml") ||
		strings.HasSuffix(base, "mpegurl") || base == "image/svg+xml"
}

// WeakTag returns a weak entity tag for a text.
func WeakTag(body []byte) string {
	return "W/" + StrongTag(string(body))
}

// StrongTag returns a strong entity tag that names the given facts; they must change whenever a byte of the object can.
func StrongTag(facts ...string) string {
	h := sha256.New()
	for _, f := range facts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(f), f) // a hash never fails to write
	}
	return `"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15]) + `"`
}

// Component is what draws itself as HTML; templ's components do.
type Component interface {
	Render(ctx context.Context, w io.Writer) error
}

// HTML answers with a whole page. A status of 0 means 200.
func HTML(c *fiber.Ctx, status int, page Component) error {
	var b bytes.Buffer
	if err := page.Render(request.Context(c), &b); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	cache := Revalidate
	if status >= 400 {
		cache = Never
	}
	c.Set(fiber.HeaderContentLanguage, string(request.Language(c)))
	return Text{Type: "text/html; charset=utf-8", Cache: cache, Body: b.Bytes(), Status: status}.Send(c)
}

// Unkept answers with a whole page that nobody keeps.
func Unkept(c *fiber.Ctx, status int, page Component) error {
	err := HTML(c, status, page)
	c.Set(fiber.HeaderCacheControl, Never)
	return err
}

// SeeOther leads on to a path of ours after something was done, so that going back does not do it again.
func SeeOther(c *fiber.Ctx, path string) error {
	c.Set(fiber.HeaderCacheControl, Never)
	return c.Redirect(path, fiber.StatusSeeOther)
}

// JSON answers with v under the given media type, to be revalidated.
func JSON(c *fiber.Ctx, mediaType string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return Text{Type: mediaType, Cache: Revalidate, Body: b}.Send(c)
}

// Redirect answers 301 to a path of ours, keeping the query.
func Redirect(c *fiber.Ctx, path string) error {
	if q := c.Context().URI().QueryString(); len(q) > 0 {
		path += "?" + string(q)
	}
	c.Set(fiber.HeaderCacheControl, Revalidate)
	return c.Redirect(path, fiber.StatusMovedPermanently)
}
