package archive

import (
	"cmp"
	"encoding/json"
	"time"
)

// DeedKind says what was done beside works.
type DeedKind string

// The kinds of deed.
const (
	DeedAccountAdded   DeedKind = "account-added"
	DeedAccountInvited DeedKind = "account-invited"
	DeedAccountRoles   DeedKind = "account-roles"
	DeedAccountEnded   DeedKind = "account-ended"
	DeedAccountAgent   DeedKind = "account-agent" // who it is among the agents
	DeedDevicesEnded   DeedKind = "devices-ended"
	DeedSecondFactor   DeedKind = "second-factor"
	DeedMailbox        DeedKind = "mailbox"
	DeedSite           DeedKind = "site"
	DeedBodies         DeedKind = "bodies"
	DeedLogo           DeedKind = "logo"
	DeedChapters       DeedKind = "chapters"
	DeedGenre          DeedKind = "genre"
	DeedGroup          DeedKind = "report-group"
	DeedRules          DeedKind = "rules"
	DeedJobStopped     DeedKind = "job-stopped"
)

// DeedKinds lists the kinds in the order in which forms offer them.
func DeedKinds() []DeedKind {
	return []DeedKind{DeedAccountAdded, DeedAccountInvited, DeedAccountRoles, DeedAccountEnded, DeedAccountAgent, DeedDevicesEnded, DeedSecondFactor, DeedMailbox,
		DeedSite, DeedBodies, DeedLogo, DeedChapters, DeedGenre, DeedGroup, DeedRules, DeedJobStopped}
}

// Deed is a line in the record of what people did beside works: to accounts and to what the association sets. It is only ever added to.
type Deed struct {
	ID      string
	Time    time.Time // UTC, microseconds
	Agent   string    // the account, or a part of the program
	Name    string    // who that was then
	Kind    DeedKind
	Thing   string // what it was done to: an account, a genre, a report group; "" where the kind says it
	Label   string // what that was called then
	Changes []Changed
}

// NewDeed returns the line of the record for what somebody did, without what changes nothing.
func NewDeed(by Viewer, kind DeedKind, changes ...Changed) Deed {
	return Deed{Agent: cmp.Or(string(by.Account), by.Name, "vannghe"), Name: by.Name, Kind: kind, Changes: Differ(changes...)}
}

// Of returns the deed as one that was done to a thing, which is called so.
func (d Deed) Of(thing, label string) Deed {
	d.Thing, d.Label = thing, label
	return d
}

// Changed is one fact before and after. Secrets are never among them.
type Changed struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Differ returns the changes without those that change nothing.
func Differ(changes ...Changed) (list []Changed) {
	for _, c := range changes {
		if c.Before != c.After {
			list = append(list, c)
		}
	}
	return list
}

// EventTypes lists the types of event in the order in which forms offer them.
func EventTypes() []EventType {
	return []EventType{EventCreation, EventSubmission, EventRequest, EventRecall, EventApproval, EventVoid, EventPublication, EventArrangement,
		EventWithdrawal, EventRestoration, EventMerge, EventCaseOpened, EventCaseClosed, EventModification, EventIngestion, EventDigest, EventFormat,
		EventVirusCheck, EventAccession, EventDerivation, EventFixity, EventPurge}
}

// Detail is the changes as the catalogue keeps them.
func (d *Deed) Detail() string {
	b, err := json.Marshal(d.Changes)
	if err != nil || len(d.Changes) == 0 { // strings always encode
		return "[]"
	}
	return string(b)
}
