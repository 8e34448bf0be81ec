package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Bar stands above the page of a work for whoever works on the archive: in what state it is, and the way to deciding.
type Bar struct {
	State archive.State
	Opens time.Time // a published work that waits for its time; zero otherwise
	URL   string    // where it is decided about
}

// Queue is what waits for editors, longest first.
type Queue struct {
	State   archive.State
	States  []Link
	Groups  []Link // report groups that wait, each with its number
	Rows    []QueueRow
	Next    string
	Lapsing []Lapsing
	Cases   int // open cases
	Paths   ReviewPaths
}

// ReviewPaths are the pages beside the queue.
type ReviewPaths struct {
	Queue, Cases, Minute, Rules string
}

// QueueRow is a work that waits.
type QueueRow struct {
	URL       string
	Title     string
	Language  string
	Genre     string
	Authors   []string
	Since     time.Time
	Days      int // since then
	Approvals int // that count
	Needed    int
}

// Lapsing is a published work whose licence ends soon.
type Lapsing struct {
	URL, Title string
	Until      time.Time
}

// Review is a work with all that is needed to decide about it.
type Review struct {
	Work      Work // as the public sees it
	State     archive.State
	Opens     time.Time // of a published work that waits for its time
	Seen      string    // names what stands on the page
	Base      string    // address of the page, before the acts
	Public    string    // address of the page of the work
	Queue     string
	May       map[archive.Act]bool
	Sent      bool // the viewer sent it and may not approve it
	Approvals []Approved
	Needed    int
	Record    ReviewRecord
	Access    ReviewAccess
	Comments  []ReviewComment
	Ticks     bool // the viewer may tick comments off
	Spots     []Spot
	Timed     bool // holds a recording, of which a moment may be named
	Pictured  bool // holds a picture, of which a point may be named
	History   []Told
	Minute    string
	Edit      string // where the work is described; "" for who may not
	Changes   string // what was changed, and the way back
	Purge     string // "" for who may not
	Cases     []CaseRow
	Done      archive.Act // what was just done; "" for nothing
	Wrong     string      // why what was just tried was not done
	WrongAct  archive.Act
	WrongItem archive.CheckItem // the question of the checklist whose answer was refused; "" when it was none
	Given     map[string]string // what was typed in the form that was refused, by the name of its field
}

// ReviewRecord is what the record of the work holds of what the checklist asks for.
type ReviewRecord struct {
	Rights, Consent, Agents string // "": nothing
}

// ReviewAccess is from when, until when and for whom the work is shown, as form fields hold it.
type ReviewAccess struct {
	From, Until string
	Audience    archive.Audience
}

// Approved is an approval that counts.
type Approved struct {
	Name   string
	Time   time.Time
	Note   string
	Checks []archive.Check
}

// ReviewComment is a comment with the way to its spot.
type ReviewComment struct {
	ID    archive.CommentID
	Where Link // URL "": about the whole
	Point int  // its number on the picture; 0 for none
	Text  []string
	Name  string
	Time  time.Time
	Done  bool
}

// Spot is a place that a comment may be about.
type Spot struct {
	Value, Label string
}

// Told is a line of what happened to a work.
type Told struct {
	Time time.Time
	Type archive.EventType
	Name string
	Note string
	// Fields are those that were changed.
	Fields []archive.Field
}

// Minutes is what persons decided.
type Minutes struct {
	Body        string // of the association
	Title       string
	From, Until string // as form fields hold them; "" in the minute of one work
	Path        string
	CSV, PDF    string
	Entries     []MinuteEntry
	More        bool
	Drawn       time.Time
}

// MinuteEntry is one decision.
type MinuteEntry struct {
	Anchor     string // id on the page
	Time       time.Time
	Work       Link
	Type       archive.EventType
	Name, Note string
	Checks     []archive.Check
	Audience   archive.Audience
	Opens      time.Time
	Closes     time.Time
	Sequence   int64
	Head       string // of the work's chain of events
}

// Cases lists what readers remarked and complained about.
type Cases struct {
	Open, Closed []CaseRow
	Paths        ReviewPaths
}

// CaseRow is a case in a list.
type CaseRow struct {
	URL, Title string
	Case       archive.Case
	Late       bool
}

// CasePage is one case with the form of its answer.
type CasePage struct {
	Row    CaseRow
	Work   string // where the work is decided about
	May    bool
	Path   string
	Cases  string
	Wrong  string
	Given  map[string]string
	Closed bool
}

// Letter is the form by which a reader remarks or complains about a work.
type Letter struct {
	Title    string // of the work
	Language string
	Back     string // the page of the work
	Path     string
	Wrong    string
	// WrongField is the name of the field that is to be changed; "" when it is none.
	WrongField string
	Given      map[string]string
	Sent       archive.CaseID // "": not yet
	Due        time.Time
}

// Sent is a work as its sender may follow it. Of Review only what is needed for comments is set.
type Sent struct {
	Title  string
	State  archive.State
	Opens  time.Time
	Notes  []Told // what editors wrote to the sender, the last first
	Submit string // address that hands it in again; "" when it cannot be
	Edit   string // where files and words are changed; "" when they cannot be
	Follow string // where a link is made by which it is followed without signing in
	Review Review
}

// Rules is what the association decides for itself about deciding.
type Rules struct {
	Stamp  string // of what is shown
	Paths  ReviewPaths
	Groups []RuleField
	Warn   string // days, as form fields hold them
	Case   string
	May    bool // change them
	Done   bool
	Wrong  string
}

// RuleField is how many approvals the works of a report group need.
type RuleField struct {
	Name, Label, Value string
}
