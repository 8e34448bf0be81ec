package catalogtest

import (
	"reflect"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func testMailboxes(_ *testing.T, s *suite) {
	van, mai := s.addAccount("van", archive.Member), s.addAccount("mai", archive.EditorRole)
	now := s.clock.Now().Truncate(time.Microsecond).UTC()
	put := func(m catalog.Mailbox) {
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutMailbox(s.ctx(), m) }))
	}
	m := catalog.Mailbox{Account: van.ID, Address: "van@vannghe.example", Language: "vi", Choices: archive.Choices{archive.TopicOwn: archive.Daily}, Leave: "x", Entered: now,
		Token: token("a"), Expires: now.Add(time.Hour), Letter: "abc", Tries: 2, NotBefore: now.Add(time.Minute), Daily: now, Prompt: now}
	put(m)
	put(catalog.Mailbox{Account: mai.ID, Address: "mai@vannghe.example", Language: "en", Leave: "y", Entered: now, Confirmed: now})
	got, err := s.system().MailboxByToken(s.ctx(), token("a"))
	s.must(err)
	if got.Refused = m.Refused; !reflect.DeepEqual(got, m) {
		s.t.Errorf("%+v, want %+v", got, m)
	}
	for _, forbidden := range []error{second(s.public().Mailbox(s.ctx(), van.ID)), second(s.public().Addressees(s.ctx(), now)), second(s.Reader(van.Viewer()).MailboxByLeave(s.ctx(), "x"))} {
		s.wants(forbidden, archive.Forbidden, "staff-only")
	}
	names := func() (list []string) {
		all, err := s.system().Addressees(s.ctx(), s.clock.Now())
		s.must(err)
		for _, a := range all {
			list = append(list, a.Owner.Name)
		}
		return list
	}
	if list := names(); len(list) != 1 || list[0] != "mai" {
		s.t.Errorf("before its time: %q", list)
	}
	s.clock.Advance(2 * time.Minute)
	if list := names(); len(list) != 2 || list[0] != "van" {
		s.t.Errorf("who waits for a confirmation comes first: %q", list)
	}
	m.Refused, m.Reason = now, "mail-no-box"
	put(m)
	if list := names(); len(list) != 1 {
		s.t.Errorf("refused: %q", list)
	}
	s.clock.Advance(time.Hour)
	s.wants(second(s.system().MailboxByToken(s.ctx(), token("a"))), archive.NotFound, "mail-link-over")
	s.wants(second(s.system().MailboxByLeave(s.ctx(), "z")), archive.NotFound, "mail-link-over")
	testMailed(s, mai)
}

func testMailed(s *suite, mai catalog.Account) {
	for _, keys := range [][]string{{"case:1", "case:2"}, {"case:2"}} {
		s.must(s.update(func(tx *catalog.Tx) error { return tx.Mail(s.ctx(), mai.ID, keys, time.Time{}) }))
	}
	mailed, err := s.system().Mailed(s.ctx(), mai.ID)
	s.must(err)
	if len(mailed) != 2 || mailed["case:1"].IsZero() {
		s.t.Errorf("%v", mailed)
	}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.EndAccount(s.ctx(), mai.ID) }))
	s.wants(second(s.system().Mailbox(s.ctx(), mai.ID)), archive.NotFound, "mailbox-missing")
	if mailed, err = s.system().Mailed(s.ctx(), mai.ID); err != nil || len(mailed) > 0 {
		s.t.Errorf("of an ended account: %v, %v", mailed, err)
	}
}
