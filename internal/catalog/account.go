package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// Account is somebody who may sign in.
type Account struct {
	ID      archive.AccountID
	Name    string // what they type
	Shown   string // how others read it
	Roles   []archive.Role
	Created time.Time
	// Password is argon2id in its PHC form, "" for who has none.
	Password string
	TOTP     string            // base32 key of the app that shows six digits, "" for none
	Ended    time.Time         // zero while it may sign in
	Agent    archive.AgentID   // who it is among the agents, or whom that turned out to be; "" when nobody said
	Agents   []archive.AgentID // that, and whom the roll of members says
}

// Viewer is who the account is when it asks for something.
func (a Account) Viewer() archive.Viewer {
	return archive.Viewer{Account: a.ID, Name: a.Shown, Roles: a.Roles, Agents: a.Agents}
}

// AppPassword is a password that a program keeps on one device.
type AppPassword struct {
	ID      string // by which it is revoked
	Account archive.AccountID
	Label   string // of the device, for whoever looks at the list
	Secret  string
	Created time.Time
	Used    time.Time // to the hour; zero for never
}

const accountColumns = `a.id, a.name, a.shown, a.roles, a.created, a.password, a.totp, a.ended,
	coalesce((SELECT coalesce(g.merged, g.id) FROM agent g WHERE g.id = a.agent), ''),
	coalesce((SELECT coalesce(g.merged, g.id) FROM roll l JOIN agent g ON g.id = l.agent WHERE l.account = a.id), '')`

func scanAccount(row scanner) (Account, error) { return scanAccountAfter(row) }

// scanAccountAfter reads an account whose columns follow others, which go to before.
func scanAccountAfter(row scanner, before ...any) (Account, error) {
	var a Account
	var roles string
	var password, totp *string
	var created, ended *int64
	var member archive.AgentID
	if err := row.Scan(append(before, &a.ID, &a.Name, &a.Shown, &roles, &created, &password, &totp, &ended, &a.Agent, &member)...); err != nil {
		return a, err
	}
	for _, id := range []archive.AgentID{a.Agent, member} {
		if id != "" {
			a.Agents = append(a.Agents, id)
		}
	}
	a.Created, a.Ended = moment(created), moment(ended)
	if password != nil {
		a.Password = *password
	}
	if totp != nil {
		a.TOTP = *totp
	}
	if err := json.Unmarshal([]byte(roles), &a.Roles); err != nil {
		return a, fmt.Errorf("read the roles of account %s: %w", a.ID, err)
	}
	return a, nil
}

// Accounts lists all accounts by name, for staff. Forbidden "staff-only".
func (r *Reader) Accounts(ctx context.Context) ([]Account, error) {
	return r.accounts(ctx, sql("SELECT "+accountColumns+" FROM account a ORDER BY a.name"))
}

// Account returns the account of a name. NotFound "account-missing"; Forbidden "staff-only".
func (r *Reader) Account(ctx context.Context, name string) (Account, error) {
	list, err := r.accounts(ctx, sql("SELECT "+accountColumns+" FROM account a WHERE a.name = ?", text(name)))
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.NotFound, "account-missing", name)
	}
	if err != nil {
		return Account{}, err
	}
	return list[0], nil
}

func (r *Reader) accounts(ctx context.Context, s *statement) ([]Account, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), s, scanAccount)
	if err != nil {
		return nil, r.c.fail(ctx, "read accounts", err)
	}
	return list, nil
}

// AppPasswords lists the app passwords of an account, the oldest first, with their secrets. Forbidden "staff-only".
func (r *Reader) AppPasswords(ctx context.Context, account archive.AccountID) ([]AppPassword, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	s := sql("SELECT id, account, label, secret, created, used FROM app_password WHERE account = ? ORDER BY created, id", account)
	list, err := collect(ctx, r.c.db.read(), s, scanAppPassword)
	if err != nil {
		return nil, r.c.fail(ctx, "read app passwords", err)
	}
	return list, nil
}

func scanAppPassword(row scanner) (AppPassword, error) {
	var p AppPassword
	var created int64
	var used *int64
	err := row.Scan(&p.ID, &p.Account, &p.Label, &p.Secret, &created, &used)
	p.Created, p.Used = moment(&created), moment(used)
	return p, err
}

