package vips

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"strconv"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Encoding is how a made picture is written.
type Encoding string

// The encodings.
const (
	JPEG Encoding = "jpeg" // quality 82, progressive, transparency on white
	WebP Encoding = "webp" // quality 80, transparency kept
)

// suffix is what libvips reads its writer and the writer's options from.
func (e Encoding) suffix() string {
	if e == WebP {
		return ".webp[Q=80,strip]"
	}
	return ".jpg[Q=82,strip,interlace,optimize_coding,background=255]"
}

// Order asks for one picture.
type Order struct {
	Width    int // at most this wide, in pixels; never enlarged
	Encoding Encoding
}

// Made is a picture that was written.
type Made struct {
	Size
	// Damaged says that the source ends too soon or is spoilt inside: what could be read of it is shown.
	Damaged bool
}

// unbounded stands for "as high as it comes" where libvips wants a number.
const unbounded = "10000000"

// Thumbnail writes src to out, whatever its suffix, at the size that order asks for: upright, sRGB from whatever profile,
// without metadata. Errors as Header, and those of tool.Runner.Run.
func (t *Tool) Thumbnail(ctx context.Context, src Source, order Order, out string) (Made, error) {
	header, err := t.Header(ctx, src)
	if err != nil {
		return Made{}, err
	}
	if err := tool.CheckPath(out); err != nil || order.Width <= 0 {
		return Made{}, fmt.Errorf("thumbnail of width %d: %w", order.Width, os.ErrInvalid)
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return Made{}, err
	}
	made, err := t.thumbnail(ctx, source{path: src.Path, header: header}, order, thumbnailFiles{made: folder.File("made"), out: out})
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return made, err
}

// source is a picture that has been looked at.
type source struct {
	path   string
	header Header
}

// upright returns the arguments that write the picture to out: turned as its EXIF says, at most so wide, in sRGB.
func (s source) upright(out, width string) []string {
	args := []string{"thumbnail", s.path, out, width, "--height", unbounded, "--size", "down"} // smaller only
	return append(args, s.header.toScreen()...)
}

// toScreen returns the arguments that make AdobeRGB, CMYK and the rest what screens show. A picture without a profile is
// sRGB or grey already: asked to convert it, libvips 8.14 goes by way of XYZ and makes #0e1b2c of it #0e0e1a.
func (h Header) toScreen() []string {
	if !h.Profile && h.Space != "cmyk" {
		return nil
	}
	return []string{"--export-profile", "srgb", "--intent", "perceptual"}
}

type thumbnailFiles struct{ made, out string }

// thumbnail writes below a name of ours first: libvips chooses the writer by the suffix, and options stand in brackets.
func (t *Tool) thumbnail(ctx context.Context, src source, order Order, f thumbnailFiles) (Made, error) {
	// libvips 8.14 leaves a photograph's EXIF and profile in WebP, "strip" or not, and EXIF says where it was taken: so they are
	// taken out on the way, into a plain file.
	first := f.made + order.Encoding.suffix()
	if order.Encoding == WebP {
		first = f.made + ".tif[strip]"
	}
	result, err := t.vips(ctx, src.upright(first, strconv.Itoa(order.Width))...)
	if err != nil {
		return Made{}, err
	}
	if order.Encoding == WebP {
		if _, err := t.vips(ctx, "copy", f.made+".tif", f.made+order.Encoding.suffix()); err != nil {
			return Made{}, err
		}
	}
	name := f.made + map[Encoding]string{JPEG: ".jpg", WebP: ".webp"}[order.Encoding]
	if err := wrote(name); err != nil {
		return Made{}, err
	}
	h, err := t.header(ctx, name)
	if err != nil {
		return Made{}, err
	}
	if err := move(name, f.out); err != nil {
		return Made{}, err
	}
	return Made{Size: h.Upright, Damaged: damaged(result.Stderr)}, nil
}

// move puts a made file to its place, by copying when that is on another disk.
func move(from, to string) error {
	if os.Rename(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("read what was made: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("put what was made: %w", err)
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(fmt.Errorf("put what was made: %w", err), out.Close())
	}
	return out.Close()
}

// Colour is a colour of sRGB.
type Colour struct{ R, G, B uint8 }

// Hex writes c as pages do: "#8c1c13".
func (c Colour) Hex() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Average returns the mean colour of src, for the ground that stands until the picture has come. Cheapest on a Thumbnail.
// Errors as Header.
func (t *Tool) Average(ctx context.Context, src Source) (Colour, error) {
	header, err := t.Header(ctx, src)
	if err != nil {
		return Colour{}, err
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return Colour{}, err
	}
	c, err := t.average(ctx, source{path: src.Path, header: header}, folder.File("one.png"))
	if removed := folder.Remove(); err == nil {
		err = removed
	}
	return c, err
}

func (t *Tool) average(ctx context.Context, src source, one string) (Colour, error) {
	args := []string{"thumbnail", src.path, one + "[strip]", "1", "--height", "1", "--size", "force"}
	if _, err := t.vips(ctx, append(args, src.header.toScreen()...)...); err != nil {
		return Colour{}, err
	}
	f, err := os.Open(one)
	if err != nil {
		return Colour{}, fmt.Errorf("open the pixel: %w", err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		return Colour{}, archive.Fail(archive.Invalid, "picture-unreadable").Because(err)
	}
	r, g, b, _ := m.At(0, 0).RGBA()
	return Colour{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}, nil
}
