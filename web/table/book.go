package table

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Book is a workbook of sheets.
type Book []Sheet

// Sheet is a named run of rows. Cells are string, int (as it stands, such as a year), int64 (with signs between thousands) or float64; nil is empty.
type Sheet struct {
	Name string
	Rows [][]any
}

// firstColumn is how wide the first column of a sheet of a Book is, in characters.
const firstColumn = 32

// XLSX returns the book as an Office Open XML workbook.
func (b Book) XLSX() ([]byte, error) {
	pages := make([]page, 0, len(b))
	for i, s := range b {
		p := page{name: sheetName(i, s.Name), widths: []float64{firstColumn}}
		for _, row := range s.Rows {
			p.lines = append(p.lines, line{cells: row})
		}
		pages = append(pages, p)
	}
	return workbook(pages)
}

// page is a sheet as it is written, line by line.
type page struct {
	name   string
	widths []float64 // of the first columns, in characters
	lines  []line
}

type line struct {
	cells []any
	bold  bool
}

func workbook(pages []page) (content []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	for i, p := range pages {
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), p.name)
		} else {
			_, err = f.NewSheet(p.name)
		}
		if err != nil {
			return nil, fmt.Errorf("add a sheet: %w", err)
		}
		if err := p.write(f, styles); err != nil {
			return nil, fmt.Errorf("fill a sheet: %w", err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return out.Bytes(), nil
}

func (p page) write(f *excelize.File, s styles) error {
	w, err := f.NewStreamWriter(p.name)
	if err != nil {
		return err
	}
	for i, width := range p.widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	for i, l := range p.lines {
		if len(l.cells) == 0 {
			continue
		}
		if err := w.SetRow("A"+strconv.Itoa(i+1), s.cells(l)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// styles are the numbers under which a workbook knows how cells look.
type styles struct{ bold, thousands int }

func newStyles(f *excelize.File) (s styles, err error) {
	if s.bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}); err != nil {
		return s, fmt.Errorf("make a style: %w", err)
	}
	if s.thousands, err = f.NewStyle(&excelize.Style{NumFmt: 3}); err != nil { // #,##0
		return s, fmt.Errorf("make a style: %w", err)
	}
	return s, nil
}

// longest is how many characters a cell of the format holds.
const longest = 32767

func (s styles) cells(l line) []any {
	made := make([]any, len(l.cells))
	for i, v := range l.cells {
		switch v := v.(type) {
		case int64:
			made[i] = excelize.Cell{StyleID: s.thousands, Value: v}
		case string:
			made[i] = s.text(v, l.bold)
		default:
			made[i] = v
		}
	}
	return made
}

func (s styles) text(v string, bold bool) any {
	if r := []rune(v); len(r) > longest {
		v = string(r[:longest])
	}
	if bold {
		return excelize.Cell{StyleID: s.bold, Value: v}
	}
	return v
}

// longestSheetName is the most that the format allows, in UTF-16 units; every letter of Vietnamese takes one.
const longestSheetName = 31

// sheetName is a name that the format allows: short, without the signs of addresses, unlike the others.
func sheetName(i int, caption string) string {
	name := []rune(strconv.Itoa(i+1) + ". " + strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r > 0xffff {
			return ' '
		}
		return r
	}, caption))
	return string(name[:min(len(name), longestSheetName)])
}
