package office

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// longest bounds a reason and a name, in bytes.
const longest = 1000

// SetRate says what works of a genre earn from a day on. Sheets drawn up before keep what they hold. The errors are those of
// archive.Rate.Check and Invalid "genre-unknown".
func (c *Clerk) SetRate(ctx context.Context, r archive.Rate) error {
	return c.act(ctx, archive.PayFees, func(ctx context.Context, tx *catalog.Tx) error {
		if err := r.Check(); err != nil {
			return err
		}
		if _, err := tx.Group(ctx, r.Genre); err != nil {
			return archive.Fail(archive.Invalid, "genre-unknown", string(r.Genre)).Because(err)
		}
		return tx.PutRate(ctx, r)
	})
}

// DropRate removes a rate. NotFound "rate-missing".
func (c *Clerk) DropRate(ctx context.Context, genre archive.GenreID, from string) error {
	return c.act(ctx, archive.PayFees, func(ctx context.Context, tx *catalog.Tx) error { return tx.DropRate(ctx, genre, from) })
}

func (c *Clerk) act(ctx context.Context, a archive.Action, fn func(context.Context, *catalog.Tx) error) error {
	if err := c.viewer.May(a); err != nil {
		return err
	}
	if err := c.catalog.Update(ctx, fn); err != nil {
		return fmt.Errorf("%s: %w", a, err)
	}
	return nil
}

// NewSheet is what a sheet is drawn up for.
type NewSheet struct {
	Month string         // 2026-01, or ""
	Issue archive.WorkID // or this
	Due   string         // a day, or ""
}

func (n NewSheet) check() error {
	if n.Month != "" && !archive.ValidMonth(n.Month) || (n.Month == "") == (n.Issue == "") {
		return archive.Fail(archive.Invalid, "month-invalid")
	}
	if n.Due != "" && !archive.ValidDay(n.Due) {
		return archive.Fail(archive.Invalid, "date-invalid", n.Due)
	}
	return nil
}

// DrawUp draws up the sheet of a month or an issue: a row for each person whom a work of it is owed to and that stands in no sheet yet, at
// the rate of the day on which it was published. Drawn up again, an open sheet gets the works that have come since. The errors are Invalid
// "month-invalid", "date-invalid", "issue-invalid" (no such work) and Conflict "sheet-closed".
func (c *Clerk) DrawUp(ctx context.Context, n NewSheet) (id archive.SheetID, err error) {
	if err := n.check(); err != nil {
		return "", err
	}
	err = c.act(ctx, archive.RecordFees, func(ctx context.Context, tx *catalog.Tx) error {
		s, err := c.sheet(ctx, tx, n)
		if err != nil {
			return err
		}
		id = s.ID
		return c.fill(ctx, tx, s)
	})
	return id, err
}

// sheet finds or makes the sheet.
func (c *Clerk) sheet(ctx context.Context, tx *catalog.Tx, n NewSheet) (archive.Sheet, error) {
	s, err := tx.SheetFor(ctx, n.Month, n.Issue)
	switch {
	case err == nil && !s.Closed.IsZero():
		return s, archive.Fail(archive.Conflict, "sheet-closed")
	case err == nil && (n.Due == "" || n.Due == s.Due):
		return s, nil
	case err == nil:
		s.Due = n.Due
		return s, tx.PutSheet(ctx, s)
	case archive.CodeOf(err) != archive.NotFound:
		return s, err
	}
	if n.Issue != "" {
		if _, err := tx.Work(ctx, n.Issue); err != nil {
			return s, archive.Fail(archive.Invalid, "issue-invalid").Because(err)
		}
	}
	s = archive.Sheet{ID: archive.NewID[archive.SheetID](), Month: n.Month, Issue: n.Issue, Due: n.Due, Made: tx.Now(), MadeName: c.viewer.Name}
	return s, tx.PutSheet(ctx, s)
}

