package derive_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/storage"
)

func TestAPaintingInManySizesAndTiles(t *testing.T) {
	b := newBench(t)
	r := b.derived("hoi-hoa", original{"tranh sơn mài.jpg", "jpeg", b.painting(1300, 900)})
	if got := r.recipes(); !slices.Equal(got, []string{"images", "tiles"}) {
		t.Fatalf("made %v: %+v", got, r.made)
	}
	if f := r.files[0]; f.Width != 1300 || f.Height != 900 {
		t.Errorf("facts %+v", f)
	}
	var widths []int
	for _, a := range r.one("images").Assets {
		if a.Type == "image/webp" {
			widths = append(widths, a.Width)
		}
		if a.Height != (a.Width*900+650)/1300 {
			t.Errorf("%s is %d×%d", a.Path, a.Width, a.Height)
		}
	}
	if !slices.Equal(widths, []int{480, 960, 1300}) {
		t.Errorf("widths %v: want each up to the picture's own, none above", widths)
	}
	if a := r.asset("images", "image-480.jpg"); a.Type != "image/jpeg" {
		t.Errorf("jpeg %+v", a)
	}
	a := r.asset("tiles", "tiles.zip")
	z, err := zip.NewReader(bytes.NewReader(r.read("tiles", "tiles.zip")), a.Bytes)
	if err != nil || a.Width != 1300 || a.Height != 900 || a.Kind != "iiif" || len(z.File) < 8 {
		t.Errorf("tiles %+v, %v", a, err)
	}
}

func TestASmallPictureIsNotEnlarged(t *testing.T) {
	b := newBench(t)
	r := b.derived("hoi-hoa", original{"a.jpg", "jpeg", b.painting(300, 200)})
	if n := len(r.one("images").Assets); n != 2 {
		t.Errorf("%d pictures of one of 300 pixels: %+v", n, r.one("images").Assets)
	}
}

func TestAPhotographIsTurnedUprightAndTellsNoPlace(t *testing.T) {
	b := newBench(t)
	r := b.derived("nhiep-anh", original{"a.jpg", "jpeg", withPlace(b.painting(600, 400))})
	if f := r.files[0]; f.Width != 400 || f.Height != 600 {
		t.Errorf("the facts are not of the upright picture: %+v", f)
	}
	for _, a := range r.one("images").Assets {
		checkNoPlace(t, r.local("images", a.Path))
	}
	z, err := zip.NewReader(bytes.NewReader(r.read("tiles", "tiles.zip")), r.asset("tiles", "tiles.zip").Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range z.File {
		if !strings.HasSuffix(e.Name, ".jpg") {
			continue
		}
		body, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		var tile bytes.Buffer
		if _, err := tile.ReadFrom(body); err != nil {
			t.Fatal(err)
		}
		checkNoPlace(t, writeFile(t, tile.Bytes()))
	}
}

// checkNoPlace asks another program than the one that made the picture.
func checkNoPlace(t *testing.T, path string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "vipsheader", "-a", path).CombinedOutput()
	if err != nil {
		t.Fatalf("vipsheader: %v\n%s", err, out)
	}
	// libvips writes the resolution into WebP as EXIF of its own, which tells nothing.
	for _, word := range []string{"GPS", "exif-ifd3", "icc-profile", "xmp", "iptc"} {
		if strings.Contains(string(out), word) {
			t.Errorf("%s tells %s:\n%s", filepath.Base(path), word, out)
		}
	}
}

// withPlace adds EXIF with an orientation of a quarter turn and a latitude to a JPEG.
func withPlace(jpeg []byte) []byte {
	exif := append([]byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02"),
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0,
		0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38,
		0, 0, 0, 0,
		0, 1, 0, 1, 0, 2, 0, 0, 0, 2, 'N', 0, 0, 0, 0, 0, 0, 0)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(head, exif...), jpeg[2:]...)
}

func TestAPixelBombIsRefusedWithAReason(t *testing.T) {
	b := newBench(t)
	r := b.derived("hoi-hoa", original{"bomb.png", "png", bomb(30000, 30000)})
	if r.files[0].Problem != "picture-over-limit" || len(r.made) != 0 {
		t.Errorf("problem %q, made %+v", r.files[0].Problem, r.made)
	}
}

// bomb is the header of an enormous PNG.
func bomb(width, height uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
		body := append([]byte(kind), data...)
		b = binary.BigEndian.AppendUint32(append(b, body...), crc32.ChecksumIEEE(body))
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	chunk("IHDR", append(header, 8, 0, 0, 0, 0))
	chunk("IDAT", []byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1})
	chunk("IEND", nil)
	return b
}

func TestATruncatedPictureShowsWhatThereIsAndSaysSo(t *testing.T) {
	b := newBench(t)
	whole := b.painting(900, 900)
	r := b.derived("hoi-hoa", original{"a.jpg", "jpeg", whole[:len(whole)/2]})
	if d := r.one("images"); d.State != archive.DerivativeReady || d.Problem != "file-truncated" {
		t.Errorf("%s %q", d.State, d.Problem)
	}
}

func TestTheOriginalIsNeverTouched(t *testing.T) {
	b := newBench(t)
	whole := b.painting(600, 400)
	r := b.derived("hoi-hoa", original{"a [1].jpg", "jpeg", whole})
	body, _, err := b.bucket.Open(t.Context(), storage.Key(r.files[0].Key))
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	var after bytes.Buffer
	if _, err := after.ReadFrom(body); err != nil || !bytes.Equal(after.Bytes(), whole) {
		t.Errorf("the original changed: %d bytes, %v", after.Len(), err)
	}
}
