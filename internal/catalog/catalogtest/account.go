package catalogtest

import (
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func testAccounts(_ *testing.T, s *suite) {
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: "van", Shown: "Lâm Tịnh Vân", Roles: []archive.Role{archive.Member}}
	add := func(a catalog.Account) error {
		return s.update(func(tx *catalog.Tx) error { return tx.AddAccount(s.ctx(), a) })
	}
	s.must(add(a))
	twin := a
	twin.ID = archive.NewID[archive.AccountID]()
	s.wants(add(twin), archive.Conflict, "account-taken")
	got, err := s.system().Account(s.ctx(), "van")
	s.must(err)
	if got.ID != a.ID || got.Shown != a.Shown || len(got.Roles) != 1 || got.Created.IsZero() || got.Viewer().Staff() || !got.Viewer().SignedIn() {
		s.t.Errorf("%+v", got)
	}
	_, err = s.system().Account(s.ctx(), "Vân")
	s.wants(err, archive.NotFound, "account-missing")
	_, err = s.public().Accounts(s.ctx())
	s.wants(err, archive.Forbidden, "staff-only")
	_, _, err = s.Reader(a.Viewer()).AppPasswordBySecret(s.ctx(), "x")
	s.wants(err, archive.Forbidden, "staff-only")

	p := catalog.AppPassword{ID: archive.NewID[string](), Account: a.ID, Label: "điện thoại", Secret: "abcdefghijklmnopqrstuvwxyz"}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddAppPassword(s.ctx(), p) }))
	found, owner, err := s.system().AppPasswordBySecret(s.ctx(), p.Secret)
	s.must(err)
	if found.ID != p.ID || found.Label != p.Label || !found.Used.IsZero() || owner.Name != "van" {
		s.t.Errorf("%+v of %+v", found, owner)
	}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.UseAppPassword(s.ctx(), p.ID) }))
	list, err := s.system().AppPasswords(s.ctx(), a.ID)
	s.must(err)
	if len(list) != 1 || list[0].Used.IsZero() {
		s.t.Errorf("%+v", list)
	}
	revoke := func(account archive.AccountID) error {
		return s.update(func(tx *catalog.Tx) error { return tx.RevokeAppPassword(s.ctx(), account, p.ID) })
	}
	s.wants(revoke(twin.ID), archive.NotFound, "app-password-missing")
	s.must(revoke(a.ID))
	s.wants(revoke(a.ID), archive.NotFound, "app-password-missing")
	_, _, err = s.system().AppPasswordBySecret(s.ctx(), p.Secret)
	s.wants(err, archive.NotFound, "app-password-missing")
}

// song is a work of sound of a year.
func song(title string, date archive.Date, with ...func(w *archive.Work)) *archive.Work {
	return Work(title, append([]func(w *archive.Work){func(w *archive.Work) {
		w.Genre, w.Date = "ca-khuc", date
		w.Representations[0].Kind, w.Representations[0].Medium = archive.KindRecording, archive.Audio
		w.Representations[0].Files[0].Duration = time.Minute
	}}, with...)...)
}

