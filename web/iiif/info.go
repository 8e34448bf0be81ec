package iiif

import "vannghe/internal/archive"

// info is an info.json (Image API 3.0 §5).
type info struct {
	Context   string   `json:"@context"`
	ID        string   `json:"id"`
	Type      string   `json:"type"`
	Protocol  string   `json:"protocol"`
	Profile   string   `json:"profile"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	MaxWidth  int      `json:"maxWidth,omitempty"`
	MaxHeight int      `json:"maxHeight,omitempty"`
	Sizes     []size   `json:"sizes"`
	Tiles     []tiles  `json:"tiles"`
	Rights    string   `json:"rights,omitempty"`
	Features  []string `json:"extraFeatures,omitempty"`
}

type tiles struct {
	Width   int   `json:"width"`
	Height  int   `json:"height"`
	Factors []int `json:"scaleFactors"`
}

// infoOf describes a picture whose largest whole version is largest.
//
// sizes holds the last level of the pyramid and nothing else. OpenSeadragon takes sizes for the exact sizes of the levels as
// soon as there are as many of them as levels, or one less; a list of other whole pictures could have that length by accident
// and would then ask for tiles that do not exist.
func infoOf(base string, file archive.FileID, p pyramid, largest size) info {
	i := info{
		Context: contextURI, ID: base + imageURL(file), Type: "ImageService3", Protocol: protocol, Profile: profile,
		Width: p.full.Width, Height: p.full.Height,
		Sizes: []size{p.smallest()},
		Tiles: []tiles{{TileSize, TileSize, p.scaleFactors()}},
	}
	// §5.3: what "max" gives. It also bounds the tiles, so that it is left out where it would forbid them.
	if largest != p.full && largest.Width >= TileSize && largest.Height >= TileSize {
		i.MaxWidth, i.MaxHeight = largest.Width, largest.Height
	}
	return i
}
