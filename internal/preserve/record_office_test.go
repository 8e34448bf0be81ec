package preserve

import (
	"context"
	"reflect"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/internal/ocfl"
)

func (b bench) note(t testing.TB, note string) {
	t.Helper()
	if err := b.handle(t.Context(), catalog.Job{Kind: editorial.JobPreserve, Note: note}, catalog.Attempt{Number: 1}); err != nil {
		t.Fatal(err)
	}
}

// Of a member who is removed no version is left in the archive of record.
func TestARemovedMemberLeavesTheArchive(t *testing.T) {
	b := newBench(t)
	m := archive.Enrolled{ID: archive.NewID[archive.MemberID](), Name: marker, Address: marker, Chapters: []archive.Membership{{Chapter: "Chi hội Thơ", From: "2010"}},
		Awards: []archive.Award{{Title: "Giải Nhì", Date: "2005"}}}
	put := func() { b.update(t, func(ctx context.Context, tx *catalog.Tx) error { return tx.PutMember(ctx, &m) }) }
	note := "member:" + string(m.ID)
	for range 2 {
		put()
		b.note(t, note)
	}
	if got := b.document(t, ObjectID("member", string(m.ID))).Member.Archive(); !reflect.DeepEqual(got, m) || len(b.stored(t)) == 0 {
		t.Errorf("%+v, want %+v", got, m)
	}
	m = archive.Enrolled{ID: m.ID, Version: m.Version, Removed: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		err := tx.PutMember(ctx, &m)
		tx.ForgetObject(note)
		return err
	})
	b.note(t, note)
	b.note(t, "forget:"+note)
	if left := b.stored(t); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	if got := b.document(t, ObjectID("member", string(m.ID))).Member.Archive(); !reflect.DeepEqual(got, m) {
		t.Errorf("%+v, want %+v", got, m)
	}
	if problems, err := b.root.Validate(t.Context(), ObjectID("member", string(m.ID)), ocfl.Fixity); err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

// Rates and sheets of royalties come back from the archive as they were.
func TestRoyaltiesReachTheArchive(t *testing.T) {
	b := newBench(t)
	work := b.bring(t, map[string]string{"a.txt": "x"})
	at := time.Date(2026, 5, 31, 1, 2, 3, 0, time.UTC)
	rate := archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 149_000, Coefficient: 300}
	s := archive.Sheet{ID: archive.NewID[archive.SheetID](), Month: "2026-05", Due: "2026-06-15", Made: at, MadeName: "Vân", Closed: at, ClosedName: "Vân"}
	f := archive.Fee{ID: archive.NewID[archive.FeeID](), Sheet: s.ID, Position: 1, Work: work, Title: "Bến trăng", Genre: "tho", Name: "An", Unit: 149_000, Coefficient: 300, Amount: -5,
		Reason: "x", Added: at, AddedName: "Vân", Paid: at, PaidName: "Quản"}
	b.update(t, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutRate(ctx, rate); err != nil {
			return err
		}
		if err := tx.PutSheet(ctx, s); err != nil {
			return err
		}
		return tx.PutFee(ctx, f)
	})
	b.note(t, "rates")
	b.note(t, "sheet:"+string(s.ID))
	if got := b.document(t, ObjectID("rates", "")).Rates; len(got) != 1 || archive.Rate(got[0]) != rate {
		t.Errorf("rates: %+v", got)
	}
	sheet, rows := b.document(t, ObjectID("sheet", string(s.ID))).Sheet.Archive()
	if sheet != s || len(rows) != 1 || rows[0] != f {
		t.Errorf("%+v %+v", sheet, rows)
	}
}
