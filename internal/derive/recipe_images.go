package derive

import (
	"context"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/vips"
)

const imagesVersion = 1

// imageWidths are the widths in pixels at which a picture is offered: a list, a phone, a page, a wide screen.
func imageWidths() []int { return []int{480, 960, 1600, 2400} }

// makeImages makes the picture in each width up to its own, as WebP and, for whoever cannot read that, as JPEG.
func makeImages(ctx context.Context, t task) (made, error) {
	src := t.picture()
	h, err := t.vips().Header(ctx, src)
	if err != nil {
		return made{}, err
	}
	m := made{program: tool.Vips}
	for _, width := range widthsUpTo(h.Upright.Width) {
		if err := addSizes(ctx, t, imageOrder{src: src, width: width, name: fmt.Sprintf("image-%d", width), kind: "image"}, &m); err != nil {
			return made{}, err
		}
	}
	return m, nil
}

// widthsUpTo returns the widths below full and, when that is not far above the largest, full itself: never more.
func widthsUpTo(full int) []int {
	var list []int
	for _, w := range imageWidths() {
		if w < full {
			list = append(list, w)
		}
	}
	if n := len(list); n < len(imageWidths()) {
		list = append(list, full)
	}
	return list
}

// imageOrder is a picture to be made in both encodings.
type imageOrder struct {
	src   vips.Source
	width int
	name  string // without ending
	kind  string
	page  int
}

// addSizes writes what is ordered and adds it to m.
func addSizes(ctx context.Context, t task, o imageOrder, m *made) error {
	for _, form := range []struct {
		encoding          vips.Encoding
		ending, mediaType string
	}{{vips.JPEG, ".jpg", "image/jpeg"}, {vips.WebP, ".webp", "image/webp"}} {
		name := o.name + form.ending
		size, err := t.vips().Thumbnail(ctx, o.src, vips.Order{Width: o.width, Encoding: form.encoding}, t.out(name))
		if err != nil {
			return fmt.Errorf("make %s: %w", name, err)
		}
		if size.Damaged {
			m.note = problemTruncated
		}
		m.assets = append(m.assets, archive.Asset{Kind: o.kind, Path: name, Type: form.mediaType, Width: size.Width, Height: size.Height, Page: o.page})
	}
	return nil
}
