package account

import (
	"context"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// How long what lets somebody in is good for.
const (
	linkStay  = 14 * 24 * time.Hour
	codeStay  = 15 * time.Minute
	setupStay = 24 * time.Hour
)

// Invited is what is handed to whoever is invited. It is told once: only digests are kept.
type Invited struct {
	Secret    string // of the link
	Code      string // six digits
	Expires   time.Time
	CodeUntil time.Time
	Account   catalog.Account
}

// Invite lets an account in once, by link or digits, in place of every former invitation; an ended account is opened again. Forbidden;
// NotFound "account-missing".
func (a *Accounts) Invite(ctx context.Context, by archive.Viewer, id archive.AccountID) (Invited, error) {
	if err := by.May(archive.ManageAccounts); err != nil {
		return Invited{}, err
	}
	owner, err := a.reader().AccountByID(ctx, id)
	if err != nil {
		return Invited{}, err
	}
	for {
		made, err := a.invite(ctx, by, owner)
		if archive.ReasonOf(err) != "code-taken" { // of the million, those in use are few
			return made, err
		}
	}
}

func (a *Accounts) invite(ctx context.Context, by archive.Viewer, owner catalog.Account) (Invited, error) {
	code, err := newCode()
	if err != nil {
		return Invited{}, err
	}
	made := Invited{Secret: newSecret(), Code: code, Account: owner}
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		made.Expires, made.CodeUntil = tx.Now().Add(linkStay), tx.Now().Add(codeStay)
		if err := tx.ReopenAccount(ctx, owner.ID); err != nil {
			return err
		}
		if err := tx.AddDeed(ctx, deed(by, archive.DeedAccountInvited, owner)); err != nil {
			return err
		}
		return tx.PutInvitation(ctx, catalog.Invitation{
			ID: archive.NewID[string](), Account: owner.ID, Token: digest(made.Secret), Expires: made.Expires,
			Code: digest(code), CodeUntil: made.CodeUntil,
		})
	})
	return made, err
}

// OfferSetup returns the secret of the link that makes the first administrator, in place of every former one; "" when there is an administrator.
func (a *Accounts) OfferSetup(ctx context.Context) (string, error) {
	has, err := a.reader().HasAdministrator(ctx)
	if err != nil || has {
		return "", err
	}
	secret := newSecret()
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		return tx.PutInvitation(ctx, catalog.Invitation{ID: archive.NewID[string](), Token: digest(secret), Expires: tx.Now().Add(setupStay)})
	})
	return secret, err
}

// Offered is what an invitation is for. Setup is the first start: the account has yet to be named.
type Offered struct {
	Account catalog.Account
	Setup   bool
}

// NeedsPassword reports whether who accepts chooses a password.
func (o Offered) NeedsPassword() bool { return o.Setup || o.Account.Viewer().Staff() }

// Offered returns for whom a link is, without using it up: programs that preview links open them too. NotFound "invitation-missing".
func (a *Accounts) Offered(ctx context.Context, secret string) (Offered, error) {
	if !isSecret(secret) {
		return Offered{}, archive.Fail(archive.NotFound, "invitation-missing")
	}
	i, err := a.reader().Invitation(ctx, digest(secret))
	if err != nil {
		return Offered{}, err
	}
	if i.Account == "" {
		has, err := a.reader().HasAdministrator(ctx)
		if err == nil && has {
			err = archive.Fail(archive.NotFound, "invitation-missing")
		}
		return Offered{Setup: true}, err
	}
	owner, err := a.reader().AccountByID(ctx, i.Account)
	return Offered{Account: owner}, err
}

// Acceptance is what whoever follows a link gives.
type Acceptance struct {
	Secret   string
	Password string // of staff
	Name     string // of the first administrator
	Shown    string
	Key      string // of the app that shows digits; "" for none
	Digits   string // that it shows
}

// Accept uses a link up and lets the device in. A password replaces the former one and ends the account's other devices. Errors as Offered; Invalid
// "password-short", "password-long", "account-name-invalid"; Conflict "account-taken".
func (a *Accounts) Accept(ctx context.Context, given Acceptance, client Client) (Entry, error) {
	offered, err := a.Offered(ctx, given.Secret)
	if err != nil {
		return Entry{}, err
	}
	if offered.Setup {
		return a.setUp(ctx, given, client)
	}
	phc, err := a.chosen(ctx, offered, given)
	if err != nil {
		return Entry{}, err
	}
	return a.enter(ctx, client, func(ctx context.Context, tx *catalog.Tx) (catalog.Account, error) {
		i, err := tx.TakeInvitation(ctx, digest(given.Secret))
		if err != nil {
			return catalog.Account{}, err
		}
		return acceptAs(ctx, tx, i.Account, phc, given.Key)
	})
}

