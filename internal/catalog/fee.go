package catalog

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

const (
	sheetColumns = "id, month, issue, due, made, made_name, closed, closed_name"
	feeColumns   = "id, sheet, position, work, title, genre, agent, name, unit, coefficient, amount, reason, corrects, added, added_name, paid, paid_name"
)

func scanSheet(row scanner) (archive.Sheet, error) {
	var s archive.Sheet
	var issue *string
	var made int64
	var closed *int64
	err := row.Scan(&s.ID, &s.Month, &issue, &s.Due, &made, &s.MadeName, &closed, &s.ClosedName)
	if issue != nil {
		s.Issue = archive.WorkID(*issue)
	}
	s.Made, s.Closed = moment(&made), moment(closed)
	return s, err
}

func scanFee(row scanner) (archive.Fee, error) {
	var f archive.Fee
	var corrects *string
	var added int64
	var paid *int64
	err := row.Scan(&f.ID, &f.Sheet, &f.Position, &f.Work, &f.Title, &f.Genre, &f.Agent, &f.Name, &f.Unit, &f.Coefficient, &f.Amount, &f.Reason,
		&corrects, &added, &f.AddedName, &paid, &f.PaidName)
	if corrects != nil {
		f.Corrects = archive.FeeID(*corrects)
	}
	f.Added, f.Paid = moment(&added), moment(paid)
	return f, err
}

// fees reads what only those see who record fees. Forbidden as archive.Viewer.May.
func fees[T any](ctx context.Context, r *Reader, s *statement, scan func(scanner) (T, error)) ([]T, error) {
	if err := r.viewer.May(archive.RecordFees); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), s, scan)
	return list, r.c.fail(ctx, "read royalties", err)
}

func scanRate(row scanner) (archive.Rate, error) {
	var r archive.Rate
	err := row.Scan(&r.Genre, &r.From, &r.Unit, &r.Coefficient)
	return r, err
}

const allRates = "SELECT genre, from_day, unit, coefficient FROM royalty_rate ORDER BY genre, from_day DESC"

// Rates returns what works of each genre earn, the newest of each genre first. Forbidden "role-needed" as all of this file.
func (r *Reader) Rates(ctx context.Context) ([]archive.Rate, error) {
	return fees(ctx, r, sql(allRates), scanRate)
}

// Sheets returns the sheets of royalties, the newest first.
func (r *Reader) Sheets(ctx context.Context, limit int) ([]archive.Sheet, error) {
	return fees(ctx, r, sql("SELECT "+sheetColumns+" FROM royalty_sheet ORDER BY made DESC, id LIMIT ?", limit), scanSheet)
}

// Sheet returns one sheet. NotFound "sheet-missing".
func (r *Reader) Sheet(ctx context.Context, id archive.SheetID) (archive.Sheet, error) {
	list, err := fees(ctx, r, sql("SELECT "+sheetColumns+" FROM royalty_sheet WHERE id = ?", text(id)), scanSheet)
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.NotFound, "sheet-missing")
	}
	if err != nil {
		return archive.Sheet{}, err
	}
	return list[0], nil
}

func feesOf(sheet archive.SheetID) *statement {
	return sql("SELECT "+feeColumns+" FROM royalty_row WHERE sheet = ? ORDER BY position, id", text(sheet))
}

// Fees returns the rows of a sheet in their order.
func (r *Reader) Fees(ctx context.Context, sheet archive.SheetID) ([]archive.Fee, error) {
	return fees(ctx, r, feesOf(sheet), scanFee)
}

// AgentFees returns what an agent was and is to be paid, oldest first.
func (r *Reader) AgentFees(ctx context.Context, agent archive.AgentID) ([]archive.Fee, error) {
	return fees(ctx, r, sql("SELECT "+feeColumns+" FROM royalty_row WHERE agent = ? AND agent <> '' ORDER BY added, id", text(agent)), scanFee)
}

// Rates returns all rates as they stand in this transaction.
func (tx *Tx) Rates(ctx context.Context) ([]archive.Rate, error) {
	return collect(ctx, tx.q, sql(allRates), scanRate)
}

// PutRate stores a rate in place of one of the same genre and day.
func (tx *Tx) PutRate(ctx context.Context, r archive.Rate) error {
	_, err := run(ctx, tx.q, upsert("royalty_rate", "genre, from_day", []string{"genre", "from_day", "unit", "coefficient"}, r.Genre, text(r.From), r.Unit, r.Coefficient))
	if err != nil {
		return fmt.Errorf("store a rate: %w", err)
	}
	tx.owe("rates")
	return nil
}

// DropRate removes a rate. NotFound "rate-missing".
func (tx *Tx) DropRate(ctx context.Context, genre archive.GenreID, from string) error {
	n, err := run(ctx, tx.q, sql("DELETE FROM royalty_rate WHERE genre = ? AND from_day = ?", genre, text(from)))
	if err != nil {
		return fmt.Errorf("drop a rate: %w", err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "rate-missing")
	}
	tx.owe("rates")
	return nil
}

// Sheet returns a sheet as it stands in this transaction, its row locked. NotFound "sheet-missing".
func (tx *Tx) Sheet(ctx context.Context, id archive.SheetID) (archive.Sheet, error) {
	s, err := one(ctx, tx.q, sql("SELECT "+sheetColumns+" FROM royalty_sheet WHERE id = ?"+tx.c.db.dialect().lockRow, text(id)), scanSheet)
	return s, missing(err, "sheet-missing")
}

