package archive

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Pick says what stands in a field of two works that become one.
type Pick string

// The picks.
const (
	PickKept  Pick = "kept"  // what the work says that is kept
	PickOther Pick = "other" // what the other says
	PickBoth  Pick = "both"  // one after the other; of texts of several lines only
)

// Picks are the picks of a person, by field. What they do not name is as UsualPick says.
type Picks map[Field]Pick

// UsualPick is what stands in a field unless somebody says otherwise: what the kept work says, if it says anything but a title that was guessed.
func UsualPick(f Field, kept, other *Work) Pick {
	if *kept.plain(f) == "" || f == FieldTitle && kept.TitleGuessed && !other.TitleGuessed {
		return PickOther
	}
	return PickKept
}

// Picked are the fields in which two works say otherwise and a person picks, in the order of Fields. Lists are put together, and of what
// restricts a work the stricter stays, so nobody is asked about those.
func Picked(kept, other *Work) (fields []Field) {
	for _, f := range Fields() {
		a, b := kept.plain(f), other.plain(f)
		if a == nil || b == nil || *a == *b || *b == "" {
			continue
		}
		if f == FieldStatement && reserved(*a) != reserved(*b) {
			continue
		}
		fields = append(fields, f)
	}
	return fields
}

// Joined returns the record of kept once other was merged into it: all that both have, and of what restricts it the stricter. State and version are
// those of kept, neither is changed. Invalid "merge-pick" for a pick that the field does not know.
func Joined(kept, other *Work, picks Picks) (Work, error) {
	w := *kept
	for _, f := range Picked(kept, other) {
		pick, ok := picks[f]
		if !ok {
			pick = UsualPick(f, kept, other)
		}
		if err := w.pick(f, pick, other); err != nil {
			return *kept, err
		}
	}
	w.restrict(other)
	w.Titles = joinedTitles(&w, kept, other)
	w.Credits = union(kept.Credits, other.Credits, func(a, b Credit) bool { return a.Agent == b.Agent && a.Relator == b.Relator })
	w.Collections = union(kept.Collections, other.Collections, func(a, b CollectionID) bool { return a == b })
	w.Relations = slices.DeleteFunc(union(kept.Relations, other.Relations, func(a, b Relation) bool { return a == b }),
		func(r Relation) bool { return r.Target == kept.ID || r.Target == other.ID })
	w.Representations = joinedForms(kept, other)
	if w.Poster == "" {
		w.Poster, w.PosterAt = other.Poster, other.PosterAt
	}
	if w.Published.IsZero() || !other.Published.IsZero() && other.Published.Before(w.Published) {
		w.Published = other.Published
	}
	return w, nil
}

func (w *Work) pick(f Field, pick Pick, other *Work) error {
	at, theirs := w.plain(f), *other.plain(f)
	switch {
	case pick == PickKept:
		return nil
	case pick == PickOther:
		*at = theirs
	case pick == PickBoth && f.ManyLines():
		*at = strings.TrimSpace(*at + "\n\n" + theirs)
	default:
		return Fail(Invalid, "merge-pick", string(f))
	}
	if f == FieldTitle {
		w.TitleGuessed = other.TitleGuessed
	}
	return nil
}

// restrict takes on what restricts other more than w.
func (w *Work) restrict(other *Work) {
	order := []Audience{AudiencePublic, AudienceMembers, AudienceStaff}
	if slices.Index(order, other.Audience) > slices.Index(order, w.Audience) {
		w.Audience = other.Audience
	}
	if reserved(other.Rights.Statement) && !reserved(w.Rights.Statement) {
		w.Rights.Statement = other.Rights.Statement
	}
	w.PublicFrom, w.Rights.CopyrightUntil = latest(w.PublicFrom, other.PublicFrom), latest(w.Rights.CopyrightUntil, other.Rights.CopyrightUntil)
	w.PublicUntil, w.Rights.LicenceUntil = earliest(w.PublicUntil, other.PublicUntil), earliest(w.Rights.LicenceUntil, other.Rights.LicenceUntil)
}

// latest is the later of two instants, of which either may not be set.
func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// earliest is the earlier of two ends, of which either may not be set: then there is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// joinedTitles are the other titles of both, and the title that does not stand unless a file's name made it.
func joinedTitles(w, kept, other *Work) (titles []string) {
	all := slices.Clone(kept.Titles)
	for _, from := range []*Work{kept, other} {
		if !from.TitleGuessed {
			all = append(all, from.Title)
		}
	}
	for _, t := range append(all, other.Titles...) {
		if t != w.Title && !slices.Contains(titles, t) {
			titles = append(titles, t)
		}
	}
	return titles
}

// joinedForms are the representations of both, those of kept first.
func joinedForms(kept, other *Work) []Representation {
	forms := slices.Clone(kept.Representations)
	next := 0
	for _, r := range forms {
		next = max(next, r.Position+1)
	}
	for _, r := range other.Representations {
		r.Position += next
		r.Files = slices.Clone(r.Files)
		for i := range r.Files {
			r.Files[i].Work = kept.ID
		}
		forms = append(forms, r)
	}
	return forms
}

// union is a followed by what only b has.
func union[T any](a, b []T, same func(T, T) bool) []T {
	all := slices.Clone(a)
	for _, x := range b {
		if !slices.ContainsFunc(all, func(had T) bool { return same(had, x) }) {
			all = append(all, x)
		}
	}
	return all
}

// MergeInto leaves of the record of a work what a work needs that leads to another: all else is that one's now.
func (w *Work) MergeInto(into WorkID) {
	w.MergedInto, w.State, w.PublishWhenReady, w.WithdrawnReason = into, Withdrawn, false, ""
	w.Titles, w.Description, w.Poster, w.PosterAt = nil, "", "", 0
	w.Paper, w.Notice, w.Rights = Paper{}, Notice{}, Rights{}
	w.Credits, w.Relations, w.Collections, w.Representations = nil, nil, nil, nil
}

// Merger is the detail of an event of two works that became one: in the record of the one that is kept From and what the other said, in that of
// the other Into.
type Merger struct {
	Format  int      `json:"merge"` // 1
	Name    string   `json:"name"`  // who merged them, as they were called then
	Into    WorkID   `json:"into,omitempty"`
	From    WorkID   `json:"from,omitempty"`
	Title   string   `json:"title"`            // of the other work
	Said    Said     `json:"said,omitempty"`   // all that From said
	Files   []FileID `json:"files,omitempty"`  // that came with it
	Sending Sending  `json:"sending,omitzero"` // of From
}

const mergerMark = `{"merge":1,`

// Detail returns the merger as the detail of an event.
func (m Merger) Detail() string {
	m.Format = 1
	b, err := json.Marshal(m)
	if err != nil { // cannot happen: strings always encode
		return m.Name
	}
	return string(b)
}

// ParseMerger reads the detail of an event. False when it is none.
func ParseMerger(detail string) (Merger, bool) {
	if !strings.HasPrefix(detail, mergerMark) {
		return Merger{}, false
	}
	var m Merger
	if err := json.Unmarshal([]byte(detail), &m); err != nil {
		return Merger{}, false
	}
	return m, true
}

// MergeState decides whether works in two states may become one: never does what nobody approved become public, nor is what the public sees taken
// from it. Conflict "merge-published" when only one of them is published.
func MergeState(a, b State) error {
	if (a == Published) != (b == Published) {
		return Fail(Conflict, "merge-published")
	}
	return nil
}
