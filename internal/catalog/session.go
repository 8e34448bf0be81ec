package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"vannghe/internal/archive"
)

// SecretDigest is what is kept of it: SHA-256 in base64url without padding, 43 characters.
type SecretDigest string

// Session is a device that is signed in.
type Session struct {
	ID      archive.SessionID
	Account archive.AccountID
	Token   SecretDigest
	Label   string // of the device, for whoever looks at the list
	Created time.Time
	Used    time.Time // to the hour
	Expires time.Time
}

const sessionColumns = "s.id, s.account, s.token, s.label, s.created, s.used, s.expires"

func scanSession(row scanner) (Session, error) {
	var s Session
	var created, used, expires int64
	err := row.Scan(&s.ID, &s.Account, &s.Token, &s.Label, &created, &used, &expires)
	s.Created, s.Used, s.Expires = moment(&created), moment(&used), moment(&expires)
	return s, err
}

// Session returns the session of a token and its account, while neither has ended. NotFound "session-missing"; Forbidden "staff-only".
func (r *Reader) Session(ctx context.Context, token SecretDigest) (Session, Account, error) {
	if err := r.staffOnly(); err != nil {
		return Session{}, Account{}, err
	}
	s := sql("SELECT "+sessionColumns+", "+accountColumns+" FROM session s JOIN account a ON a.id = s.account"+
		" WHERE s.token = ? AND s.expires > ? AND a.ended IS NULL", string(token), r.c.now().UnixMicro())
	var a Account
	found, err := one(ctx, r.c.db.read(), s, func(row scanner) (Session, error) {
		var s Session
		var created, used, expires int64
		var err error
		a, err = scanAccountAfter(row, &s.ID, &s.Account, &s.Token, &s.Label, &created, &used, &expires)
		s.Created, s.Used, s.Expires = moment(&created), moment(&used), moment(&expires)
		return s, err
	})
	if err != nil {
		return Session{}, Account{}, r.c.fail(ctx, "read a session", missing(err, "session-missing"))
	}
	return found, a, nil
}

// Sessions lists the devices of an account that are signed in, the last used first. Forbidden "staff-only".
func (r *Reader) Sessions(ctx context.Context, account archive.AccountID) ([]Session, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT "+sessionColumns+" FROM session s WHERE s.account = ? AND s.expires > ? ORDER BY s.used DESC, s.created DESC, s.id",
		text(account), r.c.now().UnixMicro()), scanSession)
	if err != nil {
		return nil, r.c.fail(ctx, "read sessions", err)
	}
	return list, nil
}

// StillIn answers of viewers who were let in before who may stay: a device while its session goes on, a program while its account goes on with
// the same roles, the public and the program itself always, and whoever was not asked about. Forbidden "staff-only".
func (r *Reader) StillIn(ctx context.Context, viewers []archive.Viewer) (func(archive.Viewer) bool, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	sessions, accounts := map[archive.SessionID]bool{}, map[archive.AccountID]bool{}
	for _, v := range viewers {
		if v.Account != "" {
			accounts[v.Account] = true
		}
		if v.Session != "" {
			sessions[v.Session] = true
		}
	}
	live, err := r.liveSessions(ctx, slices.Collect(maps.Keys(sessions)))
	if err != nil {
		return nil, err
	}
	roles, err := r.liveRoles(ctx, slices.Collect(maps.Keys(accounts)))
	if err != nil {
		return nil, err
	}
	return func(v archive.Viewer) bool {
		now, goesOn := roles[v.Account]
		if accounts[v.Account] && (!goesOn || !slices.Equal(now, v.Roles)) {
			return false
		}
		return !sessions[v.Session] || live[v.Session]
	}, nil
}

func (r *Reader) liveSessions(ctx context.Context, ids []archive.SessionID) (map[archive.SessionID]bool, error) {
	live := map[archive.SessionID]bool{}
	for chunk := range chunks(ids) {
		s := in(sql("SELECT id FROM session WHERE expires > ? AND id IN ", r.c.now().UnixMicro()), chunk)
		list, err := collect(ctx, r.c.db.read(), s, value[archive.SessionID])
		if err != nil {
			return nil, r.c.fail(ctx, "read sessions", err)
		}
		for _, id := range list {
			live[id] = true
		}
	}
	return live, nil
}

func (r *Reader) liveRoles(ctx context.Context, ids []archive.AccountID) (map[archive.AccountID][]archive.Role, error) {
	live := map[archive.AccountID][]archive.Role{}
	for chunk := range chunks(ids) {
		list, err := r.accounts(ctx, in(sql("SELECT "+accountColumns+" FROM account a WHERE a.ended IS NULL AND a.id IN "), chunk))
		if err != nil {
			return nil, err
		}
		for _, a := range list {
			live[a.ID] = a.Roles
		}
	}
	return live, nil
}

// AddSession signs a device in, and forgets the account's devices whose time is over.
func (tx *Tx) AddSession(ctx context.Context, s Session) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM session WHERE account = ? AND expires <= ?", s.Account, tx.now.UnixMicro())); err != nil {
		return fmt.Errorf("forget old sessions: %w", err)
	}
	now := tx.now.UnixMicro()
	add := sql("INSERT INTO session (id, account, token, label, created, used, expires) VALUES ").
		values(s.ID, s.Account, string(s.Token), text(s.Label), now, now, s.Expires.UnixMicro())
	if _, err := run(ctx, tx.q, add); err != nil {
		return fmt.Errorf("store a session: %w", err)
	}
	return nil
}

// UseSession notes that a device was used and lets it stay until expires. One that ended meanwhile stays ended.
func (tx *Tx) UseSession(ctx context.Context, id archive.SessionID, expires time.Time) error {
	_, err := run(ctx, tx.q, sql("UPDATE session SET used = ?, expires = ? WHERE id = ?", tx.now.UnixMicro(), expires.UnixMicro(), id))
	return err
}

// EndSession ends one device of an account. NotFound "session-missing".
func (tx *Tx) EndSession(ctx context.Context, account archive.AccountID, id archive.SessionID) error {
	n, err := run(ctx, tx.q, sql("DELETE FROM session WHERE account = ? AND id = ?", account, text(id)))
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "session-missing")
	}
	tx.changed(ChangeAccount, string(account))
	return nil
}

// EndSessions ends every device of an account but the one kept; "" keeps none.
func (tx *Tx) EndSessions(ctx context.Context, account archive.AccountID, kept archive.SessionID) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM session WHERE account = ? AND id <> ?", account, text(kept))); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	tx.changed(ChangeAccount, string(account))
	return nil
}

// ForgetSession ends the session of a token, if there is one.
func (tx *Tx) ForgetSession(ctx context.Context, token SecretDigest) error {
	list, err := collect(ctx, tx.q, sql("DELETE FROM session WHERE token = ? RETURNING account", string(token)), value[string])
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	for _, account := range list {
		tx.changed(ChangeAccount, account)
	}
	return nil
}
