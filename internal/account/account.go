// Package account keeps who may sign in and from where: devices that stay signed in, passwords of staff, invitations, and app passwords by which
// programs sign in (random, one for each device, revocable, good for one protocol only). It counts tries, so that nothing is guessed.
//
// It must not know how a secret travels: cookies, links and forms belong to the web.
package account

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// Guest is the name and the password under which any program signs in that must have some: it sees what the public sees. It is published.
const Guest = "khach"

// Accounts is the use cases. Make it with New; safe for concurrent use. One serves a whole process: it holds the counters of tries.
type Accounts struct {
	catalog *catalog.Catalog
	mill    *mill
	tries   *throttle
	now     func() time.Time
}

// New returns the use cases over a catalogue.
func New(c *catalog.Catalog) *Accounts {
	return &Accounts{catalog: c, mill: newMill(), tries: newThrottle(time.Now), now: time.Now}
}

func (a *Accounts) reader() *catalog.Reader { return a.catalog.Reader(archive.System("account")) }

// namePattern is what people can type on the remote control of a television.
var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

// Add makes an account without a password. Invalid "account-name-invalid", also for the guest's, Invalid "role-unknown"; Conflict "account-taken".
func (a *Accounts) Add(ctx context.Context, name, shown string, roles ...archive.Role) (catalog.Account, error) {
	made, err := newAccount(name, shown, roles...)
	if err != nil {
		return made, err
	}
	return made, a.store(ctx, &made)
}

// AddWithPassword is Add with a password. Also Invalid "password-short" or "password-long".
func (a *Accounts) AddWithPassword(ctx context.Context, name, shown, password string, roles ...archive.Role) (catalog.Account, error) {
	made, err := newAccount(name, shown, roles...)
	if err != nil {
		return made, err
	}
	if made.Password, err = a.mill.seal(ctx, password); err != nil {
		return made, err
	}
	return made, a.store(ctx, &made)
}

func (a *Accounts) store(ctx context.Context, made *catalog.Account) error {
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		made.Created = tx.Now()
		return tx.AddAccount(ctx, *made)
	})
}

// List returns all accounts by name.
func (a *Accounts) List(ctx context.Context) ([]catalog.Account, error) {
	return a.reader().Accounts(ctx)
}

// Passwords lists the app passwords of an account. NotFound "account-missing".
func (a *Accounts) Passwords(ctx context.Context, name string) ([]catalog.AppPassword, error) {
	owner, err := a.reader().Account(ctx, name)
	if err != nil {
		return nil, err
	}
	return a.reader().AppPasswords(ctx, owner.ID)
}

// AddPassword makes an app password for the device of that label. NotFound "account-missing".
func (a *Accounts) AddPassword(ctx context.Context, name, label string) (catalog.AppPassword, error) {
	owner, err := a.reader().Account(ctx, name)
	if err != nil {
		return catalog.AppPassword{}, err
	}
	made := catalog.AppPassword{ID: archive.NewID[string](), Account: owner.ID, Label: viet.Clean(label), Secret: strings.ToLower(rand.Text())}
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		made.Created = tx.Now()
		return tx.AddAppPassword(ctx, made)
	})
	return made, err
}

// RevokePassword ends an app password: what it opened is closed from the next request on. NotFound "account-missing" or
// "app-password-missing".
func (a *Accounts) RevokePassword(ctx context.Context, name, id string) error {
	owner, err := a.reader().Account(ctx, name)
	if err != nil {
		return err
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.RevokeAppPassword(ctx, owner.ID, id) })
}

// useEvery is how often it is noted that an app password is in use.
const useEvery = time.Hour

// ByPassword returns who signs in under a name with an app password for which matches is true. The error is Forbidden
// "app-password-wrong" whether the name or the password is wrong.
func (a *Accounts) ByPassword(ctx context.Context, name string, matches func(secret string) bool) (catalog.Account, error) {
	refused := archive.Fail(archive.Forbidden, "app-password-wrong")
	owner, err := a.reader().Account(ctx, strings.ToLower(name))
	if archive.CodeOf(err) == archive.NotFound {
		return catalog.Account{}, refused
	}
	if err != nil {
		return catalog.Account{}, err
	}
	passwords, err := a.reader().AppPasswords(ctx, owner.ID)
	if err != nil {
		return catalog.Account{}, err
	}
	if !owner.Ended.IsZero() {
		return catalog.Account{}, refused
	}
	for _, p := range passwords {
		if matches(p.Secret) {
			return owner, a.used(ctx, p)
		}
	}
	return catalog.Account{}, refused
}

// ByKey returns whose app password this is; errors as ByPassword.
func (a *Accounts) ByKey(ctx context.Context, secret string) (catalog.Account, error) {
	p, owner, err := a.reader().AppPasswordBySecret(ctx, secret)
	if archive.CodeOf(err) == archive.NotFound {
		return catalog.Account{}, archive.Fail(archive.Forbidden, "app-password-wrong")
	}
	if err != nil {
		return catalog.Account{}, err
	}
	return owner, a.used(ctx, p)
}

func (a *Accounts) used(ctx context.Context, p catalog.AppPassword) error {
	if time.Since(p.Used) < useEvery {
		return nil
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.UseAppPassword(ctx, p.ID) })
}

// Mark stars things for the viewer's account, or takes the stars away. Forbidden "account-needed" without one.
func (a *Accounts) Mark(ctx context.Context, v archive.Viewer, starred bool, things ...string) error {
	if v.Account == "" {
		return archive.Fail(archive.Forbidden, "account-needed")
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		mark := tx.Unstar
		if starred {
			mark = tx.Star
		}
		for _, thing := range things {
			if err := mark(ctx, v.Account, thing); err != nil {
				return err
			}
		}
		return nil
	})
}

// Heard counts that the viewer's account has played a file. Without an account nothing is kept.
func (a *Accounts) Heard(ctx context.Context, v archive.Viewer, f archive.File) error {
	if v.Account == "" {
		return nil
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.Play(ctx, v.Account, f.Work, f.ID) })
}
