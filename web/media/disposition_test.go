package media

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSafeName(t *testing.T) {
	cases := []struct {
		sentence, name, want string
	}{
		{"a plain name stays", "Bến trăng.mp3", "Bến trăng.mp3"},
		{"decomposed marks are composed", "Be\u0302\u0301n tra\u0306ng.mp3", "Bến trăng.mp3"},
		{"an override cannot turn the extension round", "anh\u202egpj.exe", "anhgpj.exe"},
		{"isolates neither", "a\u2066b\u2069.txt", "ab.txt"},
		{"a folder is no part of a name", "../../etc/passwd", "_.._etc_passwd"},
		{"nor a drive", `C:\tệp.txt`, "C__tệp.txt"},
		{"a line break cannot begin a header", "a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"},
		{"nothing is still a name", "\u202e", "original"},
		{"dots alone are no name", "...", "original"},
		{"emoji stay", "🎭 chèo.mp4", "🎭 chèo.mp4"},
		{"bytes that are no text go", "a\xffb.txt", "ab.txt"},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			if got := SafeName(c.name); got != c.want {
				t.Errorf("SafeName(%q) = %q, want %q", c.name, got, c.want)
			}
		})
	}
}

func TestSafeNameOfALongName(t *testing.T) {
	got := SafeName(strings.Repeat("ễ", 100) + ".docx")
	if len(got) > maxName || !utf8.ValidString(got) || !strings.HasSuffix(got, ".docx") {
		t.Errorf("SafeName = %q (%d bytes)", got, len(got))
	}
}

func TestDisposition(t *testing.T) {
	got := disposition("attachment", `Bến "trăng" 100%.mp3`)
	want := `attachment; filename="B_n _tr_ng_ 100_.mp3"; filename*=UTF-8''B%E1%BA%BFn%20%22tr%C4%83ng%22%20100%25.mp3`
	if got != want {
		t.Errorf("disposition = %s\nwant %s", got, want)
	}
}

// FuzzDisposition holds that any name makes a header that a standard parser reads back to the safe name.
func FuzzDisposition(f *testing.F) {
	for _, s := range []string{"a.txt", "Bến \"trăng\".mp3", "\u202egpj.exe", "a\r\nb", `\"`, "100%25'", "", "🎭"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		header := disposition("attachment", name)
		if strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("not a header value: %q", header)
		}
		how, params, err := mime.ParseMediaType(header)
		if err != nil || how != "attachment" {
			t.Fatalf("%q: %q, %v", header, how, err)
		}
		if params["filename"] != SafeName(name) {
			t.Fatalf("%q reads back as %q, want %q", header, params["filename"], SafeName(name))
		}
	})
}
