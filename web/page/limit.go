package page

import (
	"net/netip"
	"sync"
	"time"
)

// How many letters one address may send in how long. A family, an office or a whole village may stand behind one address.
const (
	letterLimit = 8
	letterSpan  = 10 * time.Minute
	// mostSenders bounds what is remembered: more addresses than that at once are no readers.
	mostSenders = 5000
)

// limiter counts letters by the address they come from, in this process. Safe for concurrent use.
type limiter struct {
	mu   sync.Mutex
	sent map[string][]time.Time
}

func newLimiter() *limiter { return &limiter{sent: map[string][]time.Time{}} }

// allow counts one letter at now and reports whether it is within the limit.
func (l *limiter) allow(from string, now time.Time) bool {
	from = network(from)
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.sent[from]; !known && len(l.sent) >= mostSenders {
		l.forget(now)
	}
	if _, known := l.sent[from]; !known && len(l.sent) >= mostSenders {
		return false
	}
	recent := l.sent[from]
	for len(recent) > 0 && now.Sub(recent[0]) > letterSpan {
		recent = recent[1:]
	}
	if len(recent) >= letterLimit {
		return false
	}
	l.sent[from] = append(recent, now)
	return true
}

// forget drops addresses that have sent nothing for the span.
func (l *limiter) forget(now time.Time) {
	for address, times := range l.sent {
		if now.Sub(times[len(times)-1]) > letterSpan {
			delete(l.sent, address)
		}
	}
}

// network is an address as it is counted: one line of a household has a whole /64 of IPv6.
func network(from string) string {
	a, err := netip.ParseAddr(from)
	if err != nil || a.Is4() || a.Is4In6() {
		return from
	}
	p, err := a.Prefix(64)
	if err != nil {
		return from
	}
	return p.String()
}
