package table_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"vannghe/web/table"
)

// Numbers are numbers, and nothing that somebody typed is a formula.
func TestXLSX(t *testing.T) {
	typed := []string{"=HYPERLINK(\"//evil\")", "+1", "-1", "@SUM(A1)", "\t=1", "<script>", "Đặng Thị Sương", "00012", strings.Repeat("ă", 40000), "\x01"}
	made := table.Table{Title: "=1+1", Columns: []table.Column{{Name: "Tên", Width: 30}, {Name: "Số tiền"}}, Below: [][]any{{"Cộng", int64(-5)}}}
	for i, s := range typed {
		made.Rows = append(made.Rows, []any{s, int64(1_250_000 + i), nil})
	}
	b, err := made.XLSX()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("1", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != 3+len(typed)+1 || rows[0][0] != "=1+1" || rows[3][1] != "1250000" || rows[3][0] != typed[0] || rows[9][0] != "Đặng Thị Sương" || rows[10][0] != "00012" || rows[13][1] != "-5" {
		t.Fatalf("%.2000q %v", rows, err)
	}
	for _, part := range parts(t, b) {
		if strings.Contains(part, "<f>") || strings.Contains(part, "<f ") || strings.Contains(part, "<script>") {
			t.Errorf("a formula: %.500s", part)
		}
	}
	if kind, err := book.GetCellType("1", "B4"); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("an amount is text: %v %v", kind, err)
	}
}

func parts(t *testing.T, b []byte) (all []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}
