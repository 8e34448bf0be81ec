package office

import (
	"fmt"
	"io"
	"mime/multipart"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// Logo shows the association's mark and asks for another.
func (h *Handler) Logo(c *fiber.Ctx) error { return h.logo(c, nil) }

func (h *Handler) logo(c *fiber.Ctx, refused error) error {
	site, stamp, err := h.Use.Site(request.Context(c))
	if err != nil {
		return err
	}
	t := text(c)
	picture := ui.Field{ID: "anh", Label: t.Text("logo.choose"), Help: t.Text("logo.help"), Kind: "file", Required: true}
	view := ui.FormView{Stamp: stamp, Lead: t.Text("logo.lead"), Sections: []ui.FormSection{{Fields: []ui.Field{picture}}}, Files: true, Back: back(t), Save: t.Text("logo.save")}
	if l := site.Logo; l.Digest != "" {
		view.Picture = &ui.Picture{Src: address.Logo(l.Digest), Width: l.Width, Height: l.Height, Alt: t.Text("logo.now")}
		view.Acts = []ui.FormAct{{Label: t.Text("logo.remove"), Path: t.Path(address.SetLogo + "/bo"), Stamp: stamp}}
	}
	return h.send(c, form{"settings.logo", address.SetLogo, view}, refused)
}

// SetLogo takes a picture as the mark.
func (h *Handler) SetLogo(c *fiber.Ctx) error {
	picture, err := sentFile(c, "anh")
	if err == nil && len(picture) == 0 {
		err = archive.Fail(archive.Invalid, "logo-unreadable")
	}
	if err == nil {
		err = h.Use.SetLogo(request.Context(c), request.Viewer(c), c.FormValue("thay"), picture)
	}
	if err != nil {
		return h.logo(c, err)
	}
	return seeOther(c, address.SetLogo)
}

// RemoveLogo takes the mark away.
func (h *Handler) RemoveLogo(c *fiber.Ctx) error {
	if err := h.Use.SetLogo(request.Context(c), request.Viewer(c), c.FormValue("thay"), nil); err != nil {
		return h.logo(c, err)
	}
	return seeOther(c, address.SetLogo)
}

// sentFile reads the file of a form, which limitBody has bounded; nothing when none was chosen.
func sentFile(c *fiber.Ctx, name string) (content []byte, err error) {
	head, err := c.FormFile(name)
	if err != nil { // not a form of files, or none chosen
		return nil, nil // both mean that there is no file
	}
	f, err := head.Open()
	if err != nil {
		return nil, fmt.Errorf("open a file of a form: %w", err)
	}
	defer func(f multipart.File) {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}(f)
	return io.ReadAll(f)
}

// ServeLogo sends the mark; its name holds the digest of its bytes.
func (h *Handler) ServeLogo(c *fiber.Ctx) error {
	digest, ok := strings.CutSuffix(c.Params("name"), ".webp")
	if !ok {
		return archive.Fail(archive.NotFound, "page-missing")
	}
	picture, err := h.Use.Logo(request.Context(c), digest)
	if err != nil {
		return err
	}
	return respond.Text{Type: office.LogoType, Cache: respond.Immutable, Body: picture}.Send(c)
}
