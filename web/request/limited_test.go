package request

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

type limitedKey struct{}

func TestLimited(t *testing.T) {
	parent, stop := context.WithCancel(context.WithValue(t.Context(), limitedKey{}, "v"))
	defer stop()
	l := NewLimited(parent, time.Now().Add(time.Hour))
	if l.Err() != nil || l.Value(limitedKey{}) != "v" {
		t.Errorf("at first: %v, %v", l.Err(), l.Value(limitedKey{}))
	}
	child, cancel := context.WithCancel(l) // waits
	defer cancel()
	if l.Err() != nil || l.Value(limitedKey{}) != "v" {
		t.Errorf("when somebody waits: %v, %v", l.Err(), l.Value(limitedKey{}))
	}
	l.End()
	<-child.Done()
	if !errors.Is(l.Err(), context.Canceled) || !errors.Is(child.Err(), context.Canceled) {
		t.Errorf("when it has ended: %v, %v", l.Err(), child.Err())
	}
	late := NewLimited(parent, time.Now().Add(time.Hour))
	late.End()
	if !errors.Is(late.Err(), context.Canceled) {
		t.Errorf("ended, and nobody waited: %v", late.Err())
	}
	<-late.Done()
	orphan := NewLimited(parent, time.Now().Add(time.Hour))
	stop()
	if !errors.Is(orphan.Err(), context.Canceled) {
		t.Errorf("its parent has ended: %v", orphan.Err())
	}
	<-orphan.Done()
}

func TestLimitedByTime(t *testing.T) {
	end := time.Now().Add(time.Millisecond)
	l := NewLimited(t.Context(), end)
	if got, ok := l.Deadline(); !ok || !got.Equal(end) {
		t.Errorf("deadline %v, %v", got, ok)
	}
	<-l.Done()
	if !errors.Is(l.Err(), context.DeadlineExceeded) {
		t.Error(l.Err())
	}
	if past := NewLimited(t.Context(), end); !errors.Is(past.Err(), context.DeadlineExceeded) {
		t.Errorf("past, and nobody waits: %v", past.Err())
	}
	earlier, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	if got, _ := NewLimited(earlier, end.Add(time.Hour)).Deadline(); !got.Equal(end) {
		t.Errorf("later than its parent: %v", got)
	}
}

func TestLimitedAtOnce(t *testing.T) {
	for range 200 {
		l := NewLimited(t.Context(), time.Now().Add(time.Hour))
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { <-l.Done() })
			all.Go(func() { _, _ = l.Err(), l.Value(limitedKey{}) })
		}
		all.Go(l.End)
		all.Wait()
	}
}
