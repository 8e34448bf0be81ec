package catalogtest

import (
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// token is a digest that no secret has.
func token(letter string) catalog.SecretDigest {
	return catalog.SecretDigest(strings.Repeat(letter, 43))
}

func (s *suite) addAccount(name string, roles ...archive.Role) catalog.Account {
	s.t.Helper()
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: name, Shown: name, Roles: roles}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddAccount(s.ctx(), a) }))
	return a
}

func (s *suite) addSession(a catalog.Account, letter string, stay time.Duration) catalog.Session {
	s.t.Helper()
	one := catalog.Session{ID: archive.NewID[archive.SessionID](), Account: a.ID, Token: token(letter), Label: "máy " + letter, Expires: s.clock.Now().Add(stay)}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddSession(s.ctx(), one) }))
	return one
}

func testSessions(_ *testing.T, s *suite) {
	van := s.addAccount("van", archive.Member)
	phone, desk := s.addSession(van, "a", time.Hour), s.addSession(van, "b", 3*time.Hour)
	found, owner, err := s.system().Session(s.ctx(), phone.Token)
	s.must(err)
	if found.ID != phone.ID || found.Label != "máy a" || owner.ID != van.ID || owner.Name != "van" || found.Used.IsZero() {
		s.t.Errorf("%+v of %+v", found, owner)
	}
	for _, forbidden := range []error{second2(s.public().Session(s.ctx(), phone.Token)), second(s.Reader(van.Viewer()).Sessions(s.ctx(), van.ID))} {
		s.wants(forbidden, archive.Forbidden, "staff-only")
	}
	viewer := van.Viewer()
	viewer.Session = phone.ID
	program, elsewhere := van.Viewer(), van.Viewer()
	elsewhere.Session = desk.ID
	still := func(want ...bool) {
		s.t.Helper()
		keep, err := s.system().StillIn(s.ctx(), []archive.Viewer{archive.Public(), viewer, elsewhere, program})
		s.must(err)
		for i, v := range []archive.Viewer{archive.Public(), viewer, elsewhere, program} {
			equal(s, "viewer "+string(v.Session), keep(v), want[i])
		}
	}
	still(true, true, true, true)
	s.clock.Advance(30 * time.Minute)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.UseSession(s.ctx(), phone.ID, s.clock.Now().Add(2*time.Hour)) }))
	list, err := s.system().Sessions(s.ctx(), van.ID)
	s.must(err)
	if len(list) != 2 || list[0].ID != phone.ID || !list[0].Used.After(list[0].Created) {
		s.t.Errorf("%+v", list)
	}
	last, err := s.LastChange(s.ctx())
	s.must(err)
	end := func(a archive.AccountID) error {
		return s.update(func(tx *catalog.Tx) error { return tx.EndSession(s.ctx(), a, desk.ID) })
	}
	s.wants(end(s.addAccount("la").ID), archive.NotFound, "session-missing")
	s.must(end(van.ID))
	now, err := s.LastChange(s.ctx())
	s.must(err)
	equal(s, "an end is announced", now, last+1)
	still(true, true, false, true)
	s.clock.Advance(2 * time.Hour)
	s.wants(second2(s.system().Session(s.ctx(), phone.Token)), archive.NotFound, "session-missing")
	still(true, false, false, true)
	s.addSession(van, "c", time.Hour) // forgets the one whose time is over
	s.must(s.update(func(tx *catalog.Tx) error { return tx.ForgetSession(s.ctx(), token("c")) }))
	s.must(s.update(func(tx *catalog.Tx) error { return tx.ForgetSession(s.ctx(), token("c")) }))
	if list, err = s.system().Sessions(s.ctx(), van.ID); err != nil || len(list) != 0 {
		s.t.Errorf("%+v, %v", list, err)
	}
}

func second[T any](_ T, err error) error          { return err }
func second2[T, U any](_ T, _ U, err error) error { return err }

