package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"vannghe/internal/archive"
)

// MappingVersion names what documents and cards look like. Raise it with every change of this file, of card.go, of
// contents.go, of the levels and lengths of score.go, of analyze.go or of the tokens of package viet: an index of another version is not opened but built anew.
const MappingVersion = 3

// noOrdinal is the ordinal of the document of the work itself.
const noOrdinal = -1

// The identifier of a document is that of its work, for a part followed by "/" and its ordinal, and for further pieces of a long part
// by "." and the number of the piece.
func partID(work archive.WorkID, ordinal, piece int) string {
	id := string(work) + "/" + strconv.Itoa(ordinal)
	if piece > 0 {
		id += "." + strconv.Itoa(piece)
	}
	return id
}

// splitID takes the identifier of a document apart.
func splitID(id string) (work string, ordinal int) {
	work, rest, isPart := strings.Cut(id, "/")
	if !isPart {
		return work, noOrdinal
	}
	rest, _, _ = strings.Cut(rest, ".")
	ordinal, err := strconv.Atoi(rest)
	if err != nil {
		return work, noOrdinal
	}
	return work, ordinal
}

// documents calls yield with every document of w, the one of the work last: a work whose parts came in several batches is not
// found before all are there. It stops at the first error.
func documents(w *Work, yield func(*document.Document) error) error {
	context := contextOf(w)
	for i := range w.Parts {
		p := &w.Parts[i]
		for n, piece := range pieces(p.Text) {
			d := document.NewDocument(partID(w.ID, p.Ordinal, n))
			c := contents{texts: map[string][]string{fieldText: {p.Label, piece}, fieldContext: context}}
			c.addTo(d)
			if err := yield(d); err != nil {
				return err
			}
		}
	}
	return yield(workDocument(w))
}

func workDocument(w *Work) *document.Document {
	d := document.NewDocument(string(w.ID))
	c := contents{texts: map[string][]string{
		fieldTitle: titlesOf(w), fieldAgent: namesOf(w), fieldText: pieces(w.Description)[:1], fieldContext: labelsOf(w),
	}}
	c.addTo(d)
	d.AddField(document.NewTextFieldCustom(fieldCard, nil, encodeCard(w), index.StoreField, nil))
	return d
}

// titlesOf returns what a work is called. The number and symbol of a document is what it is asked for by, and so is one.
func titlesOf(w *Work) []string { return append([]string{w.Title, w.Number}, w.OtherTitles...) }

func namesOf(w *Work) []string {
	var names []string
	for _, a := range w.Agents {
		names = append(names, a.Names...)
	}
	return names
}

func labelsOf(w *Work) []string {
	labels := slices.Clone(w.GenreLabels)
	for _, c := range w.Collections {
		labels = append(labels, c.Title)
	}
	if w.Year != 0 {
		labels = append(labels, strconv.Itoa(w.Year))
	}
	return labels
}

func contextOf(w *Work) []string {
	return append(append(titlesOf(w), namesOf(w)...), labelsOf(w)...)
}

// textSize returns about how many bytes of text d holds.
func textSize(d *document.Document) int { return int(d.NumPlainTextBytes()) }
