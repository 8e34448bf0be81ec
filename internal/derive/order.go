package derive

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// place is where the tags of a recording put it in its album.
type place struct{ disc, track int }

// placeOf reads "3", "03" or "3/12". No disc is the first one. False without a number.
func placeOf(tags map[string]string) (place, bool) {
	track, ok := numberOf(tags["track"])
	disc, said := numberOf(tags["disc"])
	if !said {
		disc = 1
	}
	return place{disc, track}, ok
}

func numberOf(tag string) (int, bool) {
	number, _, _ := strings.Cut(tag, "/")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	return n, err == nil && n > 0 && n < 10_000
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.disc, q.disc), cmp.Compare(p.track, q.track))
}

// album is the recordings of a work, as its tags order them.
type album struct {
	songs  []archive.File // in the order of the work
	places map[archive.FileID]place
}

// albumOf gathers the recordings of a work with what was just found out about some of them.
func albumOf(w *archive.Work, findings []finding) (album, bool) {
	var songs []archive.File
	for _, f := range files(w) {
		for _, found := range findings {
			if found.file.ID == f.ID {
				f = found.file
			}
		}
		if sounding(f) && f.State != archive.FilePurged {
			songs = append(songs, f)
		}
	}
	return gather(songs)
}

// gather makes an album of recordings. False when their tags do not order them: one has no number, two have the same, or there is only one.
func gather(songs []archive.File) (album, bool) {
	a := album{songs: songs, places: map[archive.FileID]place{}}
	taken := map[place]bool{}
	for _, f := range songs {
		p, ok := placeOf(f.Tags)
		if !ok || taken[p] {
			return a, false
		}
		a.places[f.ID], taken[p] = p, true
	}
	return a, len(songs) > 1
}

// unordered reports whether nobody ordered the recordings by hand: they stand as their files are called, as every listing of a folder has
// them; or those that were there before stand as their tags say, and new ones were added.
func (a album) unordered(findings []finding) bool {
	byName := func(f, g archive.File) int { return cmp.Or(cmp.Compare(f.Path, g.Path), cmp.Compare(f.Name, g.Name)) }
	byWords := func(f, g archive.File) int {
		return cmp.Or(cmp.Compare(viet.SortKey(f.Path), viet.SortKey(g.Path)), cmp.Compare(viet.SortKey(f.Name), viet.SortKey(g.Name)))
	}
	before := slices.DeleteFunc(slices.Clone(a.songs), func(f archive.File) bool {
		return slices.ContainsFunc(findings, func(found finding) bool { return found.file.ID == f.ID })
	})
	return slices.IsSortedFunc(a.songs, byName) || slices.IsSortedFunc(a.songs, byWords) || len(before) > 0 && slices.IsSortedFunc(before, a.byTags)
}

func (a album) byTags(f, g archive.File) int { return a.places[f.ID].compare(a.places[g.ID]) }

// arrange orders the recordings of a work by disc and track as their tags say, unless somebody ordered them, and reports whether that changed
// anything. Everything else keeps its place.
func arrange(w *archive.Work, findings []finding) bool {
	a, ok := albumOf(w, findings)
	if !ok || slices.IsSortedFunc(a.songs, a.byTags) || !a.unordered(findings) {
		return false
	}
	var slots []int
	var forms []archive.Representation
	for i := range w.Representations {
		r := w.Representations[i]
		if r.Files = a.ordered(r.Files); a.first(r) != nil {
			slots, forms = append(slots, i), append(forms, r)
		}
	}
	slices.SortStableFunc(forms, func(r, s archive.Representation) int { return a.byTags(*a.first(r), *a.first(s)) })
	w.Representations = slices.Clone(w.Representations)
	for n, slot := range slots {
		forms[n].Position = w.Representations[slot].Position
		w.Representations[slot] = forms[n]
	}
	return true
}

// ordered puts the recordings among the files of one form in order, each into the place of another.
func (a album) ordered(list []archive.File) []archive.File {
	var slots []int
	var songs []archive.File
	for i, f := range list {
		if _, ok := a.places[f.ID]; ok {
			slots, songs = append(slots, i), append(songs, f)
		}
	}
	slices.SortStableFunc(songs, a.byTags)
	list = slices.Clone(list)
	for n, slot := range slots {
		songs[n].Position = list[slot].Position
		list[slot] = songs[n]
	}
	return list
}

// first is the first recording of a form, nil when it has none.
func (a album) first(r archive.Representation) *archive.File {
	for i := range r.Files {
		if _, ok := a.places[r.Files[i].ID]; ok {
			return &r.Files[i]
		}
	}
	return nil
}
