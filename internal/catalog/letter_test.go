package catalog

import (
	"testing"

	"vannghe/internal/viet"
)

func TestLetterOf(t *testing.T) {
	for _, letter := range Letters {
		for _, name := range []string{string(letter), string(letter) + "nh", "\"" + string(letter) + "\""} {
			if got := letterOf(viet.SortKey(name)); got != string(letter) {
				t.Errorf("%s stands under %q", name, got)
			}
		}
	}
	for name, want := range map[string]string{"đỗ": "Đ", "Ợ": "Ơ", "ử": "Ư", "": "", "***": "", "20 tháng": "", "Ω": "", "文": ""} {
		if got := letterOf(viet.SortKey(name)); got != want {
			t.Errorf("%s stands under %q, want %q", name, got, want)
		}
	}
}
