package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Describe is the form by which a work is described.
type Describe struct {
	Title    string
	Language string
	State    archive.State
	Opens    time.Time
	Paths    DescribePaths
	Base     string // what the form was made from, for merging
	Key      string // under which the browser keeps what has not arrived yet
	Kept     time.Time
	Received bool // the server has what was typed last
	Done     string
	Wrong    string
	Problems []Link // to each field that is wrong
	Sections []DescribeSection
	Submit   bool // it can be sent for review from here
	Public   bool // whoever reads the archive sees a change at once
	Void     bool // a change voids approvals
}

// DescribePaths are the addresses around the form.
type DescribePaths struct {
	Form, History, Review, Page, Find, SignIn string
}

// DescribeSection is some fields under a heading.
type DescribeSection struct {
	ID     string
	Title  string
	Fields []DescribeField
}

// DescribeField is one field as it stands in the form.
type DescribeField struct {
	Name    string
	Label   string
	Help    string
	Value   string
	Lines   []string // of one that is fixed
	Kind    DescribeKind
	Options []DescribeOption
	Wrong   string
	Clash   *DescribeClash
	Offers  []DescribeOffer
	Credits []CreditRow
	Links   []RelationRow
	Types   []DescribeOption // of relations
	Usual   []DescribeOption // relators of the genre, and
	Others  []DescribeOption // the rest
}

// DescribeKind says how a field is asked.
type DescribeKind string

// The kinds.
const (
	DescribeLine    DescribeKind = "line"
	DescribeText    DescribeKind = "text"
	DescribeSelect  DescribeKind = "select"
	DescribeTicks   DescribeKind = "ticks"
	DescribeCredits DescribeKind = "credits"
	DescribeLinks   DescribeKind = "links"
	DescribeFixed   DescribeKind = "fixed" // told, not asked: it is for others to change
)

// DescribeOption is one of the values of a field.
type DescribeOption struct {
	Value, Label, Help string
	Chosen             bool
}

// DescribeClash is what somebody else wrote into the field meanwhile.
type DescribeClash struct {
	Who    string
	When   time.Time
	Theirs []string
	Chosen string // "mine", "theirs", "" for neither yet
}

// DescribeOffer is what a file says of the work.
type DescribeOffer struct {
	Label, From string
	Act         string // what the button sends
	Value       string // what goes into the field; "" when the form must be drawn anew
}

// CreditRow is one person or body and what they did.
type CreditRow struct {
	At               int
	Name             string
	Relator          string
	Agent            string // who it is
	About            string // how that is told apart from namesakes
	Edit             string // where that is described
	Wrong            string
	Choices          []DescribeOption // of whom one is to be chosen
	Choice           string
	New              bool
	Born, Died, Kind string
	Body             bool
}

// RelationRow is a work with which this one has to do.
type RelationRow struct {
	At      int
	Type    string
	Target  string
	Text    string // as typed, or its title
	Wrong   string
	Choices []DescribeOption
	Choice  string
}

// DescribeHistory is what happened to what is said of a work.
type DescribeHistory struct {
	Title string
	Paths DescribePaths
	Rows  []DescribeChange
	Done  string
	Wrong string
}

// DescribeChange is one line of the history.
type DescribeChange struct {
	Name   string
	Time   time.Time
	Event  archive.EventType
	Note   string
	Undoes time.Time // of the change that was undone
	Fields []DescribeDiff
	Undo   string // where it is undone; "" when it cannot be
}

// DescribeDiff is a field before and after.
type DescribeDiff struct {
	Label         string
	Before, After []string
}

// BringIn is where files become works: those that have arrived, those half here, and what was made of others.
type BringIn struct {
	Base     string
	Max      int64 // bytes of a file that goes with the form
	Genres   []DescribeOption
	Together bool
	Files    []SentFile
	Half     []HalfSent
	Drafts   []Mine
	Done     string
	Wrong    string
}

// AgentForm is the form of a person or body.
type AgentForm struct {
	Name               string
	Path, Public, Find string
	Base               string
	Names              DescribeField // what is wrong with all of them
	Rows               []NameRow
	Kinds              []DescribeOption
	Body               DescribeField
	Fields             []DescribeField
	Others             []OtherAgent
	Done, Wrong        string
	Problems           []Link
}

// NameRow is a name with its kind and time.
type NameRow struct {
	At                          int
	Name, Kind, From, To, Wrong string
}

// OtherAgent is who came before or after.
type OtherAgent struct {
	Field        DescribeField
	Agent, About string
	Choices      []DescribeOption
}