func testEndedAccounts(_ *testing.T, s *suite) {
	chief, van := s.addAccount("quan", archive.Administrator), s.addAccount("van", archive.Member)
	device := s.addSession(van, "a", time.Hour)
	s.must(s.update(func(tx *catalog.Tx) error {
		return tx.AddAppPassword(s.ctx(), catalog.AppPassword{ID: archive.NewID[string](), Account: van.ID, Label: "máy", Secret: strings.Repeat("x", 26)})
	}))
	program := van.Viewer()
	roles := func(id archive.AccountID, roles ...archive.Role) error {
		return s.update(func(tx *catalog.Tx) error { return tx.SetRoles(s.ctx(), id, roles) })
	}
	end := func(id archive.AccountID) error {
		return s.update(func(tx *catalog.Tx) error { return tx.EndAccount(s.ctx(), id) })
	}
	s.wants(roles("bbbbbbbbbbbb", archive.Member), archive.NotFound, "account-missing")
	s.wants(roles(chief.ID, archive.Member), archive.Conflict, "last-administrator")
	s.wants(end(chief.ID), archive.Conflict, "last-administrator")
	s.must(roles(van.ID, archive.Member, archive.Administrator))
	s.wants(second2(s.system().Session(s.ctx(), device.Token)), archive.NotFound, "session-missing")
	keep, err := s.system().StillIn(s.ctx(), []archive.Viewer{program})
	s.must(err)
	equal(s, "a program under former roles", keep(program), false)
	s.must(roles(chief.ID, archive.Member))
	s.must(roles(chief.ID, archive.Administrator))
	device = s.addSession(van, "b", time.Hour)
	s.must(end(van.ID))
	s.wants(second2(s.system().Session(s.ctx(), device.Token)), archive.NotFound, "session-missing")
	got, err := s.system().AccountByID(s.ctx(), van.ID)
	s.must(err)
	passwords, err := s.system().AppPasswords(s.ctx(), van.ID)
	s.must(err)
	if got.Ended.IsZero() || len(passwords) != 0 {
		s.t.Errorf("%+v with %v", got, passwords)
	}
	s.wants(end(chief.ID), archive.Conflict, "last-administrator") // one that has ended does not count
	s.must(s.update(func(tx *catalog.Tx) error { return tx.ReopenAccount(s.ctx(), van.ID) }))
	s.must(s.update(func(tx *catalog.Tx) error { return tx.SetPassword(s.ctx(), van.ID, "$argon2id$") }))
	got, err = s.system().Account(s.ctx(), "van")
	s.must(err)
	if !got.Ended.IsZero() || got.Password != "$argon2id$" {
		s.t.Errorf("%+v", got)
	}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.SetTOTP(s.ctx(), van.ID, "GEZDGNBVGY3TQOJQ") }))
	for i, step := range []int64{7, 7, 6, 8} {
		fresh := false
		s.must(s.update(func(tx *catalog.Tx) (err error) { fresh, err = tx.UseTOTP(s.ctx(), van.ID, step); return err }))
		equal(s, "digits that let in", fresh, i == 0 || i == 3)
	}
	if got, err = s.system().Account(s.ctx(), "van"); err != nil || got.TOTP != "GEZDGNBVGY3TQOJQ" {
		s.t.Errorf("%+v, %v", got, err)
	}
	s.wants(second(s.system().AccountByID(s.ctx(), "bbbbbbbbbbbb")), archive.NotFound, "account-missing")
}

func testInvitations(_ *testing.T, s *suite) {
	van := s.addAccount("van", archive.Member)
	put := func(a archive.AccountID, letter, code string) error {
		i := catalog.Invitation{ID: archive.NewID[string](), Account: a, Token: token(letter), Expires: s.clock.Now().Add(time.Hour)}
		if code != "" {
			i.Code, i.CodeUntil = token(code), s.clock.Now().Add(10*time.Minute)
		}
		return s.update(func(tx *catalog.Tx) error { return tx.PutInvitation(s.ctx(), i) })
	}
	take := func(letter string) (i catalog.Invitation, err error) {
		err = s.update(func(tx *catalog.Tx) error { i, err = tx.TakeInvitation(s.ctx(), token(letter)); return err })
		return i, err
	}
	code := func(letter string) (i catalog.Invitation, err error) {
		err = s.update(func(tx *catalog.Tx) error { i, err = tx.TakeCode(s.ctx(), token(letter)); return err })
		return i, err
	}
	s.must(put(van.ID, "a", "1"))
	s.must(put(van.ID, "b", "2")) // in place of the first
	s.wants(second(s.system().Invitation(s.ctx(), token("a"))), archive.NotFound, "invitation-missing")
	s.wants(second(s.public().Invitation(s.ctx(), token("b"))), archive.Forbidden, "staff-only")
	i, err := s.system().Invitation(s.ctx(), token("b"))
	s.must(err)
	equal(s, "invited", i.Account, van.ID)
	s.wants(put(s.addAccount("la", archive.Member).ID, "c", "2"), archive.Conflict, "code-taken")
	s.must(put("", "s", ""))
	s.must(put("", "t", ""))
	s.wants(second(take("s")), archive.NotFound, "invitation-missing")
	i, err = take("t")
	s.must(err)
	equal(s, "the first administrator's", i.Account, archive.AccountID(""))
	s.wants(second(take("t")), archive.NotFound, "invitation-missing")

	for range catalog.MaxCodeTries {
		s.must(s.update(func(tx *catalog.Tx) error { return tx.MissCode(s.ctx()) }))
	}
	s.wants(second(code("2")), archive.NotFound, "code-wrong")
	_, err = take("b") // the link goes on
	s.must(err)
	s.must(put(van.ID, "d", "3"))
	i, err = code("3")
	s.must(err)
	equal(s, "invited by digits", i.Account, van.ID)
	s.wants(second(take("d")), archive.NotFound, "invitation-missing")
	s.must(put(van.ID, "e", "4"))
	s.clock.Advance(11 * time.Minute)
	s.wants(second(code("4")), archive.NotFound, "code-wrong")
	s.must(put(s.addAccount("bo", archive.Member).ID, "f", "4")) // digits whose time is over are free
	s.clock.Advance(time.Hour)
	s.wants(second(take("e")), archive.NotFound, "invitation-missing")
}
