package ui

import "time"

// EditCollections lists all collections and makes new ones.
type EditCollections struct {
	Path, Desk string
	List       []CollectionEntry
	Form       CollectionForm
	Wrong      string
}

// CollectionEntry is one of them.
type CollectionEntry struct {
	URL, Title, Parent string
	Closes             time.Time // the last day of a call; zero for an ordinary collection
}

// CollectionForm is what is said of a collection.
type CollectionForm struct {
	Title, Description, Parent string
	Closes                     string // the last day, as a date field has it
	Parents                    []Option
}

// EditCollection is a collection to be changed and ordered.
type EditCollection struct {
	Base, All, Public string
	Title             string
	Seen              string // names what stands on the page
	Form              CollectionForm
	Works             []OrderedWork
	Total             int
	Moved             string // what was just moved, and where to
	Saved             bool
	Wrong             string
}

// OrderedWork is a work at its place.
type OrderedWork struct {
	ID, Title, State string
}
