package ui

import (
	"strconv"
	"time"

	"vannghe/internal/archive"
)

// Roll is the list of members.
type Roll struct {
	Path      string
	New       string // where a line is added
	Files     string // query of the same list as a table or document, "?…&"
	Text      string
	Chapter   string
	Standing  archive.Standing
	Chapters  []string
	Lines     []RollLine
	All       int // without the filter
	Body      string
	Retrieved string // today
}

// RollLine is a member in the list.
type RollLine struct {
	URL    string
	Member archive.Enrolled
}

// RollMember is the form of one member.
type RollMember struct {
	Member    archive.Enrolled
	List      string
	Path      string // of the form
	Author    Link   // URL "" for none
	Account   string // name to sign in; "" for none
	Export    string // "" for who may not
	Remove    string // "" for who may not
	Wrong     string
	Saved     bool
	AgentText string // as typed
}

// RollRemoval asks before a person's data are removed.
type RollRemoval struct {
	Member archive.Enrolled
	Back   string
	Path   string
	Wrong  string
}

// blankLines is how many empty lines a form offers beside those there are.
const blankLines = 2

// chapterLines are the chapters of a form, with empty ones.
func chapterLines(m archive.Enrolled) []archive.Membership {
	return append(append([]archive.Membership{}, m.Chapters...), make([]archive.Membership, blankLines)...)
}

func awardLines(m archive.Enrolled) []archive.Award {
	return append(append([]archive.Award{}, m.Awards...), make([]archive.Award, blankLines)...)
}

func numbered(name string, n int) string { return name + "-" + strconv.Itoa(n) }

// standingLine says what has become of a member, and since when.
func standingLine(t Text, m archive.Enrolled) string {
	switch m.Standing() {
	case archive.StandingDied:
		return t.Text("roll.died-on", t.Date(m.Died))
	case archive.StandingLeft:
		return t.Text("roll.left-on", t.Date(m.Left))
	default:
		return t.Text("roll.standing.active")
	}
}

// formDate writes a date as people type it, 12/05/1998 and 05/1998; every other form stays as it is.
func formDate(d archive.Date) string {
	if at, err := time.Parse(time.DateOnly, string(d)); err == nil {
		return at.Format("02/01/2006")
	}
	if at, err := time.Parse("2006-01", string(d)); err == nil {
		return at.Format("01/2006")
	}
	return string(d)
}
