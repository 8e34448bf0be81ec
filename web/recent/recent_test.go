package recent

import (
	"testing"
	"time"
)

const hotAfter = 8

func TestOnlyWhatIsAskedForOftenIsKept(t *testing.T) {
	now := time.Now()
	m := New[string, int](3, hotAfter)
	m.now = func() time.Time { return now }
	for n := range hotAfter {
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

func TestOneMakesWhatManyAskFor(t *testing.T) {
	m := New[string, int](3, hotAfter)
	m.Recall("a", 1)
	wait, done := m.Turn("a", 1)
	if wait != nil {
		t.Fatal("the first has to wait")
	}
	second, _ := m.Turn("a", 1)
	if second == nil {
		t.Fatal("the second makes it too")
	}
	if newer, doneToo := m.Turn("a", 2); newer != nil {
		t.Error("who has heard of a change waits for an answer of before")
	} else {
		doneToo()
	}
	done()
	<-second
	if wait, done := m.Turn("a", 1); wait != nil {
		t.Error("nobody makes it, and one waits")
	} else {
		done()
	}
	if wait, done := m.Turn("forgotten", 1); wait != nil {
		t.Error("waits for what nobody knows of")
	} else {
		done()
	}
}
