package archive

import (
	"testing"
	"time"
)

func TestRules(t *testing.T) {
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	own := Rules{Approvals: map[string]int{"tho": 3, "thong-bao": 2, "phim": 0, "mua": -1}, WarnDays: 30, CaseDays: 7}
	for group, want := range map[string][2]int{"tho": {2, 3}, "thong-bao": {1, 2}, "tin-tuc": {1, 1}, "phim": {2, 2}, "mua": {2, 2}, "": {2, 2}} {
		if got := [2]int{Rules{}.Needed(group), own.Needed(group)}; got != want {
			t.Errorf("%s needs %v, want %v", group, got, want)
		}
	}
	if (Rules{}).Warn() != 60*24*time.Hour || own.Warn() != 30*24*time.Hour || (Rules{WarnDays: -1}).Warn() != 60*24*time.Hour {
		t.Error("a licence is not warned of in time")
	}
	if got := (Rules{}).Deadline(at); !got.Equal(time.Date(2026, 5, 16, 0, 0, 0, 0, time.UTC)) || !own.Deadline(at).Equal(at.Add(7*24*time.Hour)) {
		t.Errorf("due %v", got)
	}
	for _, wrong := range []Rules{{Approvals: map[string]int{"tho": 0}}, {Approvals: map[string]int{"tho": 10}}, {WarnDays: 366}, {CaseDays: -1}} {
		if ReasonOf(wrong.Check()) != "rules-invalid" {
			t.Errorf("%+v are rules", wrong)
		}
	}
	if err := (Rules{Approvals: map[string]int{"tho": 9}, CaseDays: 365}).Check(); err != nil {
		t.Error(err)
	}
	c := Case{Due: at}
	if c.Late(at) || !c.Late(at.Add(1)) {
		t.Error("late is after the deadline")
	}
	if c.Closed = at; c.Late(at.Add(1)) {
		t.Error("what is closed is not late")
	}
}

func TestLocators(t *testing.T) {
	for s, want := range map[string]bool{"kho-3": true, "trang-12": true, "t=95": true, "diem-250-1000": true, "": false, "kho-0": false,
		"t=95,97": false, "diem-1001-5": false, "diem-5": false, "kho-3\n": false, "x-3": false, "diem-9999-0": false} {
		if ValidLocator(s) != want {
			t.Errorf("%q leads somewhere: %v", s, !want)
		}
	}
	if x, y, ok := Point("diem-250-1000"); x != 250 || y != 1000 || !ok {
		t.Error(x, y, ok)
	}
	if _, _, ok := Point("kho-3"); ok {
		t.Error("a stanza is no point")
	}
}
