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
	var orders []vips.Order
	m := made{program: tool.Vips}
	for _, width := range widthsUpTo(h.Upright.Width) {
		for _, form := range imageForms() {
			name := fmt.Sprintf("image-%d.%s", width, form.ending)
			orders = append(orders, vips.Order{Width: width, Encoding: form.encoding, Out: t.out(name)})
			m.assets = append(m.assets, archive.Asset{Kind: "image", Path: name, Type: form.mediaType})
		}
	}
	sizes, err := t.vips().Thumbnails(ctx, src, orders...)
	if err != nil {
		return made{}, fmt.Errorf("make pictures: %w", err)
	}
	for i, size := range sizes {
		m.assets[i].Width, m.assets[i].Height = size.Width, size.Height
		if size.Damaged {
			m.note = problemTruncated
		}
	}
	return m, nil
}

// imageForm is an encoding in which a picture is offered.
type imageForm struct {
	encoding          vips.Encoding
	ending, mediaType string
}

func imageForms() []imageForm {
	return []imageForm{{vips.JPEG, "jpg", "image/jpeg"}, {vips.WebP, "webp", "image/webp"}}
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
