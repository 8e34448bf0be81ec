package viet_test

import (
	"slices"
	"testing"

	"vannghe/internal/viet"
)

func TestKeystrokesAreReadInTheirMethod(t *testing.T) {
	for keys, want := range map[string]string{
		"Vieetj": "việt", "Vietej": "việt", "Vie65t": "việt", "Viet65": "việt", "Vie^.t": "việt", "vie^t.": "việt",
		"truwowngf": "trường", "truongwf": "trường", "tru7o7ng2": "trường", "truong72": "trường", "tru+o+`ng": "trường",
		"dduwowngf": "đường", "dduongwf": "đường", "d9uo72ng": "đường", "ddu+o+`ng": "đường", "duongdwf": "đường",
		"trawng": "trăng", "trangw": "trăng", "tra8ng": "trăng", "tra(ng": "trăng",
		"beens": "bến", "be61n": "bến", "be^'n": "bến",
		"hoaf": "hoà", "hoawcj": "hoặc", "hoa85c": "hoặc", "quaw": "quă", "muaw": "mưa", "mu7a": "mưa", "nwowcs": "nước",
		"hươu": "", "huowu": "hươu", "khuyur": "khuỷu", "quys": "quý", "giaf": "già", "giowf": "giờ", "nghieengs": "nghiếng", "thuowr": "thuở",
	} {
		got := viet.Keystrokes(keys)
		if want == "" && len(got) > 0 || want != "" && !slices.Contains(got, want) {
			t.Errorf("%s: %v, want %q", keys, got, want)
		}
	}
}

func TestKeystrokesLeaveOtherWordsAlone(t *testing.T) {
	for _, word := range []string{"", "trăng", "trang", "việt", "1990", "mp3", "vnht", "computer", "a.b.c", "kh/vhnt", "xyzzy", "caatf", "truongtruongj", "sss", "w", "'.'"} {
		if got := viet.Keystrokes(word); len(got) > 0 && word != "w" {
			t.Errorf("%s: %v", word, got)
		}
	}
}

func FuzzKeystrokes(f *testing.F) {
	seeds(f)
	f.Add("Vie^.t")
	f.Fuzz(func(t *testing.T, s string) {
		for _, word := range viet.Keystrokes(s) {
			if _, ok := viet.ParseSyllable(word); !ok || word != viet.PlaceTone(word) {
				t.Errorf("%q gives %q", s, word)
			}
		}
	})
}

func TestOneI(t *testing.T) {
	each(t, viet.OneI, map[string][2]string{
		"Mỹ is Mĩ":                          {"mỹ", "mĩ"},
		"lý is lí":                          {"lý", "lí"},
		"quý is quí":                        {"quý", "quí"},
		"ý alone is í":                      {"ý", "í"},
		"without marks too":                 {"ky", "ki"},
		"hy, sy, ty, vy":                    {"vỵ", "vị"},
		"thuý stays, thuí would be another": {"thuý", "thuý"},
		"ay stays, ai would be another":     {"máy", "máy"},
		"uy stays":                          {"uy", "uy"},
		"after other onsets it stays":       {"dy", "dy"},
		"yên stays":                         {"yên", "yên"},
		"quyên stays":                       {"quyên", "quyên"},
		"i stays":                           {"mĩ", "mĩ"},
		"nothing stays nothing":             {"", ""},
	})
}
