package derive

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/vips"
)

const coverVersion = 1

// coverPixels is the most that a picture inside a sound file may have.
const coverPixels = 64_000_000

// makeCover takes the picture that lies inside a sound file.
func makeCover(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	if err := t.ffmpeg().Cover(ctx, info, t.out("cover.jpg")); err != nil {
		return made{}, t.coverFault(ctx, info, err)
	}
	return stills(ctx, t, still{kind: "cover", name: "cover.jpg", small: "cover-480.jpg", width: posterWidth})
}

// coverFault says whether a cover that could not be decoded is too large: ffmpeg does not even tell the size of such a picture.
func (t task) coverFault(ctx context.Context, info *ffmpeg.Info, err error) error {
	format := map[string]vips.Format{"mjpeg": "jpeg", "png": "png"}[info.Cover.Codec]
	if archive.ReasonOf(err) != "media-unreadable" || format == "" || t.ffmpeg().CoverAsGiven(ctx, info, t.scratch("cover")) != nil {
		return err
	}
	h, told := t.vips().Header(ctx, vips.Source{Path: t.scratch("cover"), Format: format})
	if archive.ReasonOf(told) == "picture-too-large" || told == nil && int64(h.Upright.Width)*int64(h.Upright.Height) > coverPixels {
		return archive.Fail(archive.Invalid, problemPixels).Because(err)
	}
	return err
}
