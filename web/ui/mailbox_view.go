package ui

import (
	"strings"
	"time"

	"vannghe/internal/archive"
)

// Mailbox is the page on which it is said where somebody gets letters.
type Mailbox struct {
	Base      string // path to which forms are sent
	Of        string // whose, for administrators; "" for one's own
	Address   string // that counts, or is to be confirmed; "" for none
	Typed     string // what stands in the field
	On        bool   // the archive sends letters
	Waits     bool   // the link is on its way
	Over      bool   // it was not followed in time
	Confirmed time.Time
	Refused   time.Time
	Why       string // it was refused
	Wrong     string // what is wrong with what was typed
	Done      string
	Topics    []MailTopic // to choose from; none before the address counts
	Languages []Option
	Back      Link
}

// MailTopic is something to be written about, and when.
type MailTopic struct {
	Topic archive.Topic
	Paces []Option
}

// MailLink is a page to which a link in a letter leads, with one button.
type MailLink struct {
	Title  string
	Lead   string
	Action string // path with the secret; "" when it was done
	Go     string
}

// Mail is a letter to somebody as both its forms say it. URLs are whole.
type Mail struct {
	Language string
	Subject  string
	Hello    string
	Lead     string
	Things   []Thing
	More     string // that there are others
	All      Link
	ToChoose string
	Choose   Link
	Foot     []string
	Leave    Link
}

// Plain is the letter as text: links on lines of their own.
func (l Mail) Plain() string {
	var b strings.Builder
	say := func(lines ...string) {
		for _, s := range lines {
			if s != "" {
				b.WriteString(s + "\n")
			}
		}
		b.WriteString("\n")
	}
	if l.Hello != "" {
		say(l.Hello)
	}
	say(l.Lead)
	for _, t := range l.Things {
		say("• "+oneLine(t.Label), oneLine(t.Note), t.URL)
	}
	if l.All.URL != "" {
		say(strings.TrimSpace(l.More), l.All.Label+":", l.All.URL)
	}
	b.WriteString("-- \n") // what follows is a signature (RFC 3676 §4.3)
	if l.Choose.URL != "" {
		say(l.ToChoose, l.Choose.URL)
	}
	say(append(l.Foot, l.Leave.URL)...)
	return b.String()
}

// oneLine is a title that must not look like lines of the letter.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
