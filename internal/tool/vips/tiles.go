package vips

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"vannghe/internal/tool"
)

// TileSize is the side of a deep-zoom tile in pixels.
const TileSize = 512

// TilePrefix begins the name of every entry in the archive that Tiles writes.
const TilePrefix = "tiles/"

// TileInfo describes a set of tiles, as a IIIF Image 3 info.json has to: libvips' own leaves out the last level and, for a
// picture of one tile, all of them.
type TileInfo struct {
	Size
	TileSize     int
	ScaleFactors []int // 1, 2, 4, … to the one at which the picture is a single tile
	Damaged      bool
}

// Smallest is the size of the picture at the last scale factor, where it is a single tile. Its entry is named
// TilePrefix + "0,0,W,H/w,h/0/default.jpg", W and H those of the whole picture.
func (i TileInfo) Smallest() Size {
	f := i.ScaleFactors[len(i.ScaleFactors)-1]
	return Size{(i.Width + f - 1) / f, (i.Height + f - 1) / f}
}

// Tiles writes src to out as a zip of stored (uncompressed) JPEG tiles in the layout of IIIF Image 3 level 0: upright, sRGB,
// without metadata, transparency on white. A tile is then one read at a known offset. out must end in ".zip".
// Errors as Header, and those of tool.Runner.Run.
func (t *Tool) Tiles(ctx context.Context, src Source, out string) (TileInfo, error) {
	header, err := t.Header(ctx, src)
	if err != nil {
		return TileInfo{}, err
	}
	if err := tool.CheckPath(out); err != nil {
		return TileInfo{}, err
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return TileInfo{}, err
	}
	info, err := t.tiles(ctx, source{path: src.Path, header: header}, folder, out)
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return info, err
}

func (t *Tool) tiles(ctx context.Context, src source, folder *tool.Folder, out string) (TileInfo, error) {
	// dzsave neither turns nor converts: the whole picture goes through a plain file first (TIFF, since libvips' own
	// format is among the loaders that are blocked).
	whole := folder.File("whole.tif")
	result, err := t.vips(ctx, src.upright(whole+"[strip]", unbounded)...)
	if err != nil {
		return TileInfo{}, err
	}
	h, err := t.header(ctx, whole)
	if err != nil {
		return TileInfo{}, err
	}
	// The archive's own name becomes the first part of every entry's.
	archived := folder.File("tiles.zip")
	_, err = t.vips(ctx, "dzsave", whole, archived, "--layout", "iiif3", "--tile-size", strconv.Itoa(TileSize),
		"--container", "zip", "--compression", "0", "--suffix", ".jpg[Q=85,strip,background=255]")
	if err != nil {
		return TileInfo{}, err
	}
	if err := os.Remove(whole); err != nil {
		return TileInfo{}, fmt.Errorf("remove the plain picture: %w", err)
	}
	if err := wrote(archived); err != nil {
		return TileInfo{}, err
	}
	return TileInfo{Size: h.Upright, TileSize: TileSize, ScaleFactors: scaleFactors(h.Upright), Damaged: damaged(result.Stderr)},
		move(archived, out)
}

// scaleFactors returns 1, 2, 4, … to the first at which the picture fits one tile.
func scaleFactors(s Size) []int {
	factors := []int{1}
	for f := 1; (max(s.Width, s.Height)+f-1)/f > TileSize; {
		f *= 2
		factors = append(factors, f)
	}
	return factors
}
