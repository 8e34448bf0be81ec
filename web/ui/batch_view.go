package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Batches chooses works and one change for all of them.
type Batches struct {
	Path, Desk  string
	Given       map[string]string // what was asked and typed, by the name of its field
	Asked       bool
	Genres      []Option
	Collections []Option
	States      []Option
	Works       []Option // the first of those found
	Total       int
	List        []BatchEntry
	MergeFrom   string
	MergeInto   string
	Wrong       string
}

// BatchEntry is a change that was made or begun.
type BatchEntry struct {
	URL, What, Stage string
	Begun            time.Time
}

// Batch is one change to many works.
type Batch struct {
	Base, All, Stage, What string
	Begun                  time.Time
	Counts                 map[string]int // works by their fate
	Works, Done            int
	Merge                  bool // two agents become one, whether or not a work changes
	Tabs                   []Link
	Rows                   []BatchRow
	Next                   string
	Wrong                  string
}

// BatchRow is a work of it.
type BatchRow struct {
	Title, URL, Fate, Before, After, Remark string
}

func (v Batch) working() bool {
	return v.Stage == "checking" || v.Stage == "applying" || v.Stage == "undoing"
}

// statements are the rights statements that forms offer, by their keys in the catalogue of messages.
func statements() []Option {
	return []Option{
		{Value: "http://rightsstatements.org/vocab/InC/1.0/", Label: "rights.inc"}, {Value: "http://rightsstatements.org/vocab/InC-EDU/1.0/", Label: "rights.inc-edu"},
		{Value: "http://rightsstatements.org/vocab/NKC/1.0/", Label: "rights.nkc"}, {Value: "http://rightsstatements.org/vocab/UND/1.0/", Label: "rights.und"},
		{Value: "http://rightsstatements.org/vocab/CNE/1.0/", Label: "rights.cne"}, {Value: "http://creativecommons.org/publicdomain/mark/1.0/", Label: "rights.pdm"},
		{Value: "http://creativecommons.org/publicdomain/zero/1.0/", Label: "rights.cc0"},
	}
}

func optionsOf(t Text, prefix string, values ...string) []Option {
	var list []Option
	for _, v := range values {
		list = append(list, Option{Value: v, Label: t.Text(prefix + v)})
	}
	return list
}

func worded(t Text, list []Option) []Option {
	for n := range list {
		list[n].Label = t.Text(list[n].Label)
	}
	return list
}

func relators(t Text) []Option {
	var list []Option
	for _, r := range archive.Relators() {
		list = append(list, Option{Value: string(r), Label: RelatorName(t, r)})
	}
	return list
}

func emptyAs(t Text, s string) string {
	if s == "" {
		return t.Text("batch.nothing")
	}
	return s
}

// RelatorName is the word for a role, also that of an author.
func RelatorName(t Text, r archive.Relator) string {
	if r == archive.Author {
		return t.Text("relator.author")
	}
	return relator(t, r)
}
