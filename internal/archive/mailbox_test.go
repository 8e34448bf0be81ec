package archive_test

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
)

// FuzzParseMailbox: what passes is one address that may stand in the head of a letter as it is.
func FuzzParseMailbox(f *testing.F) {
	for _, s := range []string{"", "van@vannghe.example", "Vân <van@vannghe.example>", "a@b, c@d", "a@b\r\nBcc: c@d", "\"a b\"@c.example", "vân@vannghe.example", "@", "a@", strings.Repeat("a", 300) + "@b.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := archive.ParseMailbox(s)
		if err != nil {
			if archive.ReasonOf(err) != "email-invalid" || got != "" {
				t.Errorf("%q: %q, %v", s, got, err)
			}
			return
		}
		if s != "" && (got != s || strings.ContainsAny(got, " \r\n\t,<>") || !strings.Contains(got, "@") || len(got) > 254) {
			t.Errorf("%q passes as %q", s, got)
		}
	})
}
