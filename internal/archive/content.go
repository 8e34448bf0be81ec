package archive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// shownFile is what an approval covers of an original.
type shownFile struct {
	ID     FileID
	Name   string
	Digest Digest
}

// shownForm is what an approval covers of a representation.
type shownForm struct {
	ID      RepresentationID
	Kind    RepresentationKind
	Medium  Medium
	Label   string
	Date    Date
	Credits []Credit
	Files   []shownFile
}

// Content returns a digest of all that an approval covers: what is said of the work, its rights, and every original by its bytes; in
// lowercase hexadecimal. State, dates of publication, audience, collections and what programs found out about files are not
// covered. Two versions of a work with the same Content show the public the same.
func (w *Work) Content() string {
	forms := make([]shownForm, 0, len(w.Representations))
	sorted := slices.SortedStableFunc(slices.Values(w.Representations), func(a, b Representation) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID)) // readers get first what is ready
	})
	for _, r := range sorted {
		forms = append(forms, shown(r))
	}
	rights := w.Rights
	rights.LicenceUntil, rights.CopyrightUntil = rights.LicenceUntil.UTC(), rights.CopyrightUntil.UTC()
	b, err := json.Marshal([]any{1, w.ID, w.Genre, w.Title, given(w.Titles), w.Description, w.Language, w.Date, given(w.Credits),
		rights, w.Paper, w.Notice, w.Poster, given(w.Relations), forms})
	if err != nil { // cannot happen: strings and times of this era always encode
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func shown(r Representation) shownForm {
	s := shownForm{ID: r.ID, Kind: r.Kind, Medium: r.Medium, Label: r.Label, Date: r.Date, Credits: given(r.Credits)}
	for _, f := range r.Files {
		s.Files = append(s.Files, shownFile{ID: f.ID, Name: f.Name, Digest: f.Digest})
	}
	return s
}

// given is a list that encodes alike whether it is empty or nil.
func given[T any](list []T) []T { return append([]T{}, list...) }
