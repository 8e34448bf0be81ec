package vips_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/tool"
	"vannghe/internal/tool/vips"
)

func newTool(t testing.TB) *vips.Tool {
	t.Helper()
	r, err := tool.Open(t.Context(), tool.Options{Scratch: filepath.Join(t.TempDir(), "scratch"), Writable: []string{os.TempDir(), os.Getenv("VANNGHE_TESTDATA")}})
	if err != nil {
		t.Fatal(err)
	}
	return vips.New(r, vips.DefaultLimits())
}

// thumbnail makes one picture.
func thumbnail(t testing.TB, f *vips.Tool, src vips.Source, order vips.Order) (vips.Made, error) {
	t.Helper()
	made, err := f.Thumbnails(t.Context(), src, order)
	if err != nil {
		return vips.Made{}, err
	}
	return made[0], nil
}

// halves is red on the left and blue on the right, and half transparent below when clear.
func halves(width, height int, below uint8) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{R: 200, A: 255}
			if x >= width/2 {
				c = color.NRGBA{B: 200, A: 255}
			}
			if y >= height/2 {
				c.A = below
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func pngFile(t testing.TB, m image.Image) vips.Source {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return vips.Source{Path: write(t, "picture", b.Bytes()), Format: "png"}
}

// jpegFile writes m as JPEG with an EXIF block that holds an orientation and a place on earth.
func jpegFile(t testing.TB, m image.Image, orientation byte) vips.Source {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02"), // big endian, two entries
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // orientation
		0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, // GPS at 38
		0, 0, 0, 0,
		0, 1, 0, 1, 0, 2, 0, 0, 0, 2, 'N', 0, 0, 0, 0, 0, 0, 0) // latitude: north
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return vips.Source{Path: write(t, "photograph", append(append(head, exif...), b.Bytes()[2:]...)), Format: "jpeg"}
}

