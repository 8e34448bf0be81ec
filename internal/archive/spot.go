package archive

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// All files of a work stand on one page, while a locator counts within its file. So the first file of those that could be
// confused keeps plain locators, and each further one adds its identifier.

// place is what the locators of a file count.
type place string

const (
	noPlace place = ""
	lines   place = "lines"   // stanzas, sections: "kho-3"
	leaves  place = "leaves"  // pages: "trang-5"
	moments place = "moments" // of a recording: "t=95"
	words   place = "words"   // moments of words that have no recording
)

// TimedWords reports whether the file holds what is said or sung in a recording and when: subtitles, or lyrics in LRC.
func (f *File) TimedWords() bool {
	return f.Format == "srt" || f.Format == "vtt" || f.Format == "ass" || f.Format == "lrc"
}

// Plays reports whether the file of that identifier is a recording.
func (w *Work) Plays(file FileID) bool {
	holder, found := w.file(file)
	return found != nil && recording(holder, found)
}

// HoldsTimedWords reports whether the file of that identifier is timed words.
func (w *Work) HoldsTimedWords(file FileID) bool {
	_, found := w.file(file)
	return found != nil && found.TimedWords()
}

// PlainSpots reports whether locators within the file lead to it as they stand; otherwise they need its identifier.
func (w *Work) PlainSpots(file FileID) bool {
	own, recorded := noPlace, w.recorded()
	first := map[place]FileID{}
	w.eachFile(func(r *Representation, f *File) {
		p := placeOf(r, f, recorded)
		if _, taken := first[p]; !taken {
			first[p] = f.ID
		}
		if f.ID == file {
			own = p
		}
	})
	return own != noPlace && first[own] == file
}

// eachFile calls do for every file in the order of the page.
func (w *Work) eachFile(do func(*Representation, *File)) {
	for i := range w.Representations {
		r := &w.Representations[i]
		for j := range r.Files {
			do(r, &r.Files[j])
		}
	}
}

// recorded reports whether the work holds a recording.
func (w *Work) recorded() bool {
	found := false
	w.eachFile(func(r *Representation, f *File) { found = found || recording(r, f) })
	return found
}

// recording reports whether the file is one that plays.
func recording(r *Representation, f *File) bool {
	return (r.Medium == Video || r.Medium == Audio) && f.State != FilePurged && !f.TimedWords()
}

func placeOf(r *Representation, f *File, recorded bool) place {
	switch {
	case f.State == FilePurged, strings.HasPrefix(f.Type, "image/"):
		return noPlace
	case recording(r, f):
		return moments
	case f.TimedWords() && recorded:
		return noPlace // they take those of the recording
	case f.TimedWords():
		return words
	case f.Format == "pdf":
		return leaves
	}
	switch r.Medium {
	case Text:
		return lines
	case Paged:
		return leaves
	default:
		return noPlace
	}
}

// Recording returns the recording to which a file of timed words belongs: the one of the same name ("phim.mp4" to
// "phim.vi.srt"), else the first of the same representation, else the first of the work. Nil when there is none, or when the
// file is no timed words.
func (w *Work) Recording(file FileID) *File {
	holder, found := w.file(file)
	if found == nil || !found.TimedWords() {
		return nil
	}
	var best *File
	rank := -1
	w.eachFile(func(r *Representation, f *File) {
		if !recording(r, f) {
			return
		}
		n := 2 * namesake(found.Name, f.Name)
		if r == holder {
			n++
		}
		if n > rank {
			best, rank = f, n
		}
	})
	return best
}

func (w *Work) file(id FileID) (holder *Representation, found *File) {
	w.eachFile(func(r *Representation, f *File) {
		if f.ID == id {
			holder, found = r, f
		}
	})
	return holder, found
}

// namesake returns how many letters the name of words has in common with that of the recording they are named after, 0 when
// they are not.
func namesake(words, played string) int {
	words, played = stem(words), stem(played)
	rest, ok := strings.CutPrefix(words, played)
	if !ok || played == "" {
		return 0
	}
	if next, _ := utf8.DecodeRuneInString(rest); rest != "" && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
		return 0
	}
	return utf8.RuneCountInString(played)
}

func stem(name string) string { return strings.ToLower(strings.TrimSuffix(name, path.Ext(name))) }
