package poppler

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParseInfo(f *testing.F) {
	f.Add("Title:          Số 9\nJavaScript:      no\nPages:           2\nEncrypted:       no\nPage    1 size:  595.304 x 841.89 pts (A4)\nPage    1 rot:   90\n")
	f.Add("Pages: 99999999999\nPage 1 size: NaN x Inf pts\nPage -1 rot: 90\n")
	f.Add("Page 1 rot: 270\nPages: 1\nPage 0 rot: 90\nPage x y\n")
	f.Fuzz(func(t *testing.T, answer string) {
		info, err := parseInfo(answer)
		if err != nil {
			return
		}
		if info.Pages < 1 || info.Pages > maxPages || len(info.Sizes) > info.Pages {
			t.Errorf("%+v of %q", info, answer)
		}
		for _, s := range info.Sizes {
			if !(s.Width >= 0) || !(s.Height >= 0) {
				t.Errorf("size %+v", s)
			}
		}
	})
}

func FuzzSplitPages(f *testing.F) {
	f.Add("một\fhai\f")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range splitPages(s) {
			if strings.Contains(p, "\f") || !utf8.ValidString(p) {
				t.Errorf("page %q", p)
			}
		}
	})
}
