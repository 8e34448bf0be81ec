package office

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// agentsOnPage is how many authors a page names; a workbook names all.
const agentsOnPage = 200

// ReportAgents lists the authors with how many works each has within the years of a report; with dang=xlsx by genre and year.
func (h *Handler) ReportAgents(c *fiber.Ctx) error {
	o, err := order(c)
	if err != nil {
		return h.refused(c, "report.agents", address.ReportAgents, o, err)
	}
	list, err := h.Use.ReportAgents(request.Context(c), request.Viewer(c), o)
	if err != nil {
		return err
	}
	genres, err := h.genreNames(c)
	if err != nil {
		return err
	}
	t, page, view, err := h.sheet(c, "report.agents", address.ReportAgents, o)
	if err != nil {
		return err
	}
	if c.Query(formField) == "xlsx" {
		return sendBook(c, "tac-gia-"+strconv.Itoa(o.Year), agentBook(t, view.Title, list, genres))
	}
	view.XLSX = view.Path + query(o, "xlsx")
	view.Notes = append(notes(t, &office.Report{ReportOrder: o})[:1], t.Text("report.counted-both"))
	skip := min(max(c.QueryInt("bo"), 0), len(list))
	shown := list[skip:min(skip+agentsOnPage, len(list))]
	view.Tables = []ui.Table{agentTable(t, o, shown)}
	view.Links = []ui.Link{{Label: t.Text("report.back"), URL: t.Path(address.Report) + query(o, "")}}
	if next := skip + len(shown); next < len(list) {
		view.Links = append(view.Links, ui.Link{Label: t.Text("list.more"), URL: view.Path + query(o, "") + "&bo=" + strconv.Itoa(next)})
	}
	return respond.Unkept(c, fiber.StatusOK, ui.ReportPage(t, page, view))
}

func agentTable(t ui.Text, o office.ReportOrder, list []office.AgentReport) ui.Table {
	table := ui.Table{Caption: t.Text("report.agents"), Head: []string{t.Text("report.agent"), t.Text("report.chapter"), t.Text("report.in-year", strconv.Itoa(o.Year)),
		t.Text("report.span", strconv.Itoa(o.Since), strconv.Itoa(o.Year))}}
	for _, a := range list {
		table.Rows = append(table.Rows, ui.TableRow{Label: a.Agent.Name(), URL: t.Path(address.ReportAgent(a.Agent.ID)) + query(o, ""), Texts: []string{a.Agent.Chapter},
			Numbers: []int{a.Total.Year, a.Total.Since}})
	}
	return table
}

// ReportAgent shows the works of one author by genre and year, and names them.
func (h *Handler) ReportAgent(c *fiber.Ctx) error {
	id, ok := address.ID[archive.AgentID](c.Params("agent"))
	if !ok {
		return archive.Fail(archive.NotFound, "agent-missing")
	}
	path := address.ReportAgent(id)
	o, err := order(c)
	if err != nil {
		return h.refused(c, "report.of-agent", path, o, err)
	}
	r, err := h.Use.ReportAgent(request.Context(c), request.Viewer(c), o, id)
	if err != nil {
		return err
	}
	genres, err := h.genreNames(c)
	if err != nil {
		return err
	}
	t, page, view, err := h.sheet(c, "report.of-agent", path, o)
	if err != nil {
		return err
	}
	page.Title, view.Title = r.Agent.Name(), r.Agent.Name()
	view.Notes = notes(t, &office.Report{ReportOrder: o})[:1]
	works, err := h.Use.AgentWorks(request.Context(c), request.Viewer(c), o, id)
	if err != nil {
		return err
	}
	view.Tables, view.Lists = []ui.Table{genreTable(t, r, genres)}, workLists(t, works, genres)
	view.XLSX, view.PDF = view.Path+query(o, "xlsx"), view.Path+query(o, "pdf")
	view.Links = []ui.Link{{Label: t.Text("report.agents"), URL: t.Path(address.ReportAgents) + query(o, "")}}
	name := "tac-gia-" + string(id)
	switch c.Query(formField) {
	case "xlsx":
		return sendBook(c, name, agentBook(t, view.Title, []office.AgentReport{r}, genres))
	case "pdf":
		return respond.PDF(c, h.Print, name, ui.PrintedReport(t, view))
	default:
		return respond.Unkept(c, fiber.StatusOK, ui.ReportPage(t, page, view))
	}
}

// workLists names works genre by genre.
func workLists(t ui.Text, works []archive.Work, genres []archive.Genre) (lists []ui.WorkList) {
	for _, g := range genres {
		list := ui.WorkList{Heading: nameIn(t, g.Name, g.English)}
		for _, w := range works {
			if w.Genre == g.ID {
				list.Works = append(list.Works, ui.Link{Label: w.Title + " (" + yearName(t, w.Date.Year()) + ")", URL: t.Path(address.Work(w.ID, w.Title))})
			}
		}
		if len(list.Works) > 0 {
			lists = append(lists, list)
		}
	}
	return lists
}

// genreNames is the genres in their order.
func (h *Handler) genreNames(c *fiber.Ctx) (list []archive.Genre, err error) {
	groups, _, err := h.Use.Groups(request.Context(c))
	for _, g := range groups {
		list = append(list, g.Genres...)
	}
	return list, err
}

// genreTable has a row for each year and a column for each genre that the author has works of.
func genreTable(t ui.Text, r office.AgentReport, genres []archive.Genre) ui.Table {
	genres = slices.DeleteFunc(slices.Clone(genres), func(g archive.Genre) bool {
		return !slices.ContainsFunc(r.Counts, func(c catalog.AgentCount) bool { return c.Genre == g.ID })
	})
	table := ui.Table{Caption: t.Text("report.by-genre"), Head: []string{t.Text("report.one-year")}, Foot: &ui.TableRow{Label: t.Text("report.total"), Numbers: make([]int, len(genres)+1)}}
	for _, g := range genres {
		table.Head = append(table.Head, nameIn(t, g.Name, g.English))
	}
	table.Head = append(table.Head, t.Text("report.total"))
	rows := map[int]int{}
	for _, c := range r.Counts {
		at, known := rows[c.Year]
		if !known {
			at = len(table.Rows)
			rows[c.Year] = at
			table.Rows = append(table.Rows, ui.TableRow{Label: yearName(t, c.Year), Numbers: make([]int, len(genres)+1)})
		}
		column := slices.IndexFunc(genres, func(g archive.Genre) bool { return g.ID == c.Genre })
		for _, row := range []*ui.TableRow{&table.Rows[at], table.Foot} {
			row.Numbers[column] += c.Works
			row.Numbers[len(genres)] += c.Works
		}
	}
	slices.Reverse(table.Rows) // the latest first
	return table
}

func yearName(t ui.Text, year int) string {
	if year == 0 {
		return t.Text("report.no-year")
	}
	return strconv.Itoa(year)
}
