package respond

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"vannghe/internal/archive"
	"vannghe/web/request"
)

// Object is a stored object as it is about to be sent: bytes that never change under one entity tag.
type Object struct {
	Size        int64
	Type        string // media type
	ETag        string // strong, with its quotes
	Modified    time.Time
	Cache       string // Cache-Control
	Disposition string // Content-Disposition, "" for none

	// Open returns a reader of at least length bytes from offset, which the answer closes. ctx ends when the answer does,
	// whether it was sent or the client left. An *os.File that stands at offset is sent by sendfile(2).
	Open func(ctx context.Context, offset, length int64) (io.ReadCloser, error)
	// Small, where it is given, returns those bytes instead: an object that is read whole anyway goes out in one piece with its head.
	Small func(ctx context.Context, offset, length int64) ([]byte, error)

	head []field // what describe writes, when Prepared has done so before
}

// field is a line of a head, its name as fasthttp writes it.
type field struct{ name, value []byte }

// Prepared returns the object with its head written: one that is sent many times a second is described once.
func (o Object) Prepared() Object {
	var h fasthttp.ResponseHeader
	o.head = nil
	o.describe(h.Set)
	for name, value := range h.All() {
		o.head = append(o.head, field{bytes.Clone(name), bytes.Clone(value)})
	}
	return o
}

// Send answers GET and HEAD with the object or the part of it that a single Range asks for (RFC 9110 §13, §14): 200, 206, 304,
// 412 or 416. The bytes flow after the handler has returned; pass is held until they have, so that cutting it ends them.
// The error is that of Open, or Gone "stream-cut" when the work was cut meanwhile.
func (o Object) Send(c *fiber.Ctx, pass *Pass) error {
	for _, f := range o.head {
		c.Response().Header.SetCanonical(f.name, f.value)
	}
	if o.head == nil {
		o.describe(c.Set)
	}
	v := validators{etag: o.ETag, modified: o.Modified}
	asked := conditionsOf(c)
	switch asked.judge(v) {
	case notModified:
		return empty(c, fiber.StatusNotModified)
	case preconditionFailed:
		return empty(c, fiber.StatusPreconditionFailed)
	}
	part, how := span{length: o.Size}, selectWhole
	// RFC 9110 §14.2: for any method but GET, Range is ignored.
	if field := c.Get(fiber.HeaderRange); field != "" && c.Method() == fiber.MethodGet && asked.keepsRange(v) {
		if s, selected := selectRange(field, o.Size); selected != selectWhole {
			part, how = s, selected
		}
	}
	switch how {
	case selectNothing:
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(o.Size, 10))
		return empty(c, fiber.StatusRequestedRangeNotSatisfiable)
	case selectPart:
		c.Status(fiber.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, part.contentRange(o.Size))
	}
	return o.stream(c, pass, part)
}

func (o Object) describe(set func(name, value string)) {
	set(fiber.HeaderContentType, o.Type)
	set(fiber.HeaderAcceptRanges, "bytes")
	set(fiber.HeaderCacheControl, o.Cache)
	if o.ETag != "" {
		set(fiber.HeaderETag, o.ETag)
	}
	if !o.Modified.IsZero() {
		set(fiber.HeaderLastModified, httpDate(o.Modified))
	}
	if o.Disposition != "" {
		set(fiber.HeaderContentDisposition, o.Disposition)
	}
}

func (o Object) stream(c *fiber.Ctx, pass *Pass, part span) error {
	if c.Method() == fiber.MethodHead || part.length == 0 {
		c.Response().SkipBody = true
		c.Response().Header.SetContentLength(int(part.length))
		return nil
	}
	if o.Small != nil {
		data, err := o.Small(request.Context(c), part.offset, part.length)
		if err != nil {
			return err
		}
		c.Response().SetBodyRaw(data)
		return nil
	}
	// The handler's context ends when the handler returns, before the first byte has left.
	ctx, cancel := context.WithCancel(context.WithoutCancel(request.Context(c)))
	src, err := o.Open(ctx, part.offset, part.length)
	if err != nil {
		cancel()
		return err
	}
	b := &body{src: src, left: part.length, conn: c.Context().Conn(), pass: pass, cancel: cancel}
	if !pass.hold(b.interrupt) {
		cancel()
		if err := src.Close(); err != nil {
			return fmt.Errorf("close the source of a cut stream: %w", err)
		}
		return archive.Fail(archive.Gone, "stream-cut")
	}
	c.Context().Response.SetBodyStream(b, int(part.length))
	return nil
}

// empty answers with a status alone. What describes a body that is not sent would mislead: Content-Type goes, and fasthttp
// must not put its own.
func empty(c *fiber.Ctx, status int) error {
	c.Status(status)
	c.Response().ResetBody()
	c.Response().Header.Del(fiber.HeaderContentType)
	c.Response().Header.SetNoDefaultContentType(true)
	c.Response().Header.Del(fiber.HeaderContentDisposition)
	return nil
}

func conditionsOf(c *fiber.Ctx) conditions {
	return conditions{
		ifMatch:           c.Get(fiber.HeaderIfMatch),
		ifUnmodifiedSince: c.Get(fiber.HeaderIfUnmodifiedSince),
		ifNoneMatch:       c.Get(fiber.HeaderIfNoneMatch),
		ifModifiedSince:   c.Get(fiber.HeaderIfModifiedSince),
		ifRange:           c.Get(fiber.HeaderIfRange),
	}
}

// httpDate writes t as RFC 9110 §5.6.7 wants it.
func httpDate(t time.Time) string {
	return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}
