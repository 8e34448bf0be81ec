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

// collect pages through a listing and joins the titles.
func (s *suite) collect(r *catalog.Reader, f catalog.WorkFilter) string {
	s.t.Helper()
	var list []string
	for {
		page, err := r.Works(s.ctx(), f)
		s.must(err)
		for _, w := range page.Works {
			list = append(list, w.Title)
		}
		if page.Next == "" {
			equal(s, "total", page.Total, len(list))
			return strings.Join(list, ", ")
		}
		equal(s, "size of a page", len(page.Works), f.Size)
		f.After = page.Next
	}
}

func testListing(_ *testing.T, s *suite) {
	an, binh := s.putAgent("An"), s.putAgent("Bình")
	shelf := s.putCollection("Kệ", "")
	day := func(n int) time.Time { return time.Date(2023, 1, n, 0, 0, 0, 0, time.UTC) }
	in := func(w *archive.Work) { w.Collections = []archive.CollectionID{shelf} }
	s.put(
		Work("Ẩm thực", func(w *archive.Work) { w.Published, w.Date = day(1), "199X" }, in),
		Work("An nhiên", func(w *archive.Work) {
			w.Published, w.Date, w.Credits = day(2), "1990/1999", []archive.Credit{{Agent: an}, {Agent: an, Relator: archive.Editor}}
		}),
		Work("Đường xa", func(w *archive.Work) {
			w.Published, w.Date, w.Genre = day(3), "2005-04-03", "ky"
			w.Representations[0].Credits = []archive.Credit{{Agent: an}}
		}, in),
		Work("Dừng chân", func(w *archive.Work) {
			w.Published, w.Date, w.Genre, w.Credits = day(3), "2005-04-01~", "truyen-ngan", []archive.Credit{{Agent: binh}}
		}),
		Work("10 bài", func(w *archive.Work) { w.Published, w.Representations[0].Medium = day(4), archive.Audio }, in),
		Work("9 bài", func(w *archive.Work) { w.Published, w.Date = day(5), "../1999" }),
		Work("Nháp", func(w *archive.Work) { w.State, w.Published = archive.Draft, time.Time{} }),
	)
	for _, test := range []struct {
		f    catalog.WorkFilter
		want string
	}{
		{catalog.WorkFilter{}, "9 bài, 10 bài, *, *, An nhiên, Ẩm thực"},
		{catalog.WorkFilter{Order: catalog.Title}, "9 bài, 10 bài, An nhiên, Ẩm thực, Dừng chân, Đường xa"},
		{catalog.WorkFilter{Order: catalog.Date}, "Đường xa, Dừng chân, 9 bài, *, *, 10 bài"},
		{catalog.WorkFilter{Genre: "tho", Order: catalog.Title}, "9 bài, 10 bài, An nhiên, Ẩm thực"},
		{catalog.WorkFilter{Group: "van-xuoi", Order: catalog.Title}, "Dừng chân, Đường xa"},
		{catalog.WorkFilter{Medium: archive.Audio}, "10 bài"},
		{catalog.WorkFilter{Agent: an}, "Đường xa, An nhiên"},
		{catalog.WorkFilter{Agent: an, Genre: "ky"}, "Đường xa"},
		{catalog.WorkFilter{Year: 1990, Order: catalog.Title}, "An nhiên, Ẩm thực"},
		{catalog.WorkFilter{Collection: shelf, Order: catalog.Position}, "Ẩm thực, Đường xa, 10 bài"},
		{catalog.WorkFilter{Collection: shelf, Order: catalog.Title}, "10 bài, Ẩm thực, Đường xa"},
		{catalog.WorkFilter{Year: 1812}, ""},
		{catalog.WorkFilter{Genre: "khong-co"}, ""},
	} {
		for size := 1; size <= 7; size++ {
			test.f.Size = size
			got := s.collect(s.public(), test.f)
			if !matches(got, test.want) {
				s.t.Errorf("%+v lists %q, want %q", test.f, got, test.want)
			}
		}
	}
	equal(s, "drafts for staff", s.collect(s.system(), catalog.WorkFilter{State: archive.Draft}), "Nháp")
	page, err := s.public().Works(s.ctx(), catalog.WorkFilter{Size: -5})
	s.must(err)
	equal(s, "works of a page of a nonsense size", len(page.Works), 6)
}

