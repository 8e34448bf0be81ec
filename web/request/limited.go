package request

import (
	"context"
	"sync"
	"time"
)

// Limited is a context that ends at a time, or when End is called. It is context.WithDeadline whose clock is set by whoever first waits for it: most
// requests are answered before anybody does. Make it with NewLimited.
type Limited struct {
	parent   context.Context
	deadline time.Time

	mu     sync.Mutex
	ended  bool
	inner  context.Context // nil before anybody waits
	cancel context.CancelFunc
}

// NewLimited returns a context that ends with parent, at deadline or by End.
func NewLimited(parent context.Context, deadline time.Time) *Limited {
	return &Limited{parent: parent, deadline: deadline}
}

// End ends the context.
func (l *Limited) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	if l.cancel != nil {
		l.cancel()
	}
}

// Deadline implements context.Context.
func (l *Limited) Deadline() (time.Time, bool) {
	if t, ok := l.parent.Deadline(); ok && t.Before(l.deadline) {
		return t, true
	}
	return l.deadline, true
}

// Done implements context.Context.
func (l *Limited) Done() <-chan struct{} { return l.wake().Done() }

// Err implements context.Context.
func (l *Limited) Err() error {
	l.mu.Lock()
	inner, ended := l.inner, l.ended
	l.mu.Unlock()
	switch {
	case inner != nil:
		return inner.Err()
	case ended:
		return context.Canceled
	case !time.Now().Before(l.deadline):
		return context.DeadlineExceeded
	}
	return l.parent.Err()
}

// Value implements context.Context. The context package looks here for what it cancels with this one.
func (l *Limited) Value(key any) any {
	l.mu.Lock()
	inner := l.inner
	l.mu.Unlock()
	if inner != nil {
		return inner.Value(key)
	}
	return l.parent.Value(key)
}

func (l *Limited) wake() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inner == nil {
		l.inner, l.cancel = context.WithDeadline(l.parent, l.deadline)
		if l.ended {
			l.cancel()
		}
	}
	return l.inner
}
