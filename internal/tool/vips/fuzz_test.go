package vips

import (
	"strings"
	"testing"
)

// What a file says of itself must never pass for what libvips says.
func FuzzParseHeader(f *testing.F) {
	f.Add("/a.jpg: 300x200 uchar, 3 bands, srgb, jpegload\nwidth: 300\norientation: 6\nicc-profile-data: 9 bytes of binary data\n")
	f.Add("/a.jpg: 1x1 uchar, 1 band, b-w, pngload\nexif-ifd0-Artist: x\nwidth: 9\norientation: 99999999999999999999\n")
	f.Add("/a.jpg: 0x0 , bands, ,\n")
	f.Fuzz(func(t *testing.T, answer string) {
		h, err := parseHeader(answer, "/a.jpg")
		if err != nil {
			return
		}
		first, _, _ := strings.Cut(answer, "\n")
		if h.Width <= 0 || h.Height <= 0 || h.Bands <= 0 || h.Orientation < 1 || h.Orientation > 8 || h.Pages < 1 || !strings.HasSuffix(first, h.Loader) {
			t.Errorf("%+v of %q", h, answer)
		}
	})
}