// AppPasswordBySecret returns an app password and its account. NotFound "app-password-missing"; Forbidden "staff-only".
func (r *Reader) AppPasswordBySecret(ctx context.Context, secret string) (AppPassword, Account, error) {
	if err := r.staffOnly(); err != nil {
		return AppPassword{}, Account{}, err
	}
	var a Account
	s := sql("SELECT id, account, label, secret, created, used FROM app_password WHERE secret = ?", text(secret))
	p, err := one(ctx, r.c.db.read(), s, scanAppPassword)
	if err == nil {
		a, err = one(ctx, r.c.db.read(), sql("SELECT "+accountColumns+" FROM account a WHERE a.id = ?", p.Account), scanAccount)
	}
	if err != nil {
		return AppPassword{}, Account{}, r.c.fail(ctx, "read an app password", missing(err, "app-password-missing"))
	}
	return p, a, nil
}

// AddAccount stores a new account. Conflict "account-taken" with the name.
func (tx *Tx) AddAccount(ctx context.Context, a Account) error {
	roles, err := json.Marshal(a.Roles)
	if err != nil {
		return fmt.Errorf("encode roles: %w", err)
	}
	s := sql("INSERT INTO account (id, name, shown, roles, created, password) VALUES ").
		values(a.ID, text(a.Name), text(a.Shown), string(roles), tx.now.UnixMicro(), null(a.Password))
	n, err := run(ctx, tx.q, s.add(" ON CONFLICT (name) DO NOTHING"))
	if err != nil {
		return fmt.Errorf("store account %s: %w", a.ID, err)
	}
	if n == 0 {
		return archive.Fail(archive.Conflict, "account-taken", a.Name)
	}
	return nil
}

// AddAppPassword stores an app password.
func (tx *Tx) AddAppPassword(ctx context.Context, p AppPassword) error {
	s := sql("INSERT INTO app_password (id, account, label, secret, created) VALUES ").values(p.ID, p.Account, text(p.Label), p.Secret, tx.now.UnixMicro())
	if _, err := run(ctx, tx.q, s); err != nil {
		return fmt.Errorf("store an app password: %w", err)
	}
	return nil
}

// RevokeAppPassword removes an app password of an account. NotFound "app-password-missing".
func (tx *Tx) RevokeAppPassword(ctx context.Context, account archive.AccountID, id string) error {
	n, err := run(ctx, tx.q, sql("DELETE FROM app_password WHERE account = ? AND id = ?", account, text(id)))
	if err != nil {
		return fmt.Errorf("revoke an app password: %w", err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "app-password-missing")
	}
	return nil
}

// UseAppPassword notes that an app password was used.
func (tx *Tx) UseAppPassword(ctx context.Context, id string) error {
	_, err := run(ctx, tx.q, sql("UPDATE app_password SET used = ? WHERE id = ?", tx.now.UnixMicro(), text(id)))
	return err
}

// Stars returns what the viewer's account has marked, and when.
func (r *Reader) Stars(ctx context.Context) (map[string]time.Time, error) {
	found := map[string]time.Time{}
	if r.viewer.Account == "" {
		return found, nil
	}
	err := each(ctx, r.c.db.read(), sql("SELECT thing, at FROM star WHERE account = ?", r.viewer.Account), func(row scanner) error {
		var thing string
		var at int64
		err := row.Scan(&thing, &at)
		found[thing] = moment(&at)
		return err
	})
	if err != nil {
		return nil, r.c.fail(ctx, "read what is starred", err)
	}
	return found, nil
}

// Star marks a thing for an account; it keeps the time of the first mark. The thing need not exist: whoever reads asks whether it may be seen.
func (tx *Tx) Star(ctx context.Context, account archive.AccountID, thing string) error {
	s := sql("INSERT INTO star (account, thing, at) VALUES ").values(account, thing, tx.now.UnixMicro())
	_, err := run(ctx, tx.q, s.add(" ON CONFLICT (account, thing) DO NOTHING"))
	return err
}

// Unstar takes a mark away, if there is one.
func (tx *Tx) Unstar(ctx context.Context, account archive.AccountID, thing string) error {
	_, err := run(ctx, tx.q, sql("DELETE FROM star WHERE account = ? AND thing = ?", account, thing))
	return err
}

// Play counts that an account has heard a file of a work.
func (tx *Tx) Play(ctx context.Context, account archive.AccountID, work archive.WorkID, file archive.FileID) error {
	s := sql("INSERT INTO play (account, file, work, times, last) VALUES ").values(account, file, work, 1, tx.now.UnixMicro())
	_, err := run(ctx, tx.q, s.add(" ON CONFLICT (account, file) DO UPDATE SET times = play.times + 1, last = excluded.last"))
	return err
}