// matches compares two lists, where "*" in want stands for any entry: works that an order puts level.
func matches(got, want string) bool {
	a, b := strings.Split(got, ", "), strings.Split(want, ", ")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if b[i] != "*" && a[i] != b[i] {
			return false
		}
	}
	return true
}

func testListingGrows(_ *testing.T, s *suite) {
	for i := range 10 {
		s.put(Work(fmt.Sprintf("Bài %d", i), func(w *archive.Work) { w.Published = time.Date(2020, 1, i+1, 0, 0, 0, 0, time.UTC) }))
	}
	first, err := s.public().Works(s.ctx(), catalog.WorkFilter{Size: 5})
	s.must(err)
	equal(s, "first page", titles(first.Works), "Bài 9, Bài 8, Bài 7, Bài 6, Bài 5")
	s.put(Work("Mới", func(w *archive.Work) { w.Published = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }))
	second, err := s.public().Works(s.ctx(), catalog.WorkFilter{Size: 5, After: first.Next})
	s.must(err)
	equal(s, "second page", titles(second.Works), "Bài 4, Bài 3, Bài 2, Bài 1, Bài 0")
	equal(s, "next", second.Next, "")
	equal(s, "total", second.Total, 11)
}

func testBadCursor(_ *testing.T, s *suite) {
	for i := range 3 {
		s.put(Work(fmt.Sprint("Bài ", i)))
	}
	page, err := s.public().Works(s.ctx(), catalog.WorkFilter{Size: 1})
	s.must(err)
	for _, f := range []catalog.WorkFilter{
		{After: "x"}, {After: "e30"}, {After: page.Next[:8]}, {After: page.Next, Order: catalog.Title},
		{After: "eyJvIjoiIiwidCI6IngiLCJpIjoiYWFhYWFhYWFhYWFhIn0"}, // the order newest with a text
	} {
		_, err := s.public().Works(s.ctx(), f)
		s.wants(err, archive.Invalid, "cursor-invalid")
	}
	_, err = s.public().Agents(s.ctx(), catalog.AgentFilter{After: page.Next})
	s.wants(err, archive.Invalid, "cursor-invalid")
	for _, order := range []catalog.Order{"position", "size; DROP TABLE work"} {
		_, err := s.public().Works(s.ctx(), catalog.WorkFilter{Order: order})
		s.wants(err, archive.Invalid, "order-invalid")
	}
}

func testCounts(_ *testing.T, s *suite) {
	poems := func() int {
		s.t.Helper()
		g, err := s.public().Genre(s.ctx(), "tho")
		s.must(err)
		page, err := s.public().Works(s.ctx(), catalog.WorkFilter{Genre: "tho"})
		s.must(err)
		equal(s, "total against genre", page.Total, g.Works)
		return g.Works
	}
	equal(s, "works", poems(), 0)
	now := s.clock.Now()
	later := Work("Sau", func(w *archive.Work) { w.PublicFrom, w.PublicUntil = now.Add(time.Hour), now.Add(2*time.Hour) })
	s.put(Work("Nay"), later)
	equal(s, "works", poems(), 1)
	equal(s, "works again", poems(), 1)
	s.clock.Advance(time.Hour)
	equal(s, "works once it has opened", poems(), 2)
	s.clock.Advance(time.Hour)
	equal(s, "works once it has closed", poems(), 1)
	w, err := s.system().Work(s.ctx(), later.ID)
	s.must(err)
	w.PublicUntil = time.Time{}
	s.put(&w)
	equal(s, "works once it is open for ever", poems(), 2)
	other := OpenWith(s.t, s.opt) // another process
	s.must(other.Update(s.ctx(), withdraw(later.ID)))
	equal(s, "works once another process has withdrawn it", poems(), 1)
}

