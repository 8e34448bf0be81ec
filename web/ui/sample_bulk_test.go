package ui_test

import (
	"net/http/httptest"
	"testing"

	"vannghe/internal/archive"
	"vannghe/web/ui"
)

// bulkSamples are the pages of what is done with many works at once.
func bulkSamples(t ui.Text, page func(string) ui.Page) []sample {
	genres := []ui.Option{{Value: "tho", Label: "Thơ"}, {Value: "ky", Label: "Ký"}}
	collections := []ui.Option{{Value: "a", Label: "Sông nước trong văn nghệ"}, {Value: "b", Label: "Cuộc vận động sáng tác về người giữ rừng đầu nguồn năm 2026"}}
	tabs := []ui.Link{{Label: t.Text("intake.all-rows"), URL: "#", Count: 1204, Current: true}, {Label: t.Text("intake.tab.failed"), URL: "#", Count: 3}, {Label: t.Text("intake.tab.unnamed"), URL: "#", Count: 1}}
	rows := []ui.IntakeRow{
		{Number: 2, File: "thơ/mưa.txt", Title: "Ngồi nghe mưa trên mái lá cọ", Fate: "new"}, {Number: 3, File: "thơ/mưa, bản chép tay trang thứ hai.jpg", Title: "Bản chép tay", Fate: "joins", Joins: 2},
		{Number: 4, File: "nắng.txt", Title: "Nắng", Fate: "failed", Remark: t.Sentence(archive.Fail(archive.NotFound, "file-not-sent", "nắng.txt"))}, {File: "Thumbs.db", Fate: "unnamed"},
	}
	counts := map[string]int{"new": 1200, "joins": 1, "failed": 3}
	intake := func(stage string) ui.Intake {
		return ui.Intake{Base: "/nhap-1", All: "/nhap", Stage: stage, Begun: at(2), Files: 1204, List: "bảng kê hộp 3.csv", Counts: counts, Headings: []string{"tệp", "mã tác phẩm", "tên", "tác giả", "thể loại"}}
	}
	checked, taking, asking := intake("checked"), intake("taking"), intake("gathering")
	checked.Tabs, checked.Rows, checked.Next, checked.Submit = tabs, rows, "?sau=4", true
	taking.Progress = ui.IntakeProgress{Done: 312, All: 1204}
	asking.Wrong = t.Sentence(archive.Fail(archive.Conflict, "manifest-encoding-open"))
	asking.Encoding = ui.IntakeEncoding{Found: "tcvn3", Shown: "tcvn3", Others: []ui.Link{{Label: "TCVN3 (ABC)", URL: "#", Current: true}, {Label: "VNI", URL: "#"}},
		Rows: [][]string{{"file", "title", "creator", "description"}, {"thơ/trăng.txt", "Trăng sáng vườn chè", "Lâm Tịnh Vân", "Một bài thơ về con sông Lường và những bến đò của nó, viết năm 1997"}}}
	chosen := ui.Batches{Path: "/sua-loat", Desk: "/x", Given: map[string]string{"chu": "bến", "sua": "credit"}, Asked: true, Genres: genres, Collections: collections,
		States: []ui.Option{{Value: "draft", Label: t.Text("state.draft")}}, Total: 1204, Works: []ui.Option{{Value: "a", Label: "Bến trăng", Help: t.Text("state.draft")}},
		Wrong: t.Sentence(archive.Fail(archive.Invalid, "name-missing")), List: []ui.BatchEntry{{URL: "/sua-loat-1", What: t.Text("batch.line.genre", "Ký"), Stage: "applied", Begun: at(1)}}}
	batch := ui.Batch{Base: "/sua-loat-1", All: "/sua-loat", Stage: "checked", What: t.Text("batch.line.genre", "Ký"), Begun: at(1), Counts: map[string]int{"changes": 2, "refused": 1}, Works: 3, Tabs: tabs[:2],
		Rows: []ui.BatchRow{{Title: "Bến trăng", URL: "#", Fate: "changes", Before: "Thơ", After: "Ký"}, {Title: "Mưa", URL: "#", Fate: "refused", Remark: t.Sentence(archive.Fail(archive.Forbidden, "act-forbidden"))}}}
	form := ui.CollectionForm{Title: "Sông nước trong văn nghệ", Description: "Những tác phẩm viết về con sông.", Closes: "2026-12-31", Parents: collections, Parent: "b"}
	works := []ui.OrderedWork{{ID: "a", Title: "Ngồi nghe mưa trên mái lá cọ", State: t.Text("state.published")}, {ID: "b", Title: "Đêm hội trăng rằm bên bến Lường", State: t.Text("state.draft")}}
	side := ui.PairSide{ID: "aaaaaaaaaaaa", Title: "Bến trăng", URL: "#", State: archive.Submitted, Genre: "Thơ", Credits: "Lâm Tịnh Vân, Đặng Thị Sương", Date: "1971", Audience: archive.AudiencePublic,
		Files: []string{"bến-trăng-bản-chép-tay-trang-thứ-nhất-và-những-trang-còn-lại-trong-hộp-ba.jpg", "thơ.txt"}, MoreFiles: 12, Comments: 2, Cases: 1}
	pair := ui.Pair{Path: "/gop", Keep: side, Other: &side, Swap: "#", Voids: true, BackName: t.Text("describe.to-review"), Back: "#", Wrong: t.Sentence(archive.Fail(archive.Conflict, "work-changed")),
		Fields: []ui.PairField{{Name: "title", Label: t.Text("field.title"), Options: []ui.PairOption{{Pick: archive.PickKept, Label: t.Text("pair.of-keep"), Lines: []string{"Bến trăng"}, Chosen: true},
			{Pick: archive.PickOther, Label: t.Text("pair.of-other"), Lines: []string{"Bến trăng xưa"}}}}, {Name: "description", Label: t.Text("field.description"), Options: []ui.PairOption{
			{Pick: archive.PickKept, Label: t.Text("pair.of-keep"), Lines: []string{"Một bài thơ về con sông Lường và những bến đò của nó, viết năm 1997."}}, {Pick: archive.PickOther, Label: t.Text("pair.of-other"), Lines: []string{t.Text("batch.nothing")}},
			{Pick: archive.PickBoth, Label: t.Text("pair.both"), Chosen: true}}}}}
	alone := ui.Pair{Path: "/gop", Keep: side, Asked: "bến", Found: []ui.Link{{Label: "Bến trăng xưa · " + t.Text("state.draft"), URL: "#"}}, More: true, BackName: t.Text("describe.to-review"), Back: "#"}
	return []sample{
		{"gop-tac-pham", ui.PairPage(t, page(t.Text("pair.title")), pair)},
		{"tim-gop-tac-pham", ui.PairPage(t, page(t.Text("pair.title")), alone)},
		{"nhap", ui.IntakesPage(t, page(t.Text("intake.title")), ui.Intakes{New: "/x", Desk: "/x", List: []ui.IntakeEntry{{URL: "/nhap-1", Stage: "checked", Begun: at(2), Files: 1204, List: "bảng kê hộp 3.csv"}}})},
		{"nhap-1", ui.IntakePage(t, page(t.Text("intake.one")), checked)},
		{"nhap-dang-vao", ui.IntakePage(t, page(t.Text("intake.one")), taking)},
		{"nhap-bang-ma", ui.IntakePage(t, page(t.Text("intake.one")), asking)},
		{"sua-loat", ui.BatchesPage(t, page(t.Text("batch.title")), chosen)},
		{"sua-loat-1", ui.BatchPage(t, page(t.Text("batch.title")), batch)},
		{"sua-chuyen-muc", ui.EditCollectionsPage(t, page(t.Text("collections.edit")), ui.EditCollections{Path: "/x", Desk: "/x", List: []ui.CollectionEntry{{URL: "/sua-chuyen-muc-1", Title: "Sông nước trong văn nghệ", Parent: "Miền", Closes: at(9)}}})},
		{"sua-chuyen-muc-1", ui.EditCollectionPage(t, page("Sông nước"), ui.EditCollection{Base: "/x", All: "/sua-chuyen-muc", Public: "/chuyen-muc", Title: "Sông nước trong văn nghệ", Seen: "s", Form: form, Works: works, Total: 2,
			Moved: t.Text("collections.moved", "Ngồi nghe mưa trên mái lá cọ", 1, 2)})},
	}
}

