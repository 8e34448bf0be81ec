package account

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"vannghe/internal/archive"
)

// budget is how many tries are had at once; they come back evenly, all of them within window.
type budget struct {
	tries  float64
	window time.Duration
}

// The budgets. One address may be a whole family, a school or a mobile network, so that it has many more tries than one person who mistypes; and
// somebody who guesses at an account from elsewhere uses up tries of their own before those of its owner.
func pairBudget() budget    { return budget{8, 15 * time.Minute} }   // one account from one address
func addressBudget() budget { return budget{60, 15 * time.Minute} }  // one address, whatever the account
func accountBudget() budget { return budget{100, 15 * time.Minute} } // one account, whatever the address
func codeBudget() budget    { return budget{6, 15 * time.Minute} }   // six digits, from one address

// use is one try of something that has a budget.
type use struct {
	key string
	of  budget
}

// maxBuckets bounds how many buckets of a kind are kept: some 2 MB. Past it those used longest ago are forgotten. Each kind has a list of its own: tries
// at six digits, which cost nobody anything, must not make those at passwords forgotten.
const maxBuckets = 10_000

// throttle counts tries. Safe for concurrent use; each process counts for itself.
type throttle struct {
	now func() time.Time

	mu    sync.Mutex
	kinds map[budget]*buckets
}

// buckets are those of one budget.
type buckets struct {
	of     map[string]*list.Element // of *bucket
	recent *list.List               // the last used in front
}

type bucket struct {
	key  string
	left float64
	at   time.Time
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, kinds: map[budget]*buckets{}}
}

// take takes one try from every budget. When one is used up it takes none, and the error is TooMany "too-many-tries" with how long until there is one.
// A try is taken before it is known whether it is right, or many at once would cost nothing.
func (t *throttle) take(uses ...use) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := time.Duration(0)
	for _, u := range uses {
		if b := t.bucket(u); b.left < 1 {
			wait = max(wait, time.Duration((1-b.left)/u.of.tries*float64(u.of.window)))
		}
	}
	if wait > 0 {
		minutes := int((wait + time.Minute - 1) / time.Minute)
		return archive.Fail(archive.TooMany, "too-many-tries", minutes).TryAfter(wait)
	}
	for _, u := range uses {
		t.bucket(u).left--
	}
	return nil
}

// give gives a try back: it was right.
func (t *throttle) give(uses ...use) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, u := range uses {
		b := t.bucket(u)
		b.left = min(u.of.tries, b.left+1)
	}
}

// bucket returns the bucket of a use as it is now.
func (t *throttle) bucket(u use) *bucket {
	now, all := t.now(), t.kinds[u.of]
	if all == nil {
		all = &buckets{of: map[string]*list.Element{}, recent: list.New()}
		t.kinds[u.of] = all
	}
	if e, ok := all.of[u.key]; ok {
		all.recent.MoveToFront(e)
		b := e.Value.(*bucket) //nolint:errcheck // nothing else is put in
		b.left = min(u.of.tries, b.left+u.of.tries*float64(now.Sub(b.at))/float64(u.of.window))
		b.at = now
		return b
	}
	b := &bucket{key: u.key, left: u.of.tries, at: now}
	all.of[u.key] = all.recent.PushFront(b)
	if last := all.recent.Back(); all.recent.Len() > maxBuckets {
		delete(all.of, all.recent.Remove(last).(*bucket).key) //nolint:errcheck // nothing else is put in
	}
	return b
}

// passwordUses are the budgets of a try at an account's password.
func passwordUses(name string, from netip.Addr) []use {
	where := place(from)
	return []use{
		{"pair " + name + " " + where, pairBudget()},
		{"address " + where, addressBudget()},
		{"account " + name, accountBudget()},
	}
}

// codeUses are the budgets of a try at six digits.
func codeUses(from netip.Addr) []use {
	return []use{{"code " + place(from), codeBudget()}}
}

// place is an address as far as it tells one line from another: a line of IPv6 has 2⁶⁴ addresses of its own.
func place(from netip.Addr) string {
	from = from.Unmap()
	if from.Is4() || !from.IsValid() {
		return from.String()
	}
	p, err := from.Prefix(64)
	if err != nil {
		return from.String()
	}
	return p.String()
}
