package subsonic

import (
	"math"
	"testing"
)

// A gain that is told can always be written as JSON, and is one that a player may apply.
func FuzzDecibels(f *testing.F) {
	for _, s := range []string{"-6.20 dB", "+3.1 dB", "0", "NaN dB", "Inf", "1e400", "", "dB", " 2 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if db, ok := decibels(s); ok && (math.IsNaN(db) || math.Abs(db) >= 100) {
			t.Errorf("%q is %v dB", s, db)
		}
	})
}

// A password is taken as it was sent or decoded whole, never in part.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"secret", "enc:736563726574", "enc:zz", "enc:", "ENC:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		given, err := plain(s)
		if err != nil && given != nil {
			t.Errorf("%q: %q beside %v", s, given, err)
		}
		if len(s) < 4 && string(given) != s {
			t.Errorf("%q became %q", s, given)
		}
	})
}
