package archive

import "time"

// DamageKind says in which way something is not as the archive keeps it.
type DamageKind string

// The kinds of damage.
const (
	DamageChanged       DamageKind = "changed"        // the bytes of a file are not those that were archived
	DamageMissing       DamageKind = "missing"        // a file is gone
	DamageAdded         DamageKind = "added"          // a file lies there that nobody archived
	DamageObjectMissing DamageKind = "object-missing" // all of a work, or of another record, is gone
	DamageObjectUnknown DamageKind = "object-unknown" // an object of which the catalogue knows nothing
	DamageDiffers       DamageKind = "differs"        // the catalogue says otherwise than the archive of record
	DamageEventChanged  DamageKind = "event-changed"  // an event of the record of a work is not what was written
	DamageEventMissing  DamageKind = "event-missing"  // an event is gone, in the middle or at the end
	DamageInfected      DamageKind = "infected"       // the virus scanner found something in what was archived before
)

// Damage is one thing in which the archive is not what it was.
type Damage struct {
	Kind   DamageKind `json:"kind"`
	Work   WorkID     `json:"work,omitempty"`   // "": of a record that is no work, or of the archive itself
	Title  string     `json:"title,omitempty"`  // of the work
	Note   string     `json:"note,omitempty"`   // which record it is, when it is no work: "agent:…", "genres"
	Object string     `json:"object,omitempty"` // OCFL identifier
	Path   string     `json:"path,omitempty"`   // of the file, in its object or, without one, in the archive
	Name   string     `json:"name,omitempty"`   // of an original, as given
	Event  int64      `json:"event,omitempty"`  // its number
	Detail string     `json:"detail,omitempty"` // for the log, in English
	Found  time.Time  `json:"found"`

	Repaired bool `json:"repaired,omitempty"` // from the second store: it is as it was
}

// Repairable reports whether another copy of the archive may mend it.
func (d *Damage) Repairable() bool {
	return d.Kind == DamageChanged || d.Kind == DamageMissing || d.Kind == DamageObjectMissing
}

// FixityDamages is the setting in which the last check of the archive keeps what it found: a list of Damage.
const FixityDamages = "catalog.fixity.damages"
