package ui

import (
	"time"

	"vannghe/internal/archive"
)

// Purge is what is proposed or was done to destroy the content of a work.
type Purge struct {
	Title    string // of the work
	URL      string // of this page
	List     string
	Work     string // where the work is decided about
	Plan     archive.Purge
	Seen     string // names the proposal
	SeenWork string // names what stands of the work
	Waits    bool   // for another administrator
	May      bool   // the viewer may agree
	// Overtaken says that the work has changed since the proposal, which does not count any more.
	Overtaken bool
	Until     time.Time
	Public    bool // the work has to be withdrawn first
	Wrong     string
	Given     map[string]string
}
