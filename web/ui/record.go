package ui

import "vannghe/internal/archive"

// recordName is what was done, and to what.
func recordName(l RecordLine) string {
	if l.Thing.Label == "" {
		return l.What
	}
	return l.What + ": " + l.Thing.Label
}

// changeLine is a fact before and after, as a sentence.
func changeLine(t Text, c RecordChange) string {
	switch {
	case c.Before == "":
		return t.Text("record.set", c.Field, c.After)
	case c.After == "":
		return t.Text("record.cleared", c.Field, c.Before)
	default:
		return t.Text("record.changed", c.Field, c.Before, c.After)
	}
}

// DeedName words what was done beside works.
func DeedName(t Text, kind string) string { return t.Text("deed." + kind) }

// EventName words a type of event.
func EventName(t Text, e archive.EventType) string { return eventName(t, e) }
