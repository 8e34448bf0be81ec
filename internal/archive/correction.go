package archive

import (
	"encoding/json"
	"slices"
	"strings"
)

// Correction is a change of what is said of a work. It is the detail of the event, word for word, so that whoever reads the chain
// without the program knows what stood there before.
type Correction struct {
	Format  int      `json:"correction"` // 1
	Name    string   `json:"name"`       // who changed it, as they were called then; the event's agent is their account
	Undoes  int64    `json:"undoes,omitempty"`
	Changes []Change `json:"changes"`
}

// Change is what became of one field.
type Change struct {
	Field  Field  `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

const correctionMark = `{"correction":1,`

// Detail returns the correction as the detail of an event.
func (c Correction) Detail() string {
	c.Format = 1
	b, err := json.Marshal(c)
	if err != nil { // cannot happen: strings and integers always encode
		return c.Name
	}
	return string(b)
}

// ParseCorrection reads the detail of an event. False when it is none.
func ParseCorrection(detail string) (Correction, bool) {
	if !strings.HasPrefix(detail, correctionMark) {
		return Correction{}, false
	}
	var c Correction
	if err := json.Unmarshal([]byte(detail), &c); err != nil {
		return Correction{}, false
	}
	return c, true
}

// arranges reports whether an event changed only in which collections a work stands, which no approval covers.
func arranges(e Event) bool {
	c, ok := ParseCorrection(e.Detail)
	return ok && !slices.ContainsFunc(c.Changes, func(ch Change) bool { return ch.Field != FieldCollections })
}

// Changes returns what differs between two sayings, in the order of Fields and AgentFields; a field that after does not mention has not changed.
func Changes(before, after Said) []Change {
	var list []Change
	for _, f := range append(Fields(), AgentFields()...) {
		if text, ok := after[f]; ok && text != before[f] {
			list = append(list, Change{Field: f, Before: before[f], After: text})
		}
	}
	return list
}

// Clash is a field that two people changed otherwise.
type Clash struct {
	Field  Field
	Mine   string
	Theirs string
}

// Merge returns what a work says after somebody who saw base has said mine, while it says theirs by now: what only one of the two
// changed is as they have it. Of lists, what was added and what was taken away counts line by line. What both changed otherwise is a clash and left as
// theirs. Fields that mine does not mention are left alone.
func Merge(base, mine, theirs Said) (merged Said, clashes []Clash) {
	merged = Said{}
	for _, f := range append(Fields(), AgentFields()...) {
		said, ok := mine[f]
		if !ok {
			continue
		}
		text, ok := mergeText(f, base[f], said, theirs[f])
		if !ok {
			clashes = append(clashes, Clash{Field: f, Mine: said, Theirs: theirs[f]})
			text = theirs[f]
		}
		merged[f] = text
	}
	return merged, clashes
}

func mergeText(f Field, base, mine, theirs string) (string, bool) {
	switch {
	case mine == base || mine == theirs:
		return theirs, true
	case theirs == base:
		return mine, true
	case f.Lists():
		return mergeLines(Lines(base), Lines(mine), Lines(theirs))
	default:
		return "", false
	}
}

// mergeLines adds to theirs what mine added and takes away what it took away. It does not when both took away the same line, which
// each may have replaced by another, or when one of them changed the order.
func mergeLines(base, mine, theirs []string) (string, bool) {
	gone := func(from, list []string) []string {
		return slices.DeleteFunc(slices.Clone(from), func(line string) bool { return slices.Contains(list, line) })
	}
	removed, added := gone(base, mine), gone(mine, base)
	for _, line := range gone(base, theirs) {
		if slices.Contains(removed, line) {
			return "", false
		}
	}
	if !ordered(base, mine) || !ordered(base, theirs) {
		return "", false
	}
	return strings.Join(append(gone(theirs, removed), gone(added, theirs)...), "\n"), true
}

// ordered reports whether the lines of base that list still holds stand as they stood.
func ordered(base, list []string) bool {
	keep := func(from, in []string) []string {
		return slices.DeleteFunc(slices.Clone(from), func(line string) bool { return !slices.Contains(in, line) })
	}
	return slices.Equal(keep(base, list), keep(list, base))
}