// axe finds nothing on the pages of many works, in both languages, by day and by night; at 320 px nothing is wider than the screen but a table that scrolls by
// itself, and nothing that is pressed is lower than 48 px unless it stands in a line of text.
func TestPagesOfManyWorksFitEverybody(t *testing.T) {
	site := httptest.NewServer(previewSite(t, t.TempDir()))
	defer site.Close()
	b := browser(t)
	b.always(t, watchPolicy)
	for _, prefix := range []string{"/", "/en/"} {
		for i, s := range bulkSamples(ui.Speak("vi"), func(title string) ui.Page { return ui.Page{Title: title} }) {
			b.open(t, site.URL+prefix+s.name+[]string{"?theme=light", "?theme=dark"}[i%2], 320)
			b.script(t, `document.querySelectorAll("details").forEach(d => d.open = true)`)
			b.axe(t)
			b.equal(t, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 321 && !e.closest("table") && getComputedStyle(e).position !== "absolute").map(e => e.tagName + "." + e.className).join()`, "")
			b.equal(t, `[...document.querySelectorAll("main a, main button, main summary, main select, main input:not([type=hidden])")].filter(e => {
				const box = (e.closest("label") ?? e).getBoundingClientRect()
				return box.width > 0 && getComputedStyle(e).display !== "inline" && box.height < 47.9
			}).map(e => e.tagName + " " + e.textContent).join()`, "")
			b.nothingRefused(t)
		}
	}
}
