package derive_test

import (
	"strings"
	"testing"
	"time"

	"vannghe/internal/tool/ffmpeg"
)

// TestAnAlbumOfTwoDiscs: the tags of real files order it once, with an event; looking again changes nothing.
func TestAnAlbumOfTwoDiscs(t *testing.T) {
	b := newBench(t)
	song := func(disc, track string) []byte {
		return b.film(ffmpeg.Spec{Format: "flac", Duration: 200 * time.Millisecond, Melody: tune(), Tags: ffmpeg.Tags{Disc: disc, Track: track}})
	}
	id := b.accession("ca-khuc", original{"a.flac", "flac", song("2", "1")}, original{"b.flac", "flac", song("1", "2/2")}, original{"c.flac", "flac", song("1", "1/2")})
	b.drain()
	for range 2 {
		r := b.result(id).settled()
		var names []string
		for _, f := range r.files {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != "c.flac b.flac a.flac" {
			t.Errorf("they stand %s", got)
		}
		if n := strings.Count(r.details(), "by disc and track"); n != 1 {
			t.Errorf("the record tells %d times of it:\n%s", n, r.details())
		}
		b.enqueuePlan(id)
		b.drain()
	}
}
