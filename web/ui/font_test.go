package ui_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	face      = regexp.MustCompile(`(?s)@font-face \{(.*?)\}`)
	faceFile  = regexp.MustCompile(`files/([a-z0-9-]+)\.woff2`)
	faceRange = regexp.MustCompile(`unicode-range: ([^;]+);`)
)

const vietnameseLetters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ" +
	"AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ0123456789“”‘’–—…«»₫·"

// Every Vietnamese letter comes from the small Latin and Vietnamese files, in every family, weight and style: of the
// rules whose range holds a letter the last one counts (CSS Fonts 4 §11.6), and it must not be latin-ext, which is
// several times larger.
func TestVietnameseComesFromTheSmallFiles(t *testing.T) {
	source, err := os.ReadFile("style/fonts.css")
	if err != nil {
		t.Fatal(err)
	}
	chosen := map[string]map[rune]string{}
	for _, block := range face.FindAllStringSubmatch(string(source), -1) {
		file := faceFile.FindStringSubmatch(block[1])
		if file == nil {
			continue // a local fallback
		}
		series := strings.NewReplacer("-latin-ext", "", "-latin", "", "-vietnamese", "").Replace(file[1])
		if chosen[series] == nil {
			chosen[series] = map[rune]string{}
		}
		for _, letter := range vietnameseLetters {
			if inRange(t, faceRange.FindStringSubmatch(block[1])[1], letter) {
				chosen[series][letter] = file[1]
			}
		}
	}
	if len(chosen) != 4 {
		t.Errorf("found %d series of fonts, want Literata upright and italic, Be Vietnam Pro 400 and 600: %v", len(chosen), chosen)
	}
	for series, files := range chosen {
		for _, letter := range vietnameseLetters {
			if file := files[letter]; file == "" || strings.Contains(file, "latin-ext") {
				t.Errorf("%s takes %q from %q", series, letter, file)
			}
		}
	}
}

func inRange(t *testing.T, ranges string, letter rune) bool {
	t.Helper()
	for _, r := range strings.Split(ranges, ",") {
		from, to, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(r), "U+"), "-")
		if !found {
			to = from
		}
		a, err := strconv.ParseInt(from, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		b, err := strconv.ParseInt(to, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		if letter >= rune(a) && letter <= rune(b) {
			return true
		}
	}
	return false
}
