package web_test

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/catalog/catalogtest"
	"vannghe/web/address"
)

// reports is an archive with works of 2024 to 2026 by two authors, one of whom has a name that a spreadsheet could take for a formula.
func reports(t *testing.T) (*board, archive.AgentID) {
	t.Helper()
	b := newBoard(t)
	van := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: `=cmd|' /C calc'!A0`}}, Chapter: "+Trúc Khê"}
	la := archive.Agent{ID: archive.NewID[archive.AgentID](), Names: []archive.AgentName{{Name: "Khổng Thị Lá"}}}
	b.update(func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.PutAgent(ctx, van); err != nil {
			return err
		}
		return tx.PutAgent(ctx, la)
	})
	for _, w := range []struct {
		genre archive.GenreID
		date  archive.Date
		by    archive.AgentID
	}{{"tho", "2026-03", van.ID}, {"tho", "2026", van.ID}, {"truong-ca", "2026", la.ID}, {"tho", "2024", van.ID}, {"hoi-hoa", "2025", la.ID}, {"hoi-hoa", "", la.ID}, {"van-ban", "2026-01-01", la.ID}} {
		work := catalogtest.Work("Bến "+string(w.genre), func(work *archive.Work) {
			work.Genre, work.Date, work.Credits = w.genre, w.date, []archive.Credit{{Agent: w.by, Relator: archive.Author}}
			work.Published = time.Date(2025, 12, 31, 18, 0, 0, 0, time.UTC) // the first of January in Vietnam
		})
		b.update(func(ctx context.Context, tx *catalog.Tx) error { return tx.PutWork(ctx, work) })
	}
	return b, van.ID
}

// The report in words, as the association writes it; its groups are those of the settings; by own date and by admission; as page, workbook and paper.
func TestYearlyReport(t *testing.T) {
	b, _ := reports(t)
	b.sets(address.SetGroup("tho"), url.Values{"ten": {"Thơ, trường ca"}, "tieng-anh": {"Poetry"}, "tinh": {"1"}}).expect(t, 303)
	const asked = "?nam=2026&tu=2024"
	b.n.get(address.Report+asked, b.as("van")).expect(t, 200, "Năm 2026: 3 thơ, trường ca.", "Từ năm 2024 đến năm 2026: 4 thơ, trường ca; 1 mỹ thuật.",
		"1 tác phẩm chưa ghi năm sáng tác", "Tính theo năm sáng tác", "Không thuộc chi hội", "+Trúc Khê")
	b.n.get(address.Report+asked+"&theo=cong-bo", b.as("van")).expect(t, 200, "Năm 2026: 4 thơ, trường ca; 2 mỹ thuật.", "được công bố lần đầu")
	b.n.get(address.Report+"?nam=2025&tu=2025&theo=cong-bo", b.as("van")).expect(t, 200, "Năm 2025: chưa có tác phẩm nào.")
	b.n.get("/en"+address.Report+asked, b.as("van")).expect(t, 200, "From 2024 to 2026: 4 poetry; 1 fine art.")
	for _, bad := range []string{"?nam=x", "?nam=2020&tu=2021", "?nam=2020&tu=1", "?nam=99999", "?nam=-5", "?nam=2020&tu=%3Cb%3E"} {
		b.n.get(address.Report+bad, b.as("van")).expect(t, 400, `role="alert"`)
	}
	book := b.book(address.Report + asked + "&dang=xlsx")
	rows, err := book.GetRows(book.GetSheetName(1))
	b.must(err)
	at := slices.IndexFunc(rows, func(r []string) bool { return strings.Join(r, "|") == "Thơ, trường ca|3|4" })
	if at < 0 {
		t.Fatalf("the workbook says %q", rows)
	}
	if kind, err := book.GetCellType(book.GetSheetName(1), "C"+strconv.Itoa(at+1)); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("a number is kept as text: %v, %v", kind, err)
	}
	n := b.printing()
	pdf := n.get(address.Report+asked+"&dang=pdf", b.as("van")).expect(t, 200)
	if text := strings.Join(strings.Fields(pdfText(t, pdf.body)), " "); !strings.Contains(text, "Từ năm 2024 đến năm 2026: 4 thơ, trường ca; 1 mỹ thuật.") || !strings.Contains(text, "Người lập") {
		t.Errorf("on paper: %s", text)
	}
}

// book opens a workbook and looks for formulas.
func (b *board) book(path string) *excelize.File {
	b.t.Helper()
	a := b.n.get(path, b.as("van")).expect(b.t, 200)
	f, err := excelize.OpenReader(bytes.NewReader(a.body))
	b.must(err)
	b.t.Cleanup(func() { b.must(f.Close()) })
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		b.must(err)
		for i, row := range rows {
			for j := range row {
				cell, err := excelize.CoordinatesToCellName(j+1, i+1)
				b.must(err)
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
					b.t.Errorf("%s %s is a formula: %s %v", sheet, cell, formula, err)
				}
			}
		}
	}
	return f
}

// Works by author: who wrote how much, by genre and year, with the titles.
func TestReportOfAgents(t *testing.T) {
	b, van := reports(t)
	const asked = "?nam=2026&tu=2024"
	b.n.get(address.ReportAgents+asked, b.as("van")).expect(t, 200, "Khổng Thị Lá", "=cmd|", address.ReportAgent(van)+asked[:9])
	b.n.get(address.ReportAgent(van)+asked, b.as("van")).expect(t, 200, "Bến tho (2026)", "Bến tho (2024)", "Thơ")
	book := b.book(address.ReportAgents + asked + "&dang=xlsx")
	rows, err := book.GetRows(book.GetSheetName(0))
	b.must(err)
	var lines []string
	for _, r := range rows {
		lines = append(lines, strings.Join(r, "|"))
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{"=cmd|' /C calc'!A0|+Trúc Khê|Thơ|2026|2", "=cmd|' /C calc'!A0|+Trúc Khê|Thơ|2024|1", "Khổng Thị Lá||Hội họa|Chưa rõ năm|1"} {
		if !strings.Contains(all, want) {
			t.Errorf("the workbook lacks %q:\n%s", want, all)
		}
	}
	b.n.get(address.ReportAgent("aaaaaaaaaaaa"), b.as("van")).expect(t, 404)
}
