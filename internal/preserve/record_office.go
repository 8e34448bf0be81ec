package preserve

import (
	"time"

	"vannghe/internal/archive"
)

// RateRecord is what works of a genre earn from a day on: unit đồng times coefficient hundredths.
type RateRecord struct {
	Genre       archive.GenreID `json:"genre"`
	From        string          `json:"from"`
	Unit        int64           `json:"unit"`
	Coefficient int             `json:"coefficient"`
}

// SheetRecord is a sheet of royalties with its rows.
type SheetRecord struct {
	ID         archive.SheetID `json:"id"`
	Month      string          `json:"month,omitempty"`
	Issue      archive.WorkID  `json:"issue,omitempty"`
	Due        string          `json:"due,omitempty"`
	Made       time.Time       `json:"made"`
	MadeName   string          `json:"made_name"`
	Closed     time.Time       `json:"closed,omitzero"`
	ClosedName string          `json:"closed_name,omitempty"`
	Rows       []FeeRecord     `json:"rows,omitempty"`
}

// FeeRecord is what one person is paid for one work, in đồng.
type FeeRecord struct {
	ID          archive.FeeID   `json:"id"`
	Position    int             `json:"position"`
	Work        archive.WorkID  `json:"work"`
	Title       string          `json:"title"`
	Genre       archive.GenreID `json:"genre"`
	Agent       archive.AgentID `json:"agent,omitempty"`
	Name        string          `json:"name"`
	Unit        int64           `json:"unit,omitempty"`
	Coefficient int             `json:"coefficient,omitempty"`
	Amount      int64           `json:"amount"`
	Reason      string          `json:"reason,omitempty"`
	Corrects    archive.FeeID   `json:"corrects,omitempty"`
	Added       time.Time       `json:"added"`
	AddedName   string          `json:"added_name"`
	Paid        time.Time       `json:"paid,omitzero"`
	PaidName    string          `json:"paid_name,omitempty"`
}

// MemberRecord is a line of the roll of members. Of a person whose data were removed there is the id and the day; the object is then made
// anew, so that no former version keeps them.
type MemberRecord struct {
	ID       archive.MemberID   `json:"id"`
	Version  int64              `json:"version"`
	Name     string             `json:"name,omitempty"`
	Agent    archive.AgentID    `json:"agent,omitempty"`
	Account  archive.AccountID  `json:"account,omitempty"`
	Born     archive.Date       `json:"born,omitempty"`
	Card     string             `json:"card,omitempty"`
	Admitted archive.Date       `json:"admitted,omitempty"`
	Left     archive.Date       `json:"left,omitempty"`
	Died     archive.Date       `json:"died,omitempty"`
	Phone    string             `json:"phone,omitempty"`
	Email    string             `json:"email,omitempty"`
	Address  string             `json:"address,omitempty"`
	Note     string             `json:"note,omitempty"`
	Chapters []MembershipRecord `json:"chapters,omitempty"`
	Awards   []AwardRecord      `json:"awards,omitempty"`
	Updated  time.Time          `json:"updated"`
	Removed  time.Time          `json:"removed,omitzero"`
}

// MembershipRecord is a chapter with the time in it.
type MembershipRecord struct {
	Chapter string       `json:"chapter"`
	From    archive.Date `json:"from,omitempty"`
	To      archive.Date `json:"to,omitempty"`
}

// AwardRecord is a prize or an honour.
type AwardRecord struct {
	Title string       `json:"title"`
	Date  archive.Date `json:"date,omitempty"`
	By    string       `json:"by,omitempty"`
}

// DeedRecord is something that was done beside works; those of a day (UTC) are one document.
type DeedRecord struct {
	ID      string           `json:"id"`
	Time    time.Time        `json:"time"`
	Agent   string           `json:"agent"`
	Name    string           `json:"name,omitempty"`
	Kind    archive.DeedKind `json:"kind"`
	Thing   string           `json:"thing,omitempty"`
	Label   string           `json:"label,omitempty"`
	Changes []ChangedRecord  `json:"changes,omitempty"`
}

