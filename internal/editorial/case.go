package editorial

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// dailyCases is how many cases are taken about one work in a day: each stands in its record for ever.
const dailyCases = 10

// longestName bounds name and contact together, in bytes.
const longestName = 1000

// Letter is what a reader writes about a work.
type Letter struct {
	Work    archive.WorkID
	Kind    archive.CaseKind
	Name    string // may be empty
	Contact string // may be empty
	Text    string
}

// OpenCase takes a remark or complaint about a work that the person may know of, also a withdrawn one. The record of the work says that
// there is a case, not from whom. The errors are Invalid "text-missing", "text-long", "case-kind-unknown", NotFound "work-missing" and
// Busy "cases-of-work".
func (d *Desk) OpenCase(ctx context.Context, l Letter) (archive.Case, error) {
	made, err := l.open()
	if err != nil {
		return archive.Case{}, err
	}
	_, err = d.catalog.Reader(d.viewer).Work(ctx, l.Work)
	if err != nil && archive.CodeOf(err) != archive.Gone {
		return archive.Case{}, err
	}
	err = d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		if err := bounded(ctx, tx, l.Work); err != nil {
			return err
		}
		var rules archive.Rules
		if err := tx.Setting(ctx, RulesSetting, &rules); err != nil {
			return err
		}
		made.Received = tx.Now()
		made.Due = rules.Deadline(made.Received)
		if err := tx.PutCase(ctx, made); err != nil {
			return err
		}
		return tx.AddEvent(ctx, archive.Event{Work: l.Work, Type: archive.EventCaseOpened, Agent: "public", Outcome: archive.Success,
			Detail: fmt.Sprintf("%s %s, due %s", made.Kind, made.ID, made.Due.Format(time.DateOnly))})
	})
	if err != nil {
		return archive.Case{}, fmt.Errorf("open a case: %w", err)
	}
	d.log.Info("a case was opened", "work", l.Work, "case", made.ID, "kind", made.Kind)
	return made, nil
}

// bounded lets so many cases in about one work. Busy "cases-of-work".
func bounded(ctx context.Context, tx *catalog.Tx, work archive.WorkID) error {
	of, err := tx.CasesOfSince(ctx, work, tx.Now().Add(-24*time.Hour))
	if err == nil && of >= dailyCases {
		err = archive.Fail(archive.Busy, "cases-of-work")
	}
	return err
}

func (l Letter) open() (c archive.Case, err error) {
	c = archive.Case{ID: archive.NewID[archive.CaseID](), Work: l.Work, Kind: l.Kind}
	if l.Kind != archive.Remark && l.Kind != archive.Complaint {
		return c, archive.Fail(archive.Invalid, "case-kind-unknown", string(l.Kind))
	}
	if c.Text, err = said(l.Text, "text-missing"); err != nil {
		return c, err
	}
	c.Name, c.Contact = viet.Clean(l.Name), viet.Clean(l.Contact)
	if len(c.Name)+len(c.Contact) > longestName {
		return c, archive.Fail(archive.Invalid, "text-long")
	}
	return c, nil
}

// Answer is what editors note of a case.
type Answer struct {
	Authority   string // whose order it is; "" when nobody ordered anything
	OrderNumber string
	OrderDate   archive.Date
	Outcome     string
	Close       bool
}

// AnswerCase notes an authority's order and what came of a case, and closes it when asked. The errors are Forbidden "act-forbidden" for
// whoever may not withdraw, NotFound "case-missing", Conflict "case-closed", Invalid "outcome-missing", "text-long", "date-invalid".
func (d *Desk) AnswerCase(ctx context.Context, id archive.CaseID, a Answer) error {
	outcome, err := said(a.Outcome, "")
	if err != nil {
		return err
	}
	if a.Close && outcome == "" {
		return archive.Fail(archive.Invalid, "outcome-missing")
	}
	authority, order := viet.Clean(a.Authority), viet.Clean(a.OrderNumber)
	if len(authority)+len(order) > longest {
		return archive.Fail(archive.Invalid, "text-long")
	}
	if a.OrderDate != "" {
		if a.OrderDate, err = archive.ParseDate(string(a.OrderDate)); err != nil {
			return err
		}
	}
	if err := d.viewer.MayDo(archive.ActWithdraw, archive.Published, false); err != nil {
		return err
	}
	return d.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		c, err := tx.Case(ctx, id)
		if err != nil {
			return err
		}
		if !c.Closed.IsZero() {
			return archive.Fail(archive.Conflict, "case-closed")
		}
		c.Authority, c.OrderNumber, c.OrderDate, c.Outcome = authority, order, a.OrderDate, outcome
		if !a.Close {
			return tx.PutCase(ctx, c)
		}
		c.Closed, c.ClosedBy = tx.Now(), d.viewer.Name
		if err := tx.PutCase(ctx, c); err != nil {
			return err
		}
		return d.closed(ctx, tx, c)
	})
}

// closed notes in the record of the work that a case was closed, as a decision.
func (d *Desk) closed(ctx context.Context, tx *catalog.Tx, c archive.Case) error {
	note := c.Outcome
	if c.OrderNumber != "" || c.Authority != "" {
		note = fmt.Sprintf("%s (%s %s %s)", note, c.Authority, c.OrderNumber, c.OrderDate)
	}
	return tx.AddEvent(ctx, archive.Event{Work: c.Work, Type: archive.EventCaseClosed, Agent: d.agent(), Outcome: archive.Success,
		Detail: archive.Decision{Name: d.viewer.Name, Note: note}.Detail()})
}
