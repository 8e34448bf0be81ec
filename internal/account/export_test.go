package account

import (
	"context"
	"time"

	"vannghe/internal/catalog"
)

// The lengths of stay that the tests let pass.
const (
	MemberStay = memberStay
	LinkStay   = linkStay
	CodeStay   = codeStay
	SetupStay  = setupStay
)

// NewAt is New by a clock of the test's, with passwords that cost next to nothing: under the race detector one takes seconds.
func NewAt(c *catalog.Catalog, now func() time.Time) *Accounts {
	a := New(c)
	a.now, a.tries, a.mill.cost = now, newThrottle(now), cheap()
	return a
}

// Costly makes passwords cost what they cost people.
func (a *Accounts) Costly() { a.mill.cost = presentCost() }

func cheap() cost { return cost{memory: 64, passes: 1, lanes: 1} }

// Digest is what is kept of a secret.
func Digest(secret string) string { return string(digest(secret)) }

// SealCheap is a password as it was made when passwords cost less.
func SealCheap(password string) string {
	p := phc{cost: cheap(), salt: []byte("0123456789abcdef")}
	p.key = p.derive(password, keyBytes)
	return p.String()
}

// Crowd keeps n sign-ins at work until the returned function is called.
func (a *Accounts) Crowd(n int) (leave func()) {
	gone, done := make(chan struct{}), make(chan error, n)
	for range n {
		a.mill.queue <- struct{}{}
	}
	go func() {
		<-gone
		for range n {
			<-a.mill.queue
		}
		done <- nil
	}()
	return func() { close(gone); <-done }
}

// Crowded is as many as may wait.
const Crowded = hashers + waiters

// AtOnce runs work as many times as given and returns how many ran together at most.
func (a *Accounts) AtOnce(ctx context.Context, times int) (most int) {
	type step struct{ in bool }
	steps, ended := make(chan step), make(chan error)
	for range times {
		go func() {
			ended <- a.mill.turn(ctx, func() {
				steps <- step{true}
				steps <- step{false}
			})
		}()
	}
	now, left := 0, times
	for left > 0 {
		select {
		case s := <-steps:
			if s.in {
				now++
				most = max(most, now)
			} else {
				now--
			}
		case <-ended:
			left--
		}
	}
	return most
}
