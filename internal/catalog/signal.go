package catalog

import (
	"context"
	"sync"
	"time"
)

// signal wakes every goroutine of this process that waits for something to happen.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

// next returns a channel that is closed at the next raise. Take it before looking whether to wait.
func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ch
}

func (s *signal) raise() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.ch)
	s.ch = make(chan struct{})
}

// until calls done until it says so: at once, after every raise, and every poll for what other processes do.
func (s *signal) until(ctx context.Context, poll time.Duration, done func() (bool, error)) error {
	timer := time.NewTimer(poll)
	defer timer.Stop()
	for {
		woken := s.next()
		ok, err := done()
		if err != nil || ok {
			return err
		}
		timer.Reset(poll)
		select {
		case <-woken:
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
