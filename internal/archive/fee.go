package archive

import (
	"slices"
	"strings"
	"time"
)

// SheetID names a sheet of royalties.
type SheetID string

// FeeID names a row of a sheet.
type FeeID string

// Rate is what a work of a genre earns from a day on (nhuận bút): a coefficient times a unit, both as the association decided them.
type Rate struct {
	Genre       GenreID
	From        string // a day, 2026-01-31
	Unit        int64  // đồng
	Coefficient int    // hundredths: 150 is 1.5
}

// MaxMoney bounds a unit and an amount, in đồng: far over what an association pays, and far under what overflows.
const MaxMoney = 1_000_000_000_000

// MaxCoefficient bounds a coefficient, in hundredths.
const MaxCoefficient = 100_00

// Amount is what a work earns, in whole đồng, half a đồng rounded up.
func (r Rate) Amount() int64 { return (r.Unit*int64(r.Coefficient) + 50) / 100 }

// Check says what is wrong with a rate: Invalid "date-invalid", "money-invalid", "coefficient-invalid".
func (r Rate) Check() error {
	if !ValidDay(r.From) {
		return Fail(Invalid, "date-invalid", r.From)
	}
	if r.Unit < 0 || r.Unit > MaxMoney {
		return Fail(Invalid, "money-invalid")
	}
	if r.Coefficient < 1 || r.Coefficient > MaxCoefficient {
		return Fail(Invalid, "coefficient-invalid")
	}
	return nil
}

// RateOn returns the rate of a genre that holds on a day, false when there is none.
func RateOn(rates []Rate, genre GenreID, day string) (Rate, bool) {
	var found Rate
	for _, r := range rates {
		if r.Genre == genre && r.From <= day && r.From >= found.From {
			found = r
		}
	}
	return found, found.From != ""
}

// ValidDay reports whether s is a day of the calendar, written 2026-01-31.
func ValidDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// ValidMonth reports whether s is a month, written 2026-01.
func ValidMonth(s string) bool {
	_, err := time.Parse("2006-01", s)
	return err == nil
}

// Sheet is what is paid for the works of a month, or of an issue of the magazine.
type Sheet struct {
	ID         SheetID
	Month      string // 2026-01; "" for an issue
	Issue      WorkID // "" for a month
	Due        string // the day by which it is to be paid; "" when nobody said
	Made       time.Time
	MadeName   string
	Closed     time.Time // zero: rows may change
	ClosedName string
}

// Late reports whether the sheet was to be paid by now; day is today where the association is.
func (s Sheet) Late(day string) bool { return s.Due != "" && s.Due < day }

// Fee is what one person is paid for one work. Title, genre, name and rate are those of the day on which it was drawn up.
type Fee struct {
	ID          FeeID
	Sheet       SheetID
	Position    int
	Work        WorkID
	Title       string
	Genre       GenreID
	Agent       AgentID // "" when the name is nobody's in the archive
	Name        string
	Unit        int64
	Coefficient int
	Amount      int64  // đồng; negative only in a correction
	Reason      string // why it is not what the rate says; required then
	Corrects    FeeID  // the row of a closed sheet that this one corrects by its difference; "" for none
	Added       time.Time
	AddedName   string
	Paid        time.Time // zero: not yet
	PaidName    string
}

// Totals returns the sum of fees, and how much of it is paid.
func Totals(fees []Fee) (all, paid int64) {
	for _, f := range fees {
		all += f.Amount
		if !f.Paid.IsZero() {
			paid += f.Amount
		}
	}
	return all, paid
}

// Shares divides an amount among n people: alike, what cannot be divided to the first.
func Shares(amount int64, n int) []int64 {
	if n < 1 {
		return nil
	}
	shares := make([]int64, n)
	for i := range shares {
		shares[i] = amount / int64(n)
	}
	for i := range amount % int64(n) {
		shares[i]++
	}
	return shares
}

// PaidFor returns those who are paid for a work: each person credited with it or with one of its representations once, without bodies that issued it and
// whoever is only thanked.
func (w *Work) PaidFor() []Credit {
	credits := slices.Clone(w.Credits)
	for _, r := range w.Representations {
		credits = append(credits, r.Credits...)
	}
	var paid []Credit
	for _, c := range credits {
		unpaid := c.Relator == Issuer || c.Relator == Editor || c.Relator == Contributor
		known := slices.ContainsFunc(paid, func(p Credit) bool {
			return p.Agent != "" && p.Agent == c.Agent || p.Agent == "" && strings.EqualFold(p.Name, c.Name)
		})
		if !unpaid && !known {
			paid = append(paid, c)
		}
	}
	return paid
}
