package ingest

import (
	"slices"

	"vannghe/internal/archive"
)

// layOut arranges the files of a new work into representations: the pictures together, as the pages or views of one thing;
// words for a recording (captions, lyrics) with the recording; every other file by itself. The representation in which works
// of the genre's group are above all played or read comes first, the others in the order given.
func layOut(work archive.WorkID, group string, files []EntryFile) []archive.Representation {
	w := archive.Work{ID: work}
	for _, f := range sidecarsLast(files) {
		layIn(&w, f, false)
	}
	for i := range w.Representations {
		settleKind(&w.Representations[i], group)
	}
	lead(&w, naturalMedium(group))
	return w.Representations
}

// sidecarsLast moves words for a recording behind the recordings, so that these are there to take them.
func sidecarsLast(files []EntryFile) []EntryFile {
	sorted := slices.Clone(files)
	slices.SortStableFunc(sorted, func(a, b EntryFile) int { return rank(a) - rank(b) })
	return sorted
}

func rank(f EntryFile) int {
	if sidecar(f.Format) {
		return 1
	}
	return 0
}

func sidecar(format string) bool {
	return (&archive.File{Format: format}).TimedWords() || format == "lrc"
}

// layIn adds a file to w where it belongs and returns it as laid. A newer state of a file that w holds leads the others.
func layIn(w *archive.Work, f EntryFile, newer bool) archive.File {
	file := archive.File{ID: f.ID, Work: w.ID, Name: f.Name, Path: f.Path, Digest: f.Digest, SHA256: f.SHA256, Size: f.Size,
		Type: f.Type, Format: f.Format, State: archive.FileStaged, Key: string(f.Key), Problem: f.Problem, Added: f.At}
	at := -1
	if !newer {
		at = slices.IndexFunc(w.Representations, func(r archive.Representation) bool { return takes(r, f) })
	}
	if at < 0 {
		r := archive.Representation{ID: archive.NewID[archive.RepresentationID](), Medium: f.Medium, Label: f.Label}
		settleKind(&r, "")
		at = len(w.Representations)
		if newer {
			at = 0
		}
		w.Representations = slices.Insert(slices.Clone(w.Representations), at, r)
		renumber(w)
	}
	r := &w.Representations[at]
	file.Representation, file.Position = r.ID, len(r.Files)
	r.Files = append(slices.Clone(r.Files), file)
	return file
}

func takes(r archive.Representation, f EntryFile) bool {
	if f.Medium == archive.Image {
		return (r.Medium == archive.Image || r.Medium == archive.Paged && r.Kind == archive.KindScan && pictures(r)) && (f.Label == "" || f.Label == r.Label)
	}
	return sidecar(f.Format) && (r.Medium == archive.Video || r.Medium == archive.Audio)
}

func pictures(r archive.Representation) bool {
	return !slices.ContainsFunc(r.Files, func(f archive.File) bool { return MediumOf(f.Format) != archive.Image })
}

// settleKind says what relation the form has to a work of this report group. Several pictures of something written are pages.
func settleKind(r *archive.Representation, group string) {
	written := slices.Contains([]string{"van-xuoi", "tho", "ly-luan", "dan-gian", "tap-chi", "van-ban", "thong-bao", "tin-tuc"}, group)
	switch r.Medium {
	case archive.Video, archive.Audio:
		r.Kind = archive.KindRecording
		if group == "van-xuoi" || group == "tho" {
			r.Kind = archive.KindReading
		}
		if group == "san-khau" || group == "mua" {
			r.Kind = archive.KindPerformance
		}
	case archive.Image:
		r.Kind = archive.KindPicture
		if written && len(r.Files) > 1 {
			r.Kind, r.Medium = archive.KindScan, archive.Paged
		}
	default:
		r.Kind = archive.KindText
	}
}

// lead moves the first representation of the medium to the front.
func lead(w *archive.Work, medium archive.Medium) {
	at := slices.IndexFunc(w.Representations, func(r archive.Representation) bool { return r.Medium == medium })
	if at <= 0 {
		return
	}
	first := w.Representations[at]
	w.Representations = slices.Insert(slices.Delete(w.Representations, at, at+1), 0, first)
	renumber(w)
}

func renumber(w *archive.Work) {
	for i := range w.Representations {
		w.Representations[i].Position = i
	}
}
