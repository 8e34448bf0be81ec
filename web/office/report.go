package office

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/office"
	"vannghe/web/address"
	"vannghe/web/request"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

// What the address of a report says.
const (
	yearField  = "nam"
	sinceField = "tu"
	byField    = "theo"
	formField  = "dang"
)

// byAdmission asks for works by when they were first published here; anything else for their own dates.
const byAdmission = "cong-bo"

// sinceBefore is how many years before its own a report goes back when nobody says.
const sinceBefore = 4

// order reads what a report is asked for; this year when nothing is said. Invalid "report-years".
func order(c *fiber.Ctx) (office.ReportOrder, error) {
	now := time.Now().In(archive.Vietnam).Year()
	year, err := yearOf(c.Query(yearField), now)
	since, err2 := yearOf(c.Query(sinceField), year-sinceBefore)
	o := office.ReportOrder{Year: year, Since: since, Admitted: c.Query(byField) == byAdmission}
	if err := cmp.Or(err, err2); err != nil {
		o.Year, o.Since = 0, 0
	}
	return o, o.Check()
}

func yearOf(s string, otherwise int) (int, error) {
	if s == "" {
		return otherwise, nil
	}
	return strconv.Atoi(s)
}

// query is a report as an address asks for it.
func query(o office.ReportOrder, form string) string {
	q := "?" + yearField + "=" + strconv.Itoa(o.Year) + "&" + sinceField + "=" + strconv.Itoa(o.Since)
	if o.Admitted {
		q += "&" + byField + "=" + byAdmission
	}
	if form != "" {
		q += "&" + formField + "=" + form
	}
	return q
}

// sheet is what every page of a report shows: the choice, filled with what was asked for.
func (h *Handler) sheet(c *fiber.Ctx, title, path string, o office.ReportOrder) (ui.Text, ui.Page, ui.Report, error) {
	t, page, err := h.Frame(c, title, path)
	if err != nil {
		return t, page, ui.Report{}, err
	}
	site, _, err := h.Use.Site(request.Context(c))
	if err != nil {
		return t, page, ui.Report{}, err
	}
	now := time.Now()
	site.Now(now)
	last := strconv.Itoa(o.Year) + "-12-31" // the association is what it was called at the end of the year
	body := site.Body
	if o.Year != 0 && o.Year < now.In(archive.Vietnam).Year() {
		body = cmp.Or(site.BodyOn(archive.Date(strings.Repeat("0", max(0, 10-len(last)))+last)), body)
	}
	view := ui.Report{Title: page.Title, Body: body, Path: t.Path(path), Year: c.Query(yearField, strconv.Itoa(o.Year)), Since: c.Query(sinceField, strconv.Itoa(o.Since)), Drawn: now,
		Dates: []ui.Option{{Value: "sang-tac", Label: t.Text("report.by-own"), Chosen: !o.Admitted}, {Value: byAdmission, Label: t.Text("report.by-admission"), Chosen: o.Admitted}}}
	return t, page, view, nil
}

// refused shows the choice of a report again with what is wrong.
func (h *Handler) refused(c *fiber.Ctx, title, path string, o office.ReportOrder, wrong error) error {
	t, page, view, err := h.sheet(c, title, path, o)
	if err != nil {
		return err
	}
	status, sentence := respond.Refused(c, wrong)
	view.Wrong = sentence
	return respond.Unkept(c, status, ui.ReportPage(t, page, view))
}

// Report shows the yearly report: as a page, with dang=xlsx as a workbook, with dang=pdf as a document of paper.
func (h *Handler) Report(c *fiber.Ctx) error {
	o, err := order(c)
	if err != nil {
		return h.refused(c, "report.title", address.Report, o, err)
	}
	r, err := h.Use.Report(request.Context(c), request.Viewer(c), o)
	if err != nil {
		return err
	}
	t, page, view, err := h.sheet(c, "report.title", address.Report, o)
	if err != nil {
		return err
	}
	view.Sentences, view.Notes, view.Tables = sentences(t, &r), notes(t, &r), tables(t, &r)
	view.XLSX, view.PDF = view.Path+query(o, "xlsx"), view.Path+query(o, "pdf")
	view.Links = []ui.Link{{Label: t.Text("report.agents"), URL: t.Path(address.ReportAgents) + query(o, "")}}
	name := "bao-cao-" + strconv.Itoa(o.Year)
	switch c.Query(formField) {
	case "xlsx":
		return sendBook(c, name, bookOf(view))
	case "pdf":
		return respond.PDF(c, h.Print, name, ui.PrintedReport(t, view))
	default:
		return respond.Unkept(c, fiber.StatusOK, ui.ReportPage(t, page, view))
	}
}

