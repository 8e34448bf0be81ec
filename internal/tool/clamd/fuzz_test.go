package clamd

import (
	"strings"
	"testing"

	"vannghe/internal/archive"
)

// FuzzReply: only the very words are leave, and what is found can be shown.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{"stream: OK", "stream: Eicar FOUND", "stream:  FOUND", "INSTREAM size limit exceeded. ERROR", "", "OK", "stream: a\nOK"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, reply string) {
		v, err := parseReply(reply)
		if err == nil && v.Signature == "" && strings.TrimSpace(reply) != "stream: OK" {
			t.Errorf("%q is leave", reply)
		}
		if strings.Trim(v.Signature, "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~") != "" {
			t.Errorf("%q", v.Signature)
		}
		if code := archive.CodeOf(err); err != nil && code != archive.TooLarge && code != archive.Unavailable {
			t.Errorf("%v", err)
		}
	})
}
