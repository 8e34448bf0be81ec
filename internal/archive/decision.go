package archive

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Decision is what a person decided about a work. It is the detail of the event, so that it stands in the work's chain, word for
// word, and survives everything but the archive itself.
type Decision struct {
	Format   int       `json:"decision"` // 1
	Name     string    `json:"name"`     // who decided, as they were called then; the event's agent is their account
	Note     string    `json:"note,omitempty"`
	Content  string    `json:"content,omitempty"` // Work.Content of what they looked at
	Checks   []Check   `json:"checks,omitempty"`
	Opens    time.Time `json:"opens,omitzero"`
	Closes   time.Time `json:"closes,omitzero"`
	Audience Audience  `json:"audience,omitempty"`
	Consent  Consent   `json:"consent,omitempty"` // of a submission
}

// Consent is what a sender says of whose a work is; "" when they said nothing.
type Consent string

// What a sender may say.
const (
	ConsentOwn     Consent = "own"     // it is theirs
	ConsentGiven   Consent = "given"   // it is somebody else's, who agreed
	ConsentUnknown Consent = "unknown" // they do not know
)

// Consents lists what a sender may say, in the order in which they are asked.
func Consents() []Consent { return []Consent{ConsentOwn, ConsentGiven, ConsentUnknown} }

// Consented is what the sender said last, who that was and when; "" when nobody said anything.
func Consented(events []Event) (said Consent, name string, at time.Time) {
	for _, e := range slices.Backward(events) {
		if d, ok := ParseDecision(e.Detail); ok && e.Type == EventSubmission && e.Outcome == Success && d.Consent != "" {
			return d.Consent, d.Name, e.Time
		}
	}
	return "", "", time.Time{}
}

// decisionMark begins the detail of every event that is a decision: the catalogue finds them by it.
const decisionMark = `{"decision":1,`

// DecisionMark is how the detail of an event begins that is a decision.
func DecisionMark() string { return decisionMark }

// Detail returns the decision as the detail of an event.
func (d Decision) Detail() string {
	d.Format = 1
	b, err := json.Marshal(d)
	if err != nil { // cannot happen: strings and times of this era always encode
		return d.Note
	}
	return string(b)
}

// ParseDecision reads the detail of an event. False when it is none: then it was written by a program or a command, as a sentence.
func ParseDecision(detail string) (Decision, bool) {
	if !strings.HasPrefix(detail, decisionMark) {
		return Decision{}, false
	}
	var d Decision
	if err := json.Unmarshal([]byte(detail), &d); err != nil {
		return Decision{}, false
	}
	return d, true
}

// CheckItem is a question that must be answered before approving.
type CheckItem string

// The questions.
const (
	CheckRights  CheckItem = "rights"  // is there a statement of rights, and is it right?
	CheckConsent CheckItem = "consent" // is the evidence of consent there?
	CheckAgents  CheckItem = "agents"  // are the people and bodies the right ones?
	CheckContent CheckItem = "content" // was the content read, seen, heard to its end?
)

// CheckItems lists the questions in the order in which they are asked.
func CheckItems() []CheckItem {
	return []CheckItem{CheckRights, CheckConsent, CheckAgents, CheckContent}
}

// Answer is what was found.
type Answer string

// The answers. What does not apply needs a remark that says why.
const (
	AnswerYes    Answer = "yes"
	AnswerExempt Answer = "exempt"
)

// Check is one question with its answer, by whom and when.
type Check struct {
	Item   CheckItem `json:"item"`
	Answer Answer    `json:"answer"`
	Remark string    `json:"remark,omitempty"`
	Name   string    `json:"name"`
	Time   time.Time `json:"time"` // UTC, microseconds
}

// longestRemark bounds a remark, in bytes: it stands in the record for ever.
const longestRemark = 2000

// Checked returns the checks in their order, with name and time, when every question is answered once and the work does not
// contradict the answer. The errors are Invalid "check-missing", "check-remark" (exempt, but no reason; the content is never exempt)
// and "check-contradicted", each with the item.
func (w *Work) Checked(given []Check, name string, at time.Time) ([]Check, error) {
	var checks []Check
	for _, item := range CheckItems() {
		i := slices.IndexFunc(given, func(c Check) bool { return c.Item == item })
		if i < 0 || (given[i].Answer != AnswerYes && given[i].Answer != AnswerExempt) {
			return nil, Fail(Invalid, "check-missing", string(item))
		}
		c := given[i]
		c.Remark = strings.TrimSpace(c.Remark)
		if len(c.Remark) > longestRemark {
			return nil, Fail(Invalid, "text-long")
		}
		if c.Answer == AnswerExempt && (c.Remark == "" || item == CheckContent) {
			return nil, Fail(Invalid, "check-remark", string(item))
		}
		if c.Answer == AnswerYes && w.lacks(item) {
			return nil, Fail(Invalid, "check-contradicted", string(item))
		}
		c.Name, c.Time = name, at
		checks = append(checks, c)
	}
	return checks, nil
}

// lacks reports whether the record of the work holds nothing of what the question asks for.
func (w *Work) lacks(item CheckItem) bool {
	switch item {
	case CheckRights:
		return w.Rights.Statement == ""
	case CheckConsent:
		return w.Rights.Evidence == ""
	case CheckAgents:
		return len(w.Credits) == 0 && !slices.ContainsFunc(w.Representations, func(r Representation) bool { return len(r.Credits) > 0 })
	default:
		return false
	}
}

// Approvals returns the approvals by persons that count for a work with that content, oldest first, one for each person: those
// since it was last handed in, sent back, corrected or voided, of exactly this content. In which collections it stands is not covered.
func Approvals(events []Event, content string) []Event {
	ends := []EventType{EventSubmission, EventRecall, EventRequest, EventVoid, EventModification, EventMerge}
	var list []Event
	for _, e := range slices.Backward(events) {
		if e.Outcome != Success {
			continue
		}
		if slices.Contains(ends, e.Type) && !arranges(e) {
			break
		}
		d, ok := ParseDecision(e.Detail)
		known := slices.ContainsFunc(list, func(had Event) bool { return had.Agent == e.Agent })
		if e.Type == EventApproval && ok && d.Content == content && !known {
			list = append(list, e)
		}
	}
	slices.Reverse(list)
	return list
}
