package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"vannghe/internal/archive"
)

// AccountByID returns an account. NotFound "account-missing"; Forbidden "staff-only".
func (r *Reader) AccountByID(ctx context.Context, id archive.AccountID) (Account, error) {
	list, err := r.accounts(ctx, sql("SELECT "+accountColumns+" FROM account a WHERE a.id = ?", text(id)))
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.NotFound, "account-missing", string(id))
	}
	if err != nil {
		return Account{}, err
	}
	return list[0], nil
}

// Account returns an account as it stands in this transaction. NotFound "account-missing".
func (tx *Tx) Account(ctx context.Context, id archive.AccountID) (Account, error) {
	a, err := one(ctx, tx.q, sql("SELECT "+accountColumns+" FROM account a WHERE a.id = ?", id), scanAccount)
	if errors.Is(err, errNoRow) {
		return a, archive.Fail(archive.NotFound, "account-missing", string(id))
	}
	if err != nil {
		return a, fmt.Errorf("read account %s: %w", id, err)
	}
	return a, nil
}

// SetPassword stores a password in its PHC form, or takes it away when it is "".
func (tx *Tx) SetPassword(ctx context.Context, id archive.AccountID, phc string) error {
	_, err := run(ctx, tx.q, sql("UPDATE account SET password = ? WHERE id = ?", null(phc), id))
	if err != nil {
		return fmt.Errorf("store a password: %w", err)
	}
	return nil
}

// SetAgent says who an account is among the agents; "" takes that back.
func (tx *Tx) SetAgent(ctx context.Context, id archive.AccountID, agent archive.AgentID) error {
	if _, err := run(ctx, tx.q, sql("UPDATE account SET agent = ? WHERE id = ?", null(agent), id)); err != nil {
		return fmt.Errorf("say who account %s is: %w", id, err)
	}
	return nil
}

// SetTOTP stores the key of an app that shows six digits, or takes it away when it is "".
func (tx *Tx) SetTOTP(ctx context.Context, id archive.AccountID, key string) error {
	if _, err := run(ctx, tx.q, sql("UPDATE account SET totp = ?, totp_step = 0 WHERE id = ?", null(key), id)); err != nil {
		return fmt.Errorf("store a key: %w", err)
	}
	return nil
}

// UseTOTP notes that the digits of a step of the app's clock let somebody in; it reports false when those of this step or a later one did before.
func (tx *Tx) UseTOTP(ctx context.Context, id archive.AccountID, step int64) (bool, error) {
	n, err := run(ctx, tx.q, sql("UPDATE account SET totp_step = ? WHERE id = ? AND totp_step < ?", step, id, step))
	if err != nil {
		return false, fmt.Errorf("use digits up: %w", err)
	}
	return n == 1, nil
}

// SetRoles gives an account roles and ends its sessions, so that none goes on under the former ones. NotFound "account-missing"; Conflict
// "last-administrator" when nobody would administer any more.
func (tx *Tx) SetRoles(ctx context.Context, id archive.AccountID, roles []archive.Role) error {
	doc, err := json.Marshal(roles)
	if err != nil {
		return fmt.Errorf("encode roles: %w", err)
	}
	return tx.changeAccount(ctx, id, sql("UPDATE account SET roles = ? WHERE id = ?", string(doc), id))
}

// EndAccount ends an account with its sessions, invitation, password, second factor, app passwords and e-mail address: who is invited again begins anew. Its name stays
// taken. Errors as SetRoles.
func (tx *Tx) EndAccount(ctx context.Context, id archive.AccountID) error {
	if err := tx.changeAccount(ctx, id, sql("UPDATE account SET ended = ?, password = NULL, totp = NULL, totp_step = 0 WHERE id = ?", tx.now.UnixMicro(), id)); err != nil {
		return err
	}
	for _, table := range []string{"app_password", "invitation", "mailed", "mailbox"} {
		if _, err := run(ctx, tx.q, sql("DELETE FROM "+table+" WHERE account = ?", id)); err != nil {
			return fmt.Errorf("end an account: %w", err)
		}
	}
	return nil
}

// ReopenAccount lets an ended account sign in again; it is nothing to one that is not ended.
func (tx *Tx) ReopenAccount(ctx context.Context, id archive.AccountID) error {
	_, err := run(ctx, tx.q, sql("UPDATE account SET ended = NULL WHERE id = ?", id))
	return err
}

// changeAccount carries out a change after which the sessions of the account are no longer right. Two administrators who take the
// role from each other at once wait for one another.
func (tx *Tx) changeAccount(ctx context.Context, id archive.AccountID, change *statement) error {
	if err := tx.lockName(ctx, "administrators"); err != nil {
		return err
	}
	before, err := tx.administrators(ctx)
	if err != nil {
		return err
	}
	n, err := run(ctx, tx.q, change)
	if err != nil {
		return fmt.Errorf("change an account: %w", err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "account-missing", string(id))
	}
	after, err := tx.administrators(ctx)
	if err != nil {
		return err
	}
	if before > 0 && after == 0 {
		return archive.Fail(archive.Conflict, "last-administrator")
	}
	return tx.EndSessions(ctx, id, "")
}

func (tx *Tx) administrators(ctx context.Context) (int, error) {
	list, err := collect(ctx, tx.q, sql("SELECT "+accountColumns+" FROM account a WHERE a.ended IS NULL"), scanAccount)
	return countAdministrators(list), err
}

func countAdministrators(list []Account) (n int) {
	for _, a := range list {
		if a.Ended.IsZero() && slices.Contains(a.Roles, archive.Administrator) {
			n++
		}
	}
	return n
}

// HasAdministrator reports whether somebody administers the archive. Forbidden "staff-only".
func (r *Reader) HasAdministrator(ctx context.Context) (bool, error) {
	list, err := r.Accounts(ctx)
	return countAdministrators(list) > 0, err
}

// HasAdministrator is that of the Reader, as it stands in this transaction. Whoever asks waits for others who ask.
func (tx *Tx) HasAdministrator(ctx context.Context) (bool, error) {
	if err := tx.lockName(ctx, "administrators"); err != nil {
		return false, err
	}
	n, err := tx.administrators(ctx)
	return n > 0, err
}