// SheetFor returns the sheet of a month, or of an issue when month is "". Nobody else makes it until the end of the transaction. NotFound
// "sheet-missing".
func (tx *Tx) SheetFor(ctx context.Context, month string, issue archive.WorkID) (archive.Sheet, error) {
	if err := tx.lockName(ctx, "sheet "+month+" "+string(issue)); err != nil {
		return archive.Sheet{}, err
	}
	s := sql("SELECT "+sheetColumns+" FROM royalty_sheet WHERE month = ? AND month <> ''", text(month))
	if month == "" {
		s = sql("SELECT "+sheetColumns+" FROM royalty_sheet WHERE issue = ?", text(issue))
	}
	found, err := one(ctx, tx.q, s.add(tx.c.db.dialect().lockRow), scanSheet)
	return found, missing(err, "sheet-missing")
}

// PutSheet stores a sheet, new or changed.
func (tx *Tx) PutSheet(ctx context.Context, s archive.Sheet) error {
	_, err := run(ctx, tx.q, upsert("royalty_sheet", "id", []string{"id", "month", "issue", "due", "made", "made_name", "closed", "closed_name"},
		text(s.ID), text(s.Month), null(s.Issue), text(s.Due), s.Made.UnixMicro(), text(s.MadeName), micros(s.Closed), text(s.ClosedName)))
	if err != nil {
		return fmt.Errorf("store a sheet of royalties: %w", err)
	}
	tx.owe("sheet:" + string(s.ID))
	return nil
}

// Fees returns the rows of a sheet as they stand in this transaction.
func (tx *Tx) Fees(ctx context.Context, sheet archive.SheetID) ([]archive.Fee, error) {
	return collect(ctx, tx.q, feesOf(sheet), scanFee)
}

// Fee returns a row. NotFound "fee-missing".
func (tx *Tx) Fee(ctx context.Context, id archive.FeeID) (archive.Fee, error) {
	f, err := one(ctx, tx.q, sql("SELECT "+feeColumns+" FROM royalty_row WHERE id = ?", text(id)), scanFee)
	return f, missing(err, "fee-missing")
}

// Corrections returns the rows that correct a row.
func (tx *Tx) Corrections(ctx context.Context, of archive.FeeID) ([]archive.Fee, error) {
	return collect(ctx, tx.q, sql("SELECT "+feeColumns+" FROM royalty_row WHERE corrects = ?", text(of)), scanFee)
}

// PutFee stores a row, new or changed.
func (tx *Tx) PutFee(ctx context.Context, f archive.Fee) error {
	_, err := run(ctx, tx.q, upsert("royalty_row", "id", []string{"id", "sheet", "position", "work", "title", "genre", "agent", "name", "unit", "coefficient", "amount",
		"reason", "corrects", "added", "added_name", "paid", "paid_name"},
		text(f.ID), text(f.Sheet), f.Position, f.Work, text(f.Title), text(f.Genre), text(f.Agent), text(f.Name), f.Unit, f.Coefficient, f.Amount,
		text(f.Reason), null(f.Corrects), f.Added.UnixMicro(), text(f.AddedName), micros(f.Paid), text(f.PaidName)))
	if err != nil {
		return fmt.Errorf("store a row of royalties: %w", err)
	}
	tx.owe("sheet:" + string(f.Sheet))
	return nil
}

// DropFee removes a row.
func (tx *Tx) DropFee(ctx context.Context, f archive.Fee) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM royalty_row WHERE id = ?", text(f.ID))); err != nil {
		return fmt.Errorf("drop a row of royalties: %w", err)
	}
	tx.owe("sheet:" + string(f.Sheet))
	return nil
}

// notPaidFor keeps those works w that stand in no sheet yet, nor did as another that was merged into them.
const notPaidFor = ` AND NOT EXISTS (SELECT 1 FROM royalty_row o WHERE o.corrects IS NULL
	AND (o.work = w.id OR o.work IN (SELECT m.id FROM work m WHERE m.merged = w.id)))`

// PublishedBetween returns the works that were published in a span of time and stand in no sheet, oldest first.
func (tx *Tx) PublishedBetween(ctx context.Context, from, until time.Time) ([]archive.WorkID, error) {
	s := sql("SELECT w.id FROM work w WHERE w.state = 'published' AND w.published >= ? AND w.published < ?", from.UnixMicro(), until.UnixMicro())
	return collect(ctx, tx.q, s.add(notPaidFor+" ORDER BY w.published, w.id"), value[archive.WorkID])
}

// WorksIn returns the works that appeared in an issue or are part of it and stand in no sheet, in the order of their titles.
func (tx *Tx) WorksIn(ctx context.Context, issue archive.WorkID) ([]archive.WorkID, error) {
	s := sql(`SELECT w.id FROM work w WHERE w.state = 'published' AND EXISTS (SELECT 1 FROM relation r WHERE r.work = w.id
		AND r.target IN (SELECT m.id FROM work m WHERE m.id = ? OR m.merged = ?) AND r.type IN ('published-in', 'part-of'))`, issue, issue)
	return collect(ctx, tx.q, s.add(notPaidFor+" ORDER BY w.title_sort, w.id"), value[archive.WorkID])
}
