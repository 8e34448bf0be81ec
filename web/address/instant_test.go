package address

import (
	"testing"
	"time"
)

func TestParseInstant(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"95": 95 * time.Second, "95.5": 95500 * time.Millisecond, "0": 0, "95s": 95 * time.Second, "1m35s": 95 * time.Second, "1M35S": 95 * time.Second,
		"1m": time.Minute, "1h2m3s": 3723 * time.Second, "1h": time.Hour, "90m": 90 * time.Minute, "1:35": 95 * time.Second, "1:02:03": 3723 * time.Second,
	} {
		if got, ok := ParseInstant(in); !ok || got != want {
			t.Errorf("ParseInstant(%q) = %v, %v; want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-5", "NaN", "Inf", "1e3", "s", "m5", "5m1", "5 m", "1m35", "0x10", "99999999", "1:2:3:4", "t=5", "5s1m", ".5", "+5", "9999h"} {
		if got, ok := ParseInstant(in); ok {
			t.Errorf("ParseInstant(%q) = %v: no moment", in, got)
		}
	}
}

func FuzzParseInstant(f *testing.F) {
	for _, s := range []string{"95", "1m35s", "1:35", "99999999999999999999s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := ParseInstant(s); ok && (at < 0 || at >= longestInstant) {
			t.Fatalf("ParseInstant(%q) = %v", s, at)
		}
	})
}
