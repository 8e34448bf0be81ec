package ui

import (
	"strconv"
	"time"

	"vannghe/internal/viet"
)

// Intakes is what somebody brings in by lists.
type Intakes struct {
	New, Desk string
	List      []IntakeEntry
}

// IntakeEntry is one of them.
type IntakeEntry struct {
	URL   string
	Stage string // as in the keys "intake.stage.…"
	Begun time.Time
	Files int
	List  string // the name of the list; "" for none
}

// Intake is a folder or files with a list, on their way in.
type Intake struct {
	Base, All string
	Stage     string
	Begun     time.Time
	Files     int
	List      string
	Headings  []string // of a list, the file's first
	Encoding  IntakeEncoding
	Update    bool
	Submit    bool
	Counts    map[string]int // rows by their fate
	Progress  IntakeProgress
	Tabs      []Link
	Rows      []IntakeRow
	Next      string
	Wrong     string
}

// IntakeEncoding asks in which encoding a list is.
type IntakeEncoding struct {
	Found     string // "": there is nothing to ask
	Shown     string
	Confirmed string
	Others    []Link
	Rows      [][]string
}

// IntakeProgress is how many rows are done of how many; 0 of 0 while the list is being read.
type IntakeProgress struct {
	Done, All int
}

// IntakeRow is a row with what becomes of it.
type IntakeRow struct {
	Number int // 0: no row names the file
	File   string
	Title  string
	Fate   string
	Done   bool
	Joins  int    // the row whose work it is part of; 0: none
	URL    string // of the work, once there is one
	Remark string
}

// working reports whether the archive is at work on it.
func (v Intake) working() bool { return v.Stage == "checking" || v.Stage == "taking" }

// open reports whether files may still come.
func (v Intake) open() bool { return v.Stage == "gathering" || v.Stage == "checked" }

// fileHeading is the heading that a list must have.
func (v Intake) fileHeading() string {
	if len(v.Headings) == 0 {
		return ""
	}
	return v.Headings[0]
}

// ready counts the rows that will go in.
func (v Intake) ready() int {
	return v.Counts["new"] + v.Counts["joins"] + v.Counts["adds"] + v.Counts["changes"]
}

// asks reports whether the encoding has still to be confirmed.
func (e IntakeEncoding) asks() bool { return e.Found != "" && e.Confirmed == "" }

// EncodingName is what people call an encoding.
func EncodingName(e string) string {
	switch e {
	case viet.TCVN3:
		return "TCVN3 (ABC)"
	case viet.VNI:
		return "VNI"
	case viet.Windows1258:
		return "Windows-1258"
	case viet.Windows1252:
		return "Windows-1252"
	case viet.UTF16LE:
		return "UTF-16"
	case viet.UTF16BE:
		return "UTF-16 BE"
	default:
		return "Unicode"
	}
}

func count(n int) string { return strconv.Itoa(n) }

func joinedOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
