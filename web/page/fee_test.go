package page

import (
	"testing"

	"vannghe/internal/archive"
)

func TestWrittenMonth(t *testing.T) {
	for typed, want := range map[string]string{"11/2026": "2026-11", " 5/2026 ": "2026-05", "2026-05": "2026-05", "13/2026": "13/2026", "": "", "tháng này": "tháng này"} {
		if got := writtenMonth(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

func TestParseMoney(t *testing.T) {
	for typed, want := range map[string]int64{"1.250.000": 1_250_000, "1,250,000 đ": 1_250_000, "1 250 000 đồng": -1, "250000": 250_000, " 5 VND ": 5, "0": 0, "-5": -5, "1.5": -1, "1.25.000": -1, "": -1, "x": -1,
		"99999999999999999999": -1, "1e9": -1, "٣": -1} {
		got, err := parseMoney(typed)
		if archive.ReasonOf(err) == "money-invalid" {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %d %v, want %d", typed, got, err, want)
		}
	}
	for typed, want := range map[string]int{"1,5": 150, "1.25": 125, "1": 100, "0": 0, "-1": 0, "NaN": 0, "Inf": 0, "1e300": 0, "": 0, "một": 0} {
		if got := parseHundredths(typed); got != want {
			t.Errorf("%q: %d, want %d", typed, got, want)
		}
	}
}
