package feed

import (
	"crypto/sha256"
	"sync"
	"time"
)

// seen remembers since when each feed says what it says. The times of works cannot tell: a withdrawal makes the newest of them older,
// and a reader that asks by time would keep the withdrawn one for good. The zero value is ready; safe for concurrent use.
type seen struct {
	mu    sync.Mutex
	feeds map[string]state
	now   func() time.Time // nil: time.Now
}

type state struct {
	digest [sha256.Size]byte
	since  time.Time
}

// maxSeen bounds the memory: beyond it everything is forgotten, which costs each reader one download.
const maxSeen = 10_000

// settled is how old a state must be before its time is told: times in HTTP have whole seconds, in which a feed may change twice.
const settled = 2 * time.Second

// since returns from when on a feed has had this content, as far as this process knows; zero while that is too short ago to be told.
func (s *seen) since(feed string, content []byte) time.Time {
	now := time.Now
	if s.now != nil {
		now = s.now
	}
	t, digest := now(), sha256.Sum256(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.feeds[feed]
	if ok && known.digest == digest {
		if t.Sub(known.since) < settled {
			return time.Time{}
		}
		return known.since
	}
	if s.feeds == nil || len(s.feeds) >= maxSeen {
		s.feeds = map[string]state{}
	}
	s.feeds[feed] = state{digest, t}
	return time.Time{}
}
