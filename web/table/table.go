// Package table writes tables that spreadsheet programs open. Numbers are numbers; what somebody typed is text, whatever it begins with, and
// there are no formulas at all.
//
// It must not know what a table is about.
package table

// Type is the media type of XLSX.
const Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Column is a column with its name above it.
type Column struct {
	Name  string
	Width float64 // characters
}

// Table is a sheet with a title, a row of names, rows, and lines below.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]any // cells as in Sheet
	Below   [][]any // totals and remarks
}

// sheet is the name of the only sheet: that of a program without a language.
const sheet = "1"

// narrowest is how wide a column is at least, in characters.
const narrowest = 6

// XLSX returns the table as an Office Open XML workbook.
func (t Table) XLSX() ([]byte, error) {
	p := page{name: sheet}
	names := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
		p.widths = append(p.widths, max(c.Width, narrowest))
	}
	p.lines = []line{{cells: []any{t.Title}, bold: true}, {}, {cells: names, bold: true}}
	for _, row := range append(append([][]any{}, t.Rows...), t.Below...) {
		p.lines = append(p.lines, line{cells: row})
	}
	return workbook([]page{p})
}
