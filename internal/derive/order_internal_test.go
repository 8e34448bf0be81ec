package derive

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
)

// song is a recording "name disc/track"; a dash is no tag.
func song(said string) archive.File {
	parts := strings.Fields(said)
	f := archive.File{ID: archive.FileID(parts[0]), Name: parts[0], Path: parts[0], Format: "mp3", Duration: time.Minute, State: archive.FileArchived, Tags: map[string]string{}}
	disc, track, _ := strings.Cut(parts[1], "/")
	for name, value := range map[string]string{"disc": disc, "track": track} {
		if value != "-" {
			f.Tags[name] = value
		}
	}
	return f
}

func TestRecordingsStandByDiscAndTrack(t *testing.T) {
	for _, c := range []struct {
		sentence string
		songs    string
		known    int // how many of them were there before
		want     string
	}{
		{"two discs, the tracks of each from one", "a 2/1, b 1/2, c 1/1, d 2/2", 0, "c b a d"},
		{"numbers of how many", "a 1/10/12, b 1/9/12", 0, "b a"},
		{"no disc is the first", "a 2/1, b -/2, c 1/1", 0, "c b a"},
		{"in order already", "a 1/1, b 1/2", 0, ""},
		{"not as their files are called: somebody ordered them", "b 1/2, a 1/1, c 1/3", 0, ""},
		{"one without a number", "a 1/2, b 1/-", 0, ""},
		{"a number twice", "a 1/2, b 1/1, c 1/1", 0, ""},
		{"words for a number", "a 1/hai, b 1/1", 0, ""},
		{"a song alone", "a 1/2", 0, ""},
		{"one is added where it belongs", "b 1/1, c 1/3, a 1/2", 2, "b a c"},
		{"one is added to what somebody ordered", "c 1/3, b 1/1, a 1/2", 2, ""},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			w := archive.Work{}
			var findings []finding
			for n, said := range strings.Split(c.songs, ", ") {
				f := song(said)
				if n >= c.known {
					findings = append(findings, finding{file: f})
					f.Tags, f.Duration = nil, 0 // the work does not know yet
				}
				w.Representations = append(w.Representations, archive.Representation{Position: n + 1, Medium: archive.Audio, Files: []archive.File{f}})
				w.Representations = append(w.Representations, archive.Representation{Position: n + 1, Medium: archive.Text, Label: fmt.Sprint(n)})
			}
			changed := arrange(&w, findings)
			var got []string
			for n, r := range w.Representations {
				if n%2 == 1 && (r.Label != fmt.Sprint(n/2) || r.Medium != archive.Text) {
					t.Errorf("what is no recording moved to %d", n)
				}
				for _, f := range r.Files {
					got = append(got, string(f.ID))
				}
			}
			if changed != (c.want != "") || changed && strings.Join(got, " ") != c.want {
				t.Errorf("changed %v: %v, want %q", changed, got, c.want)
			}
		})
	}
}

// TestFilesOfOneFormAreOrderedWithinIt: an album may be one form with several files, and its words lie among them.
func TestFilesOfOneFormAreOrderedWithinIt(t *testing.T) {
	words := archive.File{ID: "w", Name: "w.lrc", Path: "w.lrc", Format: "lrc", Position: 1}
	one, two := song("a 1/2"), song("b 1/1")
	two.Position = 2
	w := archive.Work{Representations: []archive.Representation{{Files: []archive.File{one, words, two}}}}
	if !arrange(&w, []finding{{file: one}, {file: two}}) {
		t.Fatal("nothing changed")
	}
	for n, id := range []archive.FileID{"b", "w", "a"} {
		if f := w.Representations[0].Files[n]; f.ID != id || f.Position != n {
			t.Errorf("at %d stands %s, position %d", n, f.ID, f.Position)
		}
	}
}
