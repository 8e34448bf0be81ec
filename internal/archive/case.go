package archive

import (
	"cmp"
	"time"
)

// CaseKind is what a reader wants.
type CaseKind string

// The kinds of case.
const (
	Remark    CaseKind = "remark"    // góp ý: a mistake, an addition
	Complaint CaseKind = "complaint" // khiếu nại: a right that is hurt
)

// Case is a remark or complaint about a work, with a deadline, until it is closed with an outcome.
type Case struct {
	ID       CaseID
	Work     WorkID
	Kind     CaseKind
	Name     string // of whoever wrote, and how to reach them; both may be empty, and neither leaves the catalogue
	Contact  string
	Text     string
	Received time.Time
	Due      time.Time

	Authority   string // whose order it is, when it is one
	OrderNumber string
	OrderDate   Date
	Outcome     string
	Closed      time.Time // zero while it is open
	ClosedBy    string    // as they were called then
}

// Late reports whether the case is open beyond its deadline.
func (c *Case) Late(now time.Time) bool { return c.Closed.IsZero() && now.After(c.Due) }

// Rules are what an association decides for itself about deciding. The zero Rules are what it starts with.
type Rules struct {
	// Approvals is how many persons must approve a work of a report group before it may be published, at least one.
	Approvals map[string]int `json:"approvals,omitempty"`
	WarnDays  int            `json:"warn_days,omitempty"` // before a licence ends; 0: 60
	CaseDays  int            `json:"case_days,omitempty"` // until a case is to be answered; 0: 15
}

// quick are the report groups that tell what happens now: one person's approval is enough unless Rules say otherwise.
func quick(group string) bool { return group == "thong-bao" || group == "tin-tuc" }

// Needed returns how many approvals a work of the report group needs.
func (r Rules) Needed(group string) int {
	if n := r.Approvals[group]; n > 0 {
		return n
	}
	if quick(group) {
		return 1
	}
	return 2
}

// Check answers Invalid "rules-invalid" unless every number can be kept: 1 to 9 approvals, 1 to 365 days, 0 for the usual.
func (r Rules) Check() error {
	wrong := Fail(Invalid, "rules-invalid")
	for _, n := range r.Approvals {
		if n < 1 || n > 9 {
			return wrong
		}
	}
	for _, n := range []int{r.WarnDays, r.CaseDays} {
		if n < 0 || n > 365 {
			return wrong
		}
	}
	return nil
}

// Warn is how long before its licence ends a work is named.
func (r Rules) Warn() time.Duration { return days(cmp.Or(max(r.WarnDays, 0), 60)) }

// Deadline returns when a case received then is to be answered.
func (r Rules) Deadline(received time.Time) time.Time {
	return received.Add(days(cmp.Or(max(r.CaseDays, 0), 15)))
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
