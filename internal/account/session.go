package account

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// How long a device stays signed in after it was last used: a member's for a year, one of staff for a month.
const (
	memberStay = 365 * 24 * time.Hour
	staffStay  = 30 * 24 * time.Hour
)

func stay(v archive.Viewer) time.Duration {
	if v.Staff() {
		return staffStay
	}
	return memberStay
}

// Client is from where somebody comes.
type Client struct {
	Address netip.Addr
	Device  string // its label, for the list of devices
	Former  string // the secret of the session it had before; "" for none
}

// Entry is a device that has been let in.
type Entry struct {
	Secret  string // what the device keeps
	Expires time.Time
	Account catalog.Account
}

// Proof is by what somebody says who they are.
type Proof struct {
	Name     string
	Password string
	Digits   string // that their app shows; "" without one
}

// SignIn lets a device in by name and password, and where the setting asks for it by the digits of an app. An account that has none yet gets the secret of a link by which to set one up instead. Forbidden "sign-in-wrong" whether the name, the password or the digits are
// wrong; TooMany "too-many-tries"; Busy "sign-in-busy".
func (a *Accounts) SignIn(ctx context.Context, given Proof, client Client) (e Entry, link string, err error) {
	asked, err := a.SecondFactor(ctx)
	if err != nil {
		return e, "", err
	}
	owner, renewed, err := a.prove(ctx, given, client, asked)
	if err != nil {
		return e, "", err
	}
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		now, err := tx.Account(ctx, owner.ID)
		if err == nil && (!now.Ended.IsZero() || now.Password != owner.Password || now.TOTP != owner.TOTP) { // while the password was checked
			err = archive.Fail(archive.Forbidden, "sign-in-wrong")
		}
		if err == nil && renewed != "" {
			err = tx.SetPassword(ctx, now.ID, renewed)
		}
		if err == nil && asked {
			err = a.useDigits(ctx, tx, now, given.Digits)
		}
		if err != nil {
			return err
		}
		if asked && now.TOTP == "" {
			link = newSecret()
			return putLink(ctx, tx, now.ID, link)
		}
		e, err = admit(ctx, tx, now, client)
		return err
	})
	return e, link, err
}

// Prove says whose name, password and digits these are, without letting a device in: for commands that act for a person. The errors are
// those of SignIn.
func (a *Accounts) Prove(ctx context.Context, given Proof) (catalog.Account, error) {
	asked, err := a.SecondFactor(ctx)
	if err != nil {
		return catalog.Account{}, err
	}
	owner, _, err := a.prove(ctx, given, Client{}, asked)
	if err != nil || !asked {
		return owner, err
	}
	return owner, a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return a.useDigits(ctx, tx, owner, given.Digits) })
}

// prove checks name, password and digits, and counts the try. renewed is the password to be stored in place of the present one.
func (a *Accounts) prove(ctx context.Context, given Proof, client Client, asked bool) (owner catalog.Account, renewed string, err error) {
	wrong := archive.Fail(archive.Forbidden, "sign-in-wrong")
	name := strings.ToLower(strings.TrimSpace(given.Name))
	if len(name) > 64 { // no account has such a name, and it would lie in the counters
		return owner, "", wrong
	}
	uses := passwordUses(name, client.Address)
	if err := a.tries.take(uses...); err != nil {
		return owner, "", err
	}
	owner, err = a.reader().Account(ctx, name)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return owner, "", err
	}
	right, err := a.mill.check(ctx, owner.Password, given.Password)
	if err != nil {
		a.tries.give(uses...)
		return owner, "", err
	}
	_, shown := stepOf(owner.TOTP, given.Digits, a.now())
	if !right || !owner.Ended.IsZero() || asked && owner.TOTP != "" && !shown {
		return owner, "", wrong
	}
	a.tries.give(uses...)
	renewed, err = a.renewed(ctx, owner.Password, given.Password)
	return owner, renewed, err
}

