package ui

import "time"

// Record is what happened to works, accounts and settings.
type Record struct {
	Path   string // to which the filter is sent
	Wrong  string
	People []Option
	Kinds  []OptionGroup
	Work   string // as typed
	From   string // days, as form fields hold them
	Until  string
	Lines  []RecordLine
	Next   string
	CSV    string
	Back   Link
}

// OptionGroup is options under a heading.
type OptionGroup struct {
	Label   string
	Options []Option
}

// RecordLine is one thing that happened.
type RecordLine struct {
	Time    time.Time
	Who     string
	What    string
	Thing   Link   // the work or what else it was done to; may lead nowhere
	Failed  bool   // it was tried and did not come to be
	Note    string // what a person said
	Machine string // what the program noted, in English
	Changes []RecordChange
}

// RecordChange is one fact before and after.
type RecordChange struct {
	Field, Before, After string
}
