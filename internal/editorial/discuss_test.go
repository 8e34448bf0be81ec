package editorial_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/editorial"
)

func TestComments(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("tho")
	file := read(t, b.catalog, id).Representations[0].Files[0].ID
	made, err := b.As(b.van).Comment(ctx, editorial.Remark{Work: id, File: file, Locator: "kho-2", Text: " Chữ này?\r\n"})
	b.must(err)
	_, err = b.As(b.member).Comment(ctx, editorial.Remark{Work: id, Text: "Tôi viết vậy."})
	b.must(err)
	for what, c := range map[string]struct {
		by     archive.Viewer
		remark editorial.Remark
		reason archive.Reason
	}{
		"nothing said":       {b.van, editorial.Remark{Work: id, Text: " "}, "text-missing"},
		"too much said":      {b.van, editorial.Remark{Work: id, Text: strings.Repeat("ô", 15000)}, "text-long"},
		"nowhere":            {b.van, editorial.Remark{Work: id, File: file, Locator: "<b>", Text: "x"}, "spot-unknown"},
		"no such file":       {b.van, editorial.Remark{Work: id, File: "abcdefgh2345", Text: "x"}, "spot-unknown"},
		"no such work":       {b.van, editorial.Remark{Work: "abcdefgh2345", Text: "x"}, "work-missing"},
		"another's work":     {person("Khác", archive.Member), editorial.Remark{Work: id, Text: "x"}, "work-missing"},
		"without signing in": {archive.Public(), editorial.Remark{Work: id, Text: "x"}, "work-missing"},
	} {
		_, err := b.As(c.by).Comment(ctx, c.remark)
		b.wants(what, err, c.reason)
	}
	for _, v := range []archive.Viewer{b.member, b.khoa} {
		own, err := b.As(v).Own(ctx, id)
		b.must(err)
		list := own.Comments
		if len(list) != 2 || list[0].Text != "Chữ này?" || list[0].Locator != "kho-2" || list[0].Name != "Vân" || list[1].Name != "Đò" {
			t.Errorf("%s reads %+v", v.Name, list)
		}
	}
	_, err = b.As(person("Khác", archive.Member)).Own(ctx, id)
	b.wants("another member reads", err, "work-missing")
	b.wants("a member ticks off", b.As(b.member).TickOff(ctx, made.ID), "staff-only")
	b.must(b.As(b.khoa).TickOff(ctx, made.ID))
	b.must(b.As(b.khoa).TickOff(ctx, made.ID))
	own, err := b.As(b.khoa).Own(ctx, id)
	b.must(err)
	list := own.Comments
	if list[0].Done.IsZero() || !list[1].Done.IsZero() {
		t.Errorf("%+v", list)
	}
}

