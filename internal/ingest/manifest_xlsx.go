package ingest

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"vannghe/internal/archive"
)

// Limits of a workbook, in bytes: what it may be, what it may unpack to in all, and how large a sheet may be unpacked in memory
// (a larger one goes to a temporary file). A sheet of 20,000 full rows unpacks to about 20 MB; more can be given as CSV.
const (
	workbookFileLimit   = 16 << 20
	workbookLimit       = 128 << 20
	workbookMemoryLimit = 16 << 20
)

// workbookWidth is how many cells of a row are kept. One cell in the last of a sheet's 16,384 columns, in every row, would take
// 50 GB.
const workbookWidth = 256

// readXLSX reads the first sheet. Cells are taken raw: what a person sees depends on a format that says "day first" or
// "month first", what is stored does not.
func readXLSX(ctx context.Context, content []byte) (records []record, err error) {
	if len(content) > workbookFileLimit {
		return nil, archive.Fail(archive.TooLarge, "manifest-too-large", workbookFileLimit>>20)
	}
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true,
		UnzipSizeLimit: workbookLimit, UnzipXMLSizeLimit: workbookMemoryLimit})
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
	}
	defer func() {
		if closeErr := book.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("close the manifest: %w", closeErr)
		}
	}()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, archive.Fail(archive.Invalid, "manifest-empty")
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
	}
	records, err = sheetRows(ctx, rows)
	if err != nil {
		return nil, err
	}
	calendarDates(records)
	return records, nil
}

func sheetRows(ctx context.Context, rows *excelize.Rows) ([]record, error) {
	var records []record
	for number := 1; rows.Next(); number++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		cells, err := rows.Columns()
		if err != nil {
			return nil, archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
		}
		if blank(cells) {
			continue
		}
		if len(records) > manifestRowLimit {
			return nil, archive.Fail(archive.TooLarge, "manifest-too-long", manifestRowLimit)
		}
		records = append(records, sheetRecord(number, cells))
	}
	if err := rows.Error(); err != nil {
		return nil, archive.Fail(archive.Invalid, "manifest-unreadable").Because(err)
	}
	return records, rows.Close()
}

// sheetRecord keeps what a manifest can hold of a row.
func sheetRecord(number int, cells []string) record {
	kept := slices.Clone(cells[:min(len(cells), workbookWidth)])
	r := record{number: number, cells: kept}
	if !blank(cells[len(kept):]) {
		r.err = archive.Fail(archive.Invalid, "row-too-wide", len(columns))
	}
	return r
}

// serialDate is a day as spreadsheets store it: days since the end of 1899. Four digits are a year.
var serialDate = regexp.MustCompile(`^\d{5}(?:\.\d+)?$`)

// calendarDates writes the stored day numbers of the columns that hold dates as dates.
func calendarDates(records []record) {
	if len(records) == 0 {
		return
	}
	for column, name := range records[0].cells {
		if n, _ := columnOf(name); n != "date" && n != "licence_until" {
			continue
		}
		for _, r := range records[1:] {
			if column < len(r.cells) && serialDate.MatchString(r.cells[column]) {
				r.cells[column] = serialDay(r.cells[column])
			}
		}
	}
}

func serialDay(s string) string {
	days, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	t, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		return s
	}
	return t.Format("2006-01-02")
}
