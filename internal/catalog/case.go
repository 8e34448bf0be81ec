package catalog

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

const caseColumns = "id, work, kind, name, contact, text, received, due, authority, order_number, order_date, outcome, closed, closed_by"

func scanCase(row scanner) (archive.Case, error) {
	var c archive.Case
	var received, due int64
	var closed *int64
	err := row.Scan(&c.ID, &c.Work, &c.Kind, &c.Name, &c.Contact, &c.Text, &received, &due, &c.Authority, &c.OrderNumber, &c.OrderDate,
		&c.Outcome, &closed, &c.ClosedBy)
	c.Received, c.Due, c.Closed = moment(&received), moment(&due), moment(closed)
	return c, err
}

// OpenCases returns the cases without an outcome, the first due first. Forbidden "staff-only".
func (r *Reader) OpenCases(ctx context.Context, limit int) ([]archive.Case, error) {
	return r.cases(ctx, sql("SELECT "+caseColumns+" FROM work_case WHERE closed IS NULL ORDER BY due, id LIMIT ?", limit))
}

// ClosedCases returns the cases with an outcome, the last closed first. Forbidden "staff-only".
func (r *Reader) ClosedCases(ctx context.Context, limit int) ([]archive.Case, error) {
	return r.cases(ctx, sql("SELECT "+caseColumns+" FROM work_case WHERE closed IS NOT NULL ORDER BY closed DESC, id LIMIT ?", limit))
}

// CasesOf returns all cases of a work, oldest first. Forbidden "staff-only".
func (r *Reader) CasesOf(ctx context.Context, work archive.WorkID) ([]archive.Case, error) {
	return r.cases(ctx, sql("SELECT "+caseColumns+" FROM work_case WHERE work = ? ORDER BY received, id", work))
}

// Case returns one case. NotFound "case-missing"; Forbidden "staff-only".
func (r *Reader) Case(ctx context.Context, id archive.CaseID) (archive.Case, error) {
	list, err := r.cases(ctx, sql("SELECT "+caseColumns+" FROM work_case WHERE id = ?", text(id)))
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.NotFound, "case-missing")
	}
	if err != nil {
		return archive.Case{}, err
	}
	return list[0], nil
}

func (r *Reader) cases(ctx context.Context, s *statement) ([]archive.Case, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), s, scanCase)
	return list, r.c.fail(ctx, "read cases", err)
}

// PutCase stores a case, new or changed, and owes it to the archive of record. NotFound "work-missing".
func (tx *Tx) PutCase(ctx context.Context, c archive.Case) error {
	if _, err := one(ctx, tx.q, sql("SELECT id FROM work WHERE id = ?", c.Work), value[string]); err != nil {
		return missing(err, "work-missing")
	}
	_, err := run(ctx, tx.q, upsert("work_case", "id", []string{"id", "work", "kind", "name", "contact", "text", "received", "due",
		"authority", "order_number", "order_date", "outcome", "closed", "closed_by"},
		c.ID, c.Work, c.Kind, text(c.Name), text(c.Contact), text(c.Text), c.Received.UnixMicro(), c.Due.UnixMicro(),
		text(c.Authority), text(c.OrderNumber), text(c.OrderDate), text(c.Outcome), micros(c.Closed), text(c.ClosedBy)))
	if err != nil {
		return fmt.Errorf("store case %s: %w", c.ID, err)
	}
	tx.owe("case:" + string(c.ID))
	return nil
}

// Case returns a case as it stands in this transaction, its row locked as by Work. NotFound "case-missing".
func (tx *Tx) Case(ctx context.Context, id archive.CaseID) (archive.Case, error) {
	s := sql("SELECT "+caseColumns+" FROM work_case WHERE id = ?"+tx.c.db.dialect().lockRow, text(id))
	c, err := one(ctx, tx.q, s, scanCase)
	return c, missing(err, "case-missing")
}

// CasesOfSince counts the cases about one work received from then on.
func (tx *Tx) CasesOfSince(ctx context.Context, work archive.WorkID, from time.Time) (int, error) {
	return one(ctx, tx.q, sql("SELECT count(*) FROM work_case WHERE work = ? AND received >= ?", work, from.UnixMicro()), value[int])
}
