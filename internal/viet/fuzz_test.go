package viet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vannghe/internal/viet"
)

func seeds(f *testing.F) {
	for _, s := range []string{"", "Bến trăng", norm.NFD.String("Thuý hoà Đường"), "Ðð\x00\xff", "e\u200B\u0301\u202E", "한글 ﷺ İ ẞ", "04/KH-VHNT 月", "qúy gìa"} {
		f.Add(s)
	}
}

func FuzzFormsAreIdempotent(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		for name, form := range map[string]func(string) string{
			"Normalize": viet.Normalize, "Clean": viet.Clean, "Fold": viet.Fold, "PlaceTone": viet.PlaceTone, "Slug": viet.Slug,
		} {
			once := form(s)
			if twice := form(once); twice != once {
				t.Errorf("%s(%q) = %q, and again %q", name, s, once, twice)
			}
			if name != "PlaceTone" && !utf8.ValidString(once) {
				t.Errorf("%s(%q) is not UTF-8", name, s)
			}
		}
		if slug := viet.Slug(s); slug == "" || len(slug) > 80 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("slug %q", slug)
		}
	})
}

func FuzzOffsetsFallOnRuneBoundaries(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for k := range viet.Tokens(s) {
			if k.Start < at || k.End <= k.Start || k.End > len(s) || !boundary(s, k.Start) || !boundary(s, k.End) {
				t.Fatalf("%q: token %+v after %d", s, k, at)
			}
			if k.Exact == "" || k.Folded == "" {
				t.Fatalf("%q: empty term in %+v", s, k)
			}
			folded := viet.Fold(k.Exact)
			if len(k.Exact) < 200 && strings.Trim(folded, "0123456789") != "" && k.Folded != folded {
				t.Fatalf("%q: %q is not the folded %q", s, k.Folded, k.Exact)
			}
			if len(k.Exact) < 200 && k.Exact != viet.PlaceTone(k.Exact) {
				t.Fatalf("%q: the tone of %q is misplaced", s, k.Exact)
			}
			at = k.End
		}
		at = 0
		for c := range viet.Clusters(s) {
			if c.Start != at || c.End <= c.Start || !boundary(s, c.End) {
				t.Fatalf("%q: cluster %+v after %d", s, c, at)
			}
			at = c.End
		}
		if at != len(s) {
			t.Fatalf("%q: clusters end at %d", s, at)
		}
	})
}

// FuzzWanted: what is asked for by its folded form is what Tokens gives, with the same number.
func FuzzWanted(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		all := slices.Collect(viet.Tokens(s))
		for _, first := range []byte{0, 't', '4', 'd'} { // all, and those that begin so
			var got, want []string
			for i, k := range viet.Wanted(s, func(folded []byte) bool { return first == 0 || folded[0] == first }) {
				got = append(got, fmt.Sprint(i, k))
			}
			for i, k := range all {
				if first == 0 || k.Folded[0] == first {
					want = append(want, fmt.Sprint(i, k))
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%q: wanted %q\ngot %v\nwant %v", s, first, got, want)
			}
		}
	})
}

// boundary reports whether a rune, or a byte that is part of none, begins at i.
func boundary(s string, i int) bool {
	for at := 0; at < i; {
		_, size := utf8.DecodeRuneInString(s[at:])
		if at += size; at > i {
			return false
		}
	}
	return true
}

func FuzzSortKey(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		if k := viet.SortKey(s); len(k) > 512 || !utf8.ValidString(k) || strings.ContainsRune(k, 0) {
			t.Errorf("key %q of %q", k, s)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", verse, verseTCVN3, verseVNI, verse1258, "\xFF\xFEa", "\xFE\xFF\xD8\x00", utf16LE(verse), "\x00\x01"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, encoding, err := viet.Decode(b)
		if (err == nil) != (encoding != "") {
			t.Errorf("encoding %q with error %v", encoding, err)
		}
		if text != viet.Normalize(text) {
			t.Errorf("%q from %q is not normalised", text, b)
		}
		viet.Repair(string(b))
	})
}
