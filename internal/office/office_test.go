package office_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/internal/office"
)

// bureau is an archive with the people of its office.
type bureau struct {
	t *testing.T
	*office.Office
	catalog          *catalog.Catalog
	editor, adm, out archive.Viewer
}

func newBureau(t *testing.T, c *catalog.Catalog) *bureau {
	t.Helper()
	b := &bureau{t: t, Office: office.New(office.Options{Catalog: c, Log: slog.New(slog.DiscardHandler)}), catalog: c}
	b.editor, b.adm, b.out = b.account("Vân", archive.EditorRole), b.account("Quản", archive.Administrator), b.account("Kho", archive.Archivist)
	return b
}

func (b *bureau) account(name string, role archive.Role) archive.Viewer {
	b.t.Helper()
	a := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: string(archive.NewID[archive.AccountID]()), Shown: name, Roles: []archive.Role{role}, Created: time.Now()}
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.AddAccount(ctx, a) })
	return a.Viewer()
}

func (b *bureau) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bureau) wants(what string, err error, reason archive.Reason) {
	b.t.Helper()
	if archive.ReasonOf(err) != reason {
		b.t.Errorf("%s: %v, want %s", what, err, reason)
	}
}

func (b *bureau) update(fn func(context.Context, *catalog.Tx) error) {
	b.t.Helper()
	b.must(b.catalog.Update(b.t.Context(), fn))
}

// author is an author under a name.
func (b *bureau) author(names ...archive.AgentName) archive.Agent {
	b.t.Helper()
	a := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: names, Born: "1940", Chapter: "Chi hội Văn", Biography: "Tiểu sử kín"}
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutAgent(ctx, a) })
	return a
}

// published is a work of that genre by those authors, published on that day.
func (b *bureau) published(genre archive.GenreID, day string, relations []archive.Relation, by ...archive.Agent) archive.WorkID {
	b.t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, archive.Vietnam)
	b.must(err)
	w := archive.Work{ID: archive.NewID[archive.WorkID](), Genre: genre, Title: "Bến trăng", Audience: archive.AudiencePublic, State: archive.Published, Published: at, Relations: relations}
	for _, a := range by {
		w.Credits = append(w.Credits, archive.Credit{Agent: a.ID, Name: a.Name(), Relator: archive.Author})
	}
	b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, &w) })
	return w.ID
}

func (b *bureau) fees(id archive.SheetID) []archive.Fee {
	b.t.Helper()
	list, err := b.catalog.Reader(b.adm).Fees(b.t.Context(), id)
	b.must(err)
	return list
}

func (b *bureau) total(id archive.SheetID) int64 {
	all, _ := archive.Totals(b.fees(id))
	return all
}

func each(t *testing.T, test func(*testing.T, *bureau)) {
	for name, c := range map[string]func() *catalog.Catalog{"SQLite": func() *catalog.Catalog { return catalogtest.Open(t) },
		"PostgreSQL": func() *catalog.Catalog { return catalogtest.OpenWith(t, catalogtest.OnPostgres(t)) }} {
		t.Run(name, func(t *testing.T) { b := newBureau(t, c()); b.t = t; test(t, b) })
	}
}

// A month: rates, a sheet, an amount by hand, closing, paying; then a correction, which is a new row of an open sheet.
func TestRoyalties(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		ctx, editor, adm := t.Context(), b.As(b.editor), b.As(b.adm)
		b.wants("a rate by an editor", editor.SetRate(ctx, archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 100, Coefficient: 100}), "role-needed")
		b.wants("a genre that is none", adm.SetRate(ctx, archive.Rate{Genre: "x", From: "2026-01-01", Unit: 100, Coefficient: 100}), "genre-unknown")
		b.must(adm.SetRate(ctx, archive.Rate{Genre: "tho", From: "2025-01-01", Unit: 1, Coefficient: 100}))
		b.must(adm.SetRate(ctx, archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 100_001, Coefficient: 300}))
		suong, an := b.author(archive.AgentName{Name: "Sương"}), b.author(archive.AgentName{Name: "An"})
		both := b.published("tho", "2026-05-31", nil, suong, an)
		b.published("tho", "2026-06-01", nil, an)
		b.published("ca-khuc", "2026-05-10", nil, an) // of a genre without a rate
		for _, wrong := range []office.NewSheet{{}, {Month: "2026-13"}, {Month: "2026-05", Issue: both}, {Month: "2026-05", Due: "mai"}} {
			if _, err := editor.DrawUp(ctx, wrong); archive.CodeOf(err) != archive.Invalid {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		_, err := b.As(b.out).DrawUp(ctx, office.NewSheet{Month: "2026-05"})
		b.wants("by an archivist", err, "role-needed")
		may, err := editor.DrawUp(ctx, office.NewSheet{Month: "2026-05", Due: "2026-06-15"})
		b.must(err)
		if again, err := editor.DrawUp(ctx, office.NewSheet{Month: "2026-05"}); err != nil || again != may {
			t.Errorf("drawn up again: %s %v", again, err)
		}
		rows := b.fees(may)
		if len(rows) != 2 || rows[0].Amount != 150_002 || rows[1].Amount != 150_001 || rows[0].Name != "Sương" || rows[0].Coefficient != 300 {
			t.Fatalf("%+v", rows)
		}
		b.changed(may, rows)
		b.corrected(may)
	})
}

