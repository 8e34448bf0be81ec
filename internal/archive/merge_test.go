package archive

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Two works that are one have all of both, and of what restricts them the stricter.
func TestJoined(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	kept := Work{ID: "keptkeptkept", Genre: "tho", Title: "Bến vắng", Titles: []string{"Bến"}, Audience: AudiencePublic, State: Published, Published: day(9),
		PublicFrom: day(2), Rights: Rights{Statement: "https://creativecommons.org/licenses/by/4.0/", Evidence: "Thư 1", CopyrightUntil: day(5)},
		Credits: []Credit{{Agent: "a", Relator: Author, Name: "A"}}, Relations: []Relation{{PartOf, "otherotherot"}, {PartOf, "third"}}, Collections: []CollectionID{"x"},
		Representations: []Representation{{ID: "r1", Position: 3, Files: []File{{ID: "f1", Work: "keptkeptkept"}}}}}
	other := Work{ID: "otherotherot", Genre: "ky", Title: "Bến vắng chiều", Titles: []string{"Bến", "Chiều"}, Description: "Lời", Audience: AudienceMembers, State: Published,
		Published: day(3), PublicFrom: day(1), PublicUntil: day(20), Poster: "f2",
		Rights:  Rights{Statement: "http://rightsstatements.org/vocab/InC/1.0/", Evidence: "Thư 2", LicenceUntil: day(30), CopyrightUntil: day(7)},
		Credits: []Credit{{Agent: "a", Relator: Author, Name: "B"}, {Agent: "b", Relator: Editor}}, Relations: []Relation{{ReadingOf, "keptkeptkept"}, {PartOf, "third"}, {SetsToMusic, "third"}},
		Collections: []CollectionID{"y", "x"}, Representations: []Representation{{ID: "r2", Files: []File{{ID: "f2", Work: "otherotherot"}}}}}
	if got := Picked(&kept, &other); !slices.Equal(got, []Field{FieldGenre, FieldTitle, FieldDescription, FieldEvidence}) {
		t.Errorf("a person picks %v", got)
	}
	w, err := Joined(&kept, &other, Picks{FieldTitle: PickOther, FieldEvidence: PickBoth})
	if err != nil {
		t.Fatal(err)
	}
	want := kept
	want.Title, want.Titles, want.Description, want.Audience = "Bến vắng chiều", []string{"Bến", "Bến vắng", "Chiều"}, "Lời", AudienceMembers
	want.Published, want.PublicUntil, want.Poster = day(3), day(20), "f2"
	want.Rights = Rights{Statement: other.Rights.Statement, Evidence: "Thư 1\n\nThư 2", LicenceUntil: day(30), CopyrightUntil: day(7)}
	want.Credits = []Credit{{Agent: "a", Relator: Author, Name: "A"}, {Agent: "b", Relator: Editor}}
	want.Relations, want.Collections = []Relation{{PartOf, "third"}, {SetsToMusic, "third"}}, []CollectionID{"x", "y"}
	want.Representations = []Representation{kept.Representations[0], {ID: "r2", Position: 4, Files: []File{{ID: "f2", Work: "keptkeptkept"}}}}
	if !reflect.DeepEqual(w, want) {
		t.Errorf("joined they are\n%+v, want\n%+v", w, want)
	}
	if other.Representations[0].Files[0].Work != "otherotherot" || len(kept.Representations) != 1 {
		t.Error("joining changed what was joined")
	}
	for f, pick := range map[Field]Pick{FieldTitle: PickBoth, FieldGenre: "x"} {
		if _, err := Joined(&kept, &other, Picks{f: pick}); ReasonOf(err) != "merge-pick" {
			t.Errorf("%s of %s: %v", pick, f, err)
		}
	}
}

// A title that a file's name made gives way and is no other title.
func TestJoinedGuessedTitle(t *testing.T) {
	kept, other := Work{Title: "IMG_0001", TitleGuessed: true}, Work{Title: "Mưa"}
	w, err := Joined(&kept, &other, nil)
	if err != nil || w.Title != "Mưa" || w.TitleGuessed || len(w.Titles) != 0 {
		t.Errorf("%+v, %v", w, err)
	}
	w, err = Joined(&other, &kept, nil)
	if err != nil || w.Title != "Mưa" || w.TitleGuessed || len(w.Titles) != 0 {
		t.Errorf("%+v, %v", w, err)
	}
}

// Whoever sent a work that was merged sent the one that is kept; who brought works in for the archive has no part in them once they work there no more.
func TestOwns(t *testing.T) {
	inner := []Event{{Type: EventCreation, Agent: "nguoi-gui"}, {Type: EventSubmission, Agent: "luu-tru"}}
	events := []Event{{Type: EventIngestion, Agent: "mang-vao"}, {Type: EventModification, Agent: "sua"},
		{Type: EventMerge, Agent: "gop", Detail: Merger{Sending: Senders(inner)}.Detail()}}
	var got []string
	for _, account := range []AccountID{"nguoi-gui", "luu-tru", "mang-vao", "sua", "gop", ""} {
		for _, role := range []Role{Member, Archivist} {
			if (Viewer{Account: account, Roles: []Role{role}}).Owns(events) {
				got = append(got, string(account)+" as "+string(role))
			}
		}
	}
	if want := "nguoi-gui as member, nguoi-gui as archivist, luu-tru as archivist, mang-vao as archivist"; strings.Join(got, ", ") != want {
		t.Errorf("their own it is to %q, want %q", strings.Join(got, ", "), want)
	}
}
