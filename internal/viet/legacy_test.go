package viet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vannghe/internal/viet"
)

// The verse is from Truyện Kiều (Nguyễn Du, d. 1820), encoded by hand from the tables of each encoding.
const verse = "Trăm năm trong cõi người ta, chữ tài chữ mệnh khéo là ghét nhau"

const (
	verseTCVN3 = "Tr\xA8m n\xA8m trong c\xE2i ng\xAD\xEAi ta, ch\xF7 t\xB5i ch\xF7 m\xD6nh kh\xD0o l\xB5 gh\xD0t nhau"
	verseVNI   = "Tra\xEAm na\xEAm trong co\xF5i ng\xF6\xF4\xF8i ta, ch\xF6\xF5 ta\xF8i ch\xF6\xF5 me\xE4nh khe\xF9o la\xF8 ghe\xF9t nhau"
	verse1258  = "Tr\xE3m n\xE3m trong co\xDEi ng\xFD\xF5\xCCi ta, ch\xFD\xDE ta\xCCi ch\xFD\xDE m\xEA\xF2nh khe\xECo la\xCC ghe\xECt nhau"
)

func TestDecode(t *testing.T) {
	for sentence, c := range map[string]struct{ in, text, encoding string }{
		"nothing is text":                         {"", "", viet.UTF8},
		"plain UTF-8":                             {verse, verse, viet.UTF8},
		"UTF-8 with a byte order mark":            {"\xEF\xBB\xBF" + verse, verse, viet.UTF8},
		"UTF-8 with one broken character":         {verse + verse + "\xE1", verse + verse + "\uFFFD", viet.UTF8},
		"UTF-16 with a mark, small end first":     {"\xFF\xFE" + utf16LE("Bến"), "Bến", viet.UTF16LE},
		"UTF-16 with a mark, big end first":       {"\xFE\xFF" + swap(utf16LE("Bến")), "Bến", viet.UTF16BE},
		"UTF-16 without a mark":                   {utf16LE(verse), verse, viet.UTF16LE},
		"UTF-16 without a mark, big end first":    {swap(utf16LE(verse)), verse, viet.UTF16BE},
		"TCVN3":                                   {verseTCVN3, verse, viet.TCVN3},
		"VNI":                                     {verseVNI, verse, viet.VNI},
		"VNI in capitals":                         {"BE\xC1N TRA\xCANG, \xD1\xD6\xD4\xD8NG TH\xD4, NGH\xD3", "BẾN TRĂNG, ĐƯỜNG THƠ, NGHĨ", viet.VNI},
		"Windows-1258":                            {verse1258, verse, viet.Windows1258},
		"French in Latin letters stays French":    {"D\xE9j\xE0 l'\xE9t\xE9, tr\xE8s g\xEAn\xE9, pr\xEAt \xE0 c\xF4t\xE9", "Déjà l'été, très gêné, prêt à côté", viet.Windows1252},
		"two words are too few to guess from":     {"B\xD5n tr\xA8ng", "BÕn tr¨ng", viet.Windows1252},
		"numbers are no words: subtitles":         {"1\n00:00:01,500 --> 00:00:02,000\n" + verseTCVN3, "1\n00:00:01,500 --> 00:00:02,000\n" + verse, viet.TCVN3},
		"quotation marks of old Word survive":     {"\x93" + verseTCVN3 + "\x94", "“" + verse + "”", viet.TCVN3},
		"a stray half character of UTF-16 is cut": {"\xFF\xFE" + utf16LE("Bến") + "x", "Bến", viet.UTF16LE},
	} {
		t.Run(sentence, func(t *testing.T) {
			text, encoding, err := viet.Decode([]byte(c.in))
			if err != nil || text != c.text || encoding != c.encoding {
				t.Errorf("got %q, %s, %v\nwant %q, %s", text, encoding, err, c.text, c.encoding)
			}
		})
	}
}

func TestDecodeRefusesWhatIsNotText(t *testing.T) {
	for sentence, in := range map[string]string{
		"bytes with zeros everywhere":   "\x00\x00\x00\x01\x02\x00\x00\x00",
		"the start of a picture":        "\x89PNG\r\n\x1A\n\x00\x00\x00\rIHDR",
		"control bytes and high bytes":  strings.Repeat("\x01\x02\xFE\xED", 10),
		"an odd number of UTF-16 bytes": utf16LE(verse) + "\x00",
	} {
		t.Run(sentence, func(t *testing.T) {
			if text, encoding, err := viet.Decode([]byte(in)); !errors.Is(err, viet.ErrNotText) {
				t.Errorf("got %q, %s, %v", text, encoding, err)
			}
		})
	}
}

func TestRepair(t *testing.T) {
	for sentence, c := range map[string]struct{ in, text, encoding string }{
		"TCVN3 taken for Latin letters": {latin(verseTCVN3), verse, viet.TCVN3},
		"VNI taken for Latin letters":   {latin(verseVNI), verse, viet.VNI},
		"right Vietnamese stays":        {verse, verse, ""},
		"French stays":                  {"Déjà l'été, très gêné", "Déjà l'été, très gêné", ""},
		"plain letters stay":            {"Tram nam trong coi", "Tram nam trong coi", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if text, encoding := viet.Repair(c.in); text != c.text || encoding != c.encoding {
				t.Errorf("got %q, %q", text, encoding)
			}
		})
	}
}

func TestDecodeReadsTheCollectedLegacyFiles(t *testing.T) {
	root := os.Getenv("VANNGHE_TESTDATA")
	if root == "" {
		return // the material is not part of the project; TestDecode covers every table
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(root, "dev/documents/legacy", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := viet.Normalize(read("kieu.expected.txt"))
	for _, encoding := range []string{viet.TCVN3, viet.VNI} {
		text, got, err := viet.Decode([]byte(read("kieu." + encoding + ".txt")))
		if err != nil || got != encoding {
			t.Fatalf("%s: got %s, %v", encoding, got, err)
		}
		if !strings.EqualFold(text, want) { // TCVN3 has no capitals with tones
			t.Errorf("%s: the text differs from the one it was made of", encoding)
		}
	}
}

func utf16LE(s string) string {
	var b strings.Builder
	for _, r := range s { // no character of the tests needs a surrogate pair
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func swap(s string) string {
	b := []byte(s)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

// latin reads bytes as Latin-1 characters.
func latin(s string) string {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}
