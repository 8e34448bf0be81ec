package derive

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

const tilesVersion = 1

// makeTiles makes the deep-zoom tiles of a picture as one zip of stored entries in the layout of IIIF Image 3 level 0.
func makeTiles(ctx context.Context, t task) (made, error) {
	info, err := t.vips().Tiles(ctx, t.picture(), t.out("tiles.zip"))
	if err != nil {
		return made{}, err
	}
	m := made{program: tool.Vips}
	m.assets = []archive.Asset{{Kind: "iiif", Path: "tiles.zip", Type: "application/zip", Width: info.Width, Height: info.Height}}
	if info.Damaged {
		m.note = problemTruncated
	}
	return m, nil
}