// changed changes amounts, closes the sheet and pays.
func (b *bureau) changed(may archive.SheetID, rows []archive.Fee) {
	b.t.Helper()
	ctx, editor, adm := b.t.Context(), b.As(b.editor), b.As(b.adm)
	set := func(amount, seen int64, reason string) error {
		return editor.SetAmount(ctx, may, office.Change{Fee: rows[1].ID, Seen: seen, Amount: amount, Reason: reason})
	}
	b.wants("without a reason", set(200_000, 150_001, " "), "reason-missing")
	b.wants("below nothing", set(-1, 150_001, "x"), "money-invalid")
	b.wants("after somebody else", set(200_000, 1, "x"), "fee-changed")
	b.must(set(200_000, 150_001, "Bài dài gấp đôi"))
	b.wants("for nobody", editor.AddFee(ctx, may, office.Added{Work: rows[0].Work, Reason: "x", Amount: 1}), "name-missing")
	b.must(editor.AddFee(ctx, may, office.Added{Work: rows[0].Work, Name: "Hoạ sĩ Tùng", Amount: 50_000, Reason: "Vẽ minh hoạ"}))
	b.wants("paid before it is closed", adm.Pay(ctx, may, []archive.FeeID{rows[0].ID}), "sheet-open")
	b.wants("closed on another total", editor.Close(ctx, may, 1), "fee-changed")
	b.must(editor.Close(ctx, may, b.total(may)))
	for what, err := range map[string]error{"changed": set(1, 200_000, "x"), "closed again": editor.Close(ctx, may, b.total(may)), "added to": editor.AddFee(ctx, may, office.Added{Work: rows[0].Work, Name: "x", Reason: "x"}),
		"taken from": editor.DropFee(ctx, may, rows[0].ID), "drawn up": func() error {
			_, err := editor.DrawUp(ctx, office.NewSheet{Month: "2026-05", Due: "2027-01-01"})
			return err
		}()} {
		b.wants("a closed sheet is "+what, err, "sheet-closed")
	}
	b.wants("paid by an editor", editor.Pay(ctx, may, []archive.FeeID{rows[0].ID}), "role-needed")
	b.wants("a row of elsewhere", adm.Pay(ctx, may, []archive.FeeID{"aaaaaaaaaaaa"}), "fee-missing")
	b.must(adm.Pay(ctx, may, []archive.FeeID{rows[0].ID}))
	b.must(adm.Pay(ctx, may, []archive.FeeID{rows[0].ID}))
	all, paid := archive.Totals(b.fees(may))
	if all != 400_002 || paid != 150_002 {
		b.t.Errorf("%d, of which %d are paid", all, paid)
	}
}

func (b *bureau) corrected(may archive.SheetID) {
	b.t.Helper()
	ctx, editor := b.t.Context(), b.As(b.editor)
	before := b.fees(may)
	_, err := editor.Correct(ctx, office.Change{Fee: before[0].ID, Amount: 150_002, Reason: "x"})
	b.wants("to the same", err, "fee-same")
	next, err := editor.Correct(ctx, office.Change{Fee: before[0].ID, Amount: 100_000, Reason: "Tính nhầm"})
	b.must(err)
	if _, err := editor.Correct(ctx, office.Change{Fee: before[0].ID, Amount: 120_000, Reason: "Nhầm lần nữa"}); err != nil {
		b.t.Error(err)
	}
	rows := b.fees(next)
	if len(rows) != 2 || rows[0].Amount != -50_002 || rows[1].Amount != 20_000 || rows[0].Corrects != before[0].ID || next == may {
		b.t.Errorf("%+v", rows)
	}
	_, err = editor.Correct(ctx, office.Change{Fee: rows[0].ID, Amount: 1, Reason: "x"})
	b.wants("a row that is open", err, "sheet-open")
	b.must(editor.Close(ctx, next, b.total(next)))
	later, err := editor.Correct(ctx, office.Change{Fee: before[1].ID, Amount: 0, Reason: "Trả lại"})
	if err != nil || later == next || b.total(later) != -200_000 {
		b.t.Errorf("after the sheet of this month was closed: %s %v", later, err)
	}
	if after := b.fees(may); len(after) != len(before) || after[0] != before[0] {
		b.t.Errorf("the closed sheet has changed: %+v", after)
	}
}

