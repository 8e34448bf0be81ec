package archive

import (
	"slices"
	"strings"
	"testing"
)

// Every genre has a form that asks for what all have, and names relators that exist.
func TestFormOf(t *testing.T) {
	for _, g := range append(Genres(), Genre{Group: "nhom-moi"}) {
		form := FormOf(g.ID, g.Group)
		if len(form.Relators) == 0 || len(form.Fields) < len(common()) {
			t.Errorf("%s: %+v", g.Group, form)
		}
		for _, r := range form.Relators {
			if !strings.Contains(strings.Join(relatorNames(), "|"), string(r)) {
				t.Errorf("%s: relator %s is unknown", g.Group, r)
			}
		}
	}
}

// What a genre asks for beyond what all are asked, and by whom; also where the association counts it elsewhere.
func TestFormOfAGenre(t *testing.T) {
	for _, c := range []struct {
		genre    GenreID
		group    string
		own      []Field
		expected []Relator
	}{
		{"van-ban", "van-ban", []Field{FieldNumber, FieldIssuer, FieldSigner, FieldRecipients}, []Relator{Issuer}},
		{"thong-bao", "thong-bao", []Field{FieldNumber, FieldNoticeGroup, FieldEvent, FieldPlace, FieldFrom, FieldTo}, []Relator{Issuer}},
		{"ca-khuc", "am-nhac", []Field{FieldIssue, FieldPage}, []Relator{Composer, Lyricist, Performer}},
		{"khi-nhac", "am-nhac", []Field{FieldIssue, FieldPage}, []Relator{Composer, Performer}},
		{"dan-ca", "am-nhac", nil, []Relator{Performer, Collector}},
		{"dieu-khac", "my-thuat", nil, []Relator{Sculptor}},
		{"kien-truc", "nhom-moi", nil, []Relator{Architect}},
		{"nhiep-anh", "my-thuat", []Field{FieldIssue, FieldPage}, []Relator{Photographer}},
		{"phim", "phim", nil, []Relator{Director, Author}},
		{"ghi-hinh", "phim", []Field{FieldEvent, FieldPlace}, []Relator{Photographer, Performer}},
		{"tap-chi", "tap-chi", []Field{FieldNumber, FieldIssue}, []Relator{Editor, Issuer}},
		{"ho-la", "am-nhac", []Field{FieldIssue, FieldPage}, []Relator{Composer, Lyricist, Performer}}, // the association's own
	} {
		form := FormOf(c.genre, c.group)
		var own []Field
		for _, f := range form.Fields {
			if !slices.Contains(common(), f) {
				own = append(own, f)
			}
		}
		if !slices.Equal(own, c.own) || !slices.Equal(form.Expected, c.expected) || !slices.Equal(form.Relators[:len(c.expected)], c.expected) {
			t.Errorf("%s in %s asks for %v by %v, offers %v", c.genre, c.group, own, form.Expected, form.Relators)
		}
	}
}

func relatorNames() (names []string) {
	for _, r := range Relators() {
		names = append(names, string(r))
	}
	return names
}
