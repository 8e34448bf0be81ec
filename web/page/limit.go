package page

import (
	"sync"
	"time"
)

// How many letters one address may send in how long. A family, an office or a whole village may stand behind one address.
const (
	letterLimit = 8
	letterSpan  = 10 * time.Minute
)

// limiter counts letters by the address they come from, in this process. Safe for concurrent use.
type limiter struct {
	mu   sync.Mutex
	sent map[string][]time.Time
}

func newLimiter() *limiter { return &limiter{sent: map[string][]time.Time{}} }

// allow counts one letter at now and reports whether it is within the limit.
func (l *limiter) allow(from string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for address, times := range l.sent { // few are remembered: the catalogue takes only so many in an hour
		if now.Sub(times[len(times)-1]) > letterSpan {
			delete(l.sent, address)
		}
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