// An issue takes the works that appeared in it, and no work stands in two sheets.
func TestRoyaltiesOfAnIssue(t *testing.T) {
	b := newBureau(t, catalogtest.Open(t))
	ctx, editor := t.Context(), b.As(b.editor)
	b.must(b.As(b.adm).SetRate(ctx, archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 100_000, Coefficient: 100}))
	an := b.author(archive.AgentName{Name: "An"})
	issue := b.published("tap-chi", "2026-05-01", nil)
	b.published("tho", "2026-05-02", []archive.Relation{{Type: archive.PublishedIn, Target: issue}}, an)
	_, err := editor.DrawUp(ctx, office.NewSheet{Issue: "aaaaaaaaaaaa"})
	b.wants("an issue that is none", err, "issue-invalid")
	of, err := editor.DrawUp(ctx, office.NewSheet{Issue: issue})
	b.must(err)
	month, err := editor.DrawUp(ctx, office.NewSheet{Month: "2026-05"})
	b.must(err)
	if len(b.fees(of)) != 1 || len(b.fees(month)) != 0 {
		t.Errorf("%d of the issue, %d of the month", len(b.fees(of)), len(b.fees(month)))
	}
	b.must(editor.DropFee(ctx, of, b.fees(of)[0].ID))
	_, err = editor.DrawUp(ctx, office.NewSheet{Month: "2026-05"})
	if b.must(err); len(b.fees(month)) != 1 {
		t.Error("what was taken off a sheet is owed again")
	}
}

// Two who draw up the same month at once make one sheet, with each work once.
func TestRoyaltiesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		b.must(b.As(b.adm).SetRate(t.Context(), archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 100_000, Coefficient: 100}))
		b.published("tho", "2026-05-02", nil, b.author(archive.AgentName{Name: "An"}))
		var all sync.WaitGroup
		ids := make([]archive.SheetID, 4)
		for i := range ids {
			all.Go(func() {
				var err error
				if ids[i], err = b.As(b.editor).DrawUp(t.Context(), office.NewSheet{Month: "2026-05"}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if ids[0] != ids[1] || ids[0] != ids[3] || len(b.fees(ids[0])) != 1 {
			t.Errorf("%v: %+v", ids, b.fees(ids[0]))
		}
	})
}

func line(name string) archive.Enrolled {
	return archive.Enrolled{Name: name, Card: "VH-012", Admitted: "12/5/1998", Phone: "0912 345 678", Address: "Số 3, ngõ kín", Note: "ghi chú kín",
		Chapters: []archive.Membership{{Chapter: "Chi hội Văn", From: "1998", To: "2010"}, {Chapter: "Chi hội Thơ", From: "2010"}, {}},
		Awards:   []archive.Award{{Title: "Giải Nhì", Date: "2005", By: "Hội Nhà văn"}}}
}

func TestRoll(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		ctx, editor := t.Context(), b.As(b.editor)
		for _, v := range []archive.Viewer{b.out, archive.Public(), b.account("Đò", archive.Member)} {
			if _, err := b.As(v).Put(ctx, line("X")); archive.CodeOf(err) != archive.Forbidden {
				t.Errorf("kept by %s: %v", v.Name, err)
			}
			if _, _, err := b.As(v).Roll(ctx, office.Filter{}); archive.CodeOf(err) != archive.Forbidden {
				t.Errorf("read by %s: %v", v.Name, err)
			}
		}
		for what, change := range map[archive.Reason]func(*archive.Enrolled){"name-missing": func(m *archive.Enrolled) { m.Name = " " }, "date-invalid": func(m *archive.Enrolled) { m.Died = "hôm qua" },
			"text-long": func(m *archive.Enrolled) { m.Note = strings.Repeat("x", 3000) }, "account-missing": func(m *archive.Enrolled) { m.Account = "aaaaaaaaaaaa" },
			"member-missing": func(m *archive.Enrolled) { m.ID = "aaaaaaaaaaaa" }} {
			wrong := line("X")
			change(&wrong)
			_, err := editor.Put(ctx, wrong)
			b.wants(string(what), err, what)
		}
		an, err := editor.Put(ctx, line("Nguyễn Văn An"))
		b.must(err)
		other := line("Trần Thị Bình")
		other.Died, other.Chapters, other.Card = "2020", nil, ""
		if _, err = editor.Put(ctx, other); err != nil {
			t.Fatal(err)
		}
		for f, want := range map[office.Filter]int{{}: 2, {Text: "van an"}: 1, {Text: "vh-012"}: 1, {Chapter: "Chi hội Văn"}: 1, {Standing: archive.StandingDied}: 1, {Standing: archive.StandingActive}: 1, {Text: "zzz"}: 0} {
			if got, chapters, err := editor.Roll(ctx, f); err != nil || len(got) != want || len(chapters) != 2 {
				t.Errorf("%+v: %d %v %v", f, len(got), chapters, err)
			}
		}
		m, err := b.catalog.Reader(b.editor).Member(ctx, an)
		if b.must(err); m.Admitted != "1998-05-12" || m.Chapter() != "Chi hội Thơ" || len(m.Chapters) != 2 {
			t.Errorf("%+v", m)
		}
		m.Phone = "1"
		if _, err = editor.Put(ctx, m); err != nil {
			t.Fatal(err)
		}
		_, err = editor.Put(ctx, m) // as it was before
		b.wants("after somebody else", err, "member-changed")
	})
}

