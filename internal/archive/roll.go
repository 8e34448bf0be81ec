package archive

import (
	"slices"
	"strings"
	"time"
)

// MemberID names a member of the association in its roll.
type MemberID string

// Enrolled is a line of the roll: personal data, which only the office sees. The name and facts of the author whom readers see are those of the
// agent.
type Enrolled struct {
	ID       MemberID
	Version  int64 // of the line, to be given back when it is changed; 0 for a new one
	Name     string
	Agent    AgentID   // the author, "" when there is none
	Account  AccountID // "" for who does not sign in
	Born     Date
	Card     string // number of the card
	Admitted Date
	Left     Date
	Died     Date
	Phone    string
	Email    string
	Address  string
	Note     string
	Chapters []Membership
	Awards   []Award
	Updated  time.Time
	Removed  time.Time // of a person whose data were removed: nothing else is left
}

// Membership is a chapter (chi hội) with the time in it.
type Membership struct {
	Chapter  string
	From, To Date
}

// Award is a prize or an honour.
type Award struct {
	Title string
	Date  Date
	By    string // who gave it
}

// Standing is what has become of a member.
type Standing string

// The standings.
const (
	StandingActive Standing = "active"
	StandingLeft   Standing = "left"
	StandingDied   Standing = "died"
)

// Standings lists the standings.
func Standings() []Standing { return []Standing{StandingActive, StandingLeft, StandingDied} }

// Standing returns what has become of the member.
func (m *Enrolled) Standing() Standing {
	switch {
	case m.Died != "":
		return StandingDied
	case m.Left != "":
		return StandingLeft
	default:
		return StandingActive
	}
}

// Chapter is the chapter that the member is in now, or was in last.
func (m *Enrolled) Chapter() string {
	for _, c := range slices.Backward(m.Chapters) {
		if c.To == "" {
			return c.Chapter
		}
	}
	if n := len(m.Chapters); n > 0 {
		return m.Chapters[n-1].Chapter
	}
	return ""
}

// SortName is the name by which the member stands in the list: Vietnamese names stand by the given name, which is the last.
func (m *Enrolled) SortName() string {
	a := Agent{Names: []AgentName{{Name: m.Name, Kind: RealName}}}
	return a.SortName()
}

// Bounds of a line of the roll.
const (
	maxMemberText = 2000 // bytes
	maxMemberList = 50   // chapters, awards
)

// Check tidies the line and says what is wrong with it: Invalid "name-missing", "text-long", "date-invalid" with the date.
func (m *Enrolled) Check() error {
	for _, s := range m.texts() {
		if *s = strings.TrimSpace(*s); len(*s) > maxMemberText {
			return Fail(Invalid, "text-long")
		}
	}
	if m.Name == "" {
		return Fail(Invalid, "name-missing")
	}
	if len(m.Chapters) > maxMemberList || len(m.Awards) > maxMemberList {
		return Fail(Invalid, "text-long")
	}
	for _, d := range m.dates() {
		if *d == "" {
			continue
		}
		read, err := ParseDate(string(*d))
		if err != nil {
			return err
		}
		*d = read
	}
	m.Chapters = slices.DeleteFunc(m.Chapters, func(c Membership) bool { return c.Chapter == "" })
	m.Awards = slices.DeleteFunc(m.Awards, func(a Award) bool { return a.Title == "" })
	return nil
}

func (m *Enrolled) texts() []*string {
	list := []*string{&m.Name, &m.Card, &m.Phone, &m.Email, &m.Address, &m.Note}
	for i := range m.Chapters {
		list = append(list, &m.Chapters[i].Chapter)
	}
	for i := range m.Awards {
		list = append(list, &m.Awards[i].Title, &m.Awards[i].By)
	}
	return list
}

func (m *Enrolled) dates() []*Date {
	list := []*Date{&m.Born, &m.Admitted, &m.Left, &m.Died}
	for i := range m.Chapters {
		list = append(list, &m.Chapters[i].From, &m.Chapters[i].To)
	}
	for i := range m.Awards {
		list = append(list, &m.Awards[i].Date)
	}
	return list
}
