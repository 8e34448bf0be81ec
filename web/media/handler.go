package media

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/storage"
	"vannghe/storage/blockcache"
	"vannghe/web/request"
	"vannghe/web/respond"
)

// maxText is the size in bytes up to which a playlist, captions or a text is answered from memory, compressed.
const maxText = 4 << 20

// Handler answers under Root. Its fields are set once. Path parameters: work, file, folder and * for an asset; work, file and name
// for an original.
type Handler struct {
	Catalog *catalog.Catalog
	Bucket  *storage.Bucket
	Cache   *blockcache.Cache // of derivatives; nil: none
	Streams *respond.Streams
	Grants  *Grants
}

// Asset serves one file of a derivative.
func (h *Handler) Asset(c *fiber.Ctx) error {
	ref, path, err := parseAsset(c)
	if err != nil {
		return err
	}
	return h.Send(c, ref, path)
}

// Send answers with one file of a derivative as the request's viewer may see it, whatever the address of the request is.
func (h *Handler) Send(c *fiber.Ctx, ref catalog.DerivativeRef, path string) error {
	viewer := request.Viewer(c)
	pass := h.Streams.Enter(ref.Work, viewer)
	defer pass.Leave()
	d, err := h.Grants.Derivative(request.Context(c), h.Catalog, viewer, ref)
	if err != nil {
		return err
	}
	asset, ok := find(d.Assets, path)
	if !ok {
		return archive.Fail(archive.NotFound, "media-missing")
	}
	guard(c, asset.Type)
	if isText(asset.Type) && asset.Bytes <= maxText {
		respond.Carry(c, pass)
		return h.text(c, d, asset)
	}
	return respond.Object{
		Size: asset.Bytes, Type: asset.Type, Modified: d.Made, Cache: respond.Brief,
		ETag: respond.StrongTag(string(keyOf(d, asset)), madeOf(d)),
		Open: h.stored(d, asset),
	}.Send(c, pass)
}

// parseAsset reads the address. A form that no derivative has is NotFound "media-missing", without asking the catalogue.
func parseAsset(c *fiber.Ctx) (catalog.DerivativeRef, string, error) {
	missing := archive.Fail(archive.NotFound, "media-missing")
	recipe, version, ok := parseFolder(c.Params("folder"))
	work, file := c.Params("work"), c.Params("file")
	if !ok || !archive.ValidID(work) || !archive.ValidID(file) {
		return catalog.DerivativeRef{}, "", missing
	}
	path, err := request.Param(c, "*")
	if err != nil {
		return catalog.DerivativeRef{}, "", missing.Because(err)
	}
	return catalog.DerivativeRef{Work: archive.WorkID(work), File: archive.FileID(file), Recipe: recipe, Version: version}, path, nil
}

// Open reads an asset of a derivative whole, which the caller was given by a reader and closes.
func (h *Handler) Open(ctx context.Context, d archive.Derivative, a archive.Asset) (io.ReadCloser, error) {
	return h.stored(d, a)(ctx, 0, a.Bytes)
}

func keyOf(d archive.Derivative, a archive.Asset) storage.Key {
	return storage.Key(d.Prefix).Join(a.Path)
}

// madeOf tells one making of a derivative from another.
func madeOf(d archive.Derivative) string { return d.Made.Format(time.RFC3339Nano) }

type opener = func(ctx context.Context, offset, length int64) (io.ReadCloser, error)

func (h *Handler) stored(d archive.Derivative, a archive.Asset) opener {
	return respond.Shelf{Bucket: h.Bucket, Cache: h.Cache}.Stored(d.Work, keyOf(d, a), madeOf(d), a.Bytes)
}

// OpenOriginal reads a file as it was given whole, as Open does.
func (h *Handler) OpenOriginal(ctx context.Context, f *archive.File) (io.ReadCloser, error) {
	if f.Problem.Quarantined() {
		return nil, archive.Fail(archive.Forbidden, f.Problem)
	}
	return respond.Stored(h.Bucket, storage.Key(f.Key))(ctx, 0, f.Size)
}

func find(assets []archive.Asset, path string) (archive.Asset, bool) {
	for _, a := range assets {
		if a.Path == path {
			return a, true
		}
	}
	return archive.Asset{}, false
}

// text answers what players read whole: playlists to be asked for again each time, since they lead to everything else.
func (h *Handler) text(c *fiber.Ctx, d archive.Derivative, asset archive.Asset) error {
	body, err := read(request.Context(c), h.stored(d, asset), asset.Bytes)
	if err != nil {
		return err
	}
	cache := respond.Brief
	if isPlaylist(asset.Type) {
		cache = respond.Revalidate
	}
	return respond.Text{Type: inUTF8(asset.Type), Cache: cache, Body: body}.Send(c)
}

func read(ctx context.Context, open opener, size int64) (body []byte, err error) {
	if size == 0 {
		return nil, nil
	}
	r, err := open(ctx, 0, size)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := r.Close(); closing != nil && err == nil {
			err = fmt.Errorf("close what was read: %w", closing)
		}
	}()
	body = make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, fmt.Errorf("read %d bytes: %w", size, err)
	}
	return body, nil
}

