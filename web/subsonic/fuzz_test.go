package subsonic

import "testing"

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
