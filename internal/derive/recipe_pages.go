package derive

import (
	"context"
	"fmt"
	"os"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/poppler"
)

const pagesVersion = 1

// The widths of page pictures in pixels: one to read, one for lists.
const (
	pageWidth      = 1200
	pageThumbWidth = 360
)

// makePages draws every page of a PDF in two sizes. Page n is page-<nnnn>.jpg and page-<nnnn>-360.jpg.
func makePages(ctx context.Context, t task) (made, error) {
	m := made{program: tool.PDFToPPM}
	for _, width := range []int{pageWidth, pageThumbWidth} {
		folder := t.scratch(fmt.Sprintf("pages-%d", width))
		if err := os.Mkdir(folder, 0o700); err != nil {
			return made{}, scratchError(err)
		}
		pictures, err := t.poppler().Pictures(ctx, t.input, poppler.Pictures{First: 1, Width: width, Folder: folder})
		if err != nil {
			return made{}, err
		}
		for _, p := range pictures {
			name := pageName(p.Page, width)
			if err := os.Rename(p.Path, t.out(name)); err != nil {
				return made{}, fmt.Errorf("put page %d: %w", p.Page, err)
			}
			m.assets = append(m.assets, archive.Asset{Kind: "page", Path: name, Type: "image/jpeg", Width: p.Width, Height: p.Height, Page: p.Page})
		}
	}
	return m, nil
}

func pageName(page, width int) string {
	if width == pageWidth {
		return fmt.Sprintf("page-%04d.jpg", page)
	}
	return fmt.Sprintf("page-%04d-%d.jpg", page, width)
}

func (t task) poppler() *poppler.Tool {
	return poppler.New(t.deriver.runner, poppler.DefaultLimits())
}
