package office

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/tool"
	"vannghe/internal/tool/vips"
)

// Bounds of the association's mark.
const (
	logoWidth = 480       // pixels; pages show it smaller
	logoBytes = 200 << 10 // of what is kept
	logoSide  = 10_000    // pixels of what is given
)

// LogoType is the media type of the mark.
const LogoType = "image/webp"

// Logo returns the bytes of the mark with that digest. NotFound "page-missing".
func (o *Office) Logo(ctx context.Context, digest string) ([]byte, error) {
	var picture []byte
	if err := o.setting(ctx, archive.LogoSetting, &picture); err != nil {
		return nil, err
	}
	if len(picture) == 0 || digestOf(picture) != digest {
		return nil, archive.Fail(archive.NotFound, "page-missing")
	}
	return picture, nil
}

func digestOf(picture []byte) string {
	sum := sha256.Sum256(picture)
	return hex.EncodeToString(sum[:16])
}

// SetLogo stores a picture as the association's mark, made anew by a program in a sandbox: what else the file held is gone. Without a picture there is
// no mark. Errors: Forbidden; Conflict "setting-changed"; Invalid "logo-unreadable"; TooLarge "logo-too-large"; Unavailable "tool-missing".
func (o *Office) SetLogo(ctx context.Context, by archive.Viewer, stamp string, picture []byte) error {
	if err := by.May(archive.KeepSettings); err != nil {
		return err
	}
	var made archive.Logo
	var bytes []byte
	if len(picture) > 0 {
		var err error
		if made, bytes, err = o.drawn(ctx, picture); err != nil {
			return err
		}
	}
	return o.changeSite(ctx, by, siteEdit{stamp, archive.DeedLogo, func(ctx context.Context, tx *catalog.Tx, site *archive.Site) error {
		site.Logo = made
		return tx.PutSetting(ctx, archive.LogoSetting, bytes)
	}})
}

func (o *Office) drawn(ctx context.Context, picture []byte) (archive.Logo, []byte, error) {
	format := map[string]vips.Format{"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}[http.DetectContentType(picture)]
	if format == "" {
		return archive.Logo{}, nil, archive.Fail(archive.Invalid, "logo-unreadable")
	}
	if o.runner == nil {
		return archive.Logo{}, nil, archive.Fail(archive.Unavailable, "tool-missing", "vips", "libvips-tools")
	}
	folder, err := o.runner.Folder()
	if err != nil {
		return archive.Logo{}, nil, err
	}
	logo, bytes, err := o.draw(ctx, folder, format, picture)
	return logo, bytes, errors.Join(err, folder.Remove())
}

func (o *Office) draw(ctx context.Context, folder *tool.Folder, format vips.Format, picture []byte) (archive.Logo, []byte, error) {
	from, to := folder.File("given"), folder.File("logo.webp")
	if err := os.WriteFile(from, picture, 0o600); err != nil {
		return archive.Logo{}, nil, fmt.Errorf("keep the mark for a moment: %w", err)
	}
	tool := vips.New(o.runner, vips.Limits{Pixels: logoSide * logoSide, Side: logoSide})
	made, err := tool.Thumbnails(ctx, vips.Source{Path: from, Format: format}, vips.Order{Width: logoWidth, Encoding: vips.WebP, Out: to})
	switch archive.CodeOf(err) {
	case "":
	case archive.Invalid, archive.TooLarge:
		return archive.Logo{}, nil, archive.Fail(archive.Invalid, "logo-unreadable").Because(err)
	default:
		return archive.Logo{}, nil, err
	}
	if made[0].Damaged {
		return archive.Logo{}, nil, archive.Fail(archive.Invalid, "logo-unreadable")
	}
	bytes, err := os.ReadFile(to) //nolint:gosec // a path of ours
	if err != nil {
		return archive.Logo{}, nil, fmt.Errorf("read the mark: %w", err)
	}
	if len(bytes) > logoBytes {
		return archive.Logo{}, nil, archive.Fail(archive.TooLarge, "logo-too-large")
	}
	return archive.Logo{Digest: digestOf(bytes), Width: made[0].Width, Height: made[0].Height}, bytes, nil
}

// sortBodies orders names by the day from which they held.
func sortBodies(list []archive.BodyName) {
	slices.SortStableFunc(list, func(a, b archive.BodyName) int { return cmp.Compare(a.From.Number(), b.From.Number()) })
}
