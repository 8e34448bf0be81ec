package ui_test

import (
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// reviewSamples are the pages of deciding and of what readers write.
func reviewSamples(t ui.Text, page func(string) ui.Page) []sample {
	paths := ui.ReviewPaths{Queue: "/duyet", Cases: "/duyet-gop-y", Minute: "/duyet-bien-ban", Rules: "/duyet-quy-che"}
	work := page("Ngồi nghe mưa trên mái lá cọ")
	letter := ui.Letter{Title: "Ngồi nghe mưa trên mái lá cọ", Back: "/tho", Path: "/gop-y"}
	refused := letter
	refused.Wrong, refused.Given = t.Sentence(archive.Fail(archive.Invalid, "text-missing")), map[string]string{"loai": "complaint", "ten": "Khổng Thị Mây"}
	barred := poemSample()
	barred.Bar, barred.Letter = &ui.Bar{State: archive.Submitted, URL: "/duyet-tho"}, "/gop-y"
	film := reviewSample(archive.Approved)
	film.Work, film.Wrong, film.WrongAct = videoSample(), t.Sentence(archive.Fail(archive.Invalid, "access-ends-early")), archive.ActPublish
	film.Work.Quoted, film.Timed, film.Pictured = true, true, true
	film.May = map[archive.Act]bool{archive.ActPublish: true, archive.ActReturn: true}
	pages := reviewSample(archive.Submitted)
	pages.Work, pages.Pictured = paintingSample(), true
	pages.Work.Quoted = true
	leaf := func(n int, points ...ui.Point) ui.Item {
		return ui.Item{State: ui.Ready, Image: &ui.Image{File: archive.FileID(strings.Repeat("abc"[n:n+1], 12)), Page: n, Points: points, Picture: *picture("so-41", 700, 1000), Large: "/sample/so-41.svg"}}
	}
	pages.Work.Sections = []ui.Section{{Medium: archive.Paged, Kind: archive.KindScan, Items: []ui.Item{leaf(1, ui.Point{Number: 1, X: 250, Y: 400}), leaf(2, ui.Point{Number: 2, X: 700, Y: 120})}}}
	for n := range min(2, len(pages.Comments)) {
		pages.Comments[n].Point = n + 1
	}
	shown := reviewSample(archive.Published)
	shown.May = map[archive.Act]bool{archive.ActWithdraw: true, archive.ActArrange: true}
	shown.Done = archive.ActPublish
	gone := reviewSample(archive.Withdrawn)
	gone.May = map[archive.Act]bool{archive.ActRestore: true}
	return []sample{
		{"duyet", ui.QueuePage(t, page(t.Text("review.queue")), queueSample(t, paths))},
		{"duyet-tho", ui.ReviewPage(t, work, reviewSample(archive.Submitted))},
		{"duyet-phim", ui.ReviewPage(t, work, film)},
		{"duyet-trang-giay", ui.ReviewPage(t, work, pages)},
		{"duyet-da-dang", ui.ReviewPage(t, work, shown)},
		{"duyet-da-rut", ui.ReviewPage(t, work, gone)},
		{"duyet-nguoi-gui", ui.SentPage(t, work, ui.Sent{Title: "Ngồi nghe mưa trên mái lá cọ", State: archive.ChangesRequested, Submit: "/gui",
			Notes: []ui.Told{{Time: at(4), Type: archive.EventRequest, Name: "Quách Hữu Đằng", Note: "Xin ghi năm sáng tác."}}, Review: reviewSample(archive.ChangesRequested)})},
		{"duyet-quy-che", ui.RulesPage(t, page(t.Text("rules.title")), ui.Rules{Paths: paths, Warn: "60", Case: "15", May: true, Done: true,
			Groups: []ui.RuleField{{Name: "tho", Label: t.Text("group.tho"), Value: "2"}, {Name: "thong-bao", Label: t.Text("group.thong-bao"), Value: "1"}}})},
		{"duyet-xem", ui.WorkPage(t, work, barred)},
		{"duyet-bien-ban", ui.MinutePage(t, page(t.Text("minute.heading")), minuteSample(t))},
		{"duyet-gop-y", ui.CasesPage(t, page(t.Text("case.title")), ui.Cases{Paths: paths, Open: []ui.CaseRow{caseSample(true), caseSample(false)}, Closed: []ui.CaseRow{closedCase()}})},
		{"duyet-khieu-nai", ui.CaseDetail(t, page(t.Text("case.title")), ui.CasePage{Row: caseSample(true), Work: "/duyet-tho", Path: "/duyet-khieu-nai", Cases: "/duyet-gop-y", May: true,
			Wrong: t.Sentence(archive.Fail(archive.Invalid, "outcome-missing"))})},
		{"gop-y", ui.LetterPage(t, page(t.Text("letter.title")), letter)},
		{"gop-y-sai", ui.LetterPage(t, page(t.Text("letter.title")), refused)},
	}
}

func at(day int) time.Time { return time.Date(2026, 5, day, 1, 30, 0, 0, time.UTC) }

func queueSample(t ui.Text, paths ui.ReviewPaths) ui.Queue {
	return ui.Queue{State: archive.Submitted, Paths: paths, Cases: 2, Next: "?bo=24",
		States: []ui.Link{{Label: t.Text("review.tab.submitted"), URL: "/duyet", Current: true}, {Label: t.Text("review.tab.approved"), URL: "/duyet"}},
		Groups: []ui.Link{{Label: t.Text("review.all"), URL: "/duyet", Count: 1207, Current: true}, {Label: t.Text("group.tho"), URL: "?nhom=tho", Count: 6}},
		Rows: []ui.QueueRow{
			{URL: "/duyet-tho", Title: "Ngồi nghe mưa trên mái lá cọ", Genre: "Thơ", Authors: []string{"Lâm Tịnh Vân"}, Since: at(1), Days: 19, Approvals: 1, Needed: 2},
			{URL: "/duyet-phim", Title: "Đêm hội trăng rằm bên bến Lường", Genre: "Ghi hình", Authors: []string{"Nhóm ghi hình Bến Cũ", "Khổng Thị Mây"}, Since: at(19), Days: 1, Needed: 2},
		},
		Lapsing: []ui.Lapsing{{URL: "/duyet-da-dang", Title: "Bến sông mùa cạn", Until: at(28)}},
	}
}

func checksSample() []archive.Check {
	var list []archive.Check
	for _, i := range archive.CheckItems() {
		list = append(list, archive.Check{Item: i, Answer: archive.AnswerYes, Name: "Quách Hữu Đằng", Time: at(3)})
	}
	list[1].Answer, list[1].Remark = archive.AnswerExempt, "tác phẩm của Hội"
	return list
}

func reviewSample(s archive.State) ui.Review {
	v := ui.Review{Work: poemSample(), State: s, Seen: "x", Base: "/duyet-tho", Public: "/tho", Queue: "/duyet", Minute: "/duyet-bien-ban", Purge: "/huy", Needed: 2,
		May:       map[archive.Act]bool{archive.ActApprove: true, archive.ActReturn: true},
		Approvals: []ui.Approved{{Name: "Quách Hữu Đằng", Time: at(3), Note: "Bài in được.", Checks: checksSample()}},
		Record:    ui.ReviewRecord{Rights: "https://creativecommons.org/licenses/by/4.0/", Agents: "Lâm Tịnh Vân"},
		Access:    ui.ReviewAccess{Audience: archive.AudiencePublic},
		Comments: []ui.ReviewComment{
			{ID: "abcdefgh2345", Where: ui.Link{Label: "Thơ mưa.docx, Khổ 2", URL: "/tho#kho-2"}, Text: []string{"Chữ “giấy” ở đây có đúng bản thảo không?"}, Name: "Quách Hữu Đằng", Time: at(2)},
			{ID: "abcdefgh2346", Where: ui.Link{Label: "Cả tác phẩm"}, Text: []string{"Đã sửa."}, Name: "Lâm Tịnh Vân", Time: at(3), Done: true}},
		Ticks:   true,
		Spots:   []ui.Spot{{Value: "f", Label: "Thơ mưa.docx"}, {Value: "f/kho-2", Label: "Khổ 2: con thuyền giấy thuở lên năm"}},
		History: []ui.Told{{Time: at(3), Type: archive.EventApproval, Name: "Quách Hữu Đằng", Note: "Bài in được."}, {Time: at(1), Type: archive.EventSubmission, Name: "Lâm Tịnh Vân"}},
		Cases:   []ui.CaseRow{caseSample(true)},
	}
	v.Work.Quoted = true
	return v
}

func minuteSample(t ui.Text) ui.Minutes {
	head := strings.Repeat("0123456789abcdef", 4)
	return ui.Minutes{Body: "Hội Văn học Nghệ thuật tỉnh Sông Lường", Title: t.Text("minute.heading"), From: "2026-05-01", Until: "2026-05-31", Path: "/duyet-bien-ban",
		CSV: "?dang=csv", PDF: "?dang=pdf", Drawn: at(31), More: true, Entries: []ui.MinuteEntry{
			{Anchor: "qd-a-3", Time: at(3), Work: ui.Link{Label: "Ngồi nghe mưa trên mái lá cọ", URL: "/duyet-tho"}, Type: archive.EventApproval, Name: "Quách Hữu Đằng", Note: "Bài in được.", Checks: checksSample(), Sequence: 3, Head: head},
			{Anchor: "qd-a-4", Time: at(4), Work: ui.Link{Label: "Ngồi nghe mưa trên mái lá cọ", URL: "/duyet-tho"}, Type: archive.EventPublication, Name: "Nghiêm Đỗ Quyên", Audience: archive.AudienceMembers, Opens: at(5), Closes: at(30), Sequence: 4, Head: head}}}
}

func caseSample(late bool) ui.CaseRow {
	c := archive.Case{ID: "abcdefgh2345", Kind: archive.Complaint, Name: "Khổng Thị Mây", Text: "Ảnh này tôi chụp.\nXin ghi tên tôi.", Received: at(1), Due: at(16)}
	if !late {
		c.Kind, c.Name = archive.Remark, ""
	}
	return ui.CaseRow{URL: "/duyet-khieu-nai", Title: "Đò sớm", Case: c, Late: late}
}

func closedCase() ui.CaseRow {
	r := caseSample(false)
	r.URL, r.Case.Closed, r.Case.ClosedBy, r.Case.Outcome = "/duyet-khieu-nai", at(9), "Nghiêm Đỗ Quyên", "Đã ghi tên người chụp."
	r.Case.Authority, r.Case.OrderNumber, r.Case.OrderDate = "Sở Văn hóa và Thể thao", "12/CV", "2026-05-07"
	return r
}
