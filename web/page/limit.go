package page

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// bound is how many letters may come from one place in how long.
type bound struct {
	letters int
	span    time.Duration
	v4, v6  int // bits of an address by which the place is told
}

// bounds are those of a line, behind which a family, an office or a whole village may stand, and of the block that its provider or whoever rents many
// machines has it from. There is none for everybody together: who wants to close the form to others would only have to fill it.
func bounds() []bound {
	return []bound{{8, 10 * time.Minute, 32, 64}, {40, time.Hour, 24, 48}}
}

// mostPlaces bounds what is remembered; past it those heard of longest ago are forgotten.
const mostPlaces = 5000

// limiter counts letters by the places that they come from, in this process. Safe for concurrent use.
type limiter struct {
	mu   sync.Mutex
	sent map[string][]time.Time // the latest of each place, the oldest first; never empty
}

func newLimiter() *limiter { return &limiter{sent: map[string][]time.Time{}} }

// allow counts one letter at now and reports whether it is within every bound; what is refused counts nowhere. What is no address is one place.
func (l *limiter) allow(from string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	var places []string
	for _, b := range bounds() {
		place := b.place(from)
		if place == "" {
			continue
		}
		recent := l.sent[place]
		for len(recent) > 0 && now.Sub(recent[0]) > b.span {
			recent = recent[1:]
		}
		if len(recent) >= b.letters {
			return false
		}
		l.keep(place, recent)
		places = append(places, place)
	}
	for _, place := range places {
		l.sent[place] = append(l.sent[place], now)
	}
	if len(l.sent) > mostPlaces {
		l.forget()
	}
	return true
}

func (l *limiter) keep(place string, recent []time.Time) {
	if len(recent) == 0 {
		delete(l.sent, place)
		return
	}
	l.sent[place] = recent
}

// forget drops the fifth of the places that was heard of longest ago.
func (l *limiter) forget() {
	places := slices.SortedFunc(maps.Keys(l.sent), func(a, b string) int { return l.last(a).Compare(l.last(b)) })
	for _, place := range places[:len(places)/5] {
		delete(l.sent, place)
	}
}

func (l *limiter) last(place string) time.Time {
	times := l.sent[place]
	return times[len(times)-1]
}

// place is where an address lies, as far as the bound tells one from another; "" where it says nothing of what is no address.
func (b bound) place(from string) string {
	a, err := netip.ParseAddr(from)
	if err != nil {
		if b.v4 < 32 {
			return ""
		}
		return from
	}
	a, bits := a.Unmap(), b.v6
	if a.Is4() {
		bits = b.v4
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return from
	}
	return p.String()
}
