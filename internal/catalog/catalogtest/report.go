package catalogtest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// testReport counts works of all states, dates, chapters and kinds of credit once in SQL and once one by one.
func testReport(_ *testing.T, s *suite) {
	random := rand.New(rand.NewPCG(1, 2))
	chapters := map[archive.AgentID]string{}
	var agents []archive.AgentID
	for i := range 9 {
		a := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: fmt.Sprintf("Tác giả %d", i)}}, Chapter: []string{"", "Trúc Khê", "Đồng Mơ"}[i%3]}
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutAgent(s.ctx(), a) }))
		agents, chapters[a.ID] = append(agents, a.ID), a.Chapter
	}
	works := make([]*archive.Work, 300)
	for i := range works {
		works[i] = reported(random, agents)
	}
	s.put(works...)
	for _, f := range []catalog.ReportFilter{
		{From: 2019, Until: 2023}, {From: 2021, Until: 2021}, {From: 2019, Until: 2023, Admitted: true}, {From: 2021, Until: 2021, Admitted: true}, {From: 1, Until: 1900},
	} {
		got, err := s.system().ReportCounts(s.ctx(), f)
		s.must(err)
		equal(s, fmt.Sprintf("%+v", f), fmt.Sprint(got), fmt.Sprint(counted(f, works, chapters)))
		byAgent, err := s.system().AgentCounts(s.ctx(), f)
		s.must(err)
		equal(s, fmt.Sprintf("agents %+v", f), fmt.Sprint(byAgent), fmt.Sprint(countedAgents(f, works)))
		f.Agent = agents[1]
		one, err := s.system().AgentCounts(s.ctx(), f)
		s.must(err)
		of := slices.DeleteFunc(byAgent, func(c catalog.AgentCount) bool { return c.Agent != agents[1] })
		equal(s, "one agent", fmt.Sprint(one), fmt.Sprint(of))
	}
	_, err := s.public().ReportCounts(s.ctx(), catalog.ReportFilter{From: 2020, Until: 2021})
	s.wants(err, archive.Forbidden, "staff-only")
	_, err = s.public().AgentCounts(s.ctx(), catalog.ReportFilter{From: 2020, Until: 2021})
	s.wants(err, archive.Forbidden, "staff-only")
}

// reported is a work by chance. A fifth was published within an hour of the end of a year in Vietnam, which is another year in UTC.
func reported(random *rand.Rand, agents []archive.AgentID) *archive.Work {
	pick := func() archive.AgentID { return agents[random.IntN(len(agents))] }
	return Work("Tác phẩm", func(w *archive.Work) {
		w.Genre = []archive.GenreID{"tho", "truyen-ngan", "ky", "hoi-hoa"}[random.IntN(4)]
		w.Date = []archive.Date{"", "2019-05", "2020-12-31", "2021~", "202X", "2021/2023", "../2022", "2024", "1899"}[random.IntN(9)]
		w.Published = time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(6*365*24)) * time.Hour)
		if random.IntN(5) == 0 {
			w.Published = time.Date(2018+random.IntN(7), 12, 31, 16, random.IntN(120), 0, 0, time.UTC)
		}
		if random.IntN(4) == 0 {
			w.State = []archive.State{archive.Draft, archive.Withdrawn, archive.Approved}[random.IntN(3)]
		}
		for range random.IntN(3) {
			w.Credits = append(w.Credits, archive.Credit{Agent: pick(), Relator: archive.Author})
		}
		for range random.IntN(2) {
			w.Representations[0].Credits = append(w.Representations[0].Credits, archive.Credit{Agent: pick(), Relator: archive.Narrator})
		}
	})
}

// within returns the year in which a report counts a work.
func within(f catalog.ReportFilter, w *archive.Work) (int, bool) {
	year := w.Date.Year()
	if f.Admitted {
		year = w.Published.Add(7 * time.Hour).Year()
	}
	return year, w.State == archive.Published && (year >= f.From && year <= f.Until || year == 0)
}

func counted(f catalog.ReportFilter, works []*archive.Work, chapters map[archive.AgentID]string) []catalog.ReportCount {
	numbers := map[catalog.ReportCount]int{}
	for _, w := range works {
		year, in := within(f, w)
		if !in {
			continue
		}
		chapter := ""
		for _, c := range append(slices.Clone(w.Credits), w.Representations[0].Credits...) {
			if chapter = chapters[c.Agent]; chapter != "" {
				break
			}
		}
		numbers[catalog.ReportCount{Year: year, Genre: w.Genre, Chapter: chapter}]++
	}
	var list []catalog.ReportCount
	for c, n := range numbers {
		c.Works = n
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b catalog.ReportCount) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Genre, b.Genre), cmp.Compare(a.Chapter, b.Chapter))
	})
	return list
}

