package respond

import (
	"bytes"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/tool/weasyprint"
	"vannghe/web/request"
)

// PDF answers with a page of paper (ui.Printed) as a file called name.pdf, which nobody keeps. Errors: Unavailable "tool-missing" where this
// server has no printer; those of weasyprint.Tool.PDF.
func PDF(c *fiber.Ctx, printer *weasyprint.Tool, name string, page Component) error {
	if printer == nil {
		return archive.Fail(archive.Unavailable, "tool-missing", "weasyprint", "weasyprint")
	}
	var b bytes.Buffer
	if err := page.Render(request.Context(c), &b); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	pdf, err := printer.PDF(request.Context(c), b.Bytes())
	if err != nil {
		return err
	}
	Attached(c, name+".pdf")
	return Text{Type: "application/pdf", Cache: Never, Body: pdf}.Send(c)
}

// Attached says that the answer is a file to be kept. Its name is ours: letters, digits, - and a dot.
func Attached(c *fiber.Ctx, name string) {
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s"`, name))
}