// sentences is the report in words: of the year, and since its first.
func sentences(t ui.Text, r *office.Report) []string {
	year, since := strconv.Itoa(r.Year), strconv.Itoa(r.Since)
	list := []string{t.Text("report.of-year", year, inWords(t, r, func(n office.Tally) int { return n.Year }))}
	if r.Since < r.Year {
		list = append(list, t.Text("report.of-years", since, year, inWords(t, r, func(n office.Tally) int { return n.Since })))
	}
	return list
}

// inWords is "40 truyện ngắn, ký, ghi chép; 120 thơ, sân khấu": groups without works are left out.
func inWords(t ui.Text, r *office.Report, count func(office.Tally) int) string {
	var list []string
	for _, l := range r.Lines {
		if n := count(l.Tally); n > 0 {
			list = append(list, t.Number(int64(n))+" "+lowered(nameIn(t, l.Name, l.English)))
		}
	}
	if len(list) == 0 {
		return t.Text("report.none")
	}
	return strings.Join(list, "; ")
}

// lowered begins small, as a name does within a sentence.
func lowered(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

// notes says how the works were counted.
func notes(t ui.Text, r *office.Report) []string {
	list := []string{t.Text("report.counted-own")}
	if r.Admitted {
		list = []string{t.Text("report.counted-admission")}
	}
	list = append(list, t.Text("report.counted-once"))
	if r.Undated > 0 {
		list = append(list, t.Text("report.undated", r.Undated))
	}
	return list
}

// tables are the numbers: by group and genre, by year, by chapter for the year and since its first.
func tables(t ui.Text, r *office.Report) []ui.Table {
	year, since := strconv.Itoa(r.Year), t.Text("report.span", strconv.Itoa(r.Since), strconv.Itoa(r.Year))
	list := []ui.Table{groupTable(t, r, year, since), yearTable(t, r, since)}
	list = append(list, chapterTable(t, r, t.Text("report.chapters-of-year", year), func(n office.Tally) int { return n.Year }))
	if r.Since < r.Year {
		list = append(list, chapterTable(t, r, t.Text("report.chapters-of-years", strconv.Itoa(r.Since), year), func(n office.Tally) int { return n.Since }))
	}
	return list
}

func groupTable(t ui.Text, r *office.Report, year, since string) ui.Table {
	table := ui.Table{Caption: t.Text("report.by-group"), Head: []string{t.Text("report.group"), t.Text("report.in-year", year), since},
		Foot: &ui.TableRow{Label: t.Text("report.total"), Numbers: []int{r.Total.Year, r.Total.Since}}}
	for _, l := range r.Lines {
		table.Rows = append(table.Rows, ui.TableRow{Label: nameIn(t, l.Name, l.English), Numbers: []int{l.Year, l.Since}})
		if len(l.Genres) < 2 {
			continue
		}
		for _, g := range l.Genres {
			table.Rows = append(table.Rows, ui.TableRow{Label: nameIn(t, g.Name, g.English), Numbers: []int{g.Year, g.Since}, Part: true})
		}
	}
	return table
}

// groupHead is the head of a table whose columns are groups and their total.
func groupHead(t ui.Text, r *office.Report, first string) []string {
	head := []string{first}
	for _, l := range r.Lines {
		head = append(head, nameIn(t, l.Name, l.English))
	}
	return append(head, t.Text("report.total"))
}

func yearTable(t ui.Text, r *office.Report, since string) ui.Table {
	table := ui.Table{Caption: t.Text("report.by-year", since), Head: groupHead(t, r, t.Text("report.one-year"))}
	sum := &ui.TableRow{Label: t.Text("report.total")}
	for _, l := range r.Lines {
		sum.Numbers = append(sum.Numbers, l.Since)
	}
	sum.Numbers = append(sum.Numbers, r.Total.Since)
	for _, y := range r.Years {
		row := ui.TableRow{Label: strconv.Itoa(y.Year), Numbers: append(append([]int{}, y.Groups...), y.Total)}
		table.Rows = append(table.Rows, row)
	}
	table.Foot = sum
	return table
}

func chapterTable(t ui.Text, r *office.Report, caption string, count func(office.Tally) int) ui.Table {
	table := ui.Table{Caption: caption, Head: groupHead(t, r, t.Text("report.chapter"))}
	sum := &ui.TableRow{Label: t.Text("report.total"), Numbers: make([]int, len(r.Lines)+1)}
	for _, c := range r.Chapters {
		row := ui.TableRow{Label: cmp.Or(c.Name, t.Text("report.no-chapter"))}
		for _, n := range c.Groups {
			row.Numbers = append(row.Numbers, count(n))
		}
		row.Numbers = append(row.Numbers, count(c.Total))
		for i, n := range row.Numbers {
			sum.Numbers[i] += n
		}
		table.Rows = append(table.Rows, row)
	}
	table.Foot = sum
	return table
}
