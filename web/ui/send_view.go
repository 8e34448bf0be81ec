package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Mine is a work in its sender's list.
type Mine struct {
	URL      string
	Title    string
	Untitled bool
	Genre    string
	State    archive.State
	Updated  time.Time
}

// SendKinds asks what it is that is sent.
type SendKinds struct {
	Path  string
	Kinds []string // names; their words are send.kind.<name>
	Mine  []Mine   // drafts to go on with
	Wrong string
}

// SendFiles asks for what is sent: files, or a text that is typed.
type SendFiles struct {
	Base   string // of the draft's addresses
	Work   archive.WorkID
	Kind   string
	Back   string
	Accept string // of the file field
	Typing bool   // a text may be typed
	Text   string
	Pages  bool // pictures may be pages of something written
	Voice  bool // a voice may be recorded
	Max    int64
	Files  []SentFile
	Half   []HalfSent
	Help   Help
	Wrong  string
}

// SentFile is a file that has arrived.
type SentFile struct {
	ID      archive.FileID
	Name    string
	Size    int64
	Medium  archive.Medium
	Page    int    // of pictures that are pages, from 1
	Last    bool   // the page after which there is none
	URL     string // where its sender may look at it
	Problem string // sentence: why it is not taken into the work
	Upload  bool   // it is not in the work yet
}

// HalfSent is a file of which a part has arrived.
type HalfSent struct {
	ID       archive.FileID
	Name     string
	Given    string // the name as the device has it, and
	Modified string // when it was changed there last, by which the same file is known again
	Received int64
	Size     int64
}

// SendWords asks for the title and a few words.
type SendWords struct {
	Base        string
	Title       string
	Author      string
	Description string
	Genre       archive.GenreID
	Genres      []Choice
	Help        Help
	Wrong       string
	WrongField  string // "ten", "loi" or "tac-gia"
}

// Choice is one of several values in a field.
type Choice struct {
	Value string
	Label string
}

// SendCheck shows everything once more before it is sent.
type SendCheck struct {
	Base        string
	Seen        string
	Title       string
	Untitled    bool
	Authors     []string
	Genre       string
	Description string
	Text        string
	Files       []SentFile
	Help        Help
	Again       bool // the editors asked for changes
	Wrong       string
}

// Help is the way to somebody who finishes the draft for the sender.
type Help struct {
	Path string // of the form; "" when it cannot be asked for
	Drop string // where the draft is thrown away; "" when it is none
}

// HelpCode is what is read to an archivist.
type HelpCode struct {
	Code  string
	Until time.Time
	Back  string
}

// HelpEntry asks an archivist for the code.
type HelpEntry struct {
	Path  string
	Code  string
	Wrong string
}

// FollowLink is a link by which a work is followed without signing in.
type FollowLink struct {
	Title string
	Has   bool   // there is one, which is not told again
	Link  string // just made
	Size  int    // of its QR code
	Code  string // path of its dark modules
	Path  string // of the form that makes one
	End   string // of the form that ends it
	Back  string
}

// Followed is a work as whoever has its link sees it.
type Followed struct {
	Title    string
	State    archive.State
	Opens    time.Time
	Sent     time.Time
	Notes    []Told
	Comments []FollowedComment
	Public   string // the work's page once everybody may see it
}

// FollowedComment is what was written about the work.
type FollowedComment struct {
	Name string
	Time time.Time
	Text string
	Done bool
}
