package recent

import (
	"testing"
	"time"
)

func TestOnlyWhatIsAskedForOftenIsKept(t *testing.T) {
	now := time.Now()
	m := New[string, int](3)
	m.now = func() time.Time { return now }
	for n := range HotAfter {
		if m.Hot("a") {
			t.Fatalf("hot at question %d", n+1)
		}
	}
	if !m.Hot("a") {
		t.Error("what is asked for often is not hot")
	}
	m.Keep("a", 1, 7)
	if got, kept := m.Get("a", 1); !kept || got != 7 {
		t.Errorf("%d, %v: what is asked for often is made anew", got, kept)
	}
	if _, kept := m.Get("a", 2); kept {
		t.Error("kept over a change")
	}
	m.Keep("a", 1, 8) // begun before the change
	if _, kept := m.Get("a", 2); kept {
		t.Error("an answer that is older than a change is given")
	}
	now = now.Add(KeptFor)
	if _, kept := m.Get("a", 1); kept {
		t.Error("kept for longer than a second")
	}
	for range 10 {
		now = now.Add(KeptFor)
		if m.Hot("a") && len(m.entries) == 0 {
			t.Error("nothing is known of what is hot")
		}
	}
	if m.Hot("a") {
		t.Error("what is asked for once a second is still hot")
	}
	for _, key := range []string{"b", "c", "d", "e"} {
		m.Hot(key)
	}
	if len(m.entries) > 3 {
		t.Errorf("%d keys are kept", len(m.entries))
	}
}
