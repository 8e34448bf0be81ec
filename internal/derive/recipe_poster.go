package derive

import (
	"context"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/ffmpeg"
	"vannghe/internal/tool/vips"
)

const posterVersion = 2

// posterWidth is the width in pixels of the small poster, for lists.
const posterWidth = 480

// makePoster makes a picture of the film that stands for it: the one that somebody chose, else one that is not black.
func makePoster(ctx context.Context, t task) (made, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return made{}, err
	}
	if err := t.poster(ctx, info, t.out("poster.jpg")); err != nil {
		return made{}, err
	}
	return stills(ctx, t, still{kind: "poster", name: "poster.jpg", small: "poster-480.jpg", width: posterWidth})
}

func (t task) poster(ctx context.Context, info *ffmpeg.Info, out string) error {
	at, chosen := t.work.PosterOf(t.file.ID)
	switch {
	case !chosen:
		return t.ffmpeg().Poster(ctx, info, out)
	case at == archive.PosterAttached:
		return t.ffmpeg().Cover(ctx, info, out)
	default:
		return t.ffmpeg().PosterAt(ctx, info, at, out)
	}
}

// still is a picture that ffmpeg wrote, and the name and width of the small one beside it.
type still struct {
	kind, name, small string
	width             int
}

// stills lists a picture with its size and makes the small one when there is something to make smaller.
func stills(ctx context.Context, t task, s still) (made, error) {
	src := vips.Source{Path: t.out(s.name), Format: "jpeg"}
	h, err := t.vips().Header(ctx, src)
	if err != nil {
		return made{}, err
	}
	m := made{program: tool.FFmpeg}
	m.assets = []archive.Asset{{Kind: s.kind, Path: s.name, Type: "image/jpeg", Width: h.Upright.Width, Height: h.Upright.Height}}
	if h.Upright.Width <= s.width {
		return m, nil
	}
	small, err := t.vips().Thumbnails(ctx, src, vips.Order{Width: s.width, Encoding: vips.JPEG, Out: t.out(s.small)})
	if err != nil {
		return made{}, err
	}
	m.assets = append(m.assets, archive.Asset{Kind: s.kind, Path: s.small, Type: "image/jpeg", Width: small[0].Width, Height: small[0].Height})
	return m, nil
}
