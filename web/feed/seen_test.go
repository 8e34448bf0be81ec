package feed

import (
	"testing"
	"time"
)

// The time told is when the feed last changed, never when its newest work did, and never within the second in which it changed.
func TestSeen(t *testing.T) {
	now := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	s := seen{now: func() time.Time { return now }}
	with, without := []byte("two works"), []byte("one work")
	first := now
	for _, step := range []struct {
		sentence string
		after    time.Duration
		content  []byte
		want     time.Time
	}{
		{"a state just met is not dated", 0, with, time.Time{}},
		{"nor a second later", time.Second, with, time.Time{}},
		{"but two later", time.Second, with, first},
		{"a withdrawal is a new state", time.Hour, without, time.Time{}},
		{"dated when it was met", 3 * time.Second, without, first.Add(time.Hour + 2*time.Second)},
		{"the old state come back is new too", time.Second, with, time.Time{}},
	} {
		now = now.Add(step.after)
		if got := s.since("/feed.xml", step.content); !got.Equal(step.want) {
			t.Errorf("%s: %v, want %v", step.sentence, got, step.want)
		}
	}
	for i := range maxSeen + 5 {
		s.since(string(rune(i)), with)
	}
	if len(s.feeds) > maxSeen {
		t.Errorf("%d feeds are remembered", len(s.feeds))
	}
}