func countedAgents(f catalog.ReportFilter, works []*archive.Work) []catalog.AgentCount {
	numbers := map[catalog.AgentCount]int{}
	for _, w := range works {
		year, in := within(f, w)
		credited := map[archive.AgentID]bool{}
		for _, c := range append(slices.Clone(w.Credits), w.Representations[0].Credits...) {
			if in && !credited[c.Agent] {
				credited[c.Agent] = true
				numbers[catalog.AgentCount{Agent: c.Agent, Year: year, Genre: w.Genre}]++
			}
		}
	}
	var list []catalog.AgentCount
	for c, n := range numbers {
		c.Works = n
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b catalog.AgentCount) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Genre, b.Genre))
	})
	return list
}

// testDeeds pages through events and deeds together, filtered by each field.
func testDeeds(_ *testing.T, s *suite) {
	w := Work("Bến trăng")
	s.put(w)
	for i := range 7 {
		s.must(s.update(func(tx *catalog.Tx) error {
			if err := tx.AddEvent(s.ctx(), archive.Event{Work: w.ID, Type: archive.EventModification, Agent: "van", Detail: fmt.Sprint(i)}); err != nil {
				return err
			}
			d := archive.NewDeed(archive.Viewer{Account: "aaaaaaaaaaaa", Name: "Bà Quản\x00"}, archive.DeedGenre, archive.Changed{Field: "name", Before: "Thơ", After: "Thơ ca"})
			return tx.AddDeed(s.ctx(), d.Of("tho", "=Thơ"))
		}))
		s.clock.Advance(time.Hour)
	}
	read := func(f catalog.RecordFilter) (list []catalog.Recorded) {
		for f.Limit = 3; ; f.After = list[len(list)-1].Place() {
			page, err := s.system().Record(s.ctx(), f)
			s.must(err)
			if list = append(list, page...); len(page) < f.Limit {
				return list
			}
		}
	}
	all := read(catalog.RecordFilter{})
	equal(s, "lines", len(all), 14)
	for i := 1; i < len(all); i++ {
		if all[i].Time.After(all[i-1].Time) {
			s.t.Errorf("line %d stands after an older one", i)
		}
	}
	middle := all[7].Time
	for name, c := range map[string]struct {
		filter catalog.RecordFilter
		want   int
	}{
		"work": {catalog.RecordFilter{Work: w.ID}, 7}, "agent": {catalog.RecordFilter{Agent: "aaaaaaaaaaaa"}, 7}, "kind": {catalog.RecordFilter{Kind: string(archive.DeedGenre)}, 7},
		"other work": {catalog.RecordFilter{Work: "bbbbbbbbbbbb"}, 0}, "kind and agent": {catalog.RecordFilter{Kind: string(archive.DeedGenre), Agent: "van"}, 0},
		"halves": {catalog.RecordFilter{From: middle}, len(all) - len(read(catalog.RecordFilter{Until: middle}))},
	} {
		equal(s, name, len(read(c.filter)), c.want)
	}
	d := read(catalog.RecordFilter{Kind: string(archive.DeedGenre)})[0]
	equal(s, "deed", fmt.Sprint(d.Name, d.Thing, d.Title, d.Changes), "Bà Quảntho=Thơ[{name Thơ Thơ ca}]")
	_, err := s.public().Record(s.ctx(), catalog.RecordFilter{Limit: 1})
	s.wants(err, archive.Forbidden, "staff-only")
}

func testStamps(_ *testing.T, s *suite) {
	change := func(stamp, to string) error {
		return s.update(func(tx *catalog.Tx) error {
			var value string
			return tx.ChangeSetting(s.ctx(), "test", &value, stamp, func() error { value = to; return nil })
		})
	}
	s.must(change(catalog.Stamp(new("")), "một"))
	s.wants(change(catalog.Stamp(new("")), "hai"), archive.Conflict, "setting-changed")
	s.must(change(catalog.Stamp(new("một")), "ba"))
	var value string
	s.must(s.system().Setting(s.ctx(), "test", &value))
	equal(s, "setting", value, "ba")
}
