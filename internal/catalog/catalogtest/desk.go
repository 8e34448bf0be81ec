package catalogtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func waiting(title, genre string) *archive.Work {
	return Work(title, func(w *archive.Work) {
		w.Genre, w.State, w.Published = archive.GenreID(genre), archive.Submitted, time.Time{}
	})
}

func testQueue(_ *testing.T, s *suite) {
	first, second, notice := waiting("Một", "tho"), waiting("Hai", "tho"), waiting("Ba", "thong-bao")
	s.put(first, second, notice, Work("Đã công bố"))
	submit := func(w *archive.Work) {
		s.must(s.update(func(tx *catalog.Tx) error {
			return tx.AddEvent(s.ctx(), archive.Event{Work: w.ID, Type: archive.EventSubmission, Agent: "van"})
		}))
	}
	for _, w := range []*archive.Work{first, notice, second, first} { // the first was handed in once more
		submit(w)
	}
	for _, c := range []struct {
		filter catalog.DeskFilter
		want   string
		more   bool
	}{
		{catalog.DeskFilter{State: archive.Submitted}, "Ba, Hai, Một", false},
		{catalog.DeskFilter{State: archive.Submitted, Group: "tho"}, "Hai, Một", false},
		{catalog.DeskFilter{State: archive.Submitted, Size: 2}, "Ba, Hai", true},
		{catalog.DeskFilter{State: archive.Submitted, Size: 2, Skip: 2}, "Một", false},
		{catalog.DeskFilter{State: archive.Approved}, "", false},
	} {
		q, err := s.system().Desk(s.ctx(), c.filter)
		s.must(err)
		var titles []string
		for _, w := range q.Works {
			titles = append(titles, w.Work.Title)
			if len(w.Events) == 0 || w.Since.IsZero() || !w.Since.Equal(w.Events[len(w.Events)-1].Time) {
				s.t.Errorf("%s waits since %v, events %v", w.Work.Title, w.Since, w.Events)
			}
		}
		equal(s, fmt.Sprintf("%+v", c.filter), strings.Join(titles, ", "), c.want)
		equal(s, "more", q.More, c.more)
		if c.filter.State == archive.Submitted && (q.Groups["tho"] != 2 || q.Groups["thong-bao"] != 1) {
			s.t.Errorf("counts %v", q.Groups)
		}
	}
	_, err := s.public().Desk(s.ctx(), catalog.DeskFilter{State: archive.Submitted})
	s.wants(err, archive.Forbidden, "staff-only")
}

func testLapsing(_ *testing.T, s *suite) {
	licensed := func(title string, until time.Duration) *archive.Work {
		return Work(title, func(w *archive.Work) { w.Rights.LicenceUntil = s.clock.Now().Add(until) })
	}
	day := 24 * time.Hour
	s.put(licensed("Xa", 90*day), licensed("Sau", 59*day), licensed("Gần", day), licensed("Qua", -day), Work("Không hạn"))
	works, err := s.system().Lapsing(s.ctx(), 60*day, 10)
	s.must(err)
	equal(s, "lapsing", titles(works), "Gần, Sau")
	_, err = s.public().Lapsing(s.ctx(), day, 10)
	s.wants(err, archive.Forbidden, "staff-only")
}

func testDecisions(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	add := func(detail string) time.Time {
		at := s.clock.Now()
		s.must(s.update(func(tx *catalog.Tx) error {
			return tx.AddEvent(s.ctx(), archive.Event{Work: w.ID, Type: archive.EventApproval, Agent: "van", Detail: detail, Time: at})
		}))
		return at
	}
	first := add(archive.Decision{Name: "Vân", Note: "được"}.Detail())
	add("import")
	second := add(archive.Decision{Name: "Khoa"}.Detail())
	names := func(from, until time.Time, limit int) string {
		list, err := s.system().Decisions(s.ctx(), from, until, limit)
		s.must(err)
		var names []string
		for _, e := range list {
			d, ok := archive.ParseDecision(e.Detail)
			names = append(names, fmt.Sprint(d.Name, ok))
		}
		return strings.Join(names, " ")
	}
	equal(s, "all", names(first, second.Add(time.Microsecond), 10), "Vântrue Khoatrue")
	equal(s, "until before the second", names(first, second, 10), "Vântrue")
	equal(s, "from after the first", names(first.Add(time.Microsecond), second.Add(1000), 10), "Khoatrue")
	equal(s, "at most one", names(first, second.Add(1000), 1), "Vântrue")
	_, err := s.public().Decisions(s.ctx(), first, second, 1)
	s.wants(err, archive.Forbidden, "staff-only")
}

