package iiif

import "strconv"

// TileSize is the width and height of a tile in pixels; those at the right and lower edges are smaller.
const TileSize = 512

// size is a width and a height in pixels.
type size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

func (s size) String() string { return strconv.Itoa(s.Width) + "," + strconv.Itoa(s.Height) }

// pyramid is a picture cut into tiles at 1, 1/2, 1/4 … of its size, down to the first at which one tile holds it all.
type pyramid struct {
	full size
}

// scaleFactors lists the factors at which there are tiles, the last included: vips leaves that one out of its info.json, and
// with it everything of a picture that fits into one tile.
func (p pyramid) scaleFactors() []int {
	factors := []int{1}
	for f := 1; ; f *= 2 {
		if s := p.scaled(f); s.Width <= TileSize && s.Height <= TileSize {
			return factors
		}
		factors = append(factors, f*2)
	}
}

// scaled is the picture's size at 1/factor. Fractions of a pixel count as a pixel.
func (p pyramid) scaled(factor int) size {
	return size{(p.full.Width + factor - 1) / factor, (p.full.Height + factor - 1) / factor}
}

// smallest is the size at which one tile holds the whole picture.
func (p pyramid) smallest() size {
	factors := p.scaleFactors()
	return p.scaled(factors[len(factors)-1])
}

// whole is the name, region and size, under which that tile was cut.
func (p pyramid) whole() string {
	return "0,0," + p.full.String() + "/" + p.smallest().String()
}

// name returns the entry of tiles.zip that answers region and size, "" when the pyramid has none. A region that is the whole
// picture by its numbers is the same as "full", and "max" of one tile's region the tile (Image API 3.0 §4.1, §4.2).
func (p pyramid) name(region, wanted string) string {
	if region == "full" || region == "0,0,"+p.full.String() {
		if wanted == p.smallest().String() || (wanted == "max" && p.smallest() == p.full) {
			return p.whole() + tileFile
		}
		return ""
	}
	if wanted == "max" {
		return ""
	}
	return region + "/" + wanted + tileFile
}

// tileFile is rotation, quality and format, in which every tile was cut.
const tileFile = "/0/default.jpg"
