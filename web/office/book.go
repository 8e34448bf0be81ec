package office

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/xuri/excelize/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// book is a workbook: sheets of rows. Cells are strings, which no program takes for formulas whatever they begin with, and ints.
type book []bookSheet

type bookSheet struct {
	name string
	rows [][]any
}

// bookOf is a report as a workbook: what it says in words, then a sheet for each table.
func bookOf(v ui.Report) book {
	first := bookSheet{name: v.Title, rows: [][]any{{v.Body}, {v.Title}}}
	for _, s := range append(append([]string{}, v.Sentences...), v.Notes...) {
		first.rows = append(first.rows, []any{s})
	}
	b := book{first}
	for _, t := range v.Tables {
		b = append(b, sheetOf(t))
	}
	return b
}

func sheetOf(t ui.Table) bookSheet {
	s := bookSheet{name: t.Caption}
	s.rows = append(s.rows, []any{t.Caption}, cells(t.Head))
	rows := t.Rows
	if t.Foot != nil {
		rows = append(append([]ui.TableRow{}, rows...), *t.Foot)
	}
	for _, r := range rows {
		row := append([]any{r.Label}, cells(r.Texts)...)
		for _, n := range r.Numbers {
			row = append(row, n)
		}
		s.rows = append(s.rows, row)
	}
	return s
}

func cells(texts []string) []any {
	row := make([]any, len(texts))
	for i, s := range texts {
		row[i] = s
	}
	return row
}

// agentBook has a row for each author, genre and year.
func agentBook(t ui.Text, title string, list []office.AgentReport, genres []archive.Genre) book {
	names := map[archive.GenreID]string{}
	for _, g := range genres {
		names[g.ID] = nameIn(t, g.Name, g.English)
	}
	s := bookSheet{name: title, rows: [][]any{cells([]string{t.Text("report.agent"), t.Text("report.chapter"), t.Text("genres.genre"), t.Text("report.one-year"), t.Text("report.works")})}}
	for _, a := range list {
		for _, c := range a.Counts {
			var year any = c.Year
			if c.Year == 0 {
				year = yearName(t, 0)
			}
			s.rows = append(s.rows, []any{a.Agent.Name(), a.Agent.Chapter, names[c.Genre], year, c.Works})
		}
	}
	return book{s}
}

// sendBook answers with a workbook called name.xlsx, which nobody keeps.
func sendBook(c *fiber.Ctx, name string, b book) error {
	content, err := b.write()
	if err != nil {
		return err
	}
	respond.Attached(c, name+".xlsx")
	return respond.Text{Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Cache: respond.Never, Body: content}.Send(c)
}

// columnWidth is the width of a first column, in characters.
const columnWidth = 32

func (b book) write() (content []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	for i, s := range b {
		name := sheetName(i, s.name)
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return nil, fmt.Errorf("add a sheet: %w", err)
		}
		if err := s.write(f, name); err != nil {
			return nil, fmt.Errorf("fill a sheet: %w", err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return out.Bytes(), nil
}

func (s bookSheet) write(f *excelize.File, name string) error {
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, 1, columnWidth); err != nil {
		return err
	}
	for i, row := range s.rows {
		if err := w.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return err
		}
	}
	return w.Flush()
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
