package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
)

// Put stores a line of the roll, new (without an id) or changed, and returns its id. The errors are those of archive.Enrolled.Check, Conflict
// "member-changed", "member-linked", "member-removed", NotFound "member-missing" and Invalid "agent-unknown", "account-missing".
func (c *Clerk) Put(ctx context.Context, m archive.Enrolled) (archive.MemberID, error) {
	if err := m.Check(); err != nil {
		return "", err
	}
	m.Removed = m.Removed.UTC()
	err := c.act(ctx, archive.KeepRoll, func(ctx context.Context, tx *catalog.Tx) error {
		if m.ID == "" {
			m.ID, m.Version = archive.NewID[archive.MemberID](), 0
		} else if before, err := tx.Member(ctx, m.ID); err != nil {
			return err
		} else if !before.Removed.IsZero() {
			return archive.Fail(archive.Conflict, "member-removed")
		}
		if m.Account != "" {
			if _, err := tx.Account(ctx, m.Account); err != nil {
				return archive.Fail(archive.Invalid, "account-missing", string(m.Account)).Because(err)
			}
		}
		return tx.PutMember(ctx, &m)
	})
	return m.ID, err
}

// Filter chooses lines of the roll. Empty fields do not narrow it.
type Filter struct {
	Text     string // in a name or a card number, with or without marks
	Chapter  string // that the member was ever in
	Standing archive.Standing
}

// Roll returns the lines that the filter chooses, and all chapters there are.
func (c *Clerk) Roll(ctx context.Context, f Filter) (lines []archive.Enrolled, chapters []string, err error) {
	all, err := c.catalog.Reader(c.viewer).Roll(ctx)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]bool{}
	for i := range all {
		for _, in := range all[i].Chapters {
			if !known[in.Chapter] {
				known[in.Chapter] = true
				chapters = append(chapters, in.Chapter)
			}
		}
		if f.chooses(&all[i]) {
			lines = append(lines, all[i])
		}
	}
	return lines, sorted(chapters), nil
}

func (f Filter) chooses(m *archive.Enrolled) bool {
	if f.Standing != "" && m.Standing() != f.Standing {
		return false
	}
	if f.Chapter != "" {
		in := false
		for _, c := range m.Chapters {
			in = in || c.Chapter == f.Chapter
		}
		if !in {
			return false
		}
	}
	sought := viet.Fold(strings.TrimSpace(f.Text))
	return sought == "" || strings.Contains(viet.Fold(m.Name), sought) || strings.Contains(viet.Fold(m.Card), sought)
}

// Known is everything that the archive knows of a person.
type Known struct {
	Line     archive.Enrolled
	Account  *catalog.Account // nil: none
	Devices  []catalog.Session
	Agent    *archive.Agent // nil: none
	Works    []archive.Work
	Fees     []archive.Fee
	Comments []archive.Comment
	Acts     []archive.Event
}

// Everything gathers what is known of a person of the roll. Forbidden "role-needed"; NotFound "member-missing".
func (c *Clerk) Everything(ctx context.Context, id archive.MemberID) (Known, error) {
	if err := c.viewer.May(archive.RemovePeople); err != nil {
		return Known{}, err
	}
	reader := c.catalog.Reader(c.viewer)
	var k Known
	var err error
	if k.Line, err = reader.Member(ctx, id); err != nil {
		return k, err
	}
	if k.Line.Account != "" {
		if err := c.ofAccount(ctx, &k); err != nil {
			return k, fmt.Errorf("gather what is known of an account: %w", err)
		}
	}
	if k.Line.Agent != "" {
		if err := c.ofAgent(ctx, &k); err != nil {
			return k, fmt.Errorf("gather what is known of an author: %w", err)
		}
	}
	return k, nil
}

func (c *Clerk) ofAccount(ctx context.Context, k *Known) error {
	reader := c.catalog.Reader(c.viewer)
	account, err := reader.AccountByID(ctx, k.Line.Account)
	if err != nil {
		return err
	}
	k.Account = &account
	if k.Devices, err = reader.Sessions(ctx, account.ID); err != nil {
		return err
	}
	if k.Comments, err = reader.CommentsBy(ctx, account.ID); err != nil {
		return err
	}
	k.Acts, err = reader.EventsBy(ctx, account.ID)
	return err
}

func (c *Clerk) ofAgent(ctx context.Context, k *Known) error {
	reader := c.catalog.Reader(c.viewer)
	agent, err := reader.Agent(ctx, k.Line.Agent)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	k.Agent = &agent
	if k.Fees, err = reader.AgentFees(ctx, agent.ID); err != nil {
		return err
	}
	for _, state := range []archive.State{archive.Draft, archive.Submitted, archive.ChangesRequested, archive.Approved, archive.Published, archive.Withdrawn} {
		f := catalog.WorkFilter{Agent: agent.ID, State: state, Size: catalog.MaxSize}
		for more := true; more; more = f.After != "" {
			page, err := reader.Works(ctx, f)
			if err != nil {
				return err
			}
			k.Works, f.After = append(k.Works, page.Works...), page.Next
		}
	}
	return nil
}

// Remove takes what is known of a person out of the roll, the account and the author, and out of their objects in the archive of record. What stays: the names under
// which works were published, sheets of royalties, and what the record of works says. Seen is the version of the line that the person who
// removes it saw. Conflict "member-changed", "member-removed", "last-administrator"; NotFound "member-missing".
func (c *Clerk) Remove(ctx context.Context, id archive.MemberID, seen int64) error {
	return c.act(ctx, archive.RemovePeople, func(ctx context.Context, tx *catalog.Tx) error {
		m, err := tx.Member(ctx, id)
		switch {
		case err != nil:
			return err
		case !m.Removed.IsZero():
			return archive.Fail(archive.Conflict, "member-removed")
		case m.Version != seen:
			return archive.Fail(archive.Conflict, "member-changed")
		}
		if m.Account != "" {
			if err := tx.ForgetAccount(ctx, m.Account); err != nil {
				return err
			}
		}
		if err := forgetAgent(ctx, tx, m.Agent); err != nil {
			return err
		}
		left := archive.Enrolled{ID: m.ID, Version: m.Version, Removed: tx.Now()}
		if err := tx.PutMember(ctx, &left); err != nil {
			return err
		}
		tx.ForgetObject("member:" + string(m.ID))
		return nil
	})
}

// forgetAgent leaves of an author the names under which works were published: a real name beside a pen name goes, and life dates, chapter and biography.
func forgetAgent(ctx context.Context, tx *catalog.Tx, id archive.AgentID) error {
	if id == "" {
		return nil
	}
	a, err := tx.StoredAgent(ctx, id)
	if archive.CodeOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	credited, err := tx.CreditedNames(ctx, id)
	if err != nil {
		return err
	}
	var names []archive.AgentName
	for _, n := range a.Names {
		if credited[n.Name] {
			names = append(names, archive.AgentName{Name: n.Name, Kind: n.Kind})
		}
	}
	if len(names) == 0 {
		names = []archive.AgentName{{Name: string(id)}}
	}
	if err := tx.PutAgent(ctx, archive.Agent{ID: a.ID, Organisation: a.Organisation, Names: names, Predecessor: a.Predecessor, Successor: a.Successor}); err != nil {
		return err
	}
	tx.ForgetObject("agent:" + string(id))
	return nil
}

// sorted orders chapters as a Vietnamese list does.
func sorted(list []string) []string {
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(strings.Compare(viet.SortKey(a), viet.SortKey(b)), strings.Compare(a, b))
	})
	return list
}
