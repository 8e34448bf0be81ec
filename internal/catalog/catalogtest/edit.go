package catalogtest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func testEdits(_ *testing.T, s *suite) {
	w := Work("Một")
	s.put(w)
	mine, other := archive.NewID[archive.AccountID](), archive.NewID[archive.AccountID]()
	do := func(fn func(context.Context, *catalog.Tx) error) {
		s.t.Helper()
		s.must(s.update(func(tx *catalog.Tx) error { return fn(s.ctx(), tx) }))
	}
	keep := func(account archive.AccountID, form string) {
		s.t.Helper()
		do(func(ctx context.Context, tx *catalog.Tx) error { return tx.KeepEdit(ctx, account, w.ID, form) })
	}
	see := func(what string, account archive.AccountID, want string) {
		s.t.Helper()
		e, err := s.Reader(archive.Viewer{Account: account, Roles: []archive.Role{archive.Archivist}}).Edit(s.ctx(), w.ID)
		if want == "" {
			s.wants(err, archive.NotFound, "edit-missing")
			return
		}
		s.must(err)
		equal(s, what, fmt.Sprint(e.Form, " ", e.More), want)
	}
	before, err := s.LastChange(s.ctx())
	s.must(err)
	keep(mine, "title=A&x=%00")
	keep(mine, "title=B")
	keep(mine, "title=B")
	keep(other, "title=C")
	see("the last step", mine, "title=B true")
	see("another's", other, "title=C false")
	do(func(ctx context.Context, tx *catalog.Tx) error { return tx.UndoEdit(ctx, mine, w.ID) })
	see("a step back", mine, "title=A&x=%00 false")
	do(func(ctx context.Context, tx *catalog.Tx) error { return tx.UndoEdit(ctx, mine, w.ID) })
	see("nothing left", mine, "")
	for i := range 60 {
		keep(mine, fmt.Sprint(i))
	}
	for range 49 {
		do(func(ctx context.Context, tx *catalog.Tx) error { return tx.UndoEdit(ctx, mine, w.ID) })
	}
	see("the oldest step that is kept", mine, "10 false")
	do(func(ctx context.Context, tx *catalog.Tx) error { return tx.DropEdit(ctx, mine, w.ID) })
	see("dropped", mine, "")
	see("another's is left", other, "title=C false")
	after, err := s.LastChange(s.ctx())
	s.must(err)
	equal(s, "changes announced", after-before, 0)
}

func testFindAgents(_ *testing.T, s *suite) {
	put := func(names ...string) {
		a := archive.Agent{ID: archive.NewID[archive.AgentID]()}
		for _, n := range names {
			a.Names = append(a.Names, archive.AgentName{Name: n})
		}
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutAgent(s.ctx(), a) }))
	}
	put("Lâm Tịnh Vân", "Lâm Thị Vân")
	put("Đặng Thị Sương")
	put("Vân Đài", "Đào Thị Nguyệt Minh")
	put("Nguyễn Vân", "Hội Văn nghệ <b>")
	find := func(typed string, limit int) string {
		s.t.Helper()
		agents, err := s.Reader(archive.Viewer{Account: "a", Roles: []archive.Role{archive.Archivist}}).FindAgents(s.ctx(), typed, limit)
		s.must(err)
		var names []string
		for _, a := range agents {
			names = append(names, a.Name())
		}
		return strings.Join(names, ", ")
	}
	equal(s, "without marks", find("lam tinh van", 9), "Lâm Tịnh Vân")
	equal(s, "by another name", find("Lâm thị v", 9), "Lâm Tịnh Vân")
	equal(s, "words in any order", find("suong dang", 9), "Đặng Thị Sương")
	equal(s, "one that begins so comes first", strings.Split(find("van d", 9), ", ")[0], "Vân Đài")
	equal(s, "a word that is there once is not there twice", find("van van", 9), "")
	equal(s, "bounded", len(strings.Split(find("v", 2), ", ")), 2)
	equal(s, "nothing typed", find(" <> ", 9), "")
	equal(s, "nobody", find("khong co ai", 9), "")
	put("Không Có Ai")
	equal(s, "somebody new is found", find("khong co ai", 9), "Không Có Ai")
	_, err := s.public().FindAgents(s.ctx(), "van", 9)
	s.wants(err, archive.Forbidden, "staff-only")
	s.must(s.update(func(tx *catalog.Tx) error {
		all, err := tx.AgentsByName(s.ctx(), "lâm tịnh vân")
		if err == nil {
			equal(s, "by the whole name", len(all), 1)
		}
		return err
	}))
}
