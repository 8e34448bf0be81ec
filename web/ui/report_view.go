package ui

import "time"

// Report is the yearly report, or the works of authors within its years.
type Report struct {
	Title     string
	Body      string   // the association as it was called then
	Path      string   // to which the choice is sent
	Wrong     string   // what is wrong with the choice
	Year      string   // as form fields hold them
	Since     string   //
	Dates     []Option // which date counts
	Sentences []string // the report in words, as the association writes it
	Notes     []string // how it was counted
	Tables    []Table
	Lists     []WorkList
	XLSX      string // paths; "" for none
	PDF       string
	Links     []Link
	Drawn     time.Time
}

// Table is numbers under a caption, the first column names.
type Table struct {
	Caption string
	Head    []string
	Rows    []TableRow
	Foot    *TableRow
}

// TableRow is a name, which may lead somewhere, what is said of it, and its numbers.
type TableRow struct {
	Label   string
	URL     string
	Texts   []string
	Numbers []int
	Part    bool // of the row above
}

// WorkList is works under a heading.
type WorkList struct {
	Heading string
	Works   []Link
}

// texts is how many columns of words there are behind the names.
func (v Table) texts() int {
	if len(v.Rows) == 0 {
		return 0
	}
	return len(v.Rows[0].Texts)
}
