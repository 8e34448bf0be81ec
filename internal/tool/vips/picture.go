package vips

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"slices"
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

// options are those of libvips' writer.
func (e Encoding) options() string {
	if e == WebP {
		return "[Q=80,strip]"
	}
	return "[Q=82,strip,interlace,optimize_coding,background=255]"
}

// Order asks for one picture.
type Order struct {
	Width    int // at most this wide, in pixels; never enlarged
	Encoding Encoding
	Out      string // where it is written, whatever its suffix
}

// Made is a picture that was written.
type Made struct {
	Size
	// Damaged says that the source ends too soon or is spoilt inside: what could be read of it is shown.
	Damaged bool
}

// unbounded stands for "as high as it comes" where libvips wants a number.
const unbounded = "10000000"

// Thumbnails writes src as each of the orders asks: upright, sRGB from whatever profile, without metadata. The source is decoded once, for the
// largest; the smaller ones are made from that. Made is in the order of the orders. Errors as Header, and those of tool.Runner.Run.
func (t *Tool) Thumbnails(ctx context.Context, src Source, orders ...Order) ([]Made, error) {
	header, err := t.Header(ctx, src)
	if err != nil {
		return nil, err
	}
	if len(orders) == 0 {
		return nil, nil
	}
	for _, o := range orders {
		if err := tool.CheckPath(o.Out); err != nil || o.Width <= 0 {
			return nil, fmt.Errorf("thumbnail of width %d: %w", o.Width, os.ErrInvalid)
		}
	}
	folder, err := t.runner.Folder()
	if err != nil {
		return nil, err
	}
	made, err := t.thumbnails(ctx, source{path: src.Path, header: header}, folder, orders)
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

// plain is a picture as a plain file of ours, from which others are made. libvips 8.14 leaves a photograph's EXIF and profile in WebP, "strip" or
// not, and EXIF says where it was taken: on the way through a TIFF it is taken out.
type plain struct {
	path string
	size Size
}

func (t *Tool) thumbnails(ctx context.Context, src source, folder *tool.Folder, orders []Order) ([]Made, error) {
	widths := widthsOf(orders)
	result, largest, err := t.plain(ctx, src, folder, widths[0])
	if err != nil {
		return nil, err
	}
	made := make([]Made, len(orders))
	for _, width := range widths {
		from := largest
		if width < largest.size.Width {
			if _, from, err = t.plain(ctx, source{path: largest.path}, folder, width); err != nil {
				return nil, err
			}
		}
		for i, o := range orders {
			if o.Width != width {
				continue
			}
			if err := t.encode(ctx, from, folder, o); err != nil {
				return nil, err
			}
			made[i] = Made{Size: from.size, Damaged: damaged(result.Stderr)}
		}
	}
	return made, nil
}

// widthsOf returns the widths that are ordered, each once, the largest first.
func widthsOf(orders []Order) []int {
	var all []int
	for _, o := range orders {
		all = append(all, o.Width)
	}
	slices.SortFunc(all, func(a, b int) int { return b - a })
	return slices.Compact(all)
}

// plain makes the picture at most so wide.
func (t *Tool) plain(ctx context.Context, src source, folder *tool.Folder, width int) (tool.Result, plain, error) {
	p := plain{path: folder.File(strconv.Itoa(width) + ".tif")}
	result, err := t.vips(ctx, src.upright(p.path+"[strip]", strconv.Itoa(width))...)
	if err != nil {
		return result, p, err
	}
	h, err := t.header(ctx, p.path)
	p.size = h.Upright
	return result, p, err
}

// encode writes below a name of ours first: libvips chooses the writer by the suffix, and options stand in brackets.
func (t *Tool) encode(ctx context.Context, from plain, folder *tool.Folder, o Order) error {
	name := folder.File("made" + map[Encoding]string{JPEG: ".jpg", WebP: ".webp"}[o.Encoding])
	if _, err := t.vips(ctx, "copy", from.path, name+o.Encoding.options()); err != nil {
		return err
	}
	if err := wrote(name); err != nil {
		return err
	}
	return move(name, o.Out)
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

// Average returns the mean colour of src, for the ground that stands until the picture has come. Cheapest on a small picture.
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
