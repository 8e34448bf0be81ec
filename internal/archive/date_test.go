package archive_test

import (
	"testing"

	"vannghe/internal/archive"
)

func TestDatesHaveTheOrderOfTime(t *testing.T) {
	for date, want := range map[archive.Date]int{
		"": 0, "1997": 19970000, "1997-05": 19970500, "2023-11-21": 20231121, "1997~": 19970000, "199X": 19900000, "19XX": 19000000,
		"1990/1999": 19900000, "1990-05-03/..": 19900503, "../1999": 19990000,
	} {
		if got := date.Number(); got != want {
			t.Errorf("%q: %d, want %d", date, got, want)
		}
	}
}