func testAgents(_ *testing.T, s *suite) {
	hoa := archive.Agent{
		ID: archive.NewID[archive.AgentID](), Born: "1950", Died: "2010-03", Chapter: "Thơ", Biography: "Quê ở Bến Tre.",
		Names: []archive.AgentName{{Name: "Nguyễn Thị Hòa", Kind: archive.RealName}, {Name: "Hương Giang", Kind: archive.PenName, From: "1970", To: "1980"}},
	}
	body := archive.Agent{ID: archive.NewID[archive.AgentID](), Organisation: true, Names: []archive.AgentName{{Name: "Hội Văn nghệ", Kind: archive.FormerName}}}
	s.must(s.update(func(tx *catalog.Tx) error {
		s.must(tx.PutAgent(s.ctx(), body))
		hoa.Predecessor, hoa.Successor = body.ID, body.ID
		return tx.PutAgent(s.ctx(), hoa)
	}))
	got, err := s.public().Agent(s.ctx(), hoa.ID)
	s.must(err)
	equal(s, "agent", s.text(got), s.text(hoa))
	s.must(s.update(func(tx *catalog.Tx) error {
		for _, name := range []string{"Nguyễn Thị Hòa", "nguyễn thị hoà", "HƯƠNG  GIANG", "Nguye\u0302\u0303n Thi\u0323 Hoa\u0300"} {
			got, err := tx.AgentByName(s.ctx(), name)
			s.must(err)
			equal(s, name, got.ID, hoa.ID)
			equal(s, "names", len(got.Names), 2)
		}
		for _, name := range []string{"Nguyen Thi Hoa", "", "***", "Hòa"} {
			_, err := tx.AgentByName(s.ctx(), name)
			s.wants(err, archive.NotFound, "agent-missing")
		}
		stars := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "***", Kind: archive.PenName}}}
		s.must(tx.PutAgent(s.ctx(), stars))
		got, err := tx.AgentByName(s.ctx(), "***")
		s.must(err)
		equal(s, "stars", got.ID, stars.ID)
		_, err = tx.AgentByName(s.ctx(), "---")
		s.wants(err, archive.NotFound, "agent-missing")
		return nil
	}))
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutAgent(s.ctx(), archive.Agent{ID: hoa.ID}) }), archive.Invalid, "name-missing")
	_, err = s.public().Agent(s.ctx(), "aaaaaaaaaaaa")
	s.wants(err, archive.NotFound, "agent-missing")
	testAgentList(s, hoa.ID)
}

func testAgentList(s *suite, hoa archive.AgentID) {
	for _, name := range []string{"Đặng Ái", "Dương Bình", "An", "Ẩn Danh", "Ân Sơn"} {
		s.put(Work("Của "+name, func(w *archive.Work) { w.Credits = []archive.Credit{{Agent: s.putAgent(name)}} }))
	}
	list := func(r *catalog.Reader, letter string) string {
		var names []string
		f := catalog.AgentFilter{Size: 2, Letter: letter}
		for {
			page, err := r.Agents(s.ctx(), f)
			s.must(err)
			for _, a := range page.Agents {
				names = append(names, a.Name())
			}
			if page.Next == "" {
				equal(s, "total", page.Total, len(names))
				return strings.Join(names, ", ")
			}
			f.After = page.Next
		}
	}
	equal(s, "agents", list(s.public(), ""), "An, Ân Sơn, Ẩn Danh, Dương Bình, Đặng Ái")
	equal(s, "agents with Đ", list(s.public(), "đ"), "Đặng Ái")
	equal(s, "agents with Â", list(s.public(), "Â"), "Ân Sơn, Ẩn Danh")
	equal(s, "agents with Q", list(s.public(), "Q"), "")
	equal(s, "agents for staff", list(s.system(), "H"), "Nguyễn Thị Hòa, Hội Văn nghệ") // a real name by its given name, a body as written
	letters, err := s.public().AgentLetters(s.ctx())
	s.must(err)
	equal(s, "letters", strings.Join(letters, ""), "AÂDĐ")
	letters, err = s.system().AgentLetters(s.ctx())
	s.must(err)
	equal(s, "letters for staff", strings.Join(letters, ""), "AÂDĐH")
	testAgentOrder(s)
	found, err := s.public().AgentsByID(s.ctx(), []archive.AgentID{hoa, "aaaaaaaaaaaa"})
	s.must(err)
	equal(s, "agents by id", len(found), 1)
	plain, err := s.public().UncountedAgents(s.ctx(), []archive.AgentID{hoa, "aaaaaaaaaaaa"})
	s.must(err)
	equal(s, "agents by id, uncounted", len(plain), 1)
	uncounted := found[hoa]
	uncounted.Works = 0
	equal(s, "uncounted agent", s.text(plain[hoa]), s.text(uncounted))
	// The works of hoa are drafts: the public may not be told of her, while staff may, and of those with a public work everybody.
	some, err := s.public().Agents(s.ctx(), catalog.AgentFilter{Size: 1})
	s.must(err)
	asked := []archive.AgentID{hoa, some.Agents[0].ID, "aaaaaaaaaaaa"}
	known, err := s.public().KnownAgents(s.ctx(), asked)
	s.must(err)
	equal(s, "agents known to the public", len(known), 1)
	equal(s, "the one known", len(known[some.Agents[0].ID].Names), 1)
	known, err = s.system().KnownAgents(s.ctx(), asked)
	s.must(err)
	equal(s, "agents known to staff", len(known), 2)
}

