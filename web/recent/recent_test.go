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
		if _, _, hot := m.Recall("a", 1); hot {
			t.Fatalf("hot at question %d", n+1)
		}
	}
	if _, kept, hot := m.Recall("a", 1); !hot || kept {
		t.Error("what is asked for often is not hot, or is kept before it was made")
	}
	m.Keep("a", 1, 7)
	if got, kept, _ := m.Recall("a", 1); !kept || got != 7 {
		t.Errorf("%d, %v: what is asked for often is made anew", got, kept)
	}
	if _, kept, _ := m.Recall("a", 2); kept {
		t.Error("kept over a change")
	}
	m.Keep("a", 1, 8) // begun before the change
	if _, kept, _ := m.Recall("a", 2); kept {
		t.Error("an answer that is older than a change is given")
	}
	m.Keep("a", 2, 9)
	now = now.Add(KeptFor)
	if _, kept, _ := m.Recall("a", 2); kept {
		t.Error("kept for longer than a second")
	}
	for range 10 {
		now = now.Add(KeptFor)
		m.Recall("a", 2)
	}
	if _, _, hot := m.Recall("a", 2); hot {
		t.Error("what is asked for once a second is still hot")
	}
	for _, key := range []string{"b", "c", "d", "e"} {
		m.Recall(key, 2)
	}
	if len(m.entries) > 3 {
		t.Errorf("%d keys are kept", len(m.entries))
	}
}
