package iiif

import (
	"testing"

	"vannghe/internal/archive"
)

func TestParseParameters(t *testing.T) {
	cases := []struct {
		sentence                 string
		region, size, turn, file string
		reason                   archive.Reason // "" when the form is right
		served                   bool
	}{
		{"a tile", "0,0,512,512", "512,512", "0", "default.jpg", "", true},
		{"the whole", "full", "max", "0", "default.jpg", "", true},
		{"its colours", "full", "max", "0", "color.jpg", "", true},
		{"turned: known, not made", "full", "max", "90", "default.jpg", "", false},
		{"grey: known, not made", "full", "max", "0", "gray.jpg", "", false},
		{"another format: known, not made", "full", "max", "0", "default.png", "", false},
		{"a percentage", "pct:10,10,50,50", "pct:50", "0", "default.jpg", "", true},
		{"larger than it is", "full", "^max", "0", "default.jpg", "", true},
		{"version 2's word for max", "full", "full", "0", "default.jpg", "iiif-size", false},
		{"a path", "../../etc", "max", "0", "default.jpg", "iiif-region", false},
		{"too few numbers", "0,0,512", "max", "0", "default.jpg", "iiif-region", false},
		{"no number", "full", ",", "0", "default.jpg", "iiif-size", false},
		{"not an angle", "full", "max", "left", "default.jpg", "iiif-rotation", false},
		{"not a quality", "full", "max", "0", "best.jpg", "iiif-quality", false},
		{"not a format", "full", "max", "0", "default.exe", "iiif-format", false},
		{"no format", "full", "max", "0", "default", "iiif-format", false},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			p, err := parseParameters(c.region, c.size, c.turn, c.file)
			if got := archive.ReasonOf(err); got != c.reason {
				t.Fatalf("reason %q, want %q", got, c.reason)
			}
			if err == nil && p.served() != c.served {
				t.Errorf("served = %v", p.served())
			}
		})
	}
}
