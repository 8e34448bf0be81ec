// Package searchtest measures search: it grows a corpus of Vietnamese prose, asks vannghe and the engines that a small institution
// could install instead the same queries over the same texts, and writes what came out as a table and a curve.
//
// It is for tests only. It must not know how anything is found: it sees package search, and the pages' web/find, from outside, as
// it sees SQLite FTS5, PostgreSQL and Xapian. Each engine runs in a child process of its own, so that memory is counted apart.
package searchtest

import (
	"vannghe/internal/archive"
)

// Doc is a work of the corpus, as every engine is given it. All texts are NFC.
type Doc struct {
	ID         archive.WorkID  `json:"id"`
	Title      string          `json:"title"`
	Agent      string          `json:"agent"`
	Genre      archive.GenreID `json:"genre"`
	Collection string          `json:"collection,omitempty"`
	Medium     archive.Medium  `json:"medium"`
	Year       int             `json:"year"`
	Parts      []string        `json:"parts"`
}

// Decade is the year's, as the facet has it.
func (d *Doc) Decade() int { return d.Year - d.Year%10 }

// Query is a question of the run.
type Query struct {
	Class string          `json:"class"`
	Mode  string          `json:"mode"`
	Text  string          `json:"text"`
	Genre archive.GenreID `json:"genre,omitempty"`
}

// The modes of a query. The two are asked different queries of a class, so that no cache answers the second.
const (
	ModeSearch = "search" // the first twenty; of vannghe with facets and the best parts, which it always finds
	ModePage   = "page"   // the whole page of results: the first twenty, facets, snippets
)

// Classes of queries whose speed is measured, in the order of the report.
const (
	classPhrase  = "phrase"
	classPrefix  = "prefix"
	classTypo    = "typo"
	classFaceted = "faceted"
	classWarm    = "warm" // asked first and not counted
)

func classes() []string {
	return []string{"1 word", "2 words", "3 words", "4 words", "5 words", classPhrase, classPrefix, classTypo, classFaceted}
}

// pageSize is how many hits a page has, listSize how many suggestions are made.
const (
	pageSize = 20
	listSize = 8
)

// Questions are what an engine is asked in one run.
type Questions struct {
	Quality []string `json:"quality"`
	Speed   []Query  `json:"speed"`
}

// Job is what a child process is told.
type Job struct {
	Engine    string    `json:"engine"`
	Corpus    string    `json:"corpus"` // a file with a Doc a line
	Folder    string    `json:"folder"` // where the engine keeps its data
	Report    string    `json:"report"` // the file to write the Report to
	Profile   string    `json:"profile,omitempty"`
	Questions Questions `json:"questions"`
}

// Report is what an engine did with a job.
type Report struct {
	Engine  string             `json:"engine"`
	Version string             `json:"version"`
	Docs    int                `json:"docs"`
	Index   Indexing           `json:"index"`
	Answers [][]archive.WorkID `json:"answers"` // by quality query, best first
	Timings []Timing           `json:"timings"`
	Peak    int64              `json:"peak"`            // bytes of memory while answering
	Extra   map[string]float64 `json:"extra,omitempty"` // what only one engine has: by name, documents a second
}

// Indexing is what building the index took.
type Indexing struct {
	Seconds float64 `json:"seconds"` // until every document could be found
	CPU     float64 `json:"cpu"`     // seconds, until nothing was left to do in the background
	Bytes   int64   `json:"bytes"`   // on disk
	Peak    int64   `json:"peak"`    // bytes of memory
}

// Timing is how long the queries of a class took, in milliseconds, in the order in which they were asked, and what each cost the processor on
// average: what a machine that is not quiet leaves comparable.
type Timing struct {
	Class  string    `json:"class"`
	Mode   string    `json:"mode"`
	Millis []float64 `json:"millis"`
	CPU    float64   `json:"cpu"`
}
