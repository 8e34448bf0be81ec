package address

import "vannghe/internal/archive"

// The desk, which people sign in for, and what lies on it.
const (
	Desk      = "/ban-lam-viec"
	Devices   = Desk + "/thiet-bi"
	Accounts  = Desk + "/tai-khoan"
	Password  = Desk + "/mat-khau" // one's own
	Mailbox   = Desk + "/thu"      // and where one gets letters
	Queue     = Desk + "/duyet"    // what waits for editors
	Minute    = Desk + "/bien-ban" // of decisions
	Cases     = Desk + "/gop-y"    // what readers wrote
	Rules     = Desk + "/quy-che"
	Send      = Desk + "/gui"       // where a member begins to send a work
	HelpOut   = Desk + "/giup"      // where an archivist takes a draft over
	Purges    = Desk + "/huy"       // content that is destroyed
	Fees      = Desk + "/nhuan-but" // what authors are paid
	Intakes   = Desk + "/nhap"      // what archivists bring in by a list
	FeeRates  = Fees + "/muc"
	NewMember = Roll + "/moi"
	Roll      = Desk + "/hoi-vien" // the members
)

// Operate is the page of whoever runs the machine, TryAgain where they have something tried again, and Health what the server measured of itself.
const (
	Operate  = "/van-hanh"
	TryAgain = Operate + "/lam-lai"
	StopJob  = Operate + "/dung" // and stopped
	Health   = Operate + "/may-chu"
)

// Account returns the page of an account on the desk.
func Account(id archive.AccountID) string { return Accounts + "/" + string(id) }

// AccountMailbox returns the page of where an account gets letters.
func AccountMailbox(id archive.AccountID) string { return Account(id) + "/thu" }

// Where links in letters lead, each with its secret in the query, which no log has.
const (
	ConfirmMailbox = "/thu/xac-nhan"
	LeaveLetters   = "/thu/thoi"
)

// Review returns the page on which editors decide about a work.
func Review(id archive.WorkID) string { return Queue + "/" + string(id) }

// Edit returns the page on which a work is described.
func Edit(id archive.WorkID) string { return Desk + "/sua/" + string(id) }

// Changes returns the history of what is said of a work.
func Changes(id archive.WorkID) string { return Edit(id) + "/lich-su" }

// EditAgent returns the page on which a person or body is described.
func EditAgent(id archive.AgentID) string { return Desk + "/tac-gia/" + string(id) }

// BringIn is where files become works of others.
const BringIn = Desk + "/dua-vao"

// FindAgents is where people and bodies are looked up by name; the words typed follow as q.
const FindAgents = Desk + "/tim-tac-gia"

// Sent returns the page on which its sender follows a work.
func Sent(id archive.WorkID) string { return Desk + "/cua-toi/" + string(id) }

// SendWork returns the first page of a draft that is being sent.
func SendWork(id archive.WorkID) string { return Send + "/" + string(id) }

// SentFile returns where its sender looks at a file of a work.
func SentFile(id archive.WorkID, file archive.FileID) string {
	return SendWork(id) + "/tep/" + string(file)
}

// Follow returns where a link is made by which a work is followed without signing in.
func Follow(id archive.WorkID) string { return Sent(id) + "/theo-doi" }

// Followed is where such a link leads, with its secret in the query, which no log has.
const Followed = "/tinh-trang"

// Purge returns the page on which administrators decide whether the content of a work is destroyed.
func Purge(id archive.WorkID) string { return Purges + "/" + string(id) }

// FeeSheet returns the page of a sheet of royalties.
func FeeSheet(id archive.SheetID) string { return Fees + "/bang/" + string(id) }

// Member returns the page of a member of the association.
func Member(id archive.MemberID) string { return Roll + "/" + string(id) }

// Case returns the page of what a reader wrote.
func Case(id archive.CaseID) string { return Cases + "/" + string(id) }

// Letter returns the form by which a reader writes about a work.
func Letter(id archive.WorkID) string { return "/gop-y/" + string(id) }

// Intake returns the page of what somebody brings in by a list.
func Intake(id archive.IntakeID) string { return Intakes + "/" + string(id) }

// Batches is where one change is made to many works.
const Batches = Desk + "/sua-loat"

// Batch returns the page of one change to many works.
func Batch(id archive.BatchID) string { return Batches + "/" + string(id) }

// EditCollections is where collections and calls are made and ordered.
const EditCollections = Desk + "/chuyen-muc"

// EditCollection returns the page on which one is changed.
func EditCollection(id archive.CollectionID) string { return EditCollections + "/" + string(id) }

// Pair is where two works that are one are seen side by side and merged.
const Pair = Desk + "/gop-tac-pham"

// PairOf returns the page of a work that is kept and of another, "" to look for it.
func PairOf(keep, other archive.WorkID) string {
	path := Pair + "?giu=" + string(keep)
	if other != "" {
		path += "&bo=" + string(other)
	}
	return path
}
