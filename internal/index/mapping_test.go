package index

import (
	"reflect"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/search"
)

func TestSearchWork(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	full := record{
		work: archive.Work{
			ID: "aaaaaaaaaaaa", Title: "Bến trăng", Titles: []string{"Moon landing"}, Genre: "ca-khuc", Description: "Bài hát.",
			Date: "1997~", Audience: archive.AudienceMembers, State: archive.Published, Published: at,
			PublicFrom: at.Add(time.Hour), PublicUntil: at.Add(3 * time.Hour), Rights: archive.Rights{LicenceUntil: at.Add(2 * time.Hour)},
			Paper:   archive.Paper{Number: "465/KH-VHNT", Issuer: "Hội", Signer: "Bà Hà"},
			Credits: []archive.Credit{{Agent: "bbbbbbbbbbbb", Name: "Hà Thu", Relator: archive.Composer}},
			Representations: []archive.Representation{
				{Medium: archive.Audio, Credits: []archive.Credit{{Agent: "bbbbbbbbbbbb", Name: "Thu Hà"}, {Agent: "cccccccccccc", Name: "Minh"}}},
				{Medium: archive.Text}, {Medium: archive.Audio},
			},
		},
		genre:       archive.Genre{ID: "ca-khuc", Name: "Ca khúc", English: "Song"},
		agents:      map[archive.AgentID]archive.Agent{"bbbbbbbbbbbb": {Names: []archive.AgentName{{Name: "Hà Thị Thu"}, {Name: "Hà Thu"}}}},
		collections: []archive.Collection{{ID: "dddddddddddd", Title: "Tiếng quê"}},
		parts:       []archive.Part{{Ordinal: 4, Label: "Lời 1", Text: "Trên bến"}},
	}
	want := search.Work{
		ID: "aaaaaaaaaaaa", Title: "Bến trăng", OtherTitles: []string{"Moon landing"}, Genre: "ca-khuc", GenreLabels: []string{"Ca khúc", "Song"},
		Agents: []search.Agent{{ID: "bbbbbbbbbbbb", Names: []string{"Hà Thị Thu", "Hà Thu", "Thu Hà"}}, {ID: "cccccccccccc", Names: []string{"Minh"}}},
		Media:  []archive.Medium{archive.Audio, archive.Text}, Collections: []search.Collection{{ID: "dddddddddddd", Title: "Tiếng quê"}},
		Description: "Bài hát.\nHội\nBà Hà", Number: "465/KH-VHNT", Year: 1997, Date: 19970000, Audience: archive.AudienceMembers,
		PublicFrom: at.Add(time.Hour).UnixMicro(), PublicUntil: at.Add(2 * time.Hour).UnixMicro(), Published: at.UnixMicro(),
		Parts: []search.Part{{Ordinal: 4, Label: "Lời 1", Text: "Trên bến"}},
	}
	if got := searchWork(full); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSearchWorkOfABareRecord(t *testing.T) {
	got := searchWork(record{work: archive.Work{ID: "aaaaaaaaaaaa", Title: "X"}})
	if got.PublicFrom != 0 || got.PublicUntil != 0 || got.Year != 0 || len(got.Media) != 1 || got.Media[0] != archive.Other || len(got.GenreLabels) != 0 {
		t.Errorf("unset fields must stay open: %+v", got)
	}
}

func TestOnlyPublishedWorksAreIndexed(t *testing.T) {
	for _, s := range []archive.State{archive.Draft, archive.Submitted, archive.ChangesRequested, archive.Approved, archive.Withdrawn} {
		if indexed(&archive.Work{State: s}) {
			t.Errorf("a work in state %q would be found", s)
		}
	}
	if !indexed(&archive.Work{State: archive.Published, Audience: archive.AudienceStaff}) {
		t.Error("a work for staff is found by staff")
	}
}
