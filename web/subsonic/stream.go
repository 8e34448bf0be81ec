package subsonic

import (
	"vannghe/internal/archive"
	"vannghe/web/media"
)

// coverWidth is the width in pixels of a cover when none is asked for.
const coverWidth = 480

// stream sends a song as it is played here, in AAC, with ranges. Nothing is transcoded for one listener, so that maxBitRate, timeOffset and
// other formats are not obeyed; format=raw asks for the original, which only those get who may take it home.
func stream(k *call) (*response, error) {
	if k.param("format") == "raw" {
		doc, err := download(k)
		if archive.CodeOf(err) != archive.Forbidden {
			return doc, err
		}
	}
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	_, o, _, err := k.track(archive.FileID(id))
	if err != nil {
		return nil, err
	}
	return nil, k.sendAsset(o.First("audio"))
}

func (k *call) sendAsset(a *media.Asset) error { return k.Media.Send(k.c, a.From, a.Path) }

// download sends the original.
func download(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	f, err := k.reader.FileByID(k.ctx, archive.FileID(id))
	if err != nil {
		return nil, err
	}
	return nil, k.Media.SendOriginal(k.c, f.Work, func(one *archive.File) bool { return one.ID == f.ID })
}

// getCoverArt sends the picture of an album or of the album of a song, about as wide as size says.
func getCoverArt(k *call) (*response, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	r, err := k.record(archive.WorkID(id))
	if archive.CodeOf(err) == archive.NotFound {
		r, _, _, err = k.track(archive.FileID(id))
	}
	if err != nil {
		return nil, err
	}
	a := media.Face(r.offers, k.number("size", coverWidth, 4096))
	if a == nil {
		return nil, archive.Fail(archive.NotFound, "media-missing")
	}
	return nil, k.sendAsset(a)
}
