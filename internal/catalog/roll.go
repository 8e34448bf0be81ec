package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"vannghe/internal/archive"
)

const rollColumns = "id, agent, account, facts, version, updated, removed"

// scanMember reads a line of the roll. What facts says of id, links and times is not read: the columns count.
func scanMember(row scanner) (archive.Enrolled, error) {
	var m archive.Enrolled
	var id, facts string
	var agent, account *string
	var version, updated int64
	var removed *int64
	if err := row.Scan(&id, &agent, &account, &facts, &version, &updated, &removed); err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(facts), &m); err != nil {
		return m, fmt.Errorf("read line %s of the roll: %w", id, err)
	}
	m.ID, m.Agent, m.Account, m.Version, m.Updated, m.Removed = archive.MemberID(id), "", "", version, moment(&updated), moment(removed)
	if agent != nil {
		m.Agent = archive.AgentID(*agent)
	}
	if account != nil {
		m.Account = archive.AccountID(*account)
	}
	return m, nil
}

func (r *Reader) roll(ctx context.Context, s *statement) ([]archive.Enrolled, error) {
	if err := r.viewer.May(archive.KeepRoll); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), s, scanMember)
	return list, r.c.fail(ctx, "read the roll", err)
}

// Roll returns the lines of the roll in the order of their names, without those of persons whose data were removed. Forbidden "role-needed" to
// whoever does not keep it.
func (r *Reader) Roll(ctx context.Context) ([]archive.Enrolled, error) {
	return r.roll(ctx, sql("SELECT "+rollColumns+" FROM roll WHERE removed IS NULL ORDER BY name_sort, id"))
}

// Member returns one line, also a removed one. NotFound "member-missing"; Forbidden as Roll.
func (r *Reader) Member(ctx context.Context, id archive.MemberID) (archive.Enrolled, error) {
	list, err := r.roll(ctx, sql("SELECT "+rollColumns+" FROM roll WHERE id = ?", text(id)))
	if err == nil && len(list) == 0 {
		err = archive.Fail(archive.NotFound, "member-missing")
	}
	if err != nil {
		return archive.Enrolled{}, err
	}
	return list[0], nil
}

// Member returns a line as it stands in this transaction, its row locked. NotFound "member-missing".
func (tx *Tx) Member(ctx context.Context, id archive.MemberID) (archive.Enrolled, error) {
	m, err := one(ctx, tx.q, sql("SELECT "+rollColumns+" FROM roll WHERE id = ?"+tx.c.db.dialect().lockRow, text(id)), scanMember)
	return m, missing(err, "member-missing")
}

// PutMember stores a line. m.Version must be the stored one, 0 for a new line; it grows by one. Conflict "member-changed" when somebody
// else was first, "member-linked" when the author or the account is another member's.
func (tx *Tx) PutMember(ctx context.Context, m *archive.Enrolled) error {
	stored, err := tx.Member(ctx, m.ID)
	if err != nil && archive.CodeOf(err) != archive.NotFound {
		return err
	}
	if stored.Version != m.Version {
		return archive.Fail(archive.Conflict, "member-changed")
	}
	for column, id := range map[string]string{"agent": string(m.Agent), "account": string(m.Account)} {
		_, err := one(ctx, tx.q, sql("SELECT id FROM roll WHERE "+column+" = ? AND id <> ?", text(id), text(m.ID)), value[string])
		if err == nil {
			return archive.Fail(archive.Conflict, "member-linked")
		}
		if !errors.Is(err, errNoRow) {
			return err
		}
	}
	m.Version++
	m.Updated = tx.now
	return tx.RebuildMember(ctx, *m)
}

// ForgetObject has the archive of record make an object anew, such as "agent:<id>", so that no former version of it is left.
func (tx *Tx) ForgetObject(note string) { tx.owe("forget:" + note) }

// CommentsBy returns what an account wrote about works, oldest first. Forbidden "role-needed".
func (r *Reader) CommentsBy(ctx context.Context, account archive.AccountID) ([]archive.Comment, error) {
	if err := r.viewer.May(archive.RemovePeople); err != nil {
		return nil, err
	}
	list, err := collect(ctx, r.c.db.read(), sql("SELECT "+commentColumns+" FROM comment WHERE account = ? AND account <> '' ORDER BY at, id", account), scanComment)
	return list, r.c.fail(ctx, "read comments of an account", err)
}

// EventsBy returns what an account did with works, oldest first. Forbidden "role-needed".
func (r *Reader) EventsBy(ctx context.Context, account archive.AccountID) ([]archive.Event, error) {
	if err := r.viewer.May(archive.RemovePeople); err != nil {
		return nil, err
	}
	s := sql("SELECT "+eventColumns+" FROM event WHERE agent = ? AND agent <> '' ORDER BY time, work, sequence", account)
	list, err := collect(ctx, r.c.db.read(), s, scanEvent)
	return list, r.c.fail(ctx, "read events of an account", err)
}

// ForgetAccount ends an account and takes from it what names a person: its names become its identifier, what it marked and heard, its sessions and
// invitations go, and its name under comments. Errors as EndAccount.
func (tx *Tx) ForgetAccount(ctx context.Context, id archive.AccountID) error {
	if err := tx.EndAccount(ctx, id); err != nil {
		return err
	}
	for _, s := range []*statement{
		sql("UPDATE account SET name = ?, shown = '' WHERE id = ?", "~"+string(id), id),
		sql("DELETE FROM star WHERE account = ?", id),
		sql("DELETE FROM play WHERE account = ?", id),
		sql("UPDATE comment SET name = '' WHERE account = ?", id),
	} {
		if _, err := run(ctx, tx.q, s); err != nil {
			return fmt.Errorf("forget an account: %w", err)
		}
	}
	return nil
}

// StoredAgent returns an agent with its names as it stands in this transaction. NotFound "agent-missing".
func (tx *Tx) StoredAgent(ctx context.Context, id archive.AgentID) (archive.Agent, error) {
	a, err := one(ctx, tx.q, sql("SELECT "+agentColumns+" FROM agent a WHERE a.id = ?", text(id)), scanAgent)
	if err != nil {
		return archive.Agent{}, missing(err, "agent-missing")
	}
	return *a, loadNames(ctx, tx.q, []*archive.Agent{a})
}

// CreditedNames returns the names under which works that were ever published credit an agent.
func (tx *Tx) CreditedNames(ctx context.Context, id archive.AgentID) (map[string]bool, error) {
	names := map[string]bool{}
	s := sql("SELECT DISTINCT c.name FROM credit c JOIN work w ON w.id = c.work WHERE c.agent = ? AND w.published IS NOT NULL", text(id))
	err := each(ctx, tx.q, s, func(row scanner) error {
		name, err := value[string](row)
		names[name] = true
		return err
	})
	return names, err
}
