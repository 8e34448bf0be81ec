package catalogtest

import (
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// begun stores a draft of an account's, with an event that says so.
func (s *suite) begun(title string, account archive.AccountID, with func(*archive.Work)) *archive.Work {
	w := Work(title, func(w *archive.Work) { w.State = archive.Draft }, with)
	s.put(w)
	s.must(s.update(func(tx *catalog.Tx) error {
		return tx.AddEvent(s.ctx(), archive.Event{Work: w.ID, Type: archive.EventCreation, Agent: string(account)})
	}))
	return w
}

func testSent(_ *testing.T, s *suite) {
	mine, other := archive.Viewer{Account: "me", Roles: []archive.Role{archive.Member}}, archive.Viewer{Account: "them"}
	first := s.begun("Một", "me", func(w *archive.Work) {
		w.Representations[0].Files[0].Size, w.Representations[0].Files[0].State = 70, archive.FileStaged
	})
	empty := s.begun("Thơ", "me", func(w *archive.Work) { w.TitleGuessed, w.Description, w.Representations = true, "", nil })
	s.begun("Của người khác", "them", func(*archive.Work) {})
	list, err := s.Reader(mine).SentWorks(s.ctx(), 9)
	s.must(err)
	equal(s, "works sent", len(list), 2)
	equal(s, "files of the first", len(list[1].Representations[0].Files), len(first.Representations[0].Files))
	_, err = s.public().SentWorks(s.ctx(), 9)
	s.wants(err, archive.Forbidden, "account-needed")
	held, err := s.Reader(mine).HeldBytes(s.ctx())
	s.must(err)
	equal(s, "bytes held", held, 70)
	s.must(s.update(func(tx *catalog.Tx) error {
		found, err := tx.EmptyDraft(s.ctx(), "me")
		s.must(err)
		equal(s, "the empty draft", found.ID, empty.ID)
		_, err = tx.EmptyDraft(s.ctx(), other.Account)
		s.wants(err, archive.NotFound, "work-missing")
		return nil
	}))
	s.dropped(first)
}

// dropped takes a file out of a work with all that hangs on it.
func (s *suite) dropped(w *archive.Work) {
	f := w.Representations[0].Files[0]
	f.Work = w.ID
	s.must(s.update(func(tx *catalog.Tx) error {
		s.must(tx.PutParts(s.ctx(), f, []archive.Part{{Work: w.ID, File: f.ID, Kind: "stanza", Locator: "kho-1", Text: "x"}}))
		s.must(tx.PutDerivative(s.ctx(), archive.Derivative{Work: w.ID, File: f.ID, Recipe: "text", Version: 1, State: archive.DerivativeReady}))
		s.wants(tx.DropFile(s.ctx(), "abcdefgh2345", f.ID), archive.NotFound, "file-missing")
		s.must(tx.DropFile(s.ctx(), w.ID, f.ID))
		s.wants(tx.DropFile(s.ctx(), w.ID, f.ID), archive.NotFound, "file-missing")
		now, err := tx.Work(s.ctx(), w.ID)
		s.must(err)
		now.Representations = nil
		return tx.PutWork(s.ctx(), &now)
	}))
	now, err := s.system().Work(s.ctx(), w.ID)
	s.must(err)
	equal(s, "representations left", len(now.Representations), 0)
}

func testHelp(_ *testing.T, s *suite) {
	w, other := s.begun("Một", "me", func(*archive.Work) {}), s.begun("Hai", "me", func(*archive.Work) {})
	code := func(c string) catalog.SecretDigest { return catalog.SecretDigest(strings.Repeat(c, 43)) }
	until := s.clock.Now().Add(time.Hour)
	put := func(c string, work archive.WorkID, until time.Time) error {
		return s.update(func(tx *catalog.Tx) error { return tx.PutHelp(s.ctx(), code(c), work, until) })
	}
	take := func(c string) (found archive.WorkID, err error) {
		err = s.update(func(tx *catalog.Tx) error {
			found, err = tx.TakeHelp(s.ctx(), code(c))
			return err
		})
		return found, err
	}
	s.must(put("a", w.ID, until))
	s.wants(put("a", other.ID, until), archive.Conflict, "code-taken")
	s.must(put("b", w.ID, until)) // in place of the former
	_, err := take("a")
	s.wants(err, archive.NotFound, "help-missing")
	found, err := take("b")
	s.must(err)
	equal(s, "the work helped with", found, w.ID)
	_, err = take("b")
	s.wants(err, archive.NotFound, "help-missing")
	s.must(put("c", w.ID, s.clock.Now().Add(-time.Second)))
	_, err = take("c")
	s.wants(err, archive.NotFound, "help-missing")
	s.followed(w.ID, code)
}

func (s *suite) followed(work archive.WorkID, code func(string) catalog.SecretDigest) {
	put := func(token catalog.SecretDigest) {
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutFollow(s.ctx(), token, work) }))
	}
	put(code("x"))
	put(code("y"))
	_, err := s.system().Followed(s.ctx(), code("x"))
	s.wants(err, archive.NotFound, "follow-missing")
	found, err := s.system().Followed(s.ctx(), code("y"))
	s.must(err)
	equal(s, "the work followed", found, work)
	_, err = s.public().Followed(s.ctx(), code("y"))
	s.wants(err, archive.Forbidden, "staff-only")
	ends, err := s.system().FollowEnds(s.ctx(), work)
	s.must(err)
	equal(s, "it ends in a year", ends.Sub(s.clock.Now()).Round(time.Hour), catalog.FollowLasts)
	s.clock.Advance(catalog.FollowLasts - time.Hour)
	renew := func() error { return s.update(func(tx *catalog.Tx) error { return tx.RenewFollow(s.ctx(), work) }) }
	s.must(renew())
	s.clock.Advance(catalog.FollowLasts - time.Hour)
	s.must(s.update(func(tx *catalog.Tx) error {
		return tx.AddEvent(s.ctx(), archive.Event{Work: work, Type: archive.EventRequest, Agent: "van", Detail: archive.Decision{Note: "Xin sửa"}.Detail()})
	}))
	s.clock.Advance(catalog.FollowLasts - time.Hour)
	_, err = s.system().Followed(s.ctx(), code("y"))
	s.must(err)
	s.clock.Advance(2 * time.Hour)
	_, err = s.system().Followed(s.ctx(), code("y"))
	s.wants(err, archive.NotFound, "follow-missing")
	s.wants(renew(), archive.NotFound, "follow-missing")
	put("")
	ends, err = s.system().FollowEnds(s.ctx(), work)
	s.must(err)
	equal(s, "a link is left", ends, time.Time{})
}
