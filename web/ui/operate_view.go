package ui

import "vannghe/internal/archive"

// Operate is what whoever runs the archive's machine sees: what could not be made.
type Operate struct {
	Running []OpenJob
	Waiting []OpenJob
	Counts  string   // how many of each, as a sentence
	Stop    string   // path to which the form of a job is sent
	Keeping []string // sentences
	Damaged []DamagedWork
	Lead    string // over them
	More    string // how many damages are not named; "" for none
	Done    string
	Failed  []FailedWork
	Again   string // path to which a form is sent that tries everything again
}

// DamagedWork is a work, or the archive itself, of which something is not as it was.
type DamagedWork struct {
	Title string
	URL   string // "": no work
	Lines []DamagedLine
}

// DamagedLine is one damage.
type DamagedLine struct {
	What   string
	Advice string
}

// FailedWork is a work of which something could not be made.
type FailedWork struct {
	Title string
	URL   string
	Again string // path to which its own form is sent
	Files []FailedFile
}

// FailedFile is one thing that could not be made of a file.
type FailedFile struct {
	Name   string
	Recipe string // "": the file could not be looked into
	Reason archive.Reason
}

// OpenJob is something that is being made, or waits to be.
type OpenJob struct {
	Number  string
	What    string
	Title   string // of the work; "" without one
	Name    string // of the file
	Since   string // a sentence
	CanStop bool
}