// chosen checks what staff choose, and returns the password as it is kept; "" for members, who choose nothing. Digits that are wrong cost no hash.
func (a *Accounts) chosen(ctx context.Context, offered Offered, given Acceptance) (string, error) {
	if !offered.NeedsPassword() {
		return "", nil
	}
	if err := a.checkKey(ctx, given); err != nil {
		return "", err
	}
	return a.mill.seal(ctx, given.Password)
}

// acceptAs gives the account its password, if it has one to choose. It is read again: it may have become staff while the page was open.
func acceptAs(ctx context.Context, tx *catalog.Tx, id archive.AccountID, phc, key string) (catalog.Account, error) {
	owner, err := tx.Account(ctx, id)
	if err != nil {
		return owner, err
	}
	if !owner.Viewer().Staff() {
		return owner, nil
	}
	if phc == "" {
		return owner, archive.Fail(archive.Invalid, "password-short", MinPassword)
	}
	if err := tx.EndSessions(ctx, id, ""); err != nil {
		return owner, err
	}
	if err := tx.SetTOTP(ctx, id, key); err != nil {
		return owner, err
	}
	return owner, tx.SetPassword(ctx, id, phc)
}

// setUp makes the first administrator. Of two who hold links at once the second finds that there is one.
func (a *Accounts) setUp(ctx context.Context, given Acceptance, client Client) (Entry, error) {
	made, err := newAccount(given.Name, given.Shown, archive.Administrator)
	if err != nil {
		return Entry{}, err
	}
	if made.Password, err = a.chosen(ctx, Offered{Setup: true}, given); err != nil {
		return Entry{}, err
	}
	return a.enter(ctx, client, func(ctx context.Context, tx *catalog.Tx) (catalog.Account, error) {
		if _, err := tx.TakeInvitation(ctx, digest(given.Secret)); err != nil {
			return made, err
		}
		if has, err := tx.HasAdministrator(ctx); err != nil || has {
			return made, orMissing(err)
		}
		if err := tx.AddAccount(ctx, made); err != nil {
			return made, err
		}
		return made, tx.SetTOTP(ctx, made.ID, given.Key)
	})
}

func orMissing(err error) error {
	if err == nil {
		err = archive.Fail(archive.NotFound, "invitation-missing")
	}
	return err
}

// EnterCode lets a device in by six digits. Staff have a password to choose: they get the secret of a link instead, good for as long as digits are.
// Forbidden "code-wrong"; TooMany "too-many-tries".
func (a *Accounts) EnterCode(ctx context.Context, typed string, client Client) (e Entry, link string, err error) {
	digits := digitsOf(typed)
	if len(digits) != codeDigits || len(typed) > 64 {
		return e, "", archive.Fail(archive.Invalid, "code-malformed")
	}
	uses := codeUses(client.Address)
	if err := a.tries.take(uses...); err != nil {
		return e, "", err
	}
	e, link, err = a.takeCode(ctx, digest(digits), client)
	if archive.ReasonOf(err) != "code-wrong" {
		if err == nil {
			a.tries.give(uses...)
		}
		return e, link, err
	}
	if err := a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.MissCode(ctx) }); err != nil {
		return e, "", err
	}
	return e, "", archive.Fail(archive.Forbidden, "code-wrong")
}

func (a *Accounts) takeCode(ctx context.Context, code catalog.SecretDigest, client Client) (e Entry, link string, err error) {
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		i, err := tx.TakeCode(ctx, code)
		if err != nil {
			return err
		}
		owner, err := tx.Account(ctx, i.Account)
		if err != nil {
			return err
		}
		if !owner.Viewer().Staff() {
			e, err = admit(ctx, tx, owner, client)
			return err
		}
		link = newSecret()
		return putLink(ctx, tx, owner.ID, link)
	})
	return e, link, err
}

// putLink invites an account by a link that is good for as long as digits are.
func putLink(ctx context.Context, tx *catalog.Tx, id archive.AccountID, secret string) error {
	return tx.PutInvitation(ctx, catalog.Invitation{ID: archive.NewID[string](), Account: id, Token: digest(secret), Expires: tx.Now().Add(codeStay)})
}

// newAccount checks what an account is made of. Invalid "account-name-invalid", also for the guest's, Invalid "role-unknown".
func newAccount(name, shown string, roles ...archive.Role) (catalog.Account, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if !namePattern.MatchString(name) || name == Guest {
		return catalog.Account{}, archive.Fail(archive.Invalid, "account-name-invalid", name)
	}
	if err := checkRoles(roles); err != nil {
		return catalog.Account{}, err
	}
	made := catalog.Account{ID: archive.NewID[archive.AccountID](), Name: name, Shown: viet.Clean(shown), Roles: roles}
	if made.Shown == "" {
		made.Shown = name
	}
	return made, nil
}
