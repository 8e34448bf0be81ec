// Package vips builds the arguments of libvips' programs and reads their answers: what a picture file holds, pictures of
// the sizes that pages ask for, deep-zoom tiles, and the paintings that the program makes itself.
//
// A picture is measured by its header before anything is decoded, its loader must be the one of the format that our own
// sniffing found, and what is written is upright, sRGB and bare of metadata (a camera notes where it stood). The package
// must not know of works, storage or jobs, and starts no process itself: internal/tool does.
package vips

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
)

// Limits bound the pictures that are taken.
type Limits struct {
	Pixels int64 // width × height; a painting photographed for print has about 100 million
	Side   int   // the longer side
}

// DefaultLimits are 150 million pixels and JPEG's own 65,500 a side.
func DefaultLimits() Limits { return Limits{Pixels: 150_000_000, Side: 65_500} }

// Tool runs vips and vipsheader. Safe for concurrent use.
type Tool struct {
	runner *tool.Runner
	limits Limits
}

// New returns a Tool that runs its programs with r and takes pictures within l.
func New(r *tool.Runner, l Limits) *Tool { return &Tool{runner: r, limits: l} }

// Format is a picture format as our own sniffing names it.
type Format string

// loaders maps each format that is accepted to the one loader that may read it, all of them fuzzed by libvips' makers.
// SVG is not among them: it is a program that refers to files and the network, not a picture.
var loaders = map[Format]string{
	"jpeg": "jpegload", "png": "pngload", "tiff": "tiffload", "webp": "webpload", "heic": "heifload", "avif": "heifload", "gif": "gifload",
}

// Accepts reports whether f is a format that this package reads.
func Accepts(f Format) bool { return loaders[f] != "" }

// Source is a file with the format it was found to be.
type Source struct {
	Path   string // absolute
	Format Format
}

// Header is what a picture file says of itself.
type Header struct {
	Width, Height int    // as stored
	Upright       Size   // as seen, after the orientation is applied
	Bands         int    // 4 for CMYK and for colour with transparency
	Sample        string // "uchar" (8 bits), "ushort" (16 bits), "float", …
	Space         string // libvips' interpretation: "srgb", "cmyk", "b-w", "rgb16", …
	Loader        string
	Pages         int // 1 for a single picture
	Orientation   int // EXIF, 1 to 8; 1 is upright
	Profile       bool
}

// Size is width and height in pixels.
type Size struct{ Width, Height int }

// Header reads the header of src, decoding nothing. Errors: Invalid "format-unknown" (format), Invalid "picture-unreadable",
// TooLarge "picture-too-large" (width, height, the limit in megapixels), and those of tool.Runner.Run.
func (t *Tool) Header(ctx context.Context, src Source) (Header, error) {
	loader := loaders[src.Format]
	if loader == "" {
		return Header{}, archive.Fail(archive.Invalid, "format-unknown", string(src.Format))
	}
	h, err := t.header(ctx, src.Path)
	if err != nil {
		return Header{}, err
	}
	if h.Loader != loader {
		return Header{}, archive.Fail(archive.Invalid, "picture-unreadable").
			Because(fmt.Errorf("%s is read by %s, want %s", src.Format, h.Loader, loader))
	}
	if int64(h.Width)*int64(h.Height) > t.limits.Pixels || max(h.Width, h.Height) > t.limits.Side {
		return Header{}, archive.Fail(archive.TooLarge, "picture-too-large", h.Width, h.Height, int(t.limits.Pixels/1_000_000))
	}
	return h, nil
}

func (t *Tool) header(ctx context.Context, path string) (Header, error) {
	if err := tool.CheckPath(path); err != nil {
		return Header{}, err
	}
	// A header is small, whatever the picture: a gigabyte of EXIF is an attack. Its time is its own: that a machine has much to do is no file's fault.
	result, err := t.runner.Run(ctx, tool.Command{Program: tool.VipsHeader, Args: []string{"-a", path},
		Limits: tool.Limits{Time: 3 * time.Minute, CPU: 20 * time.Second, Memory: 512 << 20, Output: 8 << 20}})
	if err != nil {
		return Header{}, unreadable(err)
	}
	return parseHeader(string(result.Stdout), path)
}

// parseHeader reads vipsheader's answer. The first line is libvips' own; what follows holds text from the file, which may
// try to look like more, so of each name the first line counts and nothing that matters is taken from there.
func parseHeader(answer, path string) (Header, error) {
	first, rest, _ := strings.Cut(answer, "\n")
	var h Header
	summary, ok := strings.CutPrefix(first, path+": ")
	fields := strings.Split(summary, ", ")
	if !ok || len(fields) != 4 {
		return h, archive.Fail(archive.Invalid, "picture-unreadable").Because(fmt.Errorf("answer %.200q", first))
	}
	_, err := fmt.Sscanf(fields[0], "%dx%d %s", &h.Width, &h.Height, &h.Sample)
	if err == nil {
		_, err = fmt.Sscanf(fields[1], "%d band", &h.Bands)
	}
	if err != nil || h.Width <= 0 || h.Height <= 0 || h.Bands <= 0 {
		return h, archive.Fail(archive.Invalid, "picture-unreadable").Because(fmt.Errorf("answer %.200q", first))
	}
	h.Space, h.Loader = fields[2], fields[3]
	h.details(rest)
	return h, nil
}

func (h *Header) details(lines string) {
	h.Pages, h.Orientation = 1, 1
	seen := map[string]bool{}
	for line := range strings.Lines(lines) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || seen[name] {
			continue
		}
		seen[name] = true
		n, err := strconv.Atoi(value)
		switch {
		case name == "icc-profile-data":
			h.Profile = true
		case name == "n-pages" && err == nil && n > 0:
			h.Pages = n
		case name == "orientation" && err == nil && n >= 1 && n <= 8:
			h.Orientation = n
		}
	}
	h.Upright = Size{h.Width, h.Height}
	if h.Orientation >= 5 { // a quarter turn
		h.Upright = Size{h.Height, h.Width}
	}
}

// working bounds a run that decodes: 150 million pixels of four bands are 600 MB, and libvips puts more than a tenth of that
// into a file of its scratch folder.
func working() tool.Limits {
	return tool.Limits{Time: 10 * time.Minute, Memory: 2 << 30, FileSize: 4 << 30}
}

// vips runs one operation.
func (t *Tool) vips(ctx context.Context, args ...string) (tool.Result, error) {
	result, err := t.runner.Run(ctx, tool.Command{Program: tool.Vips, Args: args, Limits: working(),
		// Threads beyond the cores only take memory; more than four gain nothing on one picture.
		Env: []string{"VIPS_CONCURRENCY=4"}})
	return result, unreadable(err)
}

// unreadable says "picture-unreadable" instead of "tool-failed": the program did its work, the file is at fault.
func unreadable(err error) error {
	if archive.ReasonOf(err) == "tool-failed" {
		return archive.Fail(archive.Invalid, "picture-unreadable").Because(err)
	}
	return err
}

// damaged reports what libvips' loaders say of a file that ends too soon; they show what there is.
func damaged(stderr string) bool {
	s := strings.ToLower(stderr)
	for _, said := range []string{"premature end", "truncated", "not enough image data", "corrupt", "read error", "unexpected end", "read gave"} {
		if strings.Contains(s, said) {
			return true
		}
	}
	return false
}

func wrote(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		return archive.Fail(archive.Invalid, "picture-unreadable").Because(err)
	}
	return nil
}
