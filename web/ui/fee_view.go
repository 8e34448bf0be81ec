package ui

import (
	"fmt"
	"strconv"
	"strings"

	"vannghe/internal/archive"
)

// FeeSheets lists the sheets of royalties, with the form that draws one up.
type FeeSheets struct {
	Path, Rates string
	Rows        []FeeSheetRow
	Issues      []Link // of the magazine, with the work's id as URL
	Month       string // this month, as a form field holds it
	MayPay      bool
	Wrong       string
	Given       map[string]string
}

// FeeSheetRow is a sheet in a list.
type FeeSheetRow struct {
	URL, Name string
	Sheet     archive.Sheet
	All, Paid int64
	Late      bool // due, and not all is paid
}

// FeeSheet is one sheet.
type FeeSheet struct {
	Row    FeeSheetRow
	Body   string // of the association
	List   string
	Lines  []FeeLine
	MayPay bool
	Wrong  string
	Given  map[string]string
	Done   bool
}

// FeeLine is a row of a sheet.
type FeeLine struct {
	Fee      archive.Fee
	Genre    string
	Work     string // where the work is decided about
	Corrects string // the row that is corrected, in words; "" for none
}

// FeeRates are what genres earn.
type FeeRates struct {
	Path, List string
	Rows       []FeeRate
	Genres     []Link // id as URL
	MaySet     bool
	Wrong      string
	Given      map[string]string
}

// FeeRate is one rate.
type FeeRate struct {
	Genre string
	Rate  archive.Rate
}

// coefficient writes hundredths as people do: 1,5.
func coefficient(t Text, hundredths int) string {
	decimals := 0
	switch {
	case hundredths%10 != 0:
		decimals = 2
	case hundredths%100 != 0:
		decimals = 1
	}
	return t.Decimal(float64(hundredths)/100, decimals)
}

// SheetName is what a sheet is called.
func SheetName(t Text, month, issue string) string {
	if month == "" {
		return t.Text("fee.of-issue", issue)
	}
	return t.Text("fee.of-month", t.Date(archive.Date(month)))
}

// calendarDay writes a day of the calendar.
func calendarDay(t Text, day string) string { return t.Date(archive.Date(day)) }

func idOf(prefix string, f archive.Fee) string { return fmt.Sprintf("%s-%s", prefix, f.ID) }

func plainMoney(amount int64) string { return strconv.FormatInt(amount, 10) }

// reasons is why a row is what it is.
func reasons(l FeeLine) string {
	var list []string
	for _, s := range []string{l.Corrects, l.Fee.Reason} {
		if s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, ": ")
}
