package ui_test

import (
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// officeSamples are the pages of an association's office.
func officeSamples(t ui.Text, page func(string) ui.Page) []sample {
	signedIn := func(title string) ui.Page {
		p := page(title)
		p.SignedIn = true
		return p
	}
	wrong := t.Sentence(archive.Fail(archive.Invalid, "email-invalid"))
	facts := ui.FormView{Title: t.Text("settings.facts"), Lead: t.Text("facts.lead"), Action: "/cai-dat-trang", Stamp: "x", Wrong: wrong, At: "thu", Save: t.Text("form.save"),
		Back: ui.Link{Label: t.Text("settings.back"), URL: "/cai-dat"}, Acts: []ui.FormAct{{Label: t.Text("genres.up"), Path: "/len"}, {Help: t.Sentence(archive.Fail(archive.Conflict, "genre-used", 12))}},
		Sections: []ui.FormSection{{Fields: []ui.Field{{ID: "ten", Label: t.Text("facts.title"), Value: "Văn nghệ Sông Lường", Help: t.Text("facts.title-help"), Required: true},
			{ID: "thu", Label: t.Text("facts.email"), Value: "vanphong", Kind: "email"}}},
			{Legend: t.Text("bodies.nth", 1), Fields: []ui.Field{{ID: "tu", Label: t.Text("bodies.from"), Help: t.Text("bodies.from-help")},
				{ID: "nhom", Label: t.Text("genres.group"), Kind: "select", Options: []ui.Option{{Value: "tho", Label: "Thơ, sân khấu", Chosen: true}}},
				{ID: "tinh", Label: t.Text("genres.counted"), Help: t.Text("genres.counted-help"), Kind: "check", Value: "1"}, {ID: "anh", Label: t.Text("logo.choose"), Kind: "file", Help: t.Text("logo.help")}}}}}
	things := ui.Things{Title: t.Text("settings.genres"), Lead: t.Text("genres.lead"), Done: t.Text("form.done"), Back: ui.Link{Label: t.Text("settings.back"), URL: "/cai-dat"},
		Groups: []ui.ThingGroup{{Heading: ui.Link{Label: "Truyện ngắn, ký, ghi chép", URL: "/nhom"}, Things: []ui.Thing{{Link: ui.Link{Label: "Truyện ngắn", URL: "/truyen-ngan"}, Note: t.Text("list.count", 1204)}}},
			{Heading: ui.Link{Label: "Văn bản", URL: "/nhom"}, Note: t.Text("genres.left"), Empty: t.Text("genres.empty")}},
		Acts: []ui.Link{{Label: t.Text("genres.add"), URL: "/moi"}}, Forms: []ui.FormAct{{Label: t.Text("notices.see"), Path: "/xem"}}}
	report := reportSample(t)
	asked := report
	asked.Wrong = t.Sentence(archive.Fail(archive.Invalid, "report-years", 200))
	record := ui.Record{Path: "/nhat-ky", People: []ui.Option{{Value: "a", Label: "Khổng Thị Mây", Chosen: true}}, From: "2026-01-01", Next: "?sau=x", CSV: "?dang=csv",
		Kinds: []ui.OptionGroup{{Label: t.Text("record.of-works"), Options: []ui.Option{{Value: "approval", Label: t.Text("event.approval")}}}},
		Back:  ui.Link{Label: t.Text("settings.back"), URL: "/cai-dat"},
		Lines: []ui.RecordLine{
			{Time: at(3), Who: "Khổng Thị Mây", What: t.Text("deed.account-roles"), Thing: ui.Link{Label: "Lâm Tịnh Vân"}, Changes: []ui.RecordChange{{Field: t.Text("deed.field.roles"), Before: "hội viên", After: "hội viên, biên tập viên"}}},
			{Time: at(2), Who: t.Text("record.machine"), What: t.Text("event.derivation"), Failed: true, Machine: "bang-ghi-hinh-1998-mat-a.mpg (sha512 0123456789abcdef…): making-too-long",
				Thing: ui.Link{Label: "Đêm hội trăng rằm bên bến Lường", URL: "/duyet-phim"}}}}
	running := ui.Operate{Counts: t.Text("operate.counts", 1, 27), Stop: "/dung", Again: "/lam-lai", Done: t.Text("operate.stopping"),
		Running: []ui.OpenJob{{Number: "1", What: t.Text("recipe.ladder"), Title: "Đêm hội trăng rằm bên bến Lường", Name: "bang-ghi-hinh-1998-mat-a.mpg", Since: t.Text("operate.runs-since", t.Text("age.hours", 3)), CanStop: true}},
		Waiting: []ui.OpenJob{{Number: "2", What: t.Text("job.preserve"), Title: "Bến sông mùa cạn", Since: t.Text("operate.waits-since", t.Text("age.minutes", 12))}},
		Keeping: []string{t.Text("keeping.disk", "120 GB", "500 GB", 76), t.LastRun("backup", archive.LastRun{Time: at(1), Failed: &archive.FailedRun{Since: at(2), Time: at(3), Reason: "backup-gone"}}), t.Text("keeping.fixity-problems", t.Day(at(3)), 14)},
		Lead:    t.Text("keeping.damages-lead", t.Day(at(3))), More: t.Text("keeping.damages-more", 11), Damaged: damagedSample(t)}
	day := make([]float64, 200)
	for i := range day {
		day[i] = float64((i * i) % 97)
	}
	health := ui.Health{Lead: t.Text("health.lead", t.Day(at(3)), "07:05"), Trouble: []string{t.Text("health.storage-failed", 3), t.Text("health.waits-long", t.Text("age.hours", 5))}, Back: ui.Link{Label: t.Text("operate.title"), URL: "/van-hanh"},
		Curves: []ui.Curve{{Title: t.Text("health.requests"), Now: t.Text("health.requests-now", 320), Values: day, Slots: 288}, {Title: t.Text("health.failed"), Now: t.Text("health.failed-now", 0), Values: make([]float64, 288), Slots: 288},
			{Title: t.Text("health.memory"), Now: t.Text("health.memory-now", "98 MB"), Values: []float64{98}, Slots: 288}}}
	return []sample{
		{"suc-khoe", ui.HealthPage(t, signedIn(t.Text("health.title")), health)},
		{"cai-dat-trang", ui.FormPage(t, signedIn(facts.Title), facts)},
		{"cai-dat-the-loai", ui.ThingsPage(t, signedIn(things.Title), things)},
		{"bao-cao", ui.ReportPage(t, signedIn(report.Title), report)},
		{"bao-cao-sai", ui.ReportPage(t, signedIn(report.Title), asked)},
		{"nhat-ky", ui.RecordPage(t, signedIn(t.Text("record.title")), record)},
		{"van-hanh-dang-lam", ui.OperatePage(t, signedIn(t.Text("operate.title")), running)},
	}
}

func damagedSample(t ui.Text) []ui.DamagedWork {
	line := func(d archive.Damage) ui.DamagedLine {
		return ui.DamagedLine{What: t.Damage(d), Advice: t.DamageAdvice(d)}
	}
	return []ui.DamagedWork{
		{Title: "Đêm hội trăng rằm bên bến Lường", URL: "/phim", Lines: []ui.DamagedLine{
			line(archive.Damage{Kind: archive.DamageChanged, Name: "bang-ghi-hinh-1998-mat-a.mpg"}), line(archive.Damage{Kind: archive.DamageEventMissing, Event: 1204}),
			line(archive.Damage{Kind: archive.DamageMissing, Path: "inventory.json", Repaired: true})}},
		{Title: t.Text("keeping.damages-archive"), Lines: []ui.DamagedLine{line(archive.Damage{Kind: archive.DamageAdded, Path: "abc/def/" + strings.Repeat("0123456789abcdef", 4) + "/thu-muc-la/tep-khong-biet-cua-ai.exe"})}},
	}
}

func reportSample(t ui.Text) ui.Report {
	return ui.Report{Title: t.Text("report.title"), Body: "Hội Văn học Nghệ thuật tỉnh Sông Lường", Path: "/bao-cao", Year: "2026", Since: "2022", Drawn: at(20),
		Dates:     []ui.Option{{Value: "sang-tac", Label: t.Text("report.by-own"), Chosen: true}, {Value: "cong-bo", Label: t.Text("report.by-admission")}},
		Sentences: []string{t.Text("report.of-year", "2026", "40 truyện ngắn, ký, ghi chép; 120 thơ, sân khấu; 75 mỹ thuật, nhiếp ảnh; 25 âm nhạc")},
		Notes:     []string{t.Text("report.counted-own"), t.Text("report.undated", 12)}, XLSX: "?dang=xlsx", PDF: "?dang=pdf", Links: []ui.Link{{Label: t.Text("report.agents"), URL: "/tac-gia"}},
		Tables: []ui.Table{
			{Caption: t.Text("report.by-group"), Head: []string{t.Text("report.group"), "2026", "2022 – 2026"}, Foot: &ui.TableRow{Label: t.Text("report.total"), Numbers: []int{260, 1204}},
				Rows: []ui.TableRow{{Label: "Truyện ngắn, ký, ghi chép", Numbers: []int{40, 204}}, {Label: "Truyện ngắn", Numbers: []int{30, 150}, Part: true}, {Label: "Thơ, sân khấu", Numbers: []int{120, 600}}}},
			{Caption: t.Text("report.chapters-of-year", "2026"), Head: []string{t.Text("report.chapter"), "Truyện ngắn, ký, ghi chép", "Thơ, sân khấu", "Mỹ thuật, nhiếp ảnh", "Âm nhạc", "Văn nghệ dân gian", t.Text("report.total")},
				Rows: []ui.TableRow{{Label: "Trúc Khê", URL: "/x", Numbers: []int{12, 40, 20, 5, 0, 77}}, {Label: t.Text("report.no-chapter"), Numbers: []int{28, 80, 55, 20, 0, 183}}}},
		},
		Lists: []ui.WorkList{{Heading: "Thơ", Works: []ui.Link{{Label: "Ngồi nghe mưa trên mái lá cọ (1972)", URL: "/tho"}}}}}
}

// bureauSamples are what is destroyed and what authors are paid.
func bureauSamples(t ui.Text, page func(string) ui.Page) []sample {
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
