// Package table writes tables that spreadsheet programs open. Numbers are numbers; what somebody typed is text, whatever it begins with, and
// there are no formulas at all.
//
// It must not know what a table is about.
package table

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"
)

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
	Rows    [][]any // string, int64 or float64 each; nil for an empty cell
	Below   [][]any // totals and remarks
}

// sheet is the name of the only sheet: that of a program without a language.
const sheet = "1"

// XLSX returns the table as an Office Open XML workbook.
func (t Table) XLSX() ([]byte, error) {
	book := excelize.NewFile()
	var b bytes.Buffer
	err := t.write(book)
	if err == nil {
		err = book.Write(&b)
	}
	if err = errors.Join(err, book.Close()); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	return b.Bytes(), nil
}

func (t Table) write(book *excelize.File) error {
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	number, err := book.NewStyle(&excelize.Style{NumFmt: 3}) // #,##0
	if err != nil {
		return err
	}
	names := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = excelize.Cell{StyleID: bold, Value: c.Name}
		if err := w.SetColWidth(i+1, i+1, max(c.Width, 6)); err != nil {
			return err
		}
	}
	lines := [][]any{{excelize.Cell{StyleID: bold, Value: t.Title}}, nil, names}
	for _, row := range append(append([][]any{}, t.Rows...), t.Below...) {
		lines = append(lines, cells(row, number))
	}
	for i, line := range lines {
		if len(line) == 0 {
			continue
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), line); err != nil {
			return err
		}
	}
	return w.Flush()
}

// longest is how many characters a cell of the format holds.
const longest = 32767

func cells(row []any, number int) []any {
	made := make([]any, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case int64:
			made[i] = excelize.Cell{StyleID: number, Value: v}
		case float64:
			made[i] = v
		case string:
			if r := []rune(v); len(r) > longest {
				v = string(r[:longest])
			}
			made[i] = v
		}
	}
	return made
}
