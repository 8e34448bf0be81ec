package ui_test

import (
	"time"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// describeSamples are the pages of describing.
func describeSamples(t ui.Text, page func(string) ui.Page) []sample {
	title := "Gửi lại mùa nước nổi"
	plain, wrong := describeSample(t), describeSample(t)
	wrong.Wrong = t.Sentence(archive.Fail(archive.Conflict, "fields-clash"))
	wrong.Problems = []ui.Link{{Label: t.Text("field.title"), URL: "#f-title"}, {Label: t.Text("field.date") + ": …", URL: "#f-date"}, {Label: "An Nhiên: …", URL: "#f-ten-1"}}
	wrong.Kept = at(4)
	s := &wrong.Sections[0]
	s.Fields[1].Clash = &ui.DescribeClash{Who: "Quách Hữu Đằng", When: at(3), Theirs: []string{"Gửi lại mùa nước nổi bên sông"}}
	wrong.Sections[2].Fields[0].Wrong = t.Sentence(archive.Fail(archive.Invalid, "date-invalid", "31/02/1997"))
	wrong.Sections[2].Fields[0].Value = "31/02/1997"
	rows := wrong.Sections[1].Fields[0].Credits
	rows[1].Wrong = t.Sentence(archive.Fail(archive.Invalid, "agent-several", "An Nhiên"))
	rows[1].Choices = []ui.DescribeOption{{Value: "a", Label: "An Nhiên", Help: "Sinh 1941 · cũng là Nguyễn Văn An · 12 tác phẩm"}, {Value: "b", Label: "An Nhiên", Help: "Sinh 1972 · 1 tác phẩm"},
		{Value: "moi", Label: t.Text("describe.make", "An Nhiên"), Help: t.Text("describe.make-help")}}
	rows[2].New, rows[2].Name = true, "Nhóm Bến Cũ"
	plain.Done = t.Text("describe.saved")
	return []sample{
		{"sua", ui.DescribePage(t, page(title), plain)},
		{"sua-sai", ui.DescribePage(t, page(title), wrong)},
		{"sua-lich-su", ui.DescribeHistoryPage(t, page(title), ui.DescribeHistory{Title: title, Paths: plain.Paths, Wrong: t.Sentence(archive.Fail(archive.Conflict, "undo-overtaken")),
			Rows: []ui.DescribeChange{
				{Name: "Lâm Tịnh Vân", Time: at(6), Event: archive.EventModification, Undoes: at(5), Undo: "/sua-lich-su/7",
					Fields: []ui.DescribeDiff{{Label: t.Text("field.title"), Before: []string{"Mùa nước"}, After: []string{title}}, {Label: t.Text("field.titles"), After: []string{"Nước nổi", "Mùa nước về"}}}},
				{Name: "Quách Hữu Đằng", Time: at(4), Event: archive.EventApproval, Note: "Bài in được."}}})},
		{"sua-tac-gia", ui.AgentFormPage(t, page("Lâm Tịnh Vân"), agentFormSample(t))},
		{"sua-dua-vao", ui.BringInPage(t, page(t.Text("bring-in.title")), ui.BringIn{Base: "/sua-dua-vao", Max: 64_000_000, Genres: []ui.DescribeOption{{Label: t.Text("bring-in.by-file")}, {Value: "tho", Label: "Thơ"}},
			Files:  []ui.SentFile{{ID: "a", Name: "bang-ghi-hinh-1998-mat-a.mpg", Size: 4_812_345_678, Upload: true}, {ID: "b", Name: "Chương trình lạ", Size: 12, Upload: true, Problem: t.Sentence(archive.Fail(archive.Invalid, archive.Infected))}},
			Half:   []ui.HalfSent{{ID: "c", Name: "track03.mp3", Received: 1, Size: 4}},
			Drafts: []ui.Mine{{URL: "/sua", Title: title, Genre: "Ca khúc", State: archive.Draft, Updated: at(3)}}, Wrong: t.Sentence(archive.Fail(archive.Invalid, "file-not-chosen"))})},
	}
}

func describeSample(t ui.Text) ui.Describe {
	label := func(f archive.Field) string { return t.Text("field." + string(f)) }
	line := func(f archive.Field, value string, kind ui.DescribeKind) ui.DescribeField {
		field := ui.DescribeField{Name: string(f), Label: label(f), Value: value, Kind: kind}
		if key := "describe.help." + string(f); t.Has(key) {
			field.Help = t.Text(key)
		}
		return field
	}
	genre := line(archive.FieldGenre, "ca-khuc", ui.DescribeSelect)
	genre.Options = []ui.DescribeOption{{Value: "tho", Label: "Thơ"}, {Value: "ca-khuc", Label: "Ca khúc", Chosen: true}}
	title := line(archive.FieldTitle, "Gửi lại mùa nước nổi", ui.DescribeLine)
	title.Offers = []ui.DescribeOffer{{Label: "Mùa nước nổi (thu thanh 1998)", From: "track03.mp3", Act: "lay:title:x", Value: "Mùa nước nổi (thu thanh 1998)"}}
	credits := line(archive.FieldCredits, "", ui.DescribeCredits)
	credits.Usual = []ui.DescribeOption{{Value: "composer", Label: "nhạc"}, {Value: "lyricist", Label: "lời"}, {Value: "performer", Label: "biểu diễn"}}
	credits.Others = []ui.DescribeOption{{Value: "author", Label: "tác giả"}}
	credits.Credits = []ui.CreditRow{{At: 0, Name: "Lâm Tịnh Vân", Relator: "composer", Agent: "a", About: "Sinh 1941 · cũng là Lâm Thị Vân · 12 tác phẩm"},
		{At: 1, Name: "An Nhiên", Relator: "lyricist"}, {At: 2, Relator: "performer"}}
	relations := line(archive.FieldRelations, "", ui.DescribeLinks)
	relations.Types = []ui.DescribeOption{{Value: "sets-to-music", Label: t.Text("describe.relation.sets-to-music")}}
	relations.Links = []ui.RelationRow{{Type: "sets-to-music", Target: "b", Text: "Mùa nước nổi"}}
	collections := line(archive.FieldCollections, "", ui.DescribeTicks)
	collections.Options = []ui.DescribeOption{{Value: "c", Label: "Sông nước trong văn nghệ › Mùa nước nổi", Chosen: true}, {Value: "d", Label: "Bến đò"}}
	statement := line(archive.FieldStatement, "", ui.DescribeSelect)
	statement.Options = []ui.DescribeOption{{Label: t.Text("describe.unsaid"), Chosen: true}, {Value: "x", Label: "Còn bản quyền, chưa tìm được chủ sở hữu (theo luật châu Âu)"}}
	section := func(id string, fields ...ui.DescribeField) ui.DescribeSection {
		return ui.DescribeSection{ID: id, Title: t.Text("describe.section." + id), Fields: fields}
	}
	return ui.Describe{Title: "Gửi lại mùa nước nổi", State: archive.Approved, Void: true, Base: "{}", Key: "a/b",
		Paths: ui.DescribePaths{Form: "/sua", History: "/sua-lich-su", Review: "/duyet-tho", Page: "/ca-khuc", Find: "/tim", SignIn: "/dang-nhap"},
		Opens: time.Time{},
		Sections: []ui.DescribeSection{
			section("tac-pham", genre, title, line(archive.FieldTitles, "Nước nổi\nMùa nước về", ui.DescribeText)),
			section("nguoi", credits),
			section("gioi-thieu", line(archive.FieldDate, "khoảng 1998", ui.DescribeLine), line(archive.FieldDescription, "Viết sau trận lụt.", ui.DescribeText)),
			section("giay-to", line(archive.FieldNumber, "465/KH-VHNT", ui.DescribeLine), line(archive.FieldRecipients, "Các chi hội\nLưu", ui.DescribeText)),
			section("lien-he", relations, collections),
			section("quyen", statement, line(archive.FieldEvidence, "", ui.DescribeText), line(archive.FieldLicence, "31/12/2030", ui.DescribeLine))}}
}

func agentFormSample(t ui.Text) ui.AgentForm {
	field := func(f archive.Field, value string, kind ui.DescribeKind) ui.DescribeField {
		return ui.DescribeField{Name: string(f), Label: t.Text("field." + string(f)), Value: value, Kind: kind}
	}
	chapter := field(archive.AgentChapter, "Trúc Khê", ui.DescribeLine)
	chapter.Clash = &ui.DescribeClash{Theirs: []string{"Bến Lường"}, Chosen: "mine"}
	before := field(archive.AgentPredecessor, "Nhóm", ui.DescribeLine)
	before.Wrong = t.Sentence(archive.Fail(archive.Invalid, "agent-none", "Nhóm"))
	return ui.AgentForm{Name: "Lâm Tịnh Vân", Path: "/sua-tac-gia", Public: "/tac-gia", Find: "/tim", Base: "{}", Done: t.Text("describe.saved"),
		Names: field(archive.AgentNames, "", ui.DescribeLine), Body: field(archive.AgentBody, "", ui.DescribeLine),
		Kinds:  []ui.DescribeOption{{Label: t.Text("describe.kind.unsaid")}, {Value: "real", Label: t.Text("describe.kind.real")}, {Value: "pen", Label: t.Text("describe.kind.pen")}},
		Rows:   []ui.NameRow{{Name: "Lâm Tịnh Vân", Kind: "pen", From: "1962", To: "khoảng 1970"}, {At: 1, Name: "Lâm Thị Vân", Kind: "real", From: "x", Wrong: t.Sentence(archive.Fail(archive.Invalid, "date-invalid", "x"))}},
		Fields: []ui.DescribeField{field(archive.AgentBorn, "khoảng 1941", ui.DescribeLine), chapter, field(archive.AgentBiography, "Nhà thơ, nhà giáo.", ui.DescribeText)},
		Others: []ui.OtherAgent{{Field: before, Choices: []ui.DescribeOption{{Value: "a", Label: "Nhóm Bến Cũ", Help: "Tổ chức · 3 tác phẩm"}}}}}
}
