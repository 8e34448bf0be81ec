package ui

import (
	"time"

	"vannghe/internal/archive"
)

// SignIn is the page where one signs in. What was typed wrong is said beside its field.
type SignIn struct {
	Name          string // as typed
	Next          string // where to go then
	WrongPassword string // sentence; "" when nothing was wrong
	WrongCode     string
	Digits        bool // those of an app are asked for
	Kept          Kept
}

// Kept is a form that was sent after its session had ended.
type Kept struct {
	Action string // ""; nothing was sent
	Body   string // as forms are encoded
}

// Resume shows such a form to whoever is in again.
type Resume struct {
	Action string
	Fields []ResumeField
	Back   string
}

// ResumeField is a field of it.
type ResumeField struct {
	Name  string
	Value string
}

// Invitation is what an invited person sees.
type Invitation struct {
	Secret      string
	For         string // the person's name; "" at the first start
	Name        string // login name
	Shown       string // as typed, at the first start
	Setup       bool   // the first start: the account is named here
	Password    bool   // a password is chosen here
	MinPassword int    // characters
	Wrong       string

	Key  string // of an app that shows digits; "" when none is asked for
	Size int    // of its QR code, and
	Path string // that of its dark modules
}

// Room is some pages of the desk under one heading.
type Room struct {
	Heading string
	Links   []Link
}

// Desk is who has signed in, and what they may do.
type Desk struct {
	Name  string
	Roles []archive.Role
	May   []string // sentences
	Waits Link     // what waits for them
	Rooms []Room
	Send  string // where a work is sent; "" for who may not
	Staff bool   // works on the archive: sending is not the first thing for them
	Mine  []Mine
}

// Device is one that is signed in. This is the one that asks.
type Device struct {
	ID    archive.SessionID
	Label string
	Since time.Time
	Used  time.Time // to the hour
	This  bool
}

// Devices is one's own devices.
type Devices struct {
	List []Device
}

// AccountEntry is an account in the list.
type AccountEntry struct {
	URL   string
	Name  string
	Shown string
	Roles []archive.Role
	Ended time.Time
}

// Accounts is all accounts, and the form by which somebody is invited, as it was filled.
type Accounts struct {
	List   []AccountEntry
	Roles  []archive.Role // to choose from
	Chosen []archive.Role
	Name   string
	Shown  string
	Wrong  string
}

// Account is one account, for administrators. Base is its address.
type Account struct {
	Base    string
	Name    string
	Shown   string
	Roles   []archive.Role // to choose from
	Chosen  []archive.Role
	Ended   time.Time
	Devices []Device
	Wrong   string
	// Agent is who the account is among the agents, nil when nobody said; AgentGiven what was typed last.
	Agent      *Link
	AgentGiven string
}

// Invited is what an administrator hands to an invited person: a link, the same as a QR code (the path of its dark modules in a square of Size), and six
// digits.
type Invited struct {
	Shown     string
	Link      string
	Size      int
	Path      string
	Code      string
	Until     time.Time
	CodeUntil time.Time
	Back      string
}
