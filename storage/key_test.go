package storage_test

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"vannghe/storage"
)

func TestKeyJoin(t *testing.T) {
	if k := storage.Key("a").Join("b", "c.txt"); k != "a/b/c.txt" {
		t.Errorf("got %q", k)
	}
	if k, err := storage.ParseKey("a/b"); k != "a/b" || err != nil {
		t.Errorf("got %q, %v", k, err)
	}
}

// FuzzParseKey: whatever passes can be neither outside of a root nor two names for one file.
func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"a/b", "../a", "a/../b", ".tmp/x", "a\\b", "a\x00", "Bến/tra\u0306ng", strings.Repeat("a/", 600)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, err := storage.ParseKey(s)
		if err != nil {
			return
		}
		if string(k) != s || path.Clean("/root/"+s) != "/root/"+s || len(s) > storage.MaxKey || !utf8.ValidString(s) ||
			strings.ContainsAny(s, "\\\x00\r\n") || s[0] == '.' {
			t.Fatalf("%q is taken for a key", s)
		}
		for segment := range strings.SplitSeq(s, "/") {
			if segment == "" || segment == "." || segment == ".." || len(segment) > storage.MaxSegment {
				t.Fatalf("%q is taken for a key", s)
			}
		}
	})
}
