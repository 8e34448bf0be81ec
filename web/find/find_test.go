package find

import (
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