func decode(t testing.TB, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func reddish(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r>>8 > 150 && g>>8 < 80 && b>>8 < 80
}

func TestHeader(t *testing.T) {
	f := newTool(t)
	h, err := f.Header(t.Context(), jpegFile(t, halves(60, 40, 255), 6))
	if err != nil {
		t.Fatal(err)
	}
	if h.Width != 60 || h.Height != 40 || h.Upright != (vips.Size{Width: 40, Height: 60}) || h.Orientation != 6 || h.Bands != 3 || h.Space != "srgb" || h.Pages != 1 {
		t.Errorf("%+v", h)
	}
}

func TestThumbnailTurnsAndStripsPhotographs(t *testing.T) {
	f := newTool(t)
	out := filepath.Join(t.TempDir(), "made")
	made, err := thumbnail(t, f, jpegFile(t, halves(600, 400, 255), 6), vips.Order{Width: 200, Encoding: vips.JPEG, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	if made.Size != (vips.Size{Width: 200, Height: 300}) || made.Damaged {
		t.Errorf("%+v", made)
	}
	m := decode(t, out)
	if m.Bounds().Dx() != 200 || !reddish(m.At(100, 20)) || reddish(m.At(100, 280)) { // turned clockwise: the left is now above
		t.Errorf("%v: above %v, below %v", m.Bounds(), m.At(100, 20), m.At(100, 280))
	}
	for _, e := range []vips.Encoding{vips.JPEG, vips.WebP} {
		if _, err := thumbnail(t, f, jpegFile(t, halves(600, 400, 255), 6), vips.Order{Width: 200, Encoding: e, Out: out}); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		// libvips writes EXIF of its own into WebP, with the resolution. A place has the tag 0x8825, in either order of bytes.
		for name, mark := range map[string]string{"a JPEG's profile": "ICC_PROFILE", "a WebP's profile": "ICCP", "a place": "\x88\x25\x00\x04", "a place in reverse": "\x25\x88\x04\x00"} {
			if bytes.Contains(b, []byte(mark)) {
				t.Errorf("%s is left in %s", name, e)
			}
		}
		if e == vips.JPEG && bytes.Contains(b, []byte("Exif")) {
			t.Error("EXIF is left in JPEG")
		}
	}
}

// A picture without a profile keeps its colours, the dark ones above all, in every form that is made of it.
func TestColoursStayWithoutAProfile(t *testing.T) {
	f := newTool(t)
	night := color.NRGBA{R: 14, G: 27, B: 44, A: 255}
	flat := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(night), image.Point{}, draw.Src)
	grey := image.NewGray(flat.Bounds())
	draw.Draw(grey, grey.Bounds(), image.NewUniform(color.Gray{Y: 36}), image.Point{}, draw.Src)
	for name, c := range map[string]struct {
		picture image.Image
		want    [3]int
	}{"colour": {flat, [3]int{14, 27, 44}}, "grey": {grey, [3]int{36, 36, 36}}} {
		src, out := pngFile(t, c.picture), filepath.Join(t.TempDir(), "made")
		if _, err := thumbnail(t, f, src, vips.Order{Width: 64, Encoding: vips.JPEG, Out: out}); err != nil {
			t.Fatal(err)
		}
		average, err := f.Average(t.Context(), src)
		if err != nil {
			t.Fatal(err)
		}
		r, g, b, _ := decode(t, out).At(32, 32).RGBA()
		for _, got := range [][3]int{{int(r >> 8), int(g >> 8), int(b >> 8)}, {int(average.R), int(average.G), int(average.B)}} {
			for i, v := range got {
				if v < c.want[i]-3 || v > c.want[i]+3 {
					t.Errorf("%s: %v became %v", name, c.want, got)
					break
				}
			}
		}
	}
}

// TestThumbnailsOfManyWidths: each is what it would be made alone, from a source decoded once, in the order that was asked for.
func TestThumbnailsOfManyWidths(t *testing.T) {
	f := newTool(t)
	src := jpegFile(t, halves(600, 400, 255), 6)
	folder := t.TempDir()
	var orders []vips.Order
	for i, width := range []int{100, 300, 100, 5000} {
		orders = append(orders, vips.Order{Width: width, Encoding: []vips.Encoding{vips.JPEG, vips.WebP}[i%2], Out: filepath.Join(folder, strconv.Itoa(i))})
	}
	orders[2].Encoding = vips.WebP
	made, err := f.Thumbnails(t.Context(), src, orders...)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []vips.Size{{100, 150}, {300, 450}, {100, 150}, {400, 600}} {
		format := vips.Format(orders[i].Encoding)
		h, err := f.Header(t.Context(), vips.Source{Path: orders[i].Out, Format: format})
		if err != nil || made[i].Size != want || h.Upright != want {
			t.Errorf("order %+v: made %+v, in the file %+v %v, want %+v", orders[i], made[i], h.Upright, err, want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != len(orders) {
		t.Errorf("%d files for %d orders: %v", len(left), len(orders), err)
	}
}

func TestThumbnailNeverEnlarges(t *testing.T) {
	f := newTool(t)
	for _, e := range []vips.Encoding{vips.JPEG, vips.WebP} {
		made, err := thumbnail(t, f, pngFile(t, halves(60, 40, 255)), vips.Order{Width: 480, Encoding: e, Out: filepath.Join(t.TempDir(), "made")})
		if err != nil || made.Size != (vips.Size{Width: 60, Height: 40}) {
			t.Errorf("%s: %+v %v", e, made, err)
		}
	}
}

func TestThumbnailPutsTransparencyOnWhite(t *testing.T) {
	f := newTool(t)
	out := filepath.Join(t.TempDir(), "made")
	if _, err := thumbnail(t, f, pngFile(t, halves(100, 100, 0)), vips.Order{Width: 100, Encoding: vips.JPEG, Out: out}); err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := decode(t, out).At(25, 90).RGBA(); r>>8 < 250 || g>>8 < 250 || b>>8 < 250 {
		t.Errorf("the transparent part is %d %d %d", r>>8, g>>8, b>>8)
	}
}

func TestOtherKindsOfPictures(t *testing.T) {
	f := newTool(t)
	grey := image.NewGray16(image.Rect(0, 0, 64, 48))
	for i := range grey.Pix {
		grey.Pix[i] = 0x80
	}
	var g bytes.Buffer
	if err := gif.Encode(&g, halves(64, 48, 255), nil); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]vips.Source{
		"grey of 16 bits": pngFile(t, grey),
		"GIF":             {Path: write(t, "a.gif", g.Bytes()), Format: "gif"},
	} {
		out := filepath.Join(t.TempDir(), "made")
		made, err := thumbnail(t, f, src, vips.Order{Width: 32, Encoding: vips.JPEG, Out: out})
		if err != nil || made.Size != (vips.Size{Width: 32, Height: 24}) {
			t.Errorf("%s: %+v %v", name, made, err)
			continue
		}
		if r, _, _, _ := decode(t, out).At(8, 8).RGBA(); r>>8 < 100 || r>>8 > 230 {
			t.Errorf("%s: red %d", name, r>>8)
		}
	}
}

// bomb is a valid PNG header of that size, and hardly any data.
func bomb(width, height uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		body := append([]byte(kind), data...)
		b = append(b, body...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(body))
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(header, 8, 0, 0, 0, 0))
	chunk("IDAT", []byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1})
	chunk("IEND", nil)
	return b
}

func TestBadPicturesAreRefused(t *testing.T) {
	f := newTool(t)
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>`)
	jpg := jpegFile(t, halves(9, 9, 255), 1)
	for _, c := range []struct {
		name   string
		src    vips.Source
		code   archive.Code
		reason archive.Reason
	}{
		{"a bomb", vips.Source{Path: write(t, "bomb.png", bomb(20000, 20000)), Format: "png"}, archive.TooLarge, "picture-too-large"},
		{"a ribbon", vips.Source{Path: write(t, "ribbon.png", bomb(100000, 1)), Format: "png"}, archive.TooLarge, "picture-too-large"},
		{"empty", vips.Source{Path: write(t, "empty.png", nil), Format: "png"}, archive.Invalid, "picture-unreadable"},
		{"SVG as SVG", vips.Source{Path: write(t, "a.svg", svg), Format: "svg"}, archive.Invalid, "format-unknown"},
		{"SVG as PNG", vips.Source{Path: write(t, "a.png", svg), Format: "png"}, archive.Invalid, "picture-unreadable"},
		{"JPEG as PNG", vips.Source{Path: jpg.Path, Format: "png"}, archive.Invalid, "picture-unreadable"},
		{"a portable pixmap, a loader that is not fuzzed", vips.Source{Path: write(t, "a.png", []byte("P3 1 1 255 1 2 3\n")), Format: "png"}, archive.Invalid, "picture-unreadable"},
		{"noise", vips.Source{Path: write(t, "a.png", bytes.Repeat([]byte("\x89PNG\r\n"), 99)), Format: "png"}, archive.Invalid, "picture-unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, thumbnail := thumbnail(t, f, c.src, vips.Order{Width: 10, Encoding: vips.JPEG, Out: filepath.Join(t.TempDir(), "made")})
			_, tiles := f.Tiles(t.Context(), c.src, filepath.Join(t.TempDir(), "tiles.zip"))
			_, average := f.Average(t.Context(), c.src)
			for _, err := range []error{thumbnail, tiles, average} {
				if archive.CodeOf(err) != c.code || archive.ReasonOf(err) != c.reason {
					t.Errorf("%v, want %s", err, c.reason)
				}
			}
		})
	}
}

func TestATruncatedPictureShowsWhatItHas(t *testing.T) {
	f := newTool(t)
	var b bytes.Buffer
	noisy := image.NewGray(image.Rect(0, 0, 400, 400))
	for i := range noisy.Pix {
		noisy.Pix[i] = uint8(i * i >> 3)
	}
	if err := jpeg.Encode(&b, noisy, nil); err != nil {
		t.Fatal(err)
	}
	src := vips.Source{Path: write(t, "cut.jpg", b.Bytes()[:b.Len()/2]), Format: "jpeg"}
	made, err := thumbnail(t, f, src, vips.Order{Width: 400, Encoding: vips.JPEG, Out: filepath.Join(t.TempDir(), "made")})
	if err != nil || !made.Damaged || made.Width != 400 {
		t.Errorf("%+v %v", made, err)
	}
}

func TestPathsThatVipsMisreadsAreRefused(t *testing.T) {
	f := newTool(t)
	src := pngFile(t, halves(9, 9, 255))
	for _, out := range []string{"made.jpg", "/tmp/made.jpg[Q=1]"} {
		if _, err := thumbnail(t, f, src, vips.Order{Width: 9, Encoding: vips.JPEG, Out: out}); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("%q: %v", out, err)
		}
	}
}

func TestTiles(t *testing.T) {
	f := newTool(t)
	for _, c := range []struct {
		width, height int
		factors       string
	}{{300, 200, "[1]"}, {512, 512, "[1]"}, {513, 100, "[1 2]"}, {1030, 700, "[1 2 4]"}} {
		out := filepath.Join(t.TempDir(), "any name.zip")
		info, err := f.Tiles(t.Context(), jpegFile(t, halves(c.height, c.width, 255), 6), out) // stored on its side
		if err != nil {
			t.Fatal(err)
		}
		if info.Width != c.width || info.Height != c.height || fmt.Sprint(info.ScaleFactors) != c.factors || info.TileSize != 512 {
			t.Errorf("%+v, want %+v", info, c)
		}
		checkTiles(t, info, out)
	}
}

// checkTiles asks for every tile that a viewer asks for (IIIF Image 3, implementation notes: tile region calculation).
func checkTiles(t *testing.T, info vips.TileInfo, path string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	entries := map[string]*zip.File{}
	for _, e := range z.File {
		entries[e.Name] = e
		if e.Method != zip.Store {
			t.Errorf("%s is compressed", e.Name)
		}
	}
	for _, factor := range info.ScaleFactors {
		span := info.TileSize * factor
		for y := 0; y < info.Height; y += span {
			for x := 0; x < info.Width; x += span {
				w, h := min(span, info.Width-x), min(span, info.Height-y)
				name := fmt.Sprintf("%s%d,%d,%d,%d/%d,%d/0/default.jpg", vips.TilePrefix, x, y, w, h, (w+factor-1)/factor, (h+factor-1)/factor)
				if entries[name] == nil {
					t.Errorf("no %s", name)
				}
			}
		}
	}
	smallest := info.Smallest()
	if name := fmt.Sprintf("%s0,0,%d,%d/%d,%d/0/default.jpg", vips.TilePrefix, info.Width, info.Height, smallest.Width, smallest.Height); entries[name] == nil {
		t.Errorf("no whole picture %s", name)
	}
}

func TestAverage(t *testing.T) {
	c, err := newTool(t).Average(t.Context(), pngFile(t, halves(64, 64, 255)))
	if err != nil || c.R < 80 || c.R > 160 || c.B < 80 || c.B > 160 || c.G > 40 {
		t.Errorf("%s %v", c.Hex(), err)
	}
	if s := (vips.Colour{R: 140, G: 28, B: 9}).Hex(); s != "#8c1c09" {
		t.Error(s)
	}
}

func TestPaint(t *testing.T) {
	f := newTool(t)
	palette := []vips.Colour{{R: 20, G: 12, B: 10}, {R: 150, G: 25, B: 20}, {R: 212, G: 160, B: 60}, {R: 240, G: 230, B: 205}}
	seen := map[string]vips.Style{}
	for _, style := range []vips.Style{vips.StyleMist, vips.StyleMosaic, vips.StyleRidges, vips.StyleRipples} {
		out := filepath.Join(t.TempDir(), "painting.jpg")
		p := vips.Painting{Size: vips.Size{Width: 300, Height: 200}, Style: style, Palette: palette, Seed: 3}
		if err := f.Paint(t.Context(), p, out); err != nil {
			t.Fatal(err)
		}
		if m := decode(t, out); m.Bounds().Size() != image.Pt(300, 200) {
			t.Errorf("%s: %v", style, m.Bounds())
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if seen[string(b)] != "" {
			t.Errorf("%s looks like %s", style, seen[string(b)])
		}
		seen[string(b)] = style
	}
	if err := f.Paint(t.Context(), vips.Painting{}, "/tmp/x.jpg"); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("an empty painting: %v", err)
	}
}

// Every picture of the development set gives a picture or a clear error.
func TestRealPictures(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return
	}
	f := newTool(t)
	formats := map[string]vips.Format{".jpg": "jpeg", ".tif": "tiff", ".webp": "webp", ".png": "png", ".heic": "heic"}
	paths, err := filepath.Glob(filepath.Join(root, "dev", "images", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	for _, path := range paths {
		src := vips.Source{Path: path, Format: formats[strings.ToLower(filepath.Ext(path))]}
		h, err := f.Header(t.Context(), src)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		made, err := thumbnail(t, f, src, vips.Order{Width: 480, Encoding: vips.JPEG, Out: filepath.Join(t.TempDir(), "made")})
		if err != nil || made.Width != min(480, h.Upright.Width) || made.Damaged {
			t.Errorf("%s: %+v %v", path, made, err)
		}
		out := filepath.Join(t.TempDir(), "tiles.zip")
		info, err := f.Tiles(t.Context(), src, out)
		if err != nil || info.Size != h.Upright {
			t.Errorf("%s: %+v %v", path, info, err)
			continue
		}
		checkTiles(t, info, out)
	}
	_, err = f.Header(t.Context(), vips.Source{Path: filepath.Join(root, "dev", "hostile", "bomb-20000x20000.png"), Format: "png"})
	if archive.ReasonOf(err) != "picture-too-large" {
		t.Errorf("the bomb: %v", err)
	}
	cut := vips.Source{Path: filepath.Join(root, "dev", "hostile", "truncated.jpg"), Format: "jpeg"}
	if made, err := thumbnail(t, f, cut, vips.Order{Width: 480, Encoding: vips.WebP, Out: filepath.Join(t.TempDir(), "made")}); err != nil || !made.Damaged {
		t.Errorf("truncated: %+v %v", made, err)
	}
}
