package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// EventType is a PREMIS event type (id.loc.gov/vocabulary/preservation/eventType) or, where PREMIS has none, one of ours.
type EventType string

// The events.
const (
	EventCreation     EventType = "creation"
	EventIngestion    EventType = "ingestion"
	EventDigest       EventType = "message digest calculation"
	EventFormat       EventType = "format identification"
	EventVirusCheck   EventType = "virus check"
	EventAccession    EventType = "accession"
	EventDerivation   EventType = "derivation"
	EventModification EventType = "modification"
	EventFixity       EventType = "fixity check"
	EventSubmission   EventType = "submission"
	EventApproval     EventType = "approval"
	EventPublication  EventType = "publication"
	EventWithdrawal   EventType = "withdrawal"
	EventRestoration  EventType = "restoration"
	EventRecall       EventType = "recall"               // its sender took it back
	EventRequest      EventType = "request for changes"  // editors sent it back
	EventVoid         EventType = "voiding of approvals" // it changed after it was approved
	EventArrangement  EventType = "change of access"     // from when, until when and for whom it is shown
	EventCaseOpened   EventType = "opening of a case"    // somebody remarked or complained
	EventCaseClosed   EventType = "closing of a case"
	EventMerge        EventType = "merging" // another work was merged into it, or it into another
	EventPurgePlan    EventType = "proposal of deletion"
	EventPurgeDropped EventType = "dropping of a proposal of deletion"
	EventPurge        EventType = "deletion" // by whom it was decided; then, by the program, that the bytes are gone
)

// Outcome is how an event ended.
type Outcome string

// The outcomes.
const (
	Success Outcome = "success"
	Failure Outcome = "failure"
)

// Event is a line in the record of what happened to a work. Append-only; each carries the hash of the one before.
type Event struct {
	Work     WorkID    `json:"work"`
	Sequence int64     `json:"sequence"` // from 1, without a gap
	Type     EventType `json:"type"`
	Agent    string    `json:"agent"` // who or what did it: an account, "import", a tool with its version
	Time     time.Time `json:"time"`  // UTC, microseconds
	Outcome  Outcome   `json:"outcome"`
	Detail   string    `json:"detail"`
	Previous string    `json:"previous"` // Hash of the event before, "" for the first
	Hash     string    `json:"hash"`     // SHA-256 of the canonical bytes, lowercase hexadecimal
}

// Canonical returns the bytes that Hash covers: a JSON array of the fields in a fixed order, time as microseconds since
// the Unix epoch. The same on every database, for ever.
func (e *Event) Canonical() []byte {
	b, err := json.Marshal([]any{string(e.Work), e.Sequence, string(e.Type), e.Agent, e.Time.UnixMicro(),
		string(e.Outcome), e.Detail, e.Previous})
	if err != nil { // cannot happen: strings and integers always encode
		return nil
	}
	return b
}

// Seal sets Previous and Hash.
func (e *Event) Seal(previous string) {
	e.Previous = previous
	sum := sha256.Sum256(e.Canonical())
	e.Hash = hex.EncodeToString(sum[:])
}

// CheckChain returns nil when events form an unbroken chain from 1, otherwise Internal "chain-broken" with the sequence
// number at which it breaks.
func CheckChain(events []Event) error {
	previous := ""
	for i := range events {
		e := events[i]
		want := e.Hash
		if e.Sequence != int64(i+1) || e.Previous != previous {
			return Fail(Internal, "chain-broken", i+1)
		}
		if e.Seal(previous); e.Hash != want {
			return Fail(Internal, "chain-broken", i+1)
		}
		previous = want
	}
	return nil
}
