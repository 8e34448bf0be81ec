package iiif

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

func TestScaleFactors(t *testing.T) {
	cases := []struct {
		full size
		want []int
		last size
	}{
		{size{1, 1}, []int{1}, size{1, 1}},
		{size{512, 512}, []int{1}, size{512, 512}},
		{size{513, 512}, []int{1, 2}, size{257, 256}},
		{size{2048, 2048}, []int{1, 2, 4}, size{512, 512}},
		{size{12000, 9000}, []int{1, 2, 4, 8, 16, 32}, size{375, 282}},
	}
	for _, c := range cases {
		p := pyramid{c.full}
		if got := p.scaleFactors(); !slices.Equal(got, c.want) || p.smallest() != c.last {
			t.Errorf("%v: factors %v, smallest %v; want %v, %v", c.full, got, p.smallest(), c.want, c.last)
		}
	}
}

// TestOpenSeadragonFindsEveryTile cuts real pictures with vips and asks for everything that OpenSeadragon asks for: its rules
// (IIIFTileSource.getTileUrl of 6.1.1, and how it makes levels of info.json) are written down again in viewerRequests.
func TestOpenSeadragonFindsEveryTile(t *testing.T) {
	for _, full := range []size{{1, 1}, {300, 200}, {512, 512}, {513, 700}, {1024, 300}, {2048, 2048}, {5000, 3000}} {
		t.Run(full.String(), func(t *testing.T) {
			zip := cut(t, full)
			read := readFile(zip)
			d, err := readDirectory(t.Context(), int64(len(zip)), read)
			if err != nil {
				t.Fatal(err)
			}
			p := pyramid{full}
			asked := 0
			for _, r := range viewerRequests(t, infoOf("https://x", "aaaaaaaaaaaa", p, full)) {
				b, ok, err := d.read(t.Context(), p.name(r.region, r.size), read)
				if err != nil || !ok || len(b) < 4 || b[0] != 0xff || b[1] != 0xd8 {
					t.Errorf("%s/%s: found %v, %d bytes, %v", r.region, r.size, ok, len(b), err)
				}
				asked++
			}
			if asked == 0 {
				t.Error("the viewer asks for nothing")
			}
		})
	}
}

// cut makes a picture and its pyramid as the recipe "tiles" does.
func cut(t *testing.T, s size) []byte {
	t.Helper()
	dir := t.TempDir()
	picture, zip := filepath.Join(dir, "picture.v"), filepath.Join(dir, "tiles.zip")
	for _, args := range [][]string{
		{"black", picture, fmt.Sprint(s.Width), fmt.Sprint(s.Height), "--bands", "3"},
		{"dzsave", picture, zip, "--layout", "iiif3", "--tile-size", "512", "--container", "zip", "--compression", "0", "--suffix", ".jpg[Q=85]"},
	} {
		if out, err := exec.CommandContext(t.Context(), "vips", args...).CombinedOutput(); err != nil {
			t.Fatalf("vips %v (Debian package libvips-tools): %v\n%s", args, err, out)
		}
	}
	b, err := os.ReadFile(zip)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readFile(b []byte) readAt {
	return func(_ context.Context, offset, length int64) ([]byte, error) {
		if offset < 0 || length < 0 || offset+length > int64(len(b)) {
			return nil, fmt.Errorf("read %d bytes at %d of %d", length, offset, len(b))
		}
		return b[offset : offset+length], nil
	}
}

// viewerRequests lists what OpenSeadragon asks for to show every tile of every level.
func viewerRequests(t *testing.T, described info) []parameters {
	t.Helper()
	var i info // what the viewer reads, not what we hold
	b, err := json.Marshal(described)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &i); err != nil {
		t.Fatal(err)
	}
	maxLevel := int(math.Round(math.Log2(float64(slices.Max(i.Tiles[0].Factors)))))
	levels := i.Sizes
	if len(levels) == maxLevel {
		levels = append(levels, size{i.Width, i.Height})
	}
	var all []parameters
	for level := range maxLevel + 1 {
		scale := math.Pow(0.5, float64(maxLevel-level))
		at := size{int(math.Ceil(float64(i.Width) * scale)), int(math.Ceil(float64(i.Height) * scale))}
		if len(levels) == maxLevel+1 {
			at = levels[level]
		}
		tile := i.Tiles[0].Width
		for y := 0; y*tile < at.Height; y++ {
			for x := 0; x*tile < at.Width; x++ {
				all = append(all, viewerTile(i, at, scale, x, y))
			}
		}
	}
	return all
}

func viewerTile(i info, at size, scale float64, x, y int) parameters {
	tile := i.Tiles[0].Width
	word := func(s size) string {
		if s.Width == i.Width && s.Height == i.Height {
			return "max"
		}
		return s.String()
	}
	if at.Width < tile && at.Height < tile {
		return parameters{region: "full", size: word(at)}
	}
	step := int(math.Round(float64(tile) / scale))
	left, top := x*step, y*step
	w, h := min(step, i.Width-left), min(step, i.Height-top)
	region := fmt.Sprintf("%d,%d,%d,%d", left, top, w, h)
	if x == 0 && y == 0 && w == i.Width && h == i.Height {
		region = "full"
	}
	return parameters{region: region, size: word(size{min(tile, at.Width-x*tile), min(tile, at.Height-y*tile)})}
}
