package address

import (
	"testing"

	"vannghe/internal/archive"
)

func TestWork(t *testing.T) {
	const id archive.WorkID = "abcdefgh2345"
	cases := map[string]string{
		"Bến trăng":          "/tac-pham/ben-trang-abcdefgh2345",
		"Đường về":           "/tac-pham/duong-ve-abcdefgh2345",
		"…":                  "/tac-pham/khong-ten-abcdefgh2345",
		"465/KH-VHNT":        "/tac-pham/465-kh-vhnt-abcdefgh2345",
		"<script>alert('x')": "/tac-pham/script-alert-x-abcdefgh2345",
	}
	for title, want := range cases {
		if got := Work(id, title); got != want {
			t.Errorf("Work(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestPart(t *testing.T) {
	const page = "/tac-pham/ben-trang-abcdefgh2345"
	file := func(id archive.FileID, name, format string) archive.File {
		return archive.File{ID: id, Name: name, Format: format}
	}
	w := &archive.Work{ID: "abcdefgh2345", Title: "Bến trăng", Representations: []archive.Representation{
		{Medium: archive.Text, Files: []archive.File{file("text1", "moi.txt", "text")}},
		{Medium: archive.Text, Files: []archive.File{file("text2", "cu.txt", "text")}},
		{Medium: archive.Paged, Files: []archive.File{file("page1", "a.pdf", "pdf"), file("page2", "b.pdf", "pdf")}},
		{Medium: archive.Video, Files: []archive.File{file("film1", "mot.mp4", "mp4"), file("word1", "mot.srt", "srt"), file("word2", "hai.vi.vtt", "vtt")}},
		{Medium: archive.Audio, Files: []archive.File{file("song2", "hai.mp3", "mp3"), file("lyric", "hai.lrc", "lrc")}},
	}}
	for _, c := range []struct {
		sentence string
		file     archive.FileID
		locator  string
		want     string
	}{
		{"no locator leads to the page", "text1", "", page},
		{"the first text is plain", "text1", "kho-3", page + "#kho-3"},
		{"another text carries its file", "text2", "kho-3", page + "#kho-3-text2"},
		{"so do the words of a song, which are a text", "lyric", "kho-3", page + "#kho-3-lyric"},
		{"the first paged file is plain", "page1", "trang-5", page + "#trang-5"},
		{"a second in the same representation is not", "page2", "trang-5", page + "#trang-5-page2"},
		{"the first recording is plain", "film1", "t=95", page + "?t=95"},
		{"another carries its file", "song2", "t=95", page + "?t=95&tep=song2"},
		{"words lead to the recording of the same name", "word1", "t=95", page + "?t=95"},
		{"wherever it stands", "word2", "t=95", page + "?t=95&tep=song2"},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			if got := Part(w, c.file, c.locator); got != c.want {
				t.Errorf("Part = %q, want %q", got, c.want)
			}
		})
	}
	alone := &archive.Work{ID: w.ID, Title: w.Title, Representations: []archive.Representation{{Medium: archive.Text, Files: []archive.File{file("word1", "a.srt", "srt")}}}}
	if got := Part(alone, "word1", "t=95"); got != page+"#loi-95" {
		t.Errorf("words without a recording are read: %q", got)
	}
}

func TestID(t *testing.T) {
	cases := map[string]bool{
		"ben-trang-abcdefgh2345": true, "abcdefgh2345": true, "-abcdefgh2345": true,
		"ben-trang": false, "": false, "ben-ABCDEFGH2345": false, "abcdefgh2345-": false, "abcdefgh2345x": false,
	}
	for segment, want := range cases {
		id, ok := ID[archive.WorkID](segment)
		if ok != want || (ok && id != "abcdefgh2345") {
			t.Errorf("ID(%q) = %q, %v", segment, id, ok)
		}
	}
}
