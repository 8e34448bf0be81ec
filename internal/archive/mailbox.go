package archive

import (
	"net/mail"
	"strings"
)

// ParseMailbox checks an e-mail address: one, without a name, fit to stand in the head of a letter; "" for none. Invalid "email-invalid".
func ParseMailbox(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r >= 0x80 }) {
		return "", Fail(Invalid, "email-invalid")
	}
	return s, nil
}

// Topic is what letters to a person are about.
type Topic string

// The topics.
const (
	TopicWaiting Topic = "waiting" // works that wait for a decision, rights that end
	TopicCases   Topic = "cases"   // letters of readers, which have a day by which they are answered
	TopicOwn     Topic = "own"     // decisions and comments on works that one sent
	TopicMachine Topic = "machine" // what fails, fills up or waits for a second administrator
)

// Topics lists the topics in the order in which forms offer them.
func Topics() []Topic { return []Topic{TopicOwn, TopicCases, TopicWaiting, TopicMachine} }

// Concerns reports whether a topic is anything to v.
func (t Topic) Concerns(v Viewer) bool {
	switch t {
	case TopicWaiting, TopicCases:
		return v.May(DecideWorks) == nil
	case TopicOwn:
		return v.May(SendWorks) == nil
	case TopicMachine:
		return v.May(OperateArchive) == nil
	default:
		return false
	}
}

// Pace is when somebody is written to about a topic.
type Pace string

// The paces.
const (
	AtOnce Pace = "at-once"
	Daily  Pace = "daily" // everything of a day in one letter
	Never  Pace = "never"
)

// Paces lists the paces in the order in which forms offer them.
func Paces() []Pace { return []Pace{AtOnce, Daily, Never} }

// Choices is how somebody wants to be written to. What is not in it goes by the usual pace of its topic.
type Choices map[Topic]Pace

// Of returns the pace for a topic.
func (c Choices) Of(t Topic) Pace {
	if p, ok := c[t]; ok {
		return p
	}
	if t == TopicWaiting {
		return Daily
	}
	return AtOnce
}