// testAgentOrder holds that people stand by given name, family name, middle names; pen names, bodies and names of which nobody said what they
// are as written; each by the Vietnamese alphabet, under a letter.
func testAgentOrder(s *suite) {
	put := func(name string, kind archive.NameKind, organisation bool) {
		a := archive.Agent{ID: archive.NewID[archive.AgentID](), Organisation: organisation, Names: []archive.AgentName{{Name: name, Kind: kind}}}
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutAgent(s.ctx(), a) }))
		s.put(Work("Của "+name, func(w *archive.Work) { w.Credits = []archive.Credit{{Agent: a.ID}} }))
	}
	for _, name := range []string{"Trần Thị Xuân", "Nguyễn Văn Xuân", "Nguyễn Xuân", "Hồ Xuyến", "Y", "Lê Yên"} {
		put(name, archive.RealName, false)
	}
	put("Xuân Quỳnh", archive.PenName, false)
	put("Xuân Hải", archive.UnsaidName, false)
	put("Xưởng phim Vạn Yên", archive.RealName, true)
	put("20 tháng 10", archive.PenName, false)
	var names []string
	for _, letter := range []string{"X", "y"} {
		page, err := s.public().Agents(s.ctx(), catalog.AgentFilter{Letter: letter})
		s.must(err)
		for i, a := range page.Agents {
			names = append(names, page.Letters[i]+" "+a.Name())
		}
	}
	equal(s, "agents under x and y", strings.Join(names, ", "), "X Xuân Hải, X Nguyễn Xuân, X Nguyễn Văn Xuân, X Xuân Quỳnh, X Trần Thị Xuân, X Hồ Xuyến, X Xưởng phim Vạn Yên, Y Y, Y Lê Yên")
	page, err := s.public().Agents(s.ctx(), catalog.AgentFilter{Size: 1})
	s.must(err)
	equal(s, "the first of all", page.Letters[0]+page.Agents[0].Name(), "20 tháng 10")
}

