package catalog

import (
	"context"
	"fmt"
	"time"

	"vannghe/internal/archive"
)

// Invitation lets somebody in once, by a link or for a short time by six digits. An account has at most one; the one without an account makes the
// first administrator.
type Invitation struct {
	ID      string
	Account archive.AccountID
	Token   SecretDigest
	Expires time.Time
	// Code is the digest of the digits, "" for none.
	Code      SecretDigest
	CodeUntil time.Time
}

// MaxCodeTries is after how many wrong guesses digits are void. Whose digits a wrong guess meant nobody knows, so each counts for all that are valid:
// among a million numbers nobody is let in by luck but once in a hundred thousand invitations, however many addresses guess.
const MaxCodeTries = 10

// Invitation returns the invitation of a link. NotFound "invitation-missing" also when its time is over; Forbidden "staff-only".
func (r *Reader) Invitation(ctx context.Context, token SecretDigest) (Invitation, error) {
	if err := r.staffOnly(); err != nil {
		return Invitation{}, err
	}
	i, err := one(ctx, r.c.db.read(), invitations("token = ? AND expires > ?", string(token), r.c.now().UnixMicro()), scanInvitation)
	if err != nil {
		return i, r.c.fail(ctx, "read an invitation", missing(err, "invitation-missing"))
	}
	return i, nil
}

func invitations(where string, args ...any) *statement {
	return sql("SELECT id, account, token, expires, code, code_until FROM invitation WHERE "+where, args...)
}

func scanInvitation(row scanner) (Invitation, error) {
	var i Invitation
	var account, code *string
	var expires, until *int64
	err := row.Scan(&i.ID, &account, &i.Token, &expires, &code, &until)
	if account != nil {
		i.Account = archive.AccountID(*account)
	}
	if code != nil {
		i.Code = SecretDigest(*code)
	}
	i.Expires, i.CodeUntil = moment(expires), moment(until)
	return i, err
}

// PutInvitation stores an invitation in place of the account's former one. Conflict "code-taken" when other valid digits are the same.
func (tx *Tx) PutInvitation(ctx context.Context, i Invitation) error {
	former := sql("DELETE FROM invitation WHERE account = ?", i.Account)
	if i.Account == "" {
		former = sql("DELETE FROM invitation WHERE account IS NULL")
	}
	over := sql("UPDATE invitation SET code = NULL WHERE code_until <= ?", tx.now.UnixMicro())
	for _, s := range []*statement{former, over} {
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("clear away invitations: %w", err)
		}
	}
	add := sql("INSERT INTO invitation (id, account, token, expires, code, code_until) VALUES ").
		values(i.ID, null(i.Account), string(i.Token), i.Expires.UnixMicro(), null(i.Code), micros(i.CodeUntil))
	n, err := run(ctx, tx.q, add.add(" ON CONFLICT (code) DO NOTHING"))
	if err != nil {
		return fmt.Errorf("store an invitation: %w", err)
	}
	if n == 0 {
		return archive.Fail(archive.Conflict, "code-taken")
	}
	return nil
}

// TakeInvitation uses up the invitation of a link. NotFound "invitation-missing".
func (tx *Tx) TakeInvitation(ctx context.Context, token SecretDigest) (Invitation, error) {
	return tx.take(ctx, "token = ? AND expires > ?", string(token), tx.now.UnixMicro())
}

// TakeCode uses up the invitation of digits; its link is void with them. NotFound "code-wrong".
func (tx *Tx) TakeCode(ctx context.Context, code SecretDigest) (Invitation, error) {
	now := tx.now.UnixMicro()
	i, err := tx.take(ctx, "code = ? AND code_until > ? AND code_tries < ? AND expires > ?", string(code), now, MaxCodeTries, now)
	if archive.CodeOf(err) == archive.NotFound {
		err = archive.Fail(archive.NotFound, "code-wrong")
	}
	return i, err
}

// take deletes before it answers, so that of two who come at once one finds nothing.
func (tx *Tx) take(ctx context.Context, where string, args ...any) (Invitation, error) {
	s := sql("DELETE FROM invitation WHERE "+where, args...).add(" RETURNING id, account, token, expires, code, code_until")
	i, err := one(ctx, tx.q, s, scanInvitation)
	if err = missing(err, "invitation-missing"); err != nil && archive.CodeOf(err) != archive.NotFound {
		return i, fmt.Errorf("take an invitation: %w", err)
	}
	return i, err
}

// MissCode counts a wrong guess.
func (tx *Tx) MissCode(ctx context.Context) error {
	_, err := run(ctx, tx.q, sql("UPDATE invitation SET code_tries = code_tries + 1 WHERE code IS NOT NULL AND code_until > ?", tx.now.UnixMicro()))
	return err
}
