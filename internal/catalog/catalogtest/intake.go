package catalogtest

import (
	"testing"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

func testIntakes(_ *testing.T, s *suite) {
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: "van", Roles: []archive.Role{archive.Archivist}}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddAccount(s.ctx(), a) }))
	mine, others := s.Reader(a.Viewer()), s.Reader(archive.Viewer{Account: "other", Roles: []archive.Role{archive.Administrator}})
	i := catalog.Intake{ID: archive.NewID[archive.IntakeID](), Account: a.ID, Stage: catalog.IntakeGathering}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.AddIntake(s.ctx(), i) }))
	_, err := others.Intake(s.ctx(), i.ID)
	s.wants(err, archive.NotFound, "intake-missing")
	first, second := archive.NewID[archive.FileID](), archive.NewID[archive.FileID]()
	s.must(s.update(func(tx *catalog.Tx) error {
		return tx.AddIntakeFiles(s.ctx(), i.ID, []catalog.IntakeFile{{Upload: first, Path: "a"}, {Upload: second, Path: "b"}, {Upload: first, Path: "b"}})
	}))
	files, err := mine.IntakeFiles(s.ctx(), i.ID)
	s.must(err)
	if len(files) != 1 || files[0] != (catalog.IntakeFile{Upload: first, Path: "b"}) {
		s.t.Errorf("files are %v", files)
	}
	next := i
	next.Stage, next.Detail = catalog.IntakeChecking, catalog.IntakeDetail{Found: "vni", Trouble: catalog.Remark(archive.Fail(archive.Invalid, "x", 7, "y"))}
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutIntake(s.ctx(), i, next) }))
	s.wants(s.update(func(tx *catalog.Tx) error { return tx.PutIntake(s.ctx(), i, next) }), archive.Conflict, "intake-changed")
	got, err := mine.Intake(s.ctx(), i.ID)
	s.must(err)
	equal(s, "the remark", got.Detail.Wrong.Error(), archive.Fail(archive.Invalid, "x", 7, "y").Error())
	equal(s, "files", got.Files, 1)
	s.intakeRows(mine, i.ID)
	s.must(s.update(func(tx *catalog.Tx) error { return tx.DropIntake(s.ctx(), i.ID) }))
	list, err := mine.Intakes(s.ctx(), 9)
	s.must(err)
	equal(s, "intakes", len(list), 0)
}

func (s *suite) intakeRows(r *catalog.Reader, id archive.IntakeID) {
	s.t.Helper()
	rows := []catalog.IntakeRow{
		{Number: 2, Group: 2, File: "a", Upload: "u", Cells: map[string]string{"title": "Mưa"}}, {Number: 3, Group: 3, Fate: catalog.FateFailed},
		{Number: 4, Group: 2, Fate: catalog.FateFailed}, {Number: 5, Group: 5, Fate: catalog.FateNew},
	}
	for range 2 { // the second time they replace
		s.must(s.update(func(tx *catalog.Tx) error { return tx.PutIntakeRows(s.ctx(), id, rows) }))
	}
	groups, err := r.IntakeGroups(s.ctx(), id, 1, 1)
	s.must(err)
	if len(groups) != 2 || groups[0].Cells["title"] != "Mưa" || groups[1].Number != 4 {
		s.t.Errorf("the first work is %+v", groups)
	}
	counts, err := r.IntakeCounts(s.ctx(), id)
	s.must(err)
	equal(s, "failed rows", counts[catalog.FateFailed], 2)
	failed := catalog.FateFailed
	list, err := r.IntakeRows(s.ctx(), id, catalog.IntakeQuery{Fate: &failed, After: 3, Limit: 9})
	s.must(err)
	equal(s, "failed rows after the third", len(list), 1)
	rows[3].Done, rows[3].Work = true, "w"
	s.must(s.update(func(tx *catalog.Tx) error { return tx.PutIntakeRows(s.ctx(), id, rows[3:]) }))
	done, err := r.IntakeDone(s.ctx(), id)
	s.must(err)
	equal(s, "done", done, 1)
}