func testCollections(_ *testing.T, s *suite) {
	top, second := s.putCollection("Tuyển tập", ""), s.putCollection("Bút ký", "")
	below := s.putCollection("Tập một", top)
	var works []*archive.Work
	for i := range 4 {
		w := Work(fmt.Sprint("Bài ", i), func(w *archive.Work) { w.Collections = []archive.CollectionID{top} })
		works = append(works, w)
	}
	s.put(works...)
	s.put(Work("Ký", func(w *archive.Work) { w.Collections = []archive.CollectionID{second} }),
		Work("Quyển đầu", func(w *archive.Work) { w.Collections = []archive.CollectionID{below} }))
	list, err := s.public().Collections(s.ctx(), "")
	s.must(err)
	equal(s, "collections", len(list), 2)
	equal(s, "first", list[0].ID, second)
	equal(s, "works", list[1].Works, 4)
	list, err = s.public().Collections(s.ctx(), top)
	s.must(err)
	equal(s, "collections below", list[0].ID, below)
	order := func() string {
		return s.collect(s.public(), catalog.WorkFilter{Collection: top, Order: catalog.Position, Size: 2})
	}
	equal(s, "order", order(), "Bài 0, Bài 1, Bài 2, Bài 3")
	s.must(s.update(func(tx *catalog.Tx) error {
		return tx.ArrangeCollection(s.ctx(), top, []archive.WorkID{works[3].ID, "aaaaaaaaaaaa", works[1].ID})
	}))
	equal(s, "order", order(), "Bài 3, Bài 1, Bài 0, Bài 2")
	s.put(works[1]) // stays where it is
	works[0].Collections = nil
	s.put(works[0])
	equal(s, "order", order(), "Bài 3, Bài 1, Bài 2")

	s.wants(s.update(func(tx *catalog.Tx) error {
		return tx.PutCollection(s.ctx(), archive.Collection{ID: top, Title: "Tuyển tập", Parent: below})
	}), archive.Invalid, "collection-loop")
	s.wants(s.update(func(tx *catalog.Tx) error {
		return tx.PutCollection(s.ctx(), archive.Collection{ID: top, Title: "Tuyển tập", Parent: top})
	}), archive.Invalid, "collection-loop")
	s.must(s.update(func(tx *catalog.Tx) error {
		got, err := tx.CollectionByTitle(s.ctx(), "TUYỂN TẬP", "")
		s.must(err)
		equal(s, "collection by title", got.ID, top)
		got, err = tx.CollectionByTitle(s.ctx(), "tập một", top)
		s.must(err)
		equal(s, "collection by title", got.ID, below)
		_, err = tx.CollectionByTitle(s.ctx(), "tập một", "")
		s.wants(err, archive.NotFound, "collection-missing")
		return nil
	}))
	call := archive.Collection{ID: second, Title: "Cuộc vận động", Description: "Gửi bài", Closes: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutCollection(s.ctx(), call) }))
	got, err := s.public().Collection(s.ctx(), second)
	s.must(err)
	call.Works = 1
	equal(s, "collection", s.text(got), s.text(call))
	_, err = s.public().Collection(s.ctx(), "aaaaaaaaaaaa")
	s.wants(err, archive.NotFound, "collection-missing")
}

// testHiddenCollections: a collection tells its title to whoever may see a work in it or below it, and to staff.
func testHiddenCollections(_ *testing.T, s *suite) {
	closed := s.putCollection("Kín", "")
	inner := s.putCollection("Bên trong", closed)
	innermost := s.putCollection("Trong cùng", inner)
	empty := s.putCollection("Trống", "")
	for _, w := range everySight(s, func(w *archive.Work) { w.Collections = []archive.CollectionID{innermost} }) {
		s.put(w)
		for name, v := range viewers() {
			inside := v.Staff() || (w.State == archive.Published && v.Sees(w, s.clock.Now()) == nil)
			s.knows(name+" and "+w.Title, v, map[archive.CollectionID]bool{closed: inside, innermost: inside})
			found, err := s.Reader(v).KnownCollections(s.ctx(), []archive.CollectionID{innermost, closed, "aaaaaaaaaaaa"})
			s.must(err)
			equal(s, name+" finds the collection that holds "+w.Title, found[innermost].Title == "Trong cùng", inside)
			equal(s, name+" finds one that holds it below", found[closed].Title != "", v.Staff())
		}
		w.Collections = nil
		s.put(w)
	}
	beside := s.putCollection("Bên cạnh", closed)
	s.put(Work("Thấy được", func(w *archive.Work) { w.Collections = []archive.CollectionID{inner} }))
	s.knows("only what is above a work is known", archive.Public(),
		map[archive.CollectionID]bool{closed: true, inner: true, innermost: false, beside: false, empty: false})
	s.knows("staff know all", archive.System("test"), map[archive.CollectionID]bool{innermost: true, beside: true, empty: true})

	call := archive.Collection{ID: empty, Title: "Cuộc vận động", Closes: s.clock.Now().Add(time.Hour)}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutCollection(s.ctx(), call) }))
	s.knows("an open call is for everybody", archive.Public(), map[archive.CollectionID]bool{empty: true})
	s.clock.Advance(2 * time.Hour)
	s.knows("a call that closed empty is not", archive.Public(), map[archive.CollectionID]bool{empty: false})
}

