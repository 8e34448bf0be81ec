package catalogtest

import (
	"fmt"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// everySight makes a work for each combination of state, audience and dates.
func everySight(s *suite, with func(w *archive.Work)) []*archive.Work {
	now := s.clock.Now()
	states := []archive.State{archive.Draft, archive.Submitted, archive.ChangesRequested, archive.Approved, archive.Published, archive.Withdrawn}
	audiences := []archive.Audience{archive.AudiencePublic, archive.AudienceMembers, archive.AudienceStaff}
	dates := []struct{ from, until, licence time.Duration }{
		{}, {from: time.Hour}, {until: -time.Hour}, {licence: -time.Hour},
		{from: -time.Hour, until: time.Hour, licence: time.Hour}, {until: time.Hour, licence: -time.Hour}, {from: -2 * time.Hour, until: -time.Hour},
	}
	at := func(d time.Duration) time.Time {
		if d == 0 {
			return time.Time{}
		}
		return now.Add(d)
	}
	var works []*archive.Work
	for _, state := range states {
		for _, audience := range audiences {
			for _, d := range dates {
				works = append(works, Work(fmt.Sprintf("%s %s %v", state, audience, d), func(w *archive.Work) {
					w.State, w.Audience, w.WithdrawnReason = state, audience, "vì thế"
					w.PublicFrom, w.PublicUntil, w.Rights.LicenceUntil = at(d.from), at(d.until), at(d.licence)
					w.SourceURL = "http://cu.vn/" + string(w.ID)
					w.Key = "key-" + string(w.ID)
					with(w)
				}))
			}
		}
	}
	return works
}

// viewers are all kinds of people who ask.
func viewers() map[string]archive.Viewer {
	list := map[string]archive.Viewer{"public": archive.Public(), "system": archive.System("x"), "no role": {Account: "aaaaaaaaaaaa"}}
	for _, role := range []archive.Role{archive.Member, archive.Archivist, archive.EditorRole, archive.Administrator} {
		list[string(role)] = archive.Viewer{Account: "bbbbbbbbbbbb", Roles: []archive.Role{role}}
	}
	return list
}

// testVisibility asks every method of Reader about every work as every viewer and compares with archive.Viewer.Sees.
func testVisibility(t *testing.T, s *suite) {
	agent, shelf := s.putAgent("Nguyễn Văn An"), s.putCollection("Kệ", "")
	target := Work("Đích", func(w *archive.Work) { w.Genre = "ky" })
	s.put(target)
	works := everySight(s, func(w *archive.Work) {
		w.Relations = []archive.Relation{{Type: archive.ReadingOf, Target: target.ID}}
		w.Credits = []archive.Credit{{Agent: agent, Relator: archive.Author}}
		w.Collections = []archive.CollectionID{shelf}
	})
	s.put(works...)
	anchor := Work("Neo", func(w *archive.Work) { w.Genre = "ky" })
	for _, w := range works {
		anchor.Relations = append(anchor.Relations, archive.Relation{Type: archive.PartOf, Target: w.ID})
	}
	s.put(anchor)
	merged := []*archive.Work{}
	for _, state := range []archive.State{archive.Withdrawn, archive.Draft} {
		merged = append(merged, Work("gộp", func(w *archive.Work) {
			w.State, w.MergedInto, w.Credits = state, target.ID, []archive.Credit{{Agent: agent, Relator: archive.Author}}
		}))
	}
	s.put(merged...)
	s.must(s.update(func(tx *catalog.Tx) error {
		for _, w := range append(works, merged...) {
			f := w.Representations[0].Files[0]
			s.must(tx.PutDerivative(s.ctx(), archive.Derivative{Work: w.ID, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady}))
			s.must(tx.PutParts(s.ctx(), f, []archive.Part{{Kind: "page", Text: "chữ"}}))
		}
		return nil
	}))
	for name, v := range viewers() {
		t.Run(name, func(t *testing.T) {
			inner := &suite{t: t, opt: s.opt, clock: s.clock, Catalog: s.Catalog}
			see := &sighted{suite: inner, r: s.Reader(v), v: v, works: works, merged: merged, now: s.clock.Now()}
			see.single()
			see.many(anchor.ID, target.ID)
			see.listed(agent, shelf)
		})
	}
}

// sighted compares what one viewer is shown with what it may see.
type sighted struct {
	*suite
	r     *catalog.Reader
	v     archive.Viewer
	works []*archive.Work
	// merged are works that led to another since.
	merged []*archive.Work
	now    time.Time
}

// single asks the methods that answer about one work.
func (s *sighted) single() {
	for _, w := range append(s.works, s.merged...) {
		want := s.v.Sees(w, s.now)
		f := w.Representations[0].Files[0]
		_, work := s.r.Work(s.ctx(), w.ID)
		byKey := want
		if w.Key != "" {
			_, byKey = s.r.WorkByKey(s.ctx(), w.Key)
		}
		_, file := s.r.File(s.ctx(), w.ID, f.ID)
		_, fileByID := s.r.FileByID(s.ctx(), f.ID)
		_, derivative := s.r.Derivative(s.ctx(), catalog.DerivativeRef{Work: w.ID, File: f.ID, Recipe: "text", Version: 1})
		_, parts := s.r.Parts(s.ctx(), w.ID)
		_, relating := s.r.Relating(s.ctx(), w.ID)
		for method, got := range map[string]error{
			"Work": work, "WorkByKey": byKey, "File": file, "FileByID": fileByID, "Derivative": derivative, "Parts": parts,
			"Relating": relating,
		} {
			if fmt.Sprint(got) != fmt.Sprint(want) {
				s.t.Errorf("%s of %q answers %v, want %v", method, w.Title, got, want)
			}
		}
		if w.MergedInto != "" {
			continue
		}
		_, bySource := s.r.WorkBySource(s.ctx(), w.SourceURL)
		if (archive.CodeOf(bySource) == archive.NotFound) != (archive.CodeOf(want) == archive.NotFound) {
			s.t.Errorf("WorkBySource of %q answers %v, want %v", w.Title, bySource, want)
		}
		_, withdrawn := s.r.WithdrawnAt(s.ctx(), w.ID)
		if knows := w.State == archive.Withdrawn && archive.CodeOf(want) != archive.NotFound; knows != (withdrawn == nil) {
			s.t.Errorf("WithdrawnAt of %q answers %v", w.Title, withdrawn)
		}
		_, events := s.r.Events(s.ctx(), w.ID)
		if s.v.Staff() != (events == nil) {
			s.t.Errorf("Events of %q answers %v", w.Title, events)
		}
	}
}

// many asks the methods that answer about many works and leave out the hidden.
func (s *sighted) many(anchor, target archive.WorkID) {
	var ids []archive.WorkID
	var refs []catalog.PartRef
	want := map[archive.WorkID]bool{}
	for _, w := range append(s.works, s.merged...) {
		ids = append(ids, w.ID)
		refs = append(refs, catalog.PartRef{Work: w.ID})
		want[w.ID] = s.v.Sees(w, s.now) == nil
	}
	works, err := s.r.WorksByID(s.ctx(), ids)
	s.must(err)
	s.same("WorksByID", ids1(works), want)
	derivatives, err := s.r.Derivatives(s.ctx(), ids...)
	s.must(err)
	shown := map[archive.WorkID]bool{}
	for id := range derivatives {
		shown[id] = true
	}
	s.same("Derivatives", shown, want)
	parts, err := s.r.PartsByRef(s.ctx(), refs)
	s.must(err)
	shown = map[archive.WorkID]bool{}
	for _, p := range parts {
		shown[p.Work] = true
	}
	s.same("PartsByRef", shown, want)
	whole, err := s.r.Work(s.ctx(), anchor)
	s.must(err)
	shown = map[archive.WorkID]bool{}
	for _, rel := range whole.Relations {
		shown[rel.Target] = true
	}
	s.same("Work.Relations", shown, want)
	relating, err := s.r.Relating(s.ctx(), target)
	s.must(err)
	shown = map[archive.WorkID]bool{}
	for _, rel := range relating {
		shown[rel.Target] = true
	}
	s.same("Relating", shown, want)
}

func ids1(works []archive.Work) map[archive.WorkID]bool {
	m := map[archive.WorkID]bool{}
	for _, w := range works {
		m[w.ID] = true
	}
	return m
}

// lists reports whether a method is asked for works by their identifiers: nothing points at works that were merged.
func lists(method string) bool {
	return method == "WorksByID" || method == "Derivatives" || method == "PartsByRef"
}

func (s *sighted) same(method string, shown, want map[archive.WorkID]bool) {
	for _, w := range append(s.works, s.merged...) {
		if w.MergedInto != "" && !lists(method) {
			continue
		}
		if shown[w.ID] != want[w.ID] {
			s.t.Errorf("%s shows %q: %v, want %v", method, w.Title, shown[w.ID], want[w.ID])
		}
	}
}

// listed asks listings and counts.
func (s *sighted) listed(agent archive.AgentID, shelf archive.CollectionID) {
	want := map[archive.WorkID]bool{}
	n := 0
	for _, w := range s.works {
		if w.State == archive.Published && s.v.Sees(w, s.now) == nil {
			want[w.ID] = true
			n++
		}
	}
	for _, f := range []catalog.WorkFilter{
		{Genre: "tho"}, {Group: "tho"}, {Agent: agent}, {Collection: shelf, Order: catalog.Position}, {Genre: "tho", Order: catalog.Title},
		{Genre: "tho", Medium: archive.Text, Order: catalog.Date},
	} {
		shown, total := s.all(f)
		s.same(fmt.Sprintf("Works %+v", f), shown, want)
		equal(s.suite, fmt.Sprintf("total of %+v", f), total, n)
	}
	if !s.v.Staff() {
		shown, _ := s.all(catalog.WorkFilter{Genre: "tho", State: archive.Draft})
		s.same("Works that asks for drafts", shown, want)
	}
	g, err := s.r.Genre(s.ctx(), "tho")
	s.must(err)
	equal(s.suite, "works of the genre", g.Works, n)
	c, err := s.r.Collection(s.ctx(), shelf)
	s.must(err)
	equal(s.suite, "works of the collection", c.Works, n)
	all := 0
	for _, w := range append(s.works, s.merged...) {
		if s.v.Sees(w, s.now) == nil {
			all++
		}
	}
	a, err := s.r.Agent(s.ctx(), agent)
	s.must(err)
	equal(s.suite, "works of the agent", a.Works, all)
}

// all pages through a listing.
func (s *sighted) all(f catalog.WorkFilter) (map[archive.WorkID]bool, int) {
	shown := map[archive.WorkID]bool{}
	f.Size = 7
	for {
		page, err := s.r.Works(s.ctx(), f)
		s.must(err)
		for _, w := range page.Works {
			if shown[w.ID] {
				s.t.Errorf("%q is listed twice", w.Title)
			}
			shown[w.ID] = true
		}
		if page.Next == "" {
			return shown, page.Total
		}
		f.After = page.Next
	}
}
