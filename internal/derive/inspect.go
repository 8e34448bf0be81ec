package derive

import (
	"context"
	"errors"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// inspect looks into the bytes of f as far as planning needs, and sets its facts. The errors are those of fetch and of the
// program that knows the format.
func (d *Deriver) inspect(ctx context.Context, f *archive.File) (Look, error) {
	switch classOf(f.Format) {
	case classMedia, classImage, classPDF:
	default:
		return Look{}, nil // text is read whole when it is made: there is nothing to know before
	}
	folder, err := d.runner.Folder()
	if err != nil {
		return Look{}, err
	}
	look, err := d.inspectIn(ctx, f, task{deriver: d, file: *f, folder: folder})
	return look, errors.Join(err, folder.Remove())
}

func (d *Deriver) inspectIn(ctx context.Context, f *archive.File, t task) (Look, error) {
	var err error
	if t.input, err = d.fetch(ctx, *f, t.folder, 0); err != nil {
		return Look{}, err
	}
	switch classOf(f.Format) {
	case classMedia:
		return inspectMedia(ctx, f, t)
	case classImage:
		return Look{}, inspectImage(ctx, f, t)
	default:
		return Look{}, inspectPDF(ctx, f, t)
	}
}

func inspectMedia(ctx context.Context, f *archive.File, t task) (Look, error) {
	info, err := t.probe(ctx)
	if err != nil {
		return Look{}, err
	}
	look := lookMedia(f, info)
	if !look.Video && !look.Audio {
		return look, archive.Fail(archive.Invalid, problemMedia)
	}
	return look, nil
}

// inspectImage measures a picture upright, as it is shown.
func inspectImage(ctx context.Context, f *archive.File, t task) error {
	h, err := t.vips().Header(ctx, t.picture())
	if err != nil {
		return err
	}
	f.Width, f.Height = h.Upright.Width, h.Upright.Height
	return nil
}

func inspectPDF(ctx context.Context, f *archive.File, t task) error {
	info, err := t.poppler().Info(ctx, t.input)
	if err != nil {
		return err
	}
	f.Pages = info.Pages
	f.Tags = kept(map[string]string{"title": viet.Clean(info.Title), "artist": viet.Clean(info.Author)})
	return nil
}
