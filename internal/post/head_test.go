package post

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzHead: whatever a title holds, the head Subject is lines of at most 76 characters that decode to one line of text.
func FuzzHead(f *testing.F) {
	for _, s := range []string{"", "Bến trăng", "a\r\nBcc: x@y.example", strings.Repeat("Ngồi nghe mưa trên mái lá cọ ", 20), "=?utf-8?q?a=0D=0A?=", "\xff\xfe\x00", "\u2028\u0085x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := line(s)
		head := encoded(clean)
		for i, l := range strings.Split("Subject: "+head, "\r\n") {
			if len(l) > 76 || strings.ContainsAny(l, "\r\n") || i > 0 && !strings.HasPrefix(l, " =?") {
				t.Errorf("line %q of %q", l, s)
			}
		}
		got, err := new(mime.WordDecoder).DecodeHeader(strings.ReplaceAll(head, "\r\n", ""))
		if err != nil || got != clean || !utf8.ValidString(clean) || utf8.RuneCountInString(clean) > maxHead || strings.Contains(clean, "=?") {
			t.Errorf("%q became %q, read as %q: %v", s, clean, got, err)
		}
	})
}
