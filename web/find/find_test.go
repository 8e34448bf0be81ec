package find

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/message"
)

func TestParseYears(t *testing.T) {
	cases := map[string][3]int{ // from, to, 1 when refused
		"": {0, 0, 0}, "1997": {1997, 1997, 0}, "1990-1999": {1990, 1999, 0},
		"1999-1990": {0, 0, 1}, "19xx": {0, 0, 1}, "-5": {0, 0, 1}, "0": {0, 0, 1}, "1-99999": {0, 0, 1}, "1990-": {0, 0, 1}, "1-2-3": {0, 0, 1},
	}
	for s, want := range cases {
		from, to, err := ParseYears(s)
		if from != want[0] || to != want[1] || (err != nil) != (want[2] == 1) {
			t.Errorf("ParseYears(%q) = %d, %d, %v", s, from, to, err)
		}
		if err != nil && archive.ReasonOf(err) != "year-invalid" {
			t.Errorf("ParseYears(%q): %v", s, err)
		}
	}
}

func TestPartLabel(t *testing.T) {
	say := message.For("vi")
	cases := []struct {
		part archive.Part
		want string
	}{
		{archive.Part{Kind: "page", Locator: "trang-5"}, say.Text("part.page", "5")},
		{archive.Part{Kind: "stanza", Locator: "kho-3"}, say.Text("part.stanza", "3")},
		{archive.Part{Kind: "section", Locator: "muc-2", Label: "Chương hai"}, "Chương hai"},
		{archive.Part{Kind: "cue", Locator: "t=95"}, "1:35"},
		{archive.Part{Kind: "cue", Locator: "t=soon"}, "soon"},
		{archive.Part{Kind: "chapter", Locator: "t=3600"}, "1:00:00"},
		{archive.Part{Kind: "unheard-of", Locator: "x-7"}, "7"},
	}
	for _, c := range cases {
		if got := PartLabel(say, &c.part); got != c.want {
			t.Errorf("PartLabel(%+v) = %q, want %q", c.part, got, c.want)
		}
	}
}

func TestDecade(t *testing.T) {
	if span, label := decade(message.For("en"), "1990"); span != "1990-1999" || label == "" {
		t.Errorf("%q, %q", span, label)
	}
	if _, label := decade(message.For("en"), "long ago"); label != "" {
		t.Errorf("label %q", label)
	}
}

func TestNearbyIsOfOneStateOfTheIndex(t *testing.T) {
	var n Nearby
	key, other := nearbyKey{"a", "[public]"}, nearbyKey{"a", "[public members]"}
	n.put(key, 7, []archive.WorkID{"b"})
	if ids, ok := n.get(key, 7); !ok || len(ids) != 1 {
		t.Error("it is not remembered")
	}
	if _, ok := n.get(key, 8); ok {
		t.Error("it is remembered beyond a change")
	}
	if _, ok := n.get(other, 7); ok {
		t.Error("one audience is told what another was")
	}
	n.put(other, 8, nil)
	if _, ok := n.get(key, 8); ok {
		t.Error("what was before the change is taken along")
	}
	if ids, ok := n.get(other, 8); !ok || ids != nil {
		t.Error("that there is nothing is not remembered")
	}
}

func TestSayingEndsInTime(t *testing.T) {
	parts := make([]archive.Part, 10_000)
	for i := range parts {
		parts[i].Text = "mái chèo khua nước"
	}
	if said := saying(&archive.Work{Title: "Bến trăng", Description: "Thơ"}, parts); len(said) > relatedText+100 {
		t.Errorf("%d bytes are compared", len(said))
	}
	book := []archive.Part{{Text: strings.Repeat("mái chèo khua nước ", 1<<16)}}
	if said := saying(&archive.Work{Title: "Bến trăng"}, book); len(said) > 2*relatedText {
		t.Errorf("%d bytes of one part are compared", len(said))
	}
}
