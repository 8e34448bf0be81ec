package derive

import (
	"testing"
	"time"

	"vannghe/internal/archive"
)

func TestRoomFor(t *testing.T) {
	const gib = 1 << 30
	film := archive.File{Size: 60 * gib, Duration: 2 * time.Hour, Width: 3840, Height: 2160}
	for _, c := range []struct {
		name, recipe string
		file         archive.File
		from, to     int64
	}{
		{"a film is made smaller than it came", "hls", film, 8 * gib, 12 * gib},
		{"an MP4 lies beside the HLS it is joined from", "mp4", film, 16 * gib, 24 * gib},
		{"twenty hours of a small picture", "hls", archive.File{Size: 7 << 20, Duration: 20 * time.Hour, Width: 64, Height: 48}, gib, 4 * gib},
		{"its MP4", "mp4", archive.File{Size: 7 << 20, Duration: 20 * time.Hour, Width: 64, Height: 48}, 2 * gib, 8 * gib},
		{"a still of a film is one picture", "poster", film, 0, 0},
		{"a film whose length nobody knows", "hls", archive.File{Size: gib}, 2 * gib, 2 * gib},
		{"a short clip of few bytes becomes larger", "hls", archive.File{Size: 100_000, Duration: time.Minute}, 50 << 20, 100 << 20},
		{"a concert on tape", "audio", archive.File{Size: 2 * gib, Duration: 2 * time.Hour}, 300 << 20, 600 << 20},
		{"a painting as it is decoded", "tiles", archive.File{Size: 1 << 20, Width: 10_000, Height: 10_000}, 300 << 20, gib},
		{"a magazine", "pages", archive.File{Size: 5 << 20, Pages: 100}, 100 << 20, 200 << 20},
		{"a manuscript", "text", archive.File{Size: 1 << 20}, 4 << 20, 4 << 20},
	} {
		if got := roomFor(c.recipe, c.file); got < c.from || got > c.to {
			t.Errorf("%s: %d MiB, want %d to %d", c.name, got>>20, c.from>>20, c.to>>20)
		}
	}
}
