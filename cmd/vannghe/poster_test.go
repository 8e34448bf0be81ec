package main

import (
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/derive"
)

func TestPosterIsReadAsPeopleWriteIt(t *testing.T) {
	w := archive.Work{ID: "w", Representations: []archive.Representation{
		{Medium: archive.Video, Files: []archive.File{{ID: "cap", Name: "vi.srt", Format: "srt"}, {ID: "one", Name: "1.mp4", Format: "mp4"}, {ID: "two", Name: "2.mp4", Format: "mp4"}}},
		{Medium: archive.Image, Files: []archive.File{{ID: "pic", Name: "bìa.jpg", Format: "jpeg"}}},
	}}
	for _, c := range []struct {
		choice, file string
		want         derive.Poster
	}{
		{"1m35s", "", derive.Poster{Work: "w", File: "one", At: 95 * time.Second}},
		{"1:35", "2.mp4", derive.Poster{Work: "w", File: "two", At: 95 * time.Second}},
		{"attached", "", derive.Poster{Work: "w", File: "one", At: archive.PosterAttached}},
		{"bìa.jpg", "", derive.Poster{Work: "w", File: "pic"}},
		{"pic", "", derive.Poster{Work: "w", File: "pic"}},
		{"auto", "", derive.Poster{Work: "w"}},
		{"ở giữa", "", derive.Poster{}},
		{"95", "3.mp4", derive.Poster{}},
	} {
		got, err := (&posterCommand{Choice: c.choice, File: c.file}).read(&w)
		if got != c.want || (err != nil) != (c.want.Work == "") {
			t.Errorf("%s of %q: %+v, %v", c.choice, c.file, got, err)
		}
	}
}
