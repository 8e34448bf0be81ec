package preserve

import (
	"fmt"

	"vannghe/internal/archive"
)

// lookAtChain holds the events of a work against each other, against those that the archive of record kept when it was last written, and against the end
// that the catalogue noted beside them: an event that is not what it was, one that is gone, and an end that was cut off are each found.
func (v *verifier) lookAtChain(s *subject, kept []archive.Event, seen *sighting) error {
	if s.work == nil {
		return nil
	}
	wrong := map[int64]string{} // number → what is wrong with it
	gone := map[int64]bool{}
	bySequence := map[int64]archive.Event{}
	last := s.head.Sequence
	for _, e := range s.events {
		bySequence[e.Sequence] = e
		last = max(last, e.Sequence)
	}
	for _, e := range kept {
		last = max(last, e.Sequence)
		if is, ok := bySequence[e.Sequence]; ok && (is.Hash != e.Hash || !sound(is)) {
			wrong[e.Sequence] = "it is not the one that the archive of record holds"
		}
	}
	previous := ""
	for n := int64(1); n <= last; n++ {
		e, ok := bySequence[n]
		if !ok {
			gone[n] = true
			continue
		}
		switch {
		case !sound(e):
			wrong[n] = "its hash is another"
		case !gone[n-1] && wrong[n-1] == "" && e.Previous != previous:
			wrong[n] = "it does not follow on the one before"
		case n == s.head.Sequence && e.Hash != s.head.Hash:
			wrong[n] = "it is not the one that was the newest"
		}
		previous = e.Hash
	}
	for n := int64(1); n <= last; n++ {
		if gone[n] {
			seen.damages = append(seen.damages, s.eventDamage(archive.DamageEventMissing, n, fmt.Sprintf("of %d events", last)))
		} else if wrong[n] != "" {
			seen.damages = append(seen.damages, s.eventDamage(archive.DamageEventChanged, n, wrong[n]))
		}
	}
	return nil
}

func (s *subject) eventDamage(kind archive.DamageKind, n int64, detail string) archive.Damage {
	d := s.damage(kind, "", detail)
	d.Event = n
	return d
}

// sound reports whether an event has the hash of what it says.
func sound(e archive.Event) bool {
	want := e.Hash
	e.Seal(e.Previous)
	return e.Hash == want
}
