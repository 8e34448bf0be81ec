package ui_test

import (
	"time"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// officeSamples are the pages of the association's office: what is destroyed, what authors are paid, the roll of members.
func officeSamples(t ui.Text, page func(string) ui.Page) []sample {
	plan := archive.Purge{Work: "abcdefgh2345", Cause: archive.PurgePrivacy, Reason: "Thư của gia đình ngày 3/5/2026.", Proposed: at(3), ProposedName: "Nghiêm Đỗ Quyên"}
	waits := ui.Purge{Title: "Ngồi nghe mưa trên mái lá cọ", URL: "/huy-tho", List: "/huy", Work: "/duyet-tho", Plan: plan, Seen: "x", Waits: true, May: true, Until: at(10)}
	asked := ui.Purge{Title: "Ngồi nghe mưa trên mái lá cọ", URL: "/huy-tho", List: "/huy", Work: "/duyet-tho", SeenWork: "x", Wrong: t.Sentence(archive.Fail(archive.Invalid, "purge-cause"))}
	done := waits
	done.Waits, done.Plan.Confirmed, done.Plan.ConfirmedName, done.Plan.Done = false, at(4), "Quách Hữu Đằng", at(4)
	open, closed := feeSamples(t, time.Time{}), feeSamples(t, at(5))
	closed.Wrong = t.Sentence(archive.Fail(archive.Invalid, "reason-missing"))
	sheets := ui.FeeSheets{Path: "/nhuan-but", Rates: "/nhuan-but-muc", Rows: []ui.FeeSheetRow{open.Row, closed.Row}, Issues: []ui.Link{{Label: "Tạp chí Sông Lường số 12", URL: "abcdefgh2345"}}, Month: "2026-05", Given: map[string]string{}}
	rates := ui.FeeRates{Path: "/nhuan-but-muc", List: "/nhuan-but", MaySet: true, Rows: []ui.FeeRate{{Genre: "Thơ", Rate: archive.Rate{Genre: "tho", From: "2026-01-01", Unit: 149_000, Coefficient: 250}}},
		Genres: []ui.Link{{Label: "Thơ", URL: "tho"}, {Label: "Truyện ngắn", URL: "truyen-ngan"}}, Wrong: t.Sentence(archive.Fail(archive.Invalid, "money-invalid")), Given: map[string]string{"don-vi": "1.5"}}
	member := archive.Enrolled{ID: "abcdefgh2345", Version: 2, Name: "Lâm Tịnh Vân", Card: "VH-012", Born: "1940-02-03", Admitted: "1998-05-12", Phone: "0200 000 0000", Address: "Số 3, phố Bến Đò Cũ",
		Chapters: []archive.Membership{{Chapter: "Chi hội Văn", From: "1998", To: "2010"}, {Chapter: "Chi hội Thơ", From: "2010"}}, Awards: []archive.Award{{Title: "Giải Nhì thơ", Date: "2005", By: "Hội Nhà văn"}}}
	gone := archive.Enrolled{ID: "abcdefgh2346", Name: "Khổng Thị Mây", Died: "2020"}
	roll := ui.Roll{Path: "/hoi-vien", New: "/hoi-vien-moi", Files: "?", Chapters: []string{"Chi hội Thơ", "Chi hội Văn"}, All: 2, Lines: []ui.RollLine{{URL: "/hoi-vien-moi", Member: member}, {URL: "/hoi-vien-moi", Member: gone}}}
	form := ui.RollMember{Member: member, List: "/hoi-vien", Path: "/hoi-vien-moi", Author: ui.Link{Label: "Lâm Tịnh Vân", URL: "/tac-gia"}, Account: "van", Export: "/du-lieu", Remove: "/hoi-vien-xoa",
		Wrong: t.Sentence(archive.Fail(archive.Invalid, "date-invalid", "hôm qua"))}
	return []sample{
		{"hoi-vien", ui.RollPage(t, page(t.Text("roll.title")), roll)},
		{"hoi-vien-moi", ui.RollMemberPage(t, page(t.Text("roll.title")), form)},
		{"hoi-vien-xoa", ui.RollRemovalPage(t, page(t.Text("roll.remove")), ui.RollRemoval{Member: member, Back: "/hoi-vien-moi", Path: "/hoi-vien-xoa"})},
		{"nhuan-but", ui.FeeSheetsPage(t, page(t.Text("fee.title")), sheets)},
		{"nhuan-but-bang", ui.FeeSheetPage(t, page(open.Row.Name), open)},
		{"nhuan-but-khoa", ui.FeeSheetPage(t, page(closed.Row.Name), closed)},
		{"nhuan-but-muc", ui.FeeRatesPage(t, page(t.Text("fee.rates")), rates)},
		{"huy", ui.PurgesPage(t, page(t.Text("purge.title")), []ui.Purge{waits, done})},
		{"huy-de-nghi", ui.PurgePage(t, page(t.Text("purge.title")), asked)},
		{"huy-tho", ui.PurgePage(t, page(t.Text("purge.title")), waits)},
	}
}

func feeSamples(t ui.Text, closed time.Time) ui.FeeSheet {
	row := ui.FeeSheetRow{URL: "/nhuan-but-bang", Name: ui.SheetName(t, "2026-05", ""), All: 575_500, Paid: 0, Late: true,
		Sheet: archive.Sheet{ID: "abcdefgh2345", Month: "2026-05", Due: "2026-06-15", Closed: closed, ClosedName: "Nghiêm Đỗ Quyên"}}
	if !closed.IsZero() {
		row.URL, row.Paid = "/nhuan-but-khoa", 372_500
	}
	v := ui.FeeSheet{Row: row, Body: "Hội Văn học Nghệ thuật tỉnh Sông Lường", List: "/nhuan-but", MayPay: true, Given: map[string]string{}}
	for i, f := range []archive.Fee{
		{ID: "abcdefgh2341", Title: "Ngồi nghe mưa trên mái lá cọ", Name: "Lâm Tịnh Vân", Unit: 149_000, Coefficient: 250, Amount: 372_500},
		{ID: "abcdefgh2342", Title: "Đêm hội trăng rằm bên bến Lường", Name: "Khổng Thị Mây", Unit: 149_000, Coefficient: 150, Amount: 223_500, Reason: "Bài dài hơn thường lệ", AddedName: "Nghiêm Đỗ Quyên"},
		{ID: "abcdefgh2343", Title: "Bến sông mùa cạn", Name: "Quách Hữu Đằng", Amount: -20_500, Reason: "Tính nhầm hệ số", AddedName: "Nghiêm Đỗ Quyên", Corrects: "abcdefgh2344"},
	} {
		l := ui.FeeLine{Fee: f, Genre: "Thơ", Work: "/duyet-tho"}
		if f.Corrects != "" {
			l.Corrects = t.Text("fee.corrects")
		}
		if !closed.IsZero() && i == 0 {
			l.Fee.Paid, l.Fee.PaidName = at(9), "Bà Quản"
		}
		v.Lines = append(v.Lines, l)
	}
	return v
}
