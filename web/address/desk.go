package address

import "vannghe/internal/archive"

// The desk, which people sign in for, and what lies on it.
const (
	Desk     = "/ban-lam-viec"
	Devices  = Desk + "/thiet-bi"
	Accounts = Desk + "/tai-khoan"
	Queue    = Desk + "/duyet"    // what waits for editors
	Minute   = Desk + "/bien-ban" // of decisions
	Cases    = Desk + "/gop-y"    // what readers wrote
	Rules    = Desk + "/quy-che"
	Intakes  = Desk + "/nhap" // what archivists bring in by a list
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