// Original serves a file as it was given.
func (h *Handler) Original(c *fiber.Ctx) error {
	work, id := archive.WorkID(c.Params("work")), archive.FileID(c.Params("file"))
	if !archive.ValidID(string(work)) || !archive.ValidID(string(id)) {
		return archive.Fail(archive.NotFound, "media-missing")
	}
	name, err := request.Param(c, "name")
	if err != nil {
		return err
	}
	return h.SendOriginal(c, work, func(f *archive.File) bool { return f.ID == id && SafeName(f.Name) == name })
}

// SendOriginal answers with the file of a work that is chosen, as it was given, when the request's viewer may take it home.
func (h *Handler) SendOriginal(c *fiber.Ctx, work archive.WorkID, chosen func(f *archive.File) bool) error {
	viewer := request.Viewer(c)
	pass := h.Streams.Enter(work, viewer)
	defer pass.Leave()
	w, err := h.Catalog.Reader(viewer).Work(request.Context(c), work)
	if err != nil {
		return err
	}
	if err := viewer.Downloads(&w, time.Now()); err != nil {
		return err
	}
	f, err := findOriginal(&w, chosen)
	if err != nil {
		return err
	}
	return h.send(c, f, pass)
}

// SendFile answers with a file that the caller may see though the work is not shown: its sender looks at it again. What is quarantined is shown to
// nobody: Forbidden with the reason; Gone "original-purged".
func (h *Handler) SendFile(c *fiber.Ctx, f *archive.File) error {
	if f.Problem.Quarantined() {
		return archive.Fail(archive.Forbidden, f.Problem)
	}
	if f.State == archive.FilePurged {
		return archive.Fail(archive.Gone, "original-purged")
	}
	return h.send(c, f, nil)
}

func (h *Handler) send(c *fiber.Ctx, f *archive.File, pass *respond.Pass) error {
	mediaType, how, err := h.showing(request.Context(c), f)
	if err != nil {
		return err
	}
	guard(c, mediaType)
	return respond.Object{
		Size: f.Size, Type: mediaType, Modified: f.Added, Cache: respond.Brief,
		ETag:        `"` + string(f.Digest) + `"`,
		Disposition: disposition(how, f.Name),
		Open:        respond.Stored(h.Bucket, storage.Key(f.Key)),
	}.Send(c, pass)
}

func findOriginal(w *archive.Work, chosen func(f *archive.File) bool) (*archive.File, error) {
	for i := range w.Representations {
		for j := range w.Representations[i].Files {
			f := &w.Representations[i].Files[j]
			if !chosen(f) {
				continue
			}
			if f.State == archive.FilePurged {
				return nil, archive.Fail(archive.Gone, "original-purged")
			}
			if f.Problem.Quarantined() {
				return nil, archive.Fail(archive.Forbidden, f.Problem)
			}
			return f, nil
		}
	}
	return nil, archive.Fail(archive.NotFound, "media-missing")
}

// inline holds the types that a browser shows without running anything that is in them. HTML and SVG are not among them.
var inline = map[string]bool{
	"application/pdf": true, plainText: true,
	"image/jpeg": true, "image/png": true, "image/webp": true, "image/gif": true, "image/avif": true,
	"audio/mpeg": true, "audio/mp4": true, "audio/ogg": true, "audio/flac": true, "audio/wav": true, "audio/aac": true,
	"video/mp4": true, "video/webm": true,
}

// showing returns the media type under which an original goes out, and "inline" or "attachment". A text is shown only when it is
// UTF-8 to its last byte, and then says so: what an old encoding wrote would stand there as other letters, under nosniff for good.
func (h *Handler) showing(ctx context.Context, f *archive.File) (mediaType, how string, err error) {
	base, _, _ := strings.Cut(f.Type, ";")
	base = strings.TrimSpace(base)
	if !inline[base] {
		return f.Type, "attachment", nil
	}
	if base != plainText {
		return f.Type, "inline", nil
	}
	if f.Size > maxText {
		return base, "attachment", nil
	}
	text, err := read(ctx, respond.Stored(h.Bucket, storage.Key(f.Key)), f.Size)
	if err != nil {
		return "", "", err
	}
	if !utf8.Valid(text) {
		return base, "attachment", nil
	}
	return inUTF8(base), "inline", nil
}

const plainText = "text/plain"

// The policies of what was given by somebody else. The sandbox takes a document its origin, so that even a script that gets
// to run reads nothing of ours. Browsers do not show a PDF in a sandbox; their viewers are one.
const (
	sandboxed = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
	forPDF    = "script-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

// guard sets what keeps foreign bytes harmless.
func guard(c *fiber.Ctx, mediaType string) {
	policy := sandboxed
	if strings.HasPrefix(mediaType, "application/pdf") {
		policy = forPDF
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
}

func isPlaylist(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/vnd.apple.mpegurl")
}

func isText(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.HasPrefix(mediaType, "application/json") || isPlaylist(mediaType)
}

// inUTF8 names the encoding of a text that we made ourselves.
func inUTF8(mediaType string) string {
	if strings.HasPrefix(mediaType, "text/") && !strings.Contains(mediaType, ";") {
		return mediaType + "; charset=utf-8"
	}
	return mediaType
}
