package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/web/address"
	"vannghe/web/desk"
	"vannghe/web/page"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/subsonic"
	"vannghe/web/tus"
	"vannghe/web/ui"
)

// field is a line of the head of an answer, its name as fasthttp writes it.
type field struct{ name, value []byte }

// requestIDField is the name of a request as fasthttp writes it.
const requestIDField = "X-Request-Id"

// securityOf lists the headers that every answer has. Handlers of foreign bytes replace the policy by a stricter one. Where the archive's own address says
// that it is reached by TLS, browsers come so from now on (RFC 6797); without such an address nobody can know whether they will next year, too.
func securityOf(base request.Base) []field {
	list := []field{
		{[]byte(fiber.HeaderContentSecurityPolicy), []byte(ui.Policy)},
		{[]byte(fiber.HeaderXContentTypeOptions), []byte("nosniff")},
		{[]byte(fiber.HeaderReferrerPolicy), []byte("strict-origin-when-cross-origin")},
		{[]byte(fiber.HeaderXFrameOptions), []byte("DENY")},
		{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
		{[]byte(fiber.HeaderPermissionsPolicy), []byte("camera=(), microphone=(), geolocation=(), payment=(), usb=()")},
	}
	if strings.HasPrefix(base.Fixed(), "https://") {
		list = append(list, field{[]byte(fiber.HeaderStrictTransportSecurity), []byte("max-age=31536000")})
	}
	return list
}

func (s *Server) secure(c *fiber.Ctx) {
	for _, f := range s.security {
		c.Response().Header.SetCanonical(f.name, f.value)
	}
}

// answer is the outermost handler of Fiber's: it names the request, bounds its time, turns errors and panics into answers, and notes them.
func (s *Server) answer(c *fiber.Ctx) error {
	began := c.Context().Time() // before it waited for others who make the same page
	id := requestID(c.Get(fiber.HeaderXRequestID))
	request.SetID(c, id)
	request.SetAddress(c, s.Proxies)
	s.secure(c)
	c.Response().Header.SetCanonical([]byte(requestIDField), []byte(id))
	ctx := request.NewLimited(c.UserContext(), began.Add(request.Limit))
	defer ctx.End()
	c.SetUserContext(ctx)
	if err := s.protect(c); err != nil && !s.lead(c, err) {
		if err := s.failures.Handle(c, err); err != nil {
			return err
		}
	}
	s.note(answered{request: id, method: c.Method(), path: c.Path(), status: c.Response().StatusCode(), took: time.Since(began), from: request.Address(c)})
	return nil
}

// answered is what is known of an answer when it leaves.
type answered struct {
	request, method string
	path            string // without the query: people type names there
	status          int
	took            time.Duration // until its first byte
	from            netip.Addr
}

// note counts an answer and writes it into the log.
func (s *Server) note(a answered) {
	s.metrics.answered(a)
	s.pulse.Answered(a.status, a.took)
	if ctx := context.Background(); s.Log.Enabled(ctx, slog.LevelInfo) {
		s.Log.LogAttrs(ctx, slog.LevelInfo, "request",
			slog.String("request", a.request), slog.String("method", a.method), slog.String("path", a.path),
			slog.Int("status", a.status), slog.Duration("took", a.took), slog.String("from", a.from.String()))
	}
}

// lead redirects who looks for a work, or something of it, that was merged into another which they may know of, and reports whether it did. The
// address is the one asked for, with the other work in place of the first.
func (s *Server) lead(c *fiber.Ctx, missing error) bool {
	if archive.CodeOf(missing) != archive.NotFound || c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return false
	}
	segment := c.Params("work")
	id, ok := address.ID[archive.WorkID](segment)
	if !ok {
		return false
	}
	into, title, err := s.Catalog.Reader(request.Viewer(c)).Led(request.Context(c), id)
	if err != nil {
		if archive.CodeOf(err) != archive.NotFound {
			s.Log.Warn("where a work was merged could not be looked up", "work", id, "err", err)
		}
		return false
	}
	to := strings.Replace(c.OriginalURL(), "/"+segment, "/"+address.Named(into, title, segment), 1)
	c.Set(fiber.HeaderCacheControl, respond.Revalidate)
	return c.Redirect(to, fiber.StatusMovedPermanently) == nil
}

// protect runs the handlers that follow; a panic in one is an error of this request, not the end of the server.
func (s *Server) protect(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = archive.Fail(archive.Internal, "internal").Because(fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
		}
	}()
	return c.Next()
}

// fail answers what fasthttp refuses before any handler runs: a malformed or oversized head.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	s.secure(c)
	return s.failures.Handle(c, err)
}

// cuttable registers the page of a work before it is asked who may see it: a novel is under way for minutes on a slow line, and a
// withdrawal cuts it.
func (s *Server) cuttable(c *fiber.Ctx) error {
	id, ok := address.ID[archive.WorkID](c.Params("work"))
	if !ok {
		return c.Next()
	}
	pass := s.streams.Enter(id, request.Viewer(c))
	defer pass.Leave()
	respond.Carry(c, pass)
	return c.Next()
}