// knows checks which collections a viewer is told of, by identifier and in lists.
func (s *suite) knows(what string, v archive.Viewer, want map[archive.CollectionID]bool) {
	s.t.Helper()
	r := s.Reader(v)
	for id, known := range want {
		got, err := r.Collection(s.ctx(), id)
		if !known {
			s.wants(err, archive.NotFound, "collection-missing")
			got, err = s.system().Collection(s.ctx(), id)
		}
		s.must(err)
		list, err := r.Collections(s.ctx(), got.Parent)
		s.must(err)
		listed := slices.ContainsFunc(list, func(c archive.Collection) bool { return c.ID == id })
		equal(s, fmt.Sprintf("%s: %s is listed", what, got.Title), listed, known)
	}
}

func testRelated(_ *testing.T, s *suite) {
	target := Work("Được phổ nhạc")
	s.put(target)
	w := Work("Gốc", func(w *archive.Work) {
		w.Relations = []archive.Relation{{Type: archive.SetsToMusic, Target: target.ID}}
	})
	s.put(w)
	s.put(Work("Bản dịch", func(o *archive.Work) { o.Relations = []archive.Relation{{Type: archive.TranslationOf, Target: w.ID}} }))
	got, err := s.public().Relating(s.ctx(), w.ID)
	s.must(err)
	equal(s, "relations to it", len(got), 1)
	equal(s, "relation to it", got[0].Type, archive.TranslationOf)
	got, err = s.public().Relating(s.ctx(), target.ID)
	s.must(err)
	equal(s, "relation to the target", got[0], archive.Relation{Type: archive.SetsToMusic, Target: w.ID})
}

func testGenres(_ *testing.T, s *suite) {
	s.put(Work("Một"))
	s.must(s.update(func(tx *catalog.Tx) error {
		s.must(tx.PutGenre(s.ctx(), archive.Genre{ID: "tho", Name: "Thi ca", English: "Poetry", Group: "van-xuoi", Order: 1}))
		return tx.PutGenre(s.ctx(), archive.Genre{ID: "moi", Name: "Mới", Group: "tho", Order: 5})
	}))
	OpenWith(s.t, s.opt) // another start
	genres, err := s.public().Genres(s.ctx())
	s.must(err)
	equal(s, "genres", len(genres), len(archive.Genres())+1)
	equal(s, "first", genres[0], archive.Genre{ID: "tho", Name: "Thi ca", English: "Poetry", Group: "van-xuoi", Order: 1, Works: 1})
	equal(s, "second", genres[1].ID, "moi")
	equal(s, "works of the group", s.collect(s.public(), catalog.WorkFilter{Group: "van-xuoi", Size: 5}), "Một")
	_, err = s.public().Genre(s.ctx(), "khong-co")
	s.wants(err, archive.NotFound, "genre-missing")
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutGenre(s.ctx(), archive.Genre{ID: "x"}) }), archive.Invalid, "name-missing")
}

// testKnownAgents: whom a viewer may be told of is remembered, and forgotten when a work is changed, and when one opens or closes.
func testKnownAgents(_ *testing.T, s *suite) {
	a := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Đỗ Thị Hạnh", Kind: archive.RealName}}}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutAgent(s.ctx(), a) }))
	knows := func(when string, want bool) {
		for range 2 { // the second time from memory
			for name, r := range map[string]*catalog.Reader{"the public": s.public(), "staff": s.system()} {
				found, err := r.KnownAgents(s.ctx(), []archive.AgentID{a.ID, "aaaaaaaaaaaa"})
				s.must(err)
				got := found[a.ID]
				equal(s, name+" knows the agent "+when, got.Name() == "Đỗ Thị Hạnh", want || name == "staff")
				equal(s, "how many "+name+" knows", len(found) == 1, want || name == "staff")
			}
		}
	}
	knows("without works", false)
	w := Work("Của chị", func(w *archive.Work) {
		w.Credits = []archive.Credit{{Agent: a.ID}}
		w.PublicFrom, w.PublicUntil = s.clock.Now().Add(time.Hour), s.clock.Now().Add(3*time.Hour)
	})
	s.put(w)
	knows("before the work opens", false)
	s.clock.Advance(2 * time.Hour)
	knows("while it is open", true)
	s.clock.Advance(2 * time.Hour)
	knows("after it closed", false)
	w.PublicUntil = time.Time{}
	s.put(w)
	knows("with its end taken back", true)
	w.State = archive.Withdrawn
	s.put(w)
	knows("withdrawn", false)
}
