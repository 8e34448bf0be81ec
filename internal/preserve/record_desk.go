package preserve

import "vannghe/internal/archive"

func recordComments(list []archive.Comment) []CommentRecord {
	var records []CommentRecord
	for _, c := range list {
		records = append(records, CommentRecord{ID: c.ID, File: c.File, Locator: c.Locator, Text: c.Text, Account: c.Account, Name: c.Name,
			Time: c.Time, Done: c.Done})
	}
	return records
}

// Discussion returns the comments as the catalogue would hold them.
func (r *WorkRecord) Discussion() []archive.Comment {
	var list []archive.Comment
	for _, c := range r.Comments {
		list = append(list, archive.Comment{ID: c.ID, Work: r.ID, File: c.File, Locator: c.Locator, Text: c.Text, Account: c.Account,
			Name: c.Name, Time: c.Time, Done: c.Done})
	}
	return list
}

func recordPurge(p archive.Purge) *PurgeRecord {
	return &PurgeRecord{Cause: p.Cause, Reason: p.Reason, Proposed: p.Proposed, ProposedBy: p.ProposedBy, ProposedName: p.ProposedName,
		Confirmed: p.Confirmed, ConfirmedBy: p.ConfirmedBy, ConfirmedName: p.ConfirmedName, Done: p.Done, Seen: p.Seen}
}

// Archive returns the purge as the catalogue would hold it.
func (r *PurgeRecord) Archive(work archive.WorkID) archive.Purge {
	return archive.Purge{Work: work, Cause: r.Cause, Reason: r.Reason, Proposed: r.Proposed, ProposedBy: r.ProposedBy, ProposedName: r.ProposedName,
		Confirmed: r.Confirmed, ConfirmedBy: r.ConfirmedBy, ConfirmedName: r.ConfirmedName, Done: r.Done, Seen: r.Seen}
}

func recordCase(c archive.Case) *CaseRecord {
	return &CaseRecord{ID: c.ID, Work: c.Work, Kind: c.Kind, Text: c.Text, Received: c.Received, Due: c.Due, Authority: c.Authority,
		OrderNumber: c.OrderNumber, OrderDate: c.OrderDate, Outcome: c.Outcome, Closed: c.Closed, ClosedBy: c.ClosedBy}
}

// Archive returns the case as the catalogue would hold it, without name and contact.
func (r *CaseRecord) Archive() archive.Case {
	return archive.Case{ID: r.ID, Work: r.Work, Kind: r.Kind, Text: r.Text, Received: r.Received, Due: r.Due, Authority: r.Authority,
		OrderNumber: r.OrderNumber, OrderDate: r.OrderDate, Outcome: r.Outcome, Closed: r.Closed, ClosedBy: r.ClosedBy}
}
