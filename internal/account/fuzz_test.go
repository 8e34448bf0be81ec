package account

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

// A form that is read is written back as something that is read the same, and never asks for more than the bounds.
func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, form string) {
		p, err := parsePHC(form)
		if err != nil {
			return
		}
		if p.cost.memory > maxMemory || p.cost.passes > maxPasses || len(p.key) > 64 {
			t.Errorf("%q asks for %+v", form, p.cost)
		}
		again, err := parsePHC(p.String())
		if err != nil || again.String() != p.String() {
			t.Errorf("%q: %v, %v", form, again, err)
		}
	})
}

func FuzzTyped(f *testing.F) {
	f.Add("123 456")
	f.Add("１２３４５６")
	f.Add("' OR 1=1 --")
	f.Fuzz(func(t *testing.T, typed string) {
		if digits := digitsOf(typed); strings.Trim(digits, "0123456789") != "" {
			t.Errorf("%q: %q", typed, digits)
		}
		if isSecret(typed) && len(typed) != secretLength {
			t.Errorf("%q is taken for a secret", typed)
		}
	})
}

func TestSecretsAreSecrets(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		s := newSecret()
		if !isSecret(s) || seen[s] || string(digest(s)) == s {
			t.Fatalf("%q", s)
		}
		seen[s] = true
	}
}

// Who has used tries at passwords up does not get them back by tries at six digits, whatever the number of their addresses.
func TestThrottleRemembersBesideOthers(t *testing.T) {
	th := newThrottle(func() time.Time { return time.Unix(0, 0) })
	owner := use{"account owner", accountBudget()}
	for range 100 {
		if err := th.take(owner); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxBuckets + 1 {
		if err := th.take(codeUses(netip.AddrFrom4([4]byte{198, byte(i >> 16), byte(i >> 8), byte(i)}))...); err != nil {
			t.Fatal(err)
		}
	}
	if th.take(owner) == nil {
		t.Error("the tries at the account are forgotten")
	}
}

// The counters of a throttle do not grow with the addresses of who attacks.
func TestThrottleIsBounded(t *testing.T) {
	now := time.Unix(0, 0)
	th := newThrottle(func() time.Time { return now })
	for i := range 3 * maxBuckets {
		if err := th.take(use{"k" + string(rune(i)), budget{1, time.Minute}}); err != nil {
			t.Fatal(err)
		}
	}
	if all := th.kinds[budget{1, time.Minute}]; len(all.of) != maxBuckets || all.recent.Len() != maxBuckets {
		t.Errorf("%d and %d counters", len(all.of), all.recent.Len())
	}
	for range 100 { // right tries cost nothing
		right := use{"right", budget{1, time.Hour}}
		if err := th.take(right); err != nil {
			t.Fatal(err)
		}
		th.give(right)
	}
	one := use{"one", budget{2, time.Minute}}
	for i, want := range []bool{true, true, false} {
		if got := th.take(one) == nil; got != want {
			t.Errorf("take %d: %t", i, got)
		}
	}
	now = now.Add(31 * time.Second) // half of the window brings half of the tries
	if th.take(one) != nil || th.take(one) == nil {
		t.Error("tries do not come back evenly")
	}
	th.give(one, one, one)
	if got := th.bucket(one).left; got != 2 {
		t.Errorf("%v tries in a budget of 2", got)
	}
}
