package ui

import "vannghe/internal/archive"

// Pair is two works that may be one, side by side.
type Pair struct {
	Path     string
	Keep     PairSide
	Other    *PairSide // nil: it is looked for
	Swap     string
	Asked    string // what was looked for
	Found    []Link
	More     bool
	Fields   []PairField
	Voids    bool // who approved the kept one has to look again
	Refused  string
	Wrong    string
	BackName string
	Back     string
}

// PairSide is one of the two.
type PairSide struct {
	ID        archive.WorkID
	Seen      string
	Title     string
	URL       string
	State     archive.State
	Genre     string
	Credits   string
	Date      string
	Audience  archive.Audience
	Files     []string
	MoreFiles int
	Comments  int
	Cases     int
}

// PairField is a field in which the two say otherwise.
type PairField struct {
	Name, Label string
	Options     []PairOption
}

// PairOption is what may stand there.
type PairOption struct {
	Pick   archive.Pick
	Label  string
	Lines  []string
	Chosen bool
}
