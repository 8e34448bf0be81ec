package account

import (
	"context"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
)

// Roles lists the roles that an account may have, the least first.
func Roles() []archive.Role {
	return []archive.Role{archive.Member, archive.Archivist, archive.EditorRole, archive.Administrator}
}

// checkRoles is nil, or Invalid "role-unknown" with the first that is none, or Invalid "role-missing".
func checkRoles(roles []archive.Role) error {
	for _, r := range roles {
		if !slices.Contains(Roles(), r) {
			return archive.Fail(archive.Invalid, "role-unknown", string(r))
		}
	}
	if len(roles) == 0 {
		return archive.Fail(archive.Invalid, "role-missing")
	}
	return nil
}

// All lists all accounts by name, for administrators.
func (a *Accounts) All(ctx context.Context, by archive.Viewer) ([]catalog.Account, error) {
	if err := by.May(archive.ManageAccounts); err != nil {
		return nil, err
	}
	return a.reader().Accounts(ctx)
}

// One returns an account, for administrators. NotFound "account-missing".
func (a *Accounts) One(ctx context.Context, by archive.Viewer, id archive.AccountID) (catalog.Account, error) {
	if err := by.May(archive.ManageAccounts); err != nil {
		return catalog.Account{}, err
	}
	return a.reader().AccountByID(ctx, id)
}

// Named returns the account of a name. NotFound "account-missing".
func (a *Accounts) Named(ctx context.Context, name string) (catalog.Account, error) {
	return a.reader().Account(ctx, name)
}

// AddInvited makes an account and invites it. Errors as Add; Forbidden.
func (a *Accounts) AddInvited(ctx context.Context, by archive.Viewer, name, shown string, roles ...archive.Role) (Invited, error) {
	if err := by.May(archive.ManageAccounts); err != nil {
		return Invited{}, err
	}
	made, err := newAccount(name, shown, roles...)
	if err != nil {
		return Invited{}, err
	}
	err = a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		made.Created = tx.Now()
		if err := tx.AddAccount(ctx, made); err != nil {
			return err
		}
		return tx.AddDeed(ctx, deed(by, archive.DeedAccountAdded, made, archive.Changed{Field: "name", After: made.Name},
			archive.Changed{Field: "roles", After: roleList(roles)}))
	})
	if err != nil {
		return Invited{}, err
	}
	return a.Invite(ctx, by, made.ID)
}

// SetRoles gives an account roles in place of its own; when they differ its devices are signed out. An account that is staff no longer has no password
// any more. Invalid "role-unknown", "role-missing"; NotFound "account-missing"; Conflict "last-administrator".
func (a *Accounts) SetRoles(ctx context.Context, by archive.Viewer, id archive.AccountID, roles ...archive.Role) error {
	if err := by.May(archive.ManageAccounts); err != nil {
		return err
	}
	if err := checkRoles(roles); err != nil {
		return err
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		owner, err := tx.Account(ctx, id)
		if err != nil || slices.Equal(owner.Roles, roles) {
			return err
		}
		if err := tx.SetRoles(ctx, id, roles); err != nil {
			return err
		}
		err = tx.AddDeed(ctx, deed(by, archive.DeedAccountRoles, owner, archive.Changed{Field: "roles", Before: roleList(owner.Roles), After: roleList(roles)}))
		if err != nil {
			return err
		}
		if !(archive.Viewer{Roles: roles}).Staff() {
			return tx.SetPassword(ctx, id, "")
		}
		return nil
	})
}

// SetAgent says who an account is among the agents, so that its owner does not decide about works on which they are named; "" takes that back.
// NotFound "account-missing", "agent-missing".
func (a *Accounts) SetAgent(ctx context.Context, by archive.Viewer, id archive.AccountID, agent archive.AgentID) error {
	if err := by.May(archive.ManageAccounts); err != nil {
		return err
	}
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		owner, err := tx.Account(ctx, id)
		if err != nil {
			return err
		}
		before, err := agentName(ctx, tx, owner.Agent)
		if err != nil {
			return err
		}
		after, err := agentName(ctx, tx, agent)
		if err != nil {
			return err
		}
		if err := tx.SetAgent(ctx, id, agent); err != nil {
			return err
		}
		return tx.AddDeed(ctx, deed(by, archive.DeedAccountAgent, owner, archive.Changed{Field: "agent", Before: before, After: after}))
	})
}

// Agent returns an agent by its identifier or, without one, by its name. NotFound "agent-missing".
func (a *Accounts) Agent(ctx context.Context, by archive.Viewer, id archive.AgentID, name string) (archive.Agent, error) {
	reader := a.catalog.Reader(by)
	if id == "" {
		var err error
		if id, err = reader.AgentNamed(ctx, name); err != nil {
			return archive.Agent{}, err
		}
	}
	return reader.Agent(ctx, id)
}

// agentName is the name of an agent, "" of none. NotFound "agent-missing".
func agentName(ctx context.Context, tx *catalog.Tx, id archive.AgentID) (string, error) {
	if id == "" {
		return "", nil
	}
	a, err := tx.Agent(ctx, id)
	return a.Name(), err
}

// End ends an account: its devices, invitations and app passwords with it. Inviting it opens it again. NotFound "account-missing"; Conflict
// "last-administrator".
func (a *Accounts) End(ctx context.Context, by archive.Viewer, id archive.AccountID) error {
	if err := by.May(archive.ManageAccounts); err != nil {
		return err
	}
	return a.record(ctx, deed(by, archive.DeedAccountEnded, catalog.Account{ID: id}), func(ctx context.Context, tx *catalog.Tx) error {
		return tx.EndAccount(ctx, id)
	})
}

// deed is the line of the record for what was done to an account.
func deed(by archive.Viewer, kind archive.DeedKind, to catalog.Account, changes ...archive.Changed) archive.Deed {
	return archive.NewDeed(by, kind, changes...).Of(string(to.ID), to.Shown)
}

// record carries out what is done to the account that d names, and adds d with what that account is called.
func (a *Accounts) record(ctx context.Context, d archive.Deed, do func(ctx context.Context, tx *catalog.Tx) error) error {
	return a.catalog.Update(ctx, func(ctx context.Context, tx *catalog.Tx) error {
		owner, err := tx.Account(ctx, archive.AccountID(d.Thing))
		if err != nil {
			return err
		}
		if err := do(ctx, tx); err != nil {
			return err
		}
		return tx.AddDeed(ctx, d.Of(d.Thing, owner.Shown))
	})
}

func roleList(roles []archive.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}