// Of a person who is removed there stay the names under which works were published, what was paid, and the record of works.
func TestRemoval(t *testing.T) {
	each(t, func(t *testing.T, b *bureau) {
		ctx, user := t.Context(), b.account("Nguyễn Thật", archive.Member)
		author := b.author(archive.AgentName{Name: "Bút Danh", Kind: archive.PenName}, archive.AgentName{Name: "Nguyễn Thật", Kind: archive.RealName})
		b.must(b.As(b.adm).SetRate(ctx, archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 1000, Coefficient: 100}))
		work := b.published("tho", "2026-05-02", nil, author)
		sheet, err := b.As(b.editor).DrawUp(ctx, office.NewSheet{Month: "2026-05"})
		b.must(err)
		b.update(func(ctx context.Context, tx *catalog.Tx) error {
			return tx.PutComment(ctx, archive.Comment{ID: archive.NewID[archive.CommentID](), Work: work, Text: "x", Account: user.Account, Name: user.Name, Time: tx.Now()})
		})
		of := line("Nguyễn Thật")
		of.Agent, of.Account = author.ID, user.Account
		id, err := b.As(b.editor).Put(ctx, of)
		b.must(err)
		other := line("X")
		other.Agent = author.ID
		_, err = b.As(b.editor).Put(ctx, other)
		b.wants("an author of two members", err, "member-linked")
		known, err := b.As(b.adm).Everything(ctx, id)
		if b.must(err); len(known.Works) != 1 || len(known.Fees) != 1 || len(known.Comments) != 1 || known.Account == nil || known.Agent == nil {
			t.Errorf("%+v", known)
		}
		_, err = b.As(b.editor).Everything(ctx, id)
		b.wants("given out by an editor", err, "role-needed")
		b.wants("removed by an editor", b.As(b.editor).Remove(ctx, id, 1), "role-needed")
		b.wants("removed as it was before", b.As(b.adm).Remove(ctx, id, 7), "member-changed")
		b.must(b.As(b.adm).Remove(ctx, id, 1))
		b.wants("removed twice", b.As(b.adm).Remove(ctx, id, 2), "member-removed")
		_, err = b.As(b.editor).Put(ctx, archive.Enrolled{ID: id, Version: 2, Name: "Nguyễn Thật"})
		b.wants("written again", err, "member-removed")
		b.forgotten(id, user, author, sheet)
	})
}

func (b *bureau) forgotten(id archive.MemberID, user archive.Viewer, author archive.Agent, sheet archive.SheetID) {
	b.t.Helper()
	ctx, reader := b.t.Context(), b.catalog.Reader(archive.System("test"))
	m, err := reader.Member(ctx, id)
	if b.must(err); m.Name != "" || m.Phone != "" || m.Agent != "" || m.Account != "" || m.Removed.IsZero() {
		b.t.Errorf("the line: %+v", m)
	}
	if list, err := reader.Roll(ctx); err != nil || len(list) != 0 {
		b.t.Errorf("the roll: %+v %v", list, err)
	}
	account, err := reader.AccountByID(ctx, user.Account)
	if b.must(err); account.Shown != "" || account.Ended.IsZero() || strings.Contains(account.Name, "Nguy") {
		b.t.Errorf("the account: %+v", account)
	}
	agent, err := reader.Agent(ctx, author.ID)
	if b.must(err); len(agent.Names) != 1 || agent.Name() != "Bút Danh" || agent.Born != "" || agent.Biography != "" {
		b.t.Errorf("the author: %+v", agent)
	}
	if rows := b.fees(sheet); len(rows) != 1 || rows[0].Name != "Bút Danh" {
		b.t.Errorf("what is owed: %+v", rows)
	}
	if list, err := reader.CommentsBy(ctx, user.Account); err != nil || list[0].Name != "" {
		b.t.Errorf("comments: %+v %v", list, err)
	}
}
