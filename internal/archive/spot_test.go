package archive

import "testing"

func TestRecording(t *testing.T) {
	rep := func(m Medium, files ...File) Representation { return Representation{Medium: m, Files: files} }
	named := func(names ...string) (files []File) {
		for _, n := range names {
			files = append(files, File{ID: FileID(n), Name: n, Format: n[len(n)-3:]})
		}
		return files
	}
	cases := []struct {
		sentence string
		work     []Representation
		words    FileID
		want     FileID
	}{
		{"beside its film", []Representation{rep(Video, named("friday.mp4", "friday.vtt")...)}, "friday.vtt", "friday.mp4"},
		{"by name, with a language", []Representation{rep(Video, named("a.mp4", "A.vi.srt", "b.en.srt")...), rep(Video, named("b.mp4")...)}, "b.en.srt", "b.mp4"},
		{"a longer name is not the same", []Representation{rep(Video, named("x.mp4", "abc.srt")...), rep(Video, named("ab.mp4")...)}, "abc.srt", "x.mp4"},
		{"the longest of two names", []Representation{rep(Video, named("hoi.mp4", "hoi-2.srt")...), rep(Video, named("hoi-2.mp4")...)}, "hoi-2.srt", "hoi-2.mp4"},
		{"of another representation", []Representation{rep(Text, named("x.srt")...), rep(Audio, named("a.mp3")...)}, "x.srt", "a.mp3"},
		{"nothing to go with", []Representation{rep(Text, named("x.srt", "x.txt")...)}, "x.srt", ""},
		{"lyrics are no recording", []Representation{rep(Audio, named("x.lrc", "x.vtt")...)}, "x.vtt", ""},
		{"a film has no recording of its own", []Representation{rep(Video, named("a.mp4", "b.mp4")...)}, "a.mp4", ""},
	}
	for _, c := range cases {
		t.Run(c.sentence, func(t *testing.T) {
			w := &Work{Representations: c.work}
			got := FileID("")
			if f := w.Recording(c.words); f != nil {
				got = f.ID
			}
			if got != c.want {
				t.Errorf("recording %q, want %q", got, c.want)
			}
		})
	}
}

func TestPlainSpots(t *testing.T) {
	w := &Work{Representations: []Representation{
		{Medium: Paged, Files: []File{{ID: "scan", Type: "image/jpeg"}, {ID: "gone", Format: "pdf", State: FilePurged}, {ID: "pdf1", Format: "pdf"}, {ID: "pdf2", Format: "pdf"}}},
		{Medium: Text, Files: []File{{ID: "text1", Format: "text"}}},
		{Medium: Audio, Files: []File{{ID: "song", Format: "mp3"}, {ID: "lyrics", Format: "lrc"}}},
		{Medium: Other, Files: []File{{ID: "zip", Format: "zip"}}},
	}}
	for file, want := range map[FileID]bool{
		"scan": false, "gone": false, "pdf1": true, "pdf2": false, "text1": true, "song": true, "lyrics": false, "zip": false, "nothing": false,
	} {
		if got := w.PlainSpots(file); got != want {
			t.Errorf("PlainSpots(%s) = %v", file, got)
		}
	}
}
