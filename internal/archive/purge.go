package archive

import (
	"slices"
	"time"
)

// PurgeCause is why the bytes of a work are destroyed. There are no other reasons.
type PurgeCause string

// The causes.
const (
	PurgeOrder   PurgeCause = "order"         // of a court or an authority
	PurgePrivacy PurgeCause = "personal-data" // somebody's, who may ask for it
	PurgeMalware PurgeCause = "malware"
)

// PurgeCauses lists the causes in the order in which they are offered.
func PurgeCauses() []PurgeCause { return []PurgeCause{PurgeOrder, PurgePrivacy, PurgeMalware} }

// PurgePatience is how long a proposal may be confirmed.
const PurgePatience = 7 * 24 * time.Hour

// Purge is the destruction of a work's bytes: proposed by one administrator, confirmed by another, then done by the program.
type Purge struct {
	Work          WorkID
	Cause         PurgeCause
	Reason        string
	Proposed      time.Time
	ProposedBy    AccountID
	ProposedName  string
	Seen          string    // names what the proposer saw of the work; "" when that was not kept
	Confirmed     time.Time // zero: not yet
	ConfirmedBy   AccountID
	ConfirmedName string
	Done          time.Time // zero: not yet
}

// Waits reports whether the purge may still be confirmed at now.
func (p Purge) Waits(now time.Time) bool {
	return !p.Proposed.IsZero() && p.Confirmed.IsZero() && now.Before(p.Proposed.Add(PurgePatience))
}

// Overtaken reports whether the work, which seen names as it stands now, is another than the one that the proposer saw.
func (p Purge) Overtaken(seen string) bool {
	return p.Seen != "" && p.Confirmed.IsZero() && p.Seen != seen
}

// Due reports whether the bytes are to be destroyed and are not yet.
func (p Purge) Due() bool { return !p.Confirmed.IsZero() && p.Done.IsZero() }

// WasPurged reports whether the record of a work says that its bytes were to be destroyed: from then on nothing is done with it.
func WasPurged(events []Event) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Type == EventPurge && e.Outcome == Success })
}

// Purge empties the record of a work of everything but what the archive must go on knowing: that there was such a work, from whom,
// the digests and sizes of its files, and who was told what. It leaves the work withdrawn; one that was never public stays unknown.
func (w *Work) Purge() {
	if w.Published.IsZero() {
		w.Audience = AudienceStaff
	}
	w.State, w.PublishWhenReady = Withdrawn, false
	w.Titles, w.Description, w.Notice, w.Poster, w.PosterAt = nil, "", Notice{}, "", 0
	for i := range w.Representations {
		r := &w.Representations[i]
		r.Label = ""
		for j := range r.Files {
			f := &r.Files[j]
			f.State, f.Key, f.Name, f.Path, f.Tags = FilePurged, "", string(f.ID), "", nil
		}
	}
}
