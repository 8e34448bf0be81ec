package web

import (
	"fmt"

	"vannghe/internal/tool"
	"vannghe/internal/tool/weasyprint"
	"vannghe/web/ui"
)

// NewPrinter returns what turns pages of paper into PDF with the program's own style and fonts.
func NewPrinter(r *tool.Runner, assets *ui.Assets) (*weasyprint.Tool, error) {
	fonts, err := assets.PrintFonts()
	if err != nil {
		return nil, fmt.Errorf("read the fonts of paper: %w", err)
	}
	o := weasyprint.Options{Style: ui.PrintStyle()}
	for name, body := range fonts {
		o.Fonts = append(o.Fonts, weasyprint.Font{Name: name, WOFF2: body})
	}
	return weasyprint.New(r, o), nil
}
