package catalogtest

import (
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// testHeard: a process knows of its own change as soon as it is told that it was made, and of another's once it waited for it; the number never goes
// back.
func testHeard(_ *testing.T, s *suite) {
	other := OpenWith(s.t, s.opt)
	w := Work("Một")
	s.put(w)
	mine := s.Heard()
	last, err := other.LastChange(s.ctx())
	s.must(err)
	equal(s, "heard of one's own change", mine, last)
	equal(s, "heard by asking", other.Heard(), last)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.Touch(s.ctx(), w.ID) }))
	if s.Heard() <= mine {
		s.t.Errorf("%d after a change, %d before", s.Heard(), mine)
	}
	s.must(other.AwaitChange(s.ctx(), last))
	equal(s, "heard by waiting", other.Heard(), s.Heard())
	mine = s.Heard()
	err = s.update(func(tx *catalog.Tx) error {
		s.must(tx.Touch(s.ctx(), w.ID))
		return archive.Fail(archive.Busy, "database-busy")
	})
	s.wants(err, archive.Busy, "database-busy")
	equal(s, "heard of what did not happen", s.Heard(), mine)
}
