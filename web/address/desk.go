package address

import "vannghe/internal/archive"

// The desk, which people sign in for, and what lies on it.
const (
	Desk      = "/ban-lam-viec"
	Devices   = Desk + "/thiet-bi"
	Accounts  = Desk + "/tai-khoan"
	Queue     = Desk + "/duyet"    // what waits for editors
	Minute    = Desk + "/bien-ban" // of decisions
	Cases     = Desk + "/gop-y"    // what readers wrote
	Rules     = Desk + "/quy-che"
	Purges    = Desk + "/huy"       // content that is destroyed
	Fees      = Desk + "/nhuan-but" // what authors are paid
	FeeRates  = Fees + "/muc"
	NewMember = Roll + "/moi"
	Roll      = Desk + "/hoi-vien" // the members
)

// Operate is the page of whoever runs the machine, and TryAgain where they have something tried again.
const (
	Operate  = "/van-hanh"
	TryAgain = Operate + "/lam-lai"
)

// Account returns the page of an account on the desk.
func Account(id archive.AccountID) string { return Accounts + "/" + string(id) }

// Review returns the page on which editors decide about a work.
func Review(id archive.WorkID) string { return Queue + "/" + string(id) }

// Sent returns the page on which its sender follows a work.
func Sent(id archive.WorkID) string { return Desk + "/cua-toi/" + string(id) }

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