// requestID takes the identifier that a proxy in front of us may set: 8 to 64 letters, digits, '.', '_' and '-'. Anything else would let clients write
// into the log.
func requestID(given string) string {
	if len(given) < 8 || len(given) > 64 {
		return madeID()
	}
	for _, b := range []byte(given) {
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '.' && b != '_' && b != '-' {
			return madeID()
		}
	}
	return given
}

// madeID looks like archive.NewID, but is no secret and costs little: it only tells requests in the log apart.
func madeID() string {
	var id [archive.IDLength]byte
	for i, n := 0, rand.Uint64(); i < len(id); i, n = i+1, n>>5 {
		id[i] = "abcdefghijklmnopqrstuvwxyz234567"[n&31]
	}
	return string(id[:])
}

// sameOrigin refuses requests that could change something and that a page of another site made the browser send. Browsers say
// so in Sec-Fetch-Site and before that in Origin; whoever sends neither is no browser and carries no cookies by itself.
func (s *Server) sameOrigin(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	if strings.HasPrefix(c.Path(), subsonic.Root+"/") { // each request brings its password; nothing is sent by a browser on its own
		return c.Next()
	}
	refused := archive.Fail(archive.Forbidden, "cross-site-request")
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return c.Next()
	case "":
	default:
		return refused
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		if desk.Secret(c, s.base) != "" && !s.fromOurPage(c) {
			return refused
		}
		return c.Next()
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !s.isOurs(c, u.Host) {
		return refused.Because(err)
	}
	return c.Next()
}

// How much of a body that is too large is read before the answer, and how long: a connection closed with unread bytes is reset,
// and the client never sees why.
const (
	drainBytes = 16 << 20
	drainTime  = 5 * time.Second
)

// How many bytes of bodies are in memory at once: strangers leave room for whoever has signed in.
const (
	strangersBodies = 32 << 20
	knownBodies     = 128 << 20
)

// limitBody reads the body into memory, or answers TooLarge "request-too-large", or Busy "bodies-too-many". fasthttp itself does not enforce a limit
// on bodies that are streamed.
func (s *Server) limitBody(c *fiber.Ctx) error {
	stream, length, path := c.Context().RequestBodyStream(), int64(c.Request().Header.ContentLength()), c.Path()
	if path == tus.Root || strings.HasPrefix(path, tus.Root+"/") || sends(path, "/tep") || page.TakesFiles(path) {
		return c.Next() // files are never held in memory
	}
	if stream == nil || length == 0 {
		return c.Next()
	}
	most, room := int64(maxBody), s.strangers
	if s.holdsSession(c) {
		room = s.known
		if sends(path, "") || sends(path, "/van-ban") {
			most = maxTyped
		}
	}
	if length > most {
		return refuseBody(c, stream)
	}
	return takeBody(c, stream, most, room)
}

// sends reports whether a path is that of a draft that is being sent, with that end.
func sends(path, end string) bool {
	id, ok := strings.CutPrefix(strings.TrimPrefix(path, request.English.Prefix()), address.Send+"/")
	id, ended := strings.CutSuffix(id, end)
	return ok && ended && archive.ValidID(id)
}

// drained reads what a handler has left of a body that it takes from the line, up to a limit: a connection closed with unread bytes is reset, and
// the client never sees why.
func drained(c *fiber.Ctx) error {
	err := c.Next()
	if rest := c.Context().RequestBodyStream(); rest != nil {
		c.Response().Header.SetConnectionClose()
		if c.Context().Conn().SetReadDeadline(time.Now().Add(drainTime)) == nil {
			_, _ = io.CopyN(io.Discard, rest, drainBytes)
		}
	}
	return err
}

func refuseBody(c *fiber.Ctx, rest io.Reader) error {
	c.Response().Header.SetConnectionClose()
	refused := archive.Fail(archive.TooLarge, "request-too-large")
	if err := c.Context().Conn().SetReadDeadline(time.Now().Add(drainTime)); err != nil {
		return refused.Because(err)
	}
	_, err := io.CopyN(io.Discard, rest, drainBytes)
	return refused.Because(err)
}

// open lets programs of other origins read what the public may. What is answered to a signed-in device belongs to our own pages: nothing lets
// others read it, not even as a picture.
func open(c *fiber.Ctx) error {
	if request.Viewer(c).SignedIn() {
		c.Set("Cross-Origin-Resource-Policy", "same-origin")
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set(fiber.HeaderAccessControlExposeHeaders, "Accept-Ranges, Content-Length, Content-Range, ETag, Link")
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if c.Method() != fiber.MethodOptions {
		return c.Next()
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, "GET, HEAD, OPTIONS")
	c.Set(fiber.HeaderAccessControlAllowHeaders, "Range, If-Range, If-None-Match, Accept-Language")
	c.Set(fiber.HeaderAccessControlMaxAge, "86400")
	return c.SendStatus(fiber.StatusNoContent)
}

// unknown ends requests that no route takes: an address with a slash too many leads to the one without.
func unknown(c *fiber.Ctx) error {
	path := c.Path()
	reads := c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead
	if n := len(path); reads && n > 1 && path[n-1] == '/' && path[1] != '/' && path[1] != '\\' {
		return respond.Redirect(c, path[:n-1])
	}
	return c.Next()
}
