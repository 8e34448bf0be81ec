package archive

import "slices"

// Action is something that a person does with the archive beside looking at what Sees lets them see.
type Action string

// The actions. Every route that changes something or shows the desk asks May for one of them.
const (
	UseDesk        Action = "use-desk"        // the desk itself, and one's own devices
	SendWorks      Action = "send-works"      // hand in works of one's own
	DescribeWorks  Action = "describe-works"  // bring in and describe works of others
	DecideWorks    Action = "decide-works"    // approve, publish, withdraw
	ManageAccounts Action = "manage-accounts" // invite, give roles, end accounts
	OperateArchive Action = "operate-archive" // see what could not be made, and have it tried again
	PurgeWorks     Action = "purge-works"     // destroy the bytes of a work; it takes two
	RecordFees     Action = "record-fees"     // propose what authors are paid
	PayFees        Action = "pay-fees"        // say what a genre earns, and that somebody was paid
	KeepRoll       Action = "keep-roll"       // the roll of members
	RemovePeople   Action = "remove-people"   // give out and remove what is known of a person
	ReportWorks    Action = "report-works"    // count works for the yearly report
	KeepSettings   Action = "keep-settings"   // what the association says of itself, its genres, chapters; read the whole record
)

// Actions lists the actions in the order in which the desk names them.
func Actions() []Action {
	return []Action{SendWorks, DescribeWorks, DecideWorks, RecordFees, PayFees, KeepRoll, RemovePeople, ReportWorks, KeepSettings, ManageAccounts, OperateArchive,
		PurgeWorks, UseDesk}
}

// allowed are the roles that may do an action. Roles add up; none holds another.
func (a Action) allowed() []Role {
	switch a {
	case UseDesk, SendWorks:
		return []Role{Member, Archivist, EditorRole, Administrator}
	case DescribeWorks:
		return []Role{Archivist, EditorRole}
	case DecideWorks:
		return []Role{EditorRole}
	case RecordFees, KeepRoll, ReportWorks: // the editors are the association's office, too
		return []Role{EditorRole, Administrator}
	case ManageAccounts, OperateArchive, PurgeWorks, PayFees, RemovePeople, KeepSettings:
		return []Role{Administrator}
	default:
		return nil
	}
}

// May decides whether v may do a. The error is Forbidden "account-needed" for whoever has not signed in and "role-needed" for the others.
func (v Viewer) May(a Action) error {
	if !v.SignedIn() {
		return Fail(Forbidden, "account-needed")
	}
	if !slices.ContainsFunc(a.allowed(), v.Is) {
		return Fail(Forbidden, "role-needed")
	}
	return nil
}