func testComments(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	c := archive.Comment{ID: archive.NewID[archive.CommentID](), Work: w.ID, File: w.Representations[0].Files[0].ID, Locator: "kho-2",
		Text: "chữ này\x00?", Account: "abcdefgh2345", Name: "Vân", Time: s.clock.Now()}
	put := func(c archive.Comment) error {
		return s.update(func(tx *catalog.Tx) error { return tx.PutComment(s.ctx(), c) })
	}
	s.must(put(c))
	list, err := s.system().Comments(s.ctx(), w.ID)
	s.must(err)
	c.Text = "chữ này?"
	if len(list) != 1 || list[0] != c {
		s.t.Errorf("%+v, want %+v", list, c)
	}
	c.Done = s.clock.Now()
	s.must(put(c))
	s.must(s.update(func(tx *catalog.Tx) error {
		got, err := tx.Comment(s.ctx(), c.ID)
		equal(s, "done", got.Done, c.Done)
		return err
	}))
	s.wants(s.update(func(tx *catalog.Tx) error { _, err := tx.Comment(s.ctx(), "abcdefgh2345"); return err }), archive.NotFound, "comment-missing")
	stray := c
	stray.ID, stray.Work = archive.NewID[archive.CommentID](), "abcdefgh2345"
	s.wants(put(stray), archive.NotFound, "work-missing")
	_, err = s.public().Comments(s.ctx(), w.ID)
	s.wants(err, archive.Forbidden, "staff-only")
}

func testCases(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	at := s.clock.Now()
	put := func(c archive.Case) error {
		return s.update(func(tx *catalog.Tx) error { return tx.PutCase(s.ctx(), c) })
	}
	late := archive.Case{ID: archive.NewID[archive.CaseID](), Work: w.ID, Kind: archive.Complaint, Text: "tranh của tôi", Received: at, Due: at.Add(2)}
	soon := archive.Case{ID: archive.NewID[archive.CaseID](), Work: w.ID, Kind: archive.Remark, Name: "Đò", Contact: "a@b", Text: "sai năm", Received: at.Add(time.Second), Due: at.Add(time.Second)}
	late.Due = at.Add(time.Hour)
	s.must(put(late))
	s.must(put(soon))
	check := func(what string, list []archive.Case, err error, want ...archive.Case) {
		s.t.Helper()
		s.must(err)
		if len(list) != len(want) {
			s.t.Fatalf("%s: %+v", what, list)
		}
		for i := range want {
			equal(s, what, list[i], want[i])
		}
	}
	list, err := s.system().OpenCases(s.ctx(), 10)
	check("open", list, err, soon, late)
	soon.Closed, soon.ClosedBy, soon.Outcome, soon.Authority, soon.OrderNumber, soon.OrderDate = s.clock.Now(), "Vân", "đã sửa", "Sở", "5/QĐ", "2026-05-01"
	s.must(put(soon))
	list, err = s.system().OpenCases(s.ctx(), 10)
	check("still open", list, err, late)
	list, err = s.system().ClosedCases(s.ctx(), 10)
	check("closed", list, err, soon)
	list, err = s.system().CasesOf(s.ctx(), w.ID)
	check("of the work", list, err, late, soon)
	got, err := s.system().Case(s.ctx(), soon.ID)
	check("one", []archive.Case{got}, err, soon)
	s.must(s.update(func(tx *catalog.Tx) error {
		n, err := tx.CasesOfSince(s.ctx(), w.ID, at.Add(1000))
		equal(s, "received since", n, 1)
		return err
	}))
	_, err = s.system().Case(s.ctx(), "abcdefgh2345")
	s.wants(err, archive.NotFound, "case-missing")
	s.wants(s.update(func(tx *catalog.Tx) error { _, err := tx.Case(s.ctx(), "abcdefgh2345"); return err }), archive.NotFound, "case-missing")
	_, err = s.public().OpenCases(s.ctx(), 1)
	s.wants(err, archive.Forbidden, "staff-only")
	s.must(s.update(func(tx *catalog.Tx) error {
		notes, err := tx.UnservedRecords(s.ctx(), "none", 99)
		if !slices.Contains(notes, "case:"+string(late.ID)) {
			s.t.Errorf("the archive of record is owed %v", notes)
		}
		return err
	}))
}
