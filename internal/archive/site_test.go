package archive_test

import (
	"testing"
	"time"

	"vannghe/internal/archive"
)

func TestBodyOn(t *testing.T) {
	site := archive.Site{Body: "Hội hiện nay", Bodies: []archive.BodyName{
		{Name: "Hội cũ", To: "1996-12-31"}, {Name: "Hội vừa", From: "1997", To: "2025-06"}, {Name: "Hội mới", From: "2025-07-01"}}}
	for date, want := range map[archive.Date]string{
		"": "", "1950": "Hội cũ", "1996": "Hội cũ", "1996-12-31": "Hội cũ", "1997-01-01": "Hội vừa", "1997": "Hội vừa", "2025-06-30": "Hội vừa", "2025-07-01": "Hội mới",
		"2025": "Hội mới", "2025-06": "Hội vừa", "2030~": "Hội mới", "199X": "Hội cũ",
	} {
		if got := site.BodyOn(date); got != want {
			t.Errorf("on %q it is %q, want %q", date, got, want)
		}
	}
	site.Now(time.Date(2025, 6, 30, 17, 0, 0, 0, time.UTC)) // the first of July in Vietnam
	if site.Body != "Hội mới" {
		t.Errorf("now it is %q", site.Body)
	}
}

func TestCheckBodies(t *testing.T) {
	for reason, list := range map[archive.Reason][]archive.BodyName{
		"":                  {{Name: "A", To: "1996"}, {Name: "B", From: "1997"}},
		"body-name-missing": {{To: "1996"}},
		"body-days":         {{Name: "A", From: "1997", To: "1996"}},
		"bodies-overlap":    {{Name: "A", To: "1997-05"}, {Name: "B", From: "1997-05-31"}},
	} {
		if got := archive.ReasonOf(archive.CheckBodies(list)); got != reason {
			t.Errorf("%v: %q, want %q", list, got, reason)
		}
	}
	if archive.ReasonOf(archive.CheckBodies([]archive.BodyName{{Name: "A"}, {Name: "B", From: "1997"}})) != "bodies-overlap" {
		t.Error("a name that has no end stands beside another")
	}
}

// A genre that an association counts with others keeps the role of who made it.
func TestDefaultRelator(t *testing.T) {
	for genre, want := range map[archive.GenreID]archive.Relator{"nhiep-anh": archive.Photographer, "hoi-hoa": archive.Painter, "cau-doi": archive.Painter} {
		if got := archive.DefaultRelator(genre, "my-thuat"); got != want {
			t.Errorf("%s: %s, want %s", genre, got, want)
		}
	}
}
