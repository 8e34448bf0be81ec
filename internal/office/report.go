package office

import (
	"cmp"
	"context"
	"slices"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// mostYears bounds the years of a report.
const mostYears = 200

// ReportOrder is what a yearly report is about: published works of Year, and of all years from Since to Year.
type ReportOrder struct {
	Year, Since int
	Admitted    bool // by when they were first published here; else by their own date
}

// Check says whether there can be such a report. Invalid "report-years" with how many years it may cover.
func (o ReportOrder) Check() error {
	if o.Since < 1 || o.Year > 9999 || o.Since > o.Year || o.Year-o.Since >= mostYears {
		return archive.Fail(archive.Invalid, "report-years", mostYears)
	}
	return nil
}

func (o ReportOrder) filter() catalog.ReportFilter {
	return catalog.ReportFilter{Admitted: o.Admitted, From: o.Since, Until: o.Year}
}

// Tally is how many works there are of the year of a report, and since its first.
type Tally struct{ Year, Since int }

func (t *Tally) add(o ReportOrder, year, works int) {
	t.Since += works
	if year == o.Year {
		t.Year += works
	}
}

// Report is the yearly report. Every work counts once, in the group of its genre and in the chapter of the first who is credited and has one.
type Report struct {
	ReportOrder
	Lines    []ReportLine // the groups that are counted, in their order
	Total    Tally
	Chapters []ReportChapter // in alphabetical order, that of works without one last
	Years    []ReportYear    // the latest first
	Undated  int             // works whose own date is not known, which are in none of the numbers
}

// ReportLine is one report group.
type ReportLine struct {
	archive.ReportGroup
	Tally
	Genres []ReportGenre
}

// ReportGenre is one genre of a group.
type ReportGenre struct {
	archive.Genre
	Tally
}

// ReportChapter is the works of one chapter; "" for those without one. Groups stand in the order of Report.Lines.
type ReportChapter struct {
	Name   string
	Total  Tally
	Groups []Tally
}

// ReportYear is the works of one year. Groups stand in the order of Report.Lines.
type ReportYear struct {
	Year, Total int
	Groups      []int
}

// Report counts for a yearly report. Forbidden to others than who may; Invalid "report-years".
func (o *Office) Report(ctx context.Context, by archive.Viewer, order ReportOrder) (Report, error) {
	if err := by.May(archive.ReportWorks); err != nil {
		return Report{}, err
	}
	if err := order.Check(); err != nil {
		return Report{}, err
	}
	groups, _, err := o.Groups(ctx)
	if err != nil {
		return Report{}, err
	}
	counts, err := o.reader().ReportCounts(ctx, order.filter())
	if err != nil {
		return Report{}, err
	}
	return tallied(order, groups, counts), nil
}

// tallied adds counts up.
func tallied(order ReportOrder, groups []Group, counts []catalog.ReportCount) Report {
	r := Report{ReportOrder: order}
	at := map[archive.GenreID][2]int{}
	for _, g := range groups {
		if g.Left {
			continue
		}
		line := ReportLine{ReportGroup: g.ReportGroup}
		for i, genre := range g.Genres {
			at[genre.ID] = [2]int{len(r.Lines), i}
			line.Genres = append(line.Genres, ReportGenre{Genre: genre})
		}
		r.Lines = append(r.Lines, line)
	}
	for year := order.Year; year >= order.Since; year-- {
		r.Years = append(r.Years, ReportYear{Year: year, Groups: make([]int, len(r.Lines))})
	}
	chapters := map[string]*ReportChapter{}
	for _, c := range counts {
		place, counted := at[c.Genre]
		switch {
		case !counted:
		case c.Year == 0:
			r.Undated += c.Works
		default:
			r.count(c, place)
			r.ofChapter(chapters, c.Chapter).count(order, c, place[0])
		}
	}
	for _, c := range chapters {
		r.Chapters = append(r.Chapters, *c)
	}
	slices.SortFunc(r.Chapters, func(a, b ReportChapter) int {
		return cmp.Or(cmp.Compare(without(a.Name), without(b.Name)), cmp.Compare(viet.SortKey(a.Name), viet.SortKey(b.Name)))
	})
	return r
}

// without is 1 for works without a chapter, which come last.
func without(chapter string) int {
	if chapter == "" {
		return 1
	}
	return 0
}

func (r *Report) count(c catalog.ReportCount, place [2]int) {
	line := &r.Lines[place[0]]
	r.Total.add(r.ReportOrder, c.Year, c.Works)
	line.add(r.ReportOrder, c.Year, c.Works)
	line.Genres[place[1]].add(r.ReportOrder, c.Year, c.Works)
	year := &r.Years[r.Year-c.Year]
	year.Total += c.Works
	year.Groups[place[0]] += c.Works
}

// ofChapter returns the row of a chapter.
func (r *Report) ofChapter(rows map[string]*ReportChapter, name string) *ReportChapter {
	if rows[name] == nil {
		rows[name] = &ReportChapter{Name: name, Groups: make([]Tally, len(r.Lines))}
	}
	return rows[name]
}

func (c *ReportChapter) count(o ReportOrder, n catalog.ReportCount, group int) {
	c.Total.add(o, n.Year, n.Works)
	c.Groups[group].add(o, n.Year, n.Works)
}

// AgentReport is the works of an agent by year and genre, within the years of a report.
type AgentReport struct {
	Agent  archive.Agent
	Total  Tally
	Counts []catalog.AgentCount // by year and genre
}

// ReportAgents counts the works of every agent within the years of a report, in alphabetical order. A work of two counts for both. Errors as Report.
func (o *Office) ReportAgents(ctx context.Context, by archive.Viewer, order ReportOrder) ([]AgentReport, error) {
	return o.agents(ctx, by, order, "")
}

// ReportAgent counts the works of one agent. Errors as Report; NotFound "agent-missing".
func (o *Office) ReportAgent(ctx context.Context, by archive.Viewer, order ReportOrder, id archive.AgentID) (AgentReport, error) {
	list, err := o.agents(ctx, by, order, id)
	if err != nil {
		return AgentReport{}, err
	}
	if len(list) > 0 {
		return list[0], nil
	}
	agent, err := o.reader().Agent(ctx, id)
	return AgentReport{Agent: agent}, err
}

func (o *Office) agents(ctx context.Context, by archive.Viewer, order ReportOrder, id archive.AgentID) ([]AgentReport, error) {
	if err := by.May(archive.ReportWorks); err != nil {
		return nil, err
	}
	if err := order.Check(); err != nil {
		return nil, err
	}
	filter := order.filter()
	filter.Agent = id
	counts, err := o.reader().AgentCounts(ctx, filter)
	if err != nil {
		return nil, err
	}
	var list []AgentReport
	var ids []archive.AgentID
	for _, c := range counts {
		if len(ids) == 0 || ids[len(ids)-1] != c.Agent {
			ids = append(ids, c.Agent)
			list = append(list, AgentReport{})
		}
		row := &list[len(list)-1]
		row.Counts = append(row.Counts, c)
		if c.Year != 0 {
			row.Total.add(order, c.Year, c.Works)
		}
	}
	agents, err := o.reader().UncountedAgents(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		list[i].Agent = agents[id]
	}
	slices.SortStableFunc(list, func(a, b AgentReport) int {
		return cmp.Compare(viet.SortKey(a.Agent.SortName()), viet.SortKey(b.Agent.SortName()))
	})
	return list, nil
}

// AgentWorks lists the published works of an agent within the years of a report, and those whose own date is not known when that counts, by date.
func (o *Office) AgentWorks(ctx context.Context, by archive.Viewer, order ReportOrder, id archive.AgentID) ([]archive.Work, error) {
	if err := by.May(archive.ReportWorks); err != nil {
		return nil, err
	}
	var list []archive.Work
	f := catalog.WorkFilter{Agent: id, State: archive.Published, Order: catalog.Date, Size: catalog.MaxSize}
	for {
		page, err := o.reader().Works(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, w := range page.Works {
			if order.holds(&w) {
				list = append(list, w)
			}
		}
		if f.After = page.Next; f.After == "" {
			return list, nil
		}
	}
}

// holds reports whether a report counts a work or names it as one without a date.
func (o ReportOrder) holds(w *archive.Work) bool {
	year := w.Date.Year()
	if o.Admitted {
		year = w.Published.In(archive.Vietnam).Year()
	}
	return year >= o.Since && year <= o.Year || year == 0 && !o.Admitted
}
