// Package iiif serves pictures by the IIIF Image API 3.0 at compliance level 0: tiles that were cut once, and whole pictures
// in the few sizes that exist. Nothing is computed for a request: a tile is one read of the picture's tiles.zip.
//
// The identifier of an image is that of its original. Every request asks the catalogue, as its viewer, whether the work may
// be seen. This package must not cut tiles, nor know which program did.
package iiif

import (
	"vannghe/internal/archive"
)

// Root is the path below which images lie (Image API 3.0 §2).
const Root = "/iiif/image/3"

// The namespace and the level of the API.
const (
	contextURI = "http://iiif.io/api/image/3/context.json"
	protocol   = "http://iiif.io/api/image"
	profile    = "level0"
)

// InfoURL returns the path of an image's info.json.
func InfoURL(file archive.FileID) string { return imageURL(file) + "/info.json" }

func imageURL(file archive.FileID) string { return Root + "/" + string(file) }