// ChangedRecord is a field before and after.
type ChangedRecord struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func recordDeeds(deeds []archive.Deed) []DeedRecord {
	list := make([]DeedRecord, 0, len(deeds))
	for _, d := range deeds {
		r := DeedRecord{ID: d.ID, Time: d.Time, Agent: d.Agent, Name: d.Name, Kind: d.Kind, Thing: d.Thing, Label: d.Label}
		for _, c := range d.Changes {
			r.Changes = append(r.Changes, ChangedRecord(c))
		}
		list = append(list, r)
	}
	return list
}

// Archive returns the deed as the catalogue would hold it.
func (r DeedRecord) Archive() archive.Deed {
	d := archive.Deed{ID: r.ID, Time: r.Time, Agent: r.Agent, Name: r.Name, Kind: r.Kind, Thing: r.Thing, Label: r.Label}
	for _, c := range r.Changes {
		d.Changes = append(d.Changes, archive.Changed(c))
	}
	return d
}

func recordRates(rates []archive.Rate) []RateRecord {
	list := make([]RateRecord, 0, len(rates))
	for _, r := range rates {
		list = append(list, RateRecord(r))
	}
	return list
}

func recordSheet(s archive.Sheet, rows []archive.Fee) *SheetRecord {
	r := &SheetRecord{ID: s.ID, Month: s.Month, Issue: s.Issue, Due: s.Due, Made: s.Made, MadeName: s.MadeName, Closed: s.Closed, ClosedName: s.ClosedName}
	for _, f := range rows {
		r.Rows = append(r.Rows, FeeRecord{ID: f.ID, Position: f.Position, Work: f.Work, Title: f.Title, Genre: f.Genre, Agent: f.Agent, Name: f.Name, Unit: f.Unit,
			Coefficient: f.Coefficient, Amount: f.Amount, Reason: f.Reason, Corrects: f.Corrects, Added: f.Added, AddedName: f.AddedName, Paid: f.Paid, PaidName: f.PaidName})
	}
	return r
}

// Archive returns the sheet and its rows as the catalogue would hold them.
func (r *SheetRecord) Archive() (archive.Sheet, []archive.Fee) {
	s := archive.Sheet{ID: r.ID, Month: r.Month, Issue: r.Issue, Due: r.Due, Made: r.Made, MadeName: r.MadeName, Closed: r.Closed, ClosedName: r.ClosedName}
	var rows []archive.Fee
	for _, f := range r.Rows {
		rows = append(rows, archive.Fee{ID: f.ID, Sheet: r.ID, Position: f.Position, Work: f.Work, Title: f.Title, Genre: f.Genre, Agent: f.Agent, Name: f.Name, Unit: f.Unit,
			Coefficient: f.Coefficient, Amount: f.Amount, Reason: f.Reason, Corrects: f.Corrects, Added: f.Added, AddedName: f.AddedName, Paid: f.Paid, PaidName: f.PaidName})
	}
	return s, rows
}

func recordMember(m archive.Enrolled) *MemberRecord {
	r := &MemberRecord{ID: m.ID, Version: m.Version, Name: m.Name, Agent: m.Agent, Account: m.Account, Born: m.Born, Card: m.Card, Admitted: m.Admitted, Left: m.Left,
		Died: m.Died, Phone: m.Phone, Email: m.Email, Address: m.Address, Note: m.Note, Updated: m.Updated, Removed: m.Removed}
	for _, c := range m.Chapters {
		r.Chapters = append(r.Chapters, MembershipRecord(c))
	}
	for _, a := range m.Awards {
		r.Awards = append(r.Awards, AwardRecord(a))
	}
	return r
}

// Archive returns the line as the catalogue would hold it.
func (r *MemberRecord) Archive() archive.Enrolled {
	m := archive.Enrolled{ID: r.ID, Version: r.Version, Name: r.Name, Agent: r.Agent, Account: r.Account, Born: r.Born, Card: r.Card, Admitted: r.Admitted, Left: r.Left,
		Died: r.Died, Phone: r.Phone, Email: r.Email, Address: r.Address, Note: r.Note, Updated: r.Updated, Removed: r.Removed}
	for _, c := range r.Chapters {
		m.Chapters = append(m.Chapters, archive.Membership(c))
	}
	for _, a := range r.Awards {
		m.Awards = append(m.Awards, archive.Award(a))
	}
	return m
}
