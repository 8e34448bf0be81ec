package office

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/respond"
	"vannghe/web/table"
	"vannghe/web/ui"
)

// bookOf is a report as a workbook: what it says in words, then a sheet for each table.
func bookOf(v ui.Report) table.Book {
	first := table.Sheet{Name: v.Title, Rows: [][]any{{v.Body}, {v.Title}}}
	for _, s := range append(append([]string{}, v.Sentences...), v.Notes...) {
		first.Rows = append(first.Rows, []any{s})
	}
	b := table.Book{first}
	for _, t := range v.Tables {
		b = append(b, sheetOf(t))
	}
	return b
}

func sheetOf(t ui.Table) table.Sheet {
	s := table.Sheet{Name: t.Caption}
	s.Rows = append(s.Rows, []any{t.Caption}, cells(t.Head))
	rows := t.Rows
	if t.Foot != nil {
		rows = append(append([]ui.TableRow{}, rows...), *t.Foot)
	}
	for _, r := range rows {
		row := append([]any{r.Label}, cells(r.Texts)...)
		for _, n := range r.Numbers {
			row = append(row, n)
		}
		s.Rows = append(s.Rows, row)
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
func agentBook(t ui.Text, title string, list []office.AgentReport, genres []archive.Genre) table.Book {
	names := map[archive.GenreID]string{}
	for _, g := range genres {
		names[g.ID] = nameIn(t, g.Name, g.English)
	}
	s := table.Sheet{Name: title, Rows: [][]any{cells([]string{t.Text("report.agent"), t.Text("report.chapter"), t.Text("genres.genre"), t.Text("report.one-year"), t.Text("report.works")})}}
	for _, a := range list {
		for _, c := range a.Counts {
			var year any = c.Year
			if c.Year == 0 {
				year = yearName(t, 0)
			}
			s.Rows = append(s.Rows, []any{a.Agent.Name(), a.Agent.Chapter, names[c.Genre], year, c.Works})
		}
	}
	return table.Book{s}
}

// sendBook answers with a workbook called name.xlsx, which nobody keeps.
func sendBook(c *fiber.Ctx, name string, b table.Book) error {
	content, err := b.XLSX()
	if err != nil {
		return err
	}
	respond.Attached(c, name+".xlsx")
	return respond.Text{Type: table.Type, Cache: respond.Never, Body: content}.Send(c)
}