// renewed is the password made at the present cost, "" when it already is.
func (a *Accounts) renewed(ctx context.Context, form, password string) (string, error) {
	p, err := parsePHC(form)
	if err != nil || p.cost == a.mill.cost {
		return "", nil //nolint:nilerr // it has just been checked against this form
	}
	return a.mill.seal(ctx, password)
}

// enter signs a device in to the account that who returns.
func (a *Accounts) enter(ctx context.Context, client Client, who func(context.Context, *catalog.Tx) (catalog.Account, error)) (Entry, error) {
	var e Entry
	err := a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		owner, err := who(ctx, tx)
		if err != nil {
			return err
		}
		e, err = admit(ctx, tx, owner, client)
		return err
	})
	return e, err
}

// admit signs a device in under a new secret: what it held before, or was made to hold, is worth nothing any more.
func admit(ctx context.Context, tx *catalog.Tx, owner catalog.Account, client Client) (Entry, error) {
	e := Entry{Secret: newSecret(), Account: owner, Expires: tx.Now().Add(stay(owner.Viewer()))}
	if isSecret(client.Former) {
		if err := tx.ForgetSession(ctx, digest(client.Former)); err != nil {
			return e, err
		}
	}
	return e, tx.AddSession(ctx, catalog.Session{
		ID: archive.NewID[archive.SessionID](), Account: owner.ID, Token: digest(e.Secret), Label: client.Device, Expires: e.Expires,
	})
}

// Recognise returns who holds a secret. Renewed is until when the device stays signed in, zero when that has not changed since the last time: it is
// told to the device once an hour. NotFound "session-missing". With any other error that v comes with, the device is known, and that it asked could not be
// noted.
func (a *Accounts) Recognise(ctx context.Context, secret string) (v archive.Viewer, renewed time.Time, err error) {
	if !isSecret(secret) {
		return v, renewed, archive.Fail(archive.NotFound, "session-missing")
	}
	s, owner, err := a.reader().Session(ctx, digest(secret))
	if err != nil {
		return v, renewed, err
	}
	v = owner.Viewer()
	v.Session = s.ID
	if a.now().Sub(s.Used) < useEvery {
		return v, renewed, nil
	}
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		renewed = tx.Now().Add(stay(v))
		return tx.UseSession(ctx, s.ID, renewed)
	})
	if err != nil {
		return v, time.Time{}, err
	}
	return v, renewed, nil
}

// SignOut ends the device of the viewer; it is nothing to one that has ended already.
func (a *Accounts) SignOut(ctx context.Context, v archive.Viewer) error {
	err := a.EndDevice(ctx, v, v.Account, v.Session)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	return err
}

// Devices lists the devices of an account, for its owner and for administrators.
func (a *Accounts) Devices(ctx context.Context, by archive.Viewer, of archive.AccountID) ([]catalog.Session, error) {
	if err := owns(by, of); err != nil {
		return nil, err
	}
	return a.reader().Sessions(ctx, of)
}

// EndDevice signs one device out, for its owner and for administrators: its next request is the public's, and what streams to it is cut.
// NotFound "session-missing".
func (a *Accounts) EndDevice(ctx context.Context, by archive.Viewer, of archive.AccountID, id archive.SessionID) error {
	if err := owns(by, of); err != nil {
		return err
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error { return tx.EndSession(ctx, of, id) })
}

// EndDevices signs every device of an account out but the one kept; "" keeps none.
func (a *Accounts) EndDevices(ctx context.Context, by archive.Viewer, of archive.AccountID, kept archive.SessionID) error {
	if err := owns(by, of); err != nil {
		return err
	}
	end := func(ctx context.Context, tx *catalog.Tx) error { return tx.EndSessions(ctx, of, kept) }
	if by.Account == of { // one's own devices are nobody else's business
		return a.catalog.Update(ctx, end)
	}
	return a.record(ctx, deed(by, archive.DeedDevicesEnded, catalog.Account{ID: of}), end)
}

// owns decides who may look after the devices of an account.
func owns(by archive.Viewer, of archive.AccountID) error {
	if by.Account != "" && by.Account == of {
		return by.May(archive.UseDesk)
	}
	return by.May(archive.ManageAccounts)
}
