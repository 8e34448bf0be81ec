package embed

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
)

// Whatever address is asked about: what is taken for a work's is on this site and holds an identifier.
func FuzzWorkOf(f *testing.F) {
	for _, s := range []string{"https://a.example/tac-pham/x-abcdefgh2345", "http://a.example/en/nhung/abcdefgh2345?t=4#x", "//a.example/nhung/abcdefgh2345", "%zz", "https://A.EXAMPLE/en/tac-pham/abcdefgh2345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, given string) {
		id, prefix, ok := workOf("https://a.example", given)
		if !ok {
			return
		}
		if !archive.ValidID(string(id)) || !strings.Contains(given, string(id)) || (prefix != "" && prefix != "/en") || !strings.Contains(strings.ToLower(given), "://a.example/") {
			t.Errorf("%q is taken for %q under %q", given, id, prefix)
		}
	})
}