// fill adds the works that a sheet lacks.
func (c *Clerk) fill(ctx context.Context, tx *catalog.Tx, s archive.Sheet) error {
	works, err := owed(ctx, tx, s)
	if err != nil {
		return err
	}
	rates, err := tx.Rates(ctx)
	if err != nil {
		return err
	}
	rows, err := tx.Fees(ctx, s.ID)
	if err != nil {
		return err
	}
	next := nextPosition(rows)
	for _, id := range works {
		w, err := tx.Work(ctx, id)
		if err != nil {
			return err
		}
		for _, f := range c.feesFor(&w, rates) {
			f.Sheet, f.Position, f.Added = s.ID, next, tx.Now()
			next++
			if err := tx.PutFee(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func owed(ctx context.Context, tx *catalog.Tx, s archive.Sheet) ([]archive.WorkID, error) {
	if s.Issue != "" {
		return tx.WorksIn(ctx, s.Issue)
	}
	from, err := time.ParseInLocation("2006-01", s.Month, archive.Vietnam)
	if err != nil {
		return nil, archive.Fail(archive.Invalid, "month-invalid").Because(err)
	}
	return tx.PublishedBetween(ctx, from, from.AddDate(0, 1, 0))
}

// feesFor divides what a work earns among its people. A genre without a rate earns nothing: no rows.
func (c *Clerk) feesFor(w *archive.Work, rates []archive.Rate) []archive.Fee {
	rate, ok := archive.RateOn(rates, w.Genre, w.Published.In(archive.Vietnam).Format(time.DateOnly))
	people := w.PaidFor()
	if !ok {
		return nil
	}
	var rows []archive.Fee
	for i, share := range archive.Shares(rate.Amount(), len(people)) {
		rows = append(rows, archive.Fee{ID: archive.NewID[archive.FeeID](), Work: w.ID, Title: w.Title, Genre: w.Genre, Agent: people[i].Agent, Name: people[i].Name,
			Unit: rate.Unit, Coefficient: rate.Coefficient, Amount: share, AddedName: c.viewer.Name})
	}
	return rows
}

func nextPosition(rows []archive.Fee) int {
	next := 0
	for _, f := range rows {
		next = max(next, f.Position+1)
	}
	return next
}

// Added is a row that somebody adds by hand.
type Added struct {
	Work   archive.WorkID
	Name   string
	Amount int64
	Reason string
}

// AddFee adds a row to an open sheet. Invalid "reason-missing", "name-missing", "money-invalid", "text-long"; NotFound "work-missing",
// "sheet-missing"; Conflict "sheet-closed".
func (c *Clerk) AddFee(ctx context.Context, sheet archive.SheetID, a Added) error {
	reason, err := said(a.Reason)
	if err != nil {
		return err
	}
	name := viet.Clean(a.Name)
	switch {
	case name == "":
		return archive.Fail(archive.Invalid, "name-missing")
	case len(name) > longest:
		return archive.Fail(archive.Invalid, "text-long")
	case a.Amount < 0 || a.Amount > archive.MaxMoney:
		return archive.Fail(archive.Invalid, "money-invalid")
	}
	return c.open(ctx, sheet, func(ctx context.Context, tx *catalog.Tx, rows []archive.Fee) error {
		w, err := tx.Work(ctx, a.Work)
		if err != nil {
			return err
		}
		f := archive.Fee{ID: archive.NewID[archive.FeeID](), Sheet: sheet, Position: nextPosition(rows), Work: w.ID, Title: w.Title, Genre: w.Genre, Name: name,
			Amount: a.Amount, Reason: reason, Added: tx.Now(), AddedName: c.viewer.Name}
		for _, credit := range w.PaidFor() {
			if strings.EqualFold(credit.Name, name) {
				f.Agent = credit.Agent
			}
		}
		return tx.PutFee(ctx, f)
	})
}

// said is a reason, tidied. Invalid "reason-missing", "text-long".
func said(reason string) (string, error) {
	reason = strings.TrimSpace(viet.Normalize(reason))
	switch {
	case reason == "":
		return "", archive.Fail(archive.Invalid, "reason-missing")
	case len(reason) > longest:
		return "", archive.Fail(archive.Invalid, "text-long")
	}
	return reason, nil
}

// open runs fn on a sheet that is not closed, with its rows.
func (c *Clerk) open(ctx context.Context, sheet archive.SheetID, fn func(context.Context, *catalog.Tx, []archive.Fee) error) error {
	return c.act(ctx, archive.RecordFees, func(ctx context.Context, tx *catalog.Tx) error {
		s, err := tx.Sheet(ctx, sheet)
		if err != nil {
			return err
		}
		if !s.Closed.IsZero() {
			return archive.Fail(archive.Conflict, "sheet-closed")
		}
		rows, err := tx.Fees(ctx, sheet)
		if err != nil {
			return err
		}
		return fn(ctx, tx, rows)
	})
}

// fee finds a row among those of a sheet. NotFound "fee-missing".
func fee(rows []archive.Fee, id archive.FeeID) (archive.Fee, error) {
	i := slices.IndexFunc(rows, func(f archive.Fee) bool { return f.ID == id })
	if i < 0 {
		return archive.Fee{}, archive.Fail(archive.NotFound, "fee-missing")
	}
	return rows[i], nil
}

// Change is an amount set by hand.
type Change struct {
	Fee    archive.FeeID
	Seen   int64 // the amount that the person saw
	Amount int64
	Reason string
}

// SetAmount changes a row of an open sheet by hand. The errors are those of AddFee, NotFound "fee-missing" and Conflict "fee-changed" when it is no
// longer what the person saw.
func (c *Clerk) SetAmount(ctx context.Context, sheet archive.SheetID, change Change) error {
	reason, err := said(change.Reason)
	if err != nil {
		return err
	}
	return c.open(ctx, sheet, func(ctx context.Context, tx *catalog.Tx, rows []archive.Fee) error {
		f, err := fee(rows, change.Fee)
		switch {
		case err != nil:
			return err
		case f.Amount != change.Seen:
			return archive.Fail(archive.Conflict, "fee-changed")
		case f.Corrects != "": // its amount is a difference: another correction says another one
			return archive.Fail(archive.Conflict, "fee-correction")
		case change.Amount < 0 || change.Amount > archive.MaxMoney:
			return archive.Fail(archive.Invalid, "money-invalid")
		}
		f.Amount, f.Reason, f.AddedName = change.Amount, reason, c.viewer.Name
		return tx.PutFee(ctx, f)
	})
}

// DropFee takes a row off an open sheet; the work may then stand in another.
func (c *Clerk) DropFee(ctx context.Context, sheet archive.SheetID, id archive.FeeID) error {
	return c.open(ctx, sheet, func(ctx context.Context, tx *catalog.Tx, rows []archive.Fee) error {
		f, err := fee(rows, id)
		if err != nil {
			return err
		}
		return tx.DropFee(ctx, f)
	})
}

// Close closes a sheet: its rows do not change any more. Seen is the total that the person saw. Conflict "sheet-closed", "fee-changed";
// Invalid "sheet-empty".
func (c *Clerk) Close(ctx context.Context, sheet archive.SheetID, seen int64) error {
	return c.open(ctx, sheet, func(ctx context.Context, tx *catalog.Tx, rows []archive.Fee) error {
		if len(rows) == 0 {
			return archive.Fail(archive.Invalid, "sheet-empty")
		}
		if all, _ := archive.Totals(rows); all != seen {
			return archive.Fail(archive.Conflict, "fee-changed")
		}
		s, err := tx.Sheet(ctx, sheet)
		if err != nil {
			return err
		}
		s.Closed, s.ClosedName = tx.Now(), c.viewer.Name
		return tx.PutSheet(ctx, s)
	})
}

// Pay notes that rows of a closed sheet were paid; what is noted already stays as it is. Conflict "sheet-open"; NotFound "fee-missing"; Invalid
// "fees-none".
func (c *Clerk) Pay(ctx context.Context, sheet archive.SheetID, ids []archive.FeeID) error {
	if len(ids) == 0 {
		return archive.Fail(archive.Invalid, "fees-none")
	}
	return c.act(ctx, archive.PayFees, func(ctx context.Context, tx *catalog.Tx) error {
		s, err := tx.Sheet(ctx, sheet)
		if err != nil {
			return err
		}
		if s.Closed.IsZero() {
			return archive.Fail(archive.Conflict, "sheet-open")
		}
		rows, err := tx.Fees(ctx, sheet)
		if err != nil {
			return err
		}
		for _, id := range ids {
			f, err := fee(rows, id)
			if err != nil {
				return err
			}
			if !f.Paid.IsZero() {
				continue
			}
			f.Paid, f.PaidName = tx.Now(), c.viewer.Name
			if err := tx.PutFee(ctx, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// Correct puts the difference between what a row of a closed sheet says, with the corrections so far, and what it should say as a new row into the
// open sheet of this month, or of the next that is not closed, which is made where there is none. It returns that sheet. Change.Seen is not
// asked. Conflict "sheet-open", Invalid "fee-same" and those of AddFee.
func (c *Clerk) Correct(ctx context.Context, change Change) (into archive.SheetID, err error) {
	reason, err := said(change.Reason)
	if err != nil {
		return "", err
	}
	if change.Amount < 0 || change.Amount > archive.MaxMoney {
		return "", archive.Fail(archive.Invalid, "money-invalid")
	}
	err = c.act(ctx, archive.RecordFees, func(ctx context.Context, tx *catalog.Tx) error {
		row, err := c.correction(ctx, tx, change)
		if err != nil {
			return err
		}
		s, err := c.nextOpen(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Fees(ctx, s.ID)
		if err != nil {
			return err
		}
		row.Sheet, row.Position, row.Reason, into = s.ID, nextPosition(rows), reason, s.ID
		return tx.PutFee(ctx, row)
	})
	return into, err
}

// nextOpen is the sheet of this month, or of the first month from now on whose sheet is not closed.
func (c *Clerk) nextOpen(ctx context.Context, tx *catalog.Tx) (archive.Sheet, error) {
	first := tx.Now().In(archive.Vietnam)
	first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, archive.Vietnam)
	for n := 0; ; n++ {
		s, err := c.sheet(ctx, tx, NewSheet{Month: first.AddDate(0, n, 0).Format("2006-01")})
		if archive.ReasonOf(err) != "sheet-closed" || n == 12 {
			return s, err
		}
	}
}

// correction is the row that makes up the difference.
func (c *Clerk) correction(ctx context.Context, tx *catalog.Tx, change Change) (archive.Fee, error) {
	f, err := tx.Fee(ctx, change.Fee)
	if err != nil {
		return f, err
	}
	s, err := tx.Sheet(ctx, f.Sheet)
	if err != nil {
		return f, err
	}
	if s.Closed.IsZero() || f.Corrects != "" {
		return f, archive.Fail(archive.Conflict, "sheet-open")
	}
	before, err := tx.Corrections(ctx, f.ID)
	if err != nil {
		return f, err
	}
	now, _ := archive.Totals(append(before, f))
	if now == change.Amount {
		return f, archive.Fail(archive.Invalid, "fee-same")
	}
	f.Corrects, f.ID, f.Amount = f.ID, archive.NewID[archive.FeeID](), change.Amount-now
	f.Added, f.AddedName, f.Paid, f.PaidName = tx.Now(), c.viewer.Name, time.Time{}, ""
	return f, nil
}
