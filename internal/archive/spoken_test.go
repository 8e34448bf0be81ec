package archive

import (
	"slices"
	"testing"
)

func TestSpoken(t *testing.T) {
	for _, c := range []struct {
		sentence, locator, text string
		want                    []SpokenLine
	}{
		{"one time for each line", "t=5,7,12", "một\nhai\nba", []SpokenLine{{"t=5", "một"}, {"t=7", "hai"}, {"t=12", "ba"}}},
		{"one time for all, as older archives have it", "t=5", "một\nhai", []SpokenLine{{"t=5", "một\nhai"}}},
		{"lines that a person added", "t=5,7", "một\nhai\nba", []SpokenLine{{"t=5", "một"}, {"t=7", "hai\nba"}}},
		{"lines that a person took away", "t=5,7,12", "một", []SpokenLine{{"t=5", "một"}}},
		{"nothing said", "t=5", "", []SpokenLine{{"t=5", ""}}},
		{"a page is not said", "trang-5", "một", nil},
	} {
		if got := (&Part{Locator: c.locator, Text: c.text}).Spoken(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.sentence, got, c.want)
		}
	}
}