func TestCases(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("thong-bao")
	letter := editorial.Letter{Work: id, Kind: archive.Complaint, Name: "Đò\u202e Giang", Contact: "09", Text: "Ảnh này của tôi."}
	_, err := b.As(archive.Public()).OpenCase(ctx, letter)
	b.wants("about what nobody may know of", err, "work-missing")
	b.approve(b.van, id)
	b.must(b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}))
	made, err := b.As(archive.Public()).OpenCase(ctx, letter)
	b.must(err)
	if made.Due.Sub(made.Received) != 15*24*time.Hour || made.Name != "Đò Giang" {
		t.Errorf("%+v", made)
	}
	empty, strange := letter, letter
	empty.Text, strange.Kind = " ", "x"
	_, err = b.As(archive.Public()).OpenCase(ctx, empty)
	b.wants("nothing said", err, "text-missing")
	_, err = b.As(archive.Public()).OpenCase(ctx, strange)
	b.wants("of no kind", err, "case-kind-unknown")
	b.wants("by a member", b.As(b.member).AnswerCase(ctx, made.ID, editorial.Answer{}), "act-forbidden")
	b.wants("closed without an outcome", b.As(b.van).AnswerCase(ctx, made.ID, editorial.Answer{Close: true}), "outcome-missing")
	b.wants("on no day", b.As(b.van).AnswerCase(ctx, made.ID, editorial.Answer{OrderDate: "hôm qua"}), "date-invalid")
	b.wants("no such case", b.As(b.van).AnswerCase(ctx, "abcdefgh2345", editorial.Answer{}), "case-missing")
	b.must(b.As(b.van).AnswerCase(ctx, made.ID, editorial.Answer{Authority: "Sở Thông tin", OrderNumber: "5/QĐ", OrderDate: "2026-05-01"}))
	b.must(b.As(b.van).AnswerCase(ctx, made.ID, editorial.Answer{Authority: "Sở Thông tin", OrderNumber: "5/QĐ", OrderDate: "2026-05-01", Outcome: "Đã rút.", Close: true}))
	b.wants("answered twice", b.As(b.van).AnswerCase(ctx, made.ID, editorial.Answer{}), "case-closed")
	got, err := b.catalog.Reader(b.van).Case(ctx, made.ID)
	b.must(err)
	if got.ClosedBy != "Vân" || got.Closed.IsZero() || got.OrderNumber != "5/QĐ" || got.Outcome != "Đã rút." {
		t.Errorf("%+v", got)
	}
	list, err := b.catalog.Reader(b.van).Events(ctx, id)
	b.must(err)
	if last := list[len(list)-1]; last.Type != archive.EventCaseClosed || strings.Contains(list[len(list)-2].Detail, "Giang") {
		t.Errorf("the record: %+v", list[len(list)-2:])
	}
}

func TestCasesAreBounded(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	ctx, id := t.Context(), b.sent("thong-bao")
	b.approve(b.van, id)
	b.must(b.As(b.van).Publish(ctx, id, editorial.Access{Seen: b.seen(id)}))
	letter := func(of archive.WorkID) error {
		_, err := b.As(archive.Public()).OpenCase(ctx, editorial.Letter{Work: of, Kind: archive.Remark, Text: "x"})
		return err
	}
	for range 10 {
		b.must(letter(id))
	}
	b.wants("the eleventh of a day about one work", letter(id), "cases-of-work")
	other := b.sent("thong-bao")
	b.approve(b.van, other)
	b.must(b.As(b.van).Publish(ctx, other, editorial.Access{Seen: b.seen(other)}))
	update(t, b.catalog, func(ctx context.Context, tx *catalog.Tx) error {
		for range 60 {
			c := archive.Case{ID: archive.NewID[archive.CaseID](), Work: id, Kind: archive.Remark, Text: "x", Received: tx.Now(), Due: tx.Now()}
			if err := tx.PutCase(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	b.must(letter(other)) // however many others write
}

func TestMinuteOfAMeeting(t *testing.T) {
	b := newBoard(t, catalogtest.Open(t))
	began := time.Now().Add(-time.Minute)
	id := b.sent("thong-bao")
	b.approve(b.van, id)
	m, err := b.As(b.khoa).Minute(t.Context(), began, time.Now().Add(time.Minute))
	b.must(err)
	if len(m.Entries) != 2 || m.More || m.Entries[1].Decision.Name != "Vân" || len(m.Entries[1].Event.Hash) != 64 {
		t.Errorf("%+v", m)
	}
	b.must(b.As(b.van).Publish(t.Context(), id, editorial.Access{Seen: b.seen(id)}))
	b.must(b.Withdraw(t.Context(), id, editorial.By{Agent: "Bà Chi"}, "theo điện thoại")) // by the command
	m, err = b.As(b.khoa).Minute(t.Context(), began, time.Now().Add(time.Minute))
	b.must(err)
	if last := m.Entries[len(m.Entries)-1]; last.Event.Type != archive.EventWithdrawal || last.Decision.Name != "Bà Chi" || last.Decision.Note != "theo điện thoại" {
		t.Errorf("%+v", last)
	}
	if m, err = b.As(b.khoa).Minute(t.Context(), began.Add(-time.Hour), began); err != nil || len(m.Entries) != 0 {
		t.Errorf("before: %+v, %v", m, err)
	}
	_, err = b.As(b.member).Minute(t.Context(), began, time.Now())
	b.wants("a member reads it", err, "staff-only")
}