func testRecorded(_ *testing.T, s *suite) {
	agent, collection := s.putAgent("Đỗ Vân Khoa"), s.putCollection("Sông nước", "")
	older, younger := song("Bến", "1980"), song("Ấm", "1990", func(w *archive.Work) { w.Published = w.Published.Add(time.Hour) })
	older.Credits = []archive.Credit{{Agent: agent, Name: "Đỗ Vân Khoa", Relator: archive.Composer}}
	hidden := song("Kín", "1985", func(w *archive.Work) { w.Audience, w.Credits = archive.AudienceMembers, older.Credits })
	undated, poem := song("Không năm", ""), Work("Thơ")
	for _, w := range []*archive.Work{younger, older, hidden, poem} {
		w.Collections = []archive.CollectionID{collection}
	}
	s.put(younger, older, hidden, undated, poem)
	for _, c := range []struct {
		filter catalog.RecordedFilter
		want   string
	}{
		{catalog.RecordedFilter{Order: catalog.RecordedTitle, From: 1}, "Ấm, Bến"},
		{catalog.RecordedFilter{Order: catalog.RecordedTitle, Reverse: true, From: 1}, "Bến, Ấm"},
		{catalog.RecordedFilter{Order: catalog.RecordedYear, To: 1999}, "Bến, Ấm"},
		{catalog.RecordedFilter{Order: catalog.RecordedYear, From: 1981, To: 1999}, "Ấm"},
		{catalog.RecordedFilter{Collection: collection}, "Ấm, Bến"},
		{catalog.RecordedFilter{Agent: agent}, "Bến"},
		{catalog.RecordedFilter{Genre: "dan-ca"}, ""},
		{catalog.RecordedFilter{Order: catalog.RecordedTitle, Skip: 1, Size: 1}, "Bến"},
		{catalog.RecordedFilter{Order: catalog.RecordedRandom, From: 1985}, "Ấm"},
		{catalog.RecordedFilter{Order: catalog.RecordedOften}, ""},
	} {
		if c.filter.Size == 0 {
			c.filter.Size = 10
		}
		works, err := s.public().Recorded(s.ctx(), c.filter)
		s.must(err)
		if got := titles(works); got != c.want {
			s.t.Errorf("%+v: %s, want %s", c.filter, got, c.want)
		}
	}
	agents, err := s.public().RecordedAgents(s.ctx())
	s.must(err)
	collections, err := s.public().RecordedCollections(s.ctx())
	s.must(err)
	genres, err := s.public().RecordedGenres(s.ctx())
	s.must(err)
	if agents[agent] != 1 || collections[collection] != 2 || genres["ca-khuc"] != (catalog.GenreCount{Works: 3, Files: 3}) || len(genres) != 1 {
		s.t.Errorf("%v, %v, %v", agents, collections, genres)
	}
}

func testMarks(_ *testing.T, s *suite) {
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: "van"}
	first, second := song("Một", "1980"), song("Hai", "1981")
	s.put(first, second)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddAccount(s.ctx(), a) }))
	mine := s.Reader(archive.Viewer{Account: a.ID})
	star := func() error {
		return s.update(func(tx *catalog.Tx) error { return tx.Star(s.ctx(), a.ID, string(first.ID)) })
	}
	s.must(star())
	before, err := mine.Stars(s.ctx())
	s.must(err)
	s.must(star())
	after, err := mine.Stars(s.ctx())
	s.must(err)
	if len(after) != 1 || after[string(first.ID)].IsZero() || !after[string(first.ID)].Equal(before[string(first.ID)]) {
		s.t.Errorf("marked twice: %v, then %v", before, after)
	}
	others, err := s.public().Stars(s.ctx())
	s.must(err)
	if len(others) != 0 {
		s.t.Errorf("the public has stars: %v", others)
	}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.Unstar(s.ctx(), a.ID, string(first.ID)) }))
	if after, err = mine.Stars(s.ctx()); err != nil || len(after) != 0 {
		s.t.Errorf("%v, %v", after, err)
	}
	for _, w := range []*archive.Work{first, first, second} {
		s.must(s.update(func(tx *catalog.Tx) error {
			return tx.Play(s.ctx(), a.ID, w.ID, w.Representations[0].Files[0].ID)
		}))
	}
	for order, want := range map[catalog.RecordedOrder]string{catalog.RecordedOften: "Một, Hai", catalog.RecordedLately: "Hai, Một"} {
		works, err := mine.Recorded(s.ctx(), catalog.RecordedFilter{Order: order, Size: 10})
		s.must(err)
		if got := titles(works); got != want {
			s.t.Errorf("heard %s: %s, want %s", order, got, want)
		}
	}
}
