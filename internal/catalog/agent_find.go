package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

// calledBy is an agent with what its names are looked up by.
type calledBy struct {
	id    archive.AgentID
	names []string // folded
}

// FindAgents returns, for staff, the agents one of whose names holds every word that was typed, each as the beginning of one of its words, with or without marks; at
// most so many, those first whose name is or begins with what was typed. Forbidden "staff-only".
func (r *Reader) FindAgents(ctx context.Context, typed string, limit int) ([]archive.Agent, error) {
	if err := r.staffOnly(); err != nil {
		return nil, err
	}
	words := strings.Fields(viet.Fold(typed))
	if len(words) == 0 {
		return nil, nil
	}
	var found []archive.Agent
	err := r.c.view(ctx, "find agents", func(q querier) error {
		all, err := counted(ctx, r, q, r.sight(), "agents by name", func() ([]calledBy, error) { return allNames(ctx, q) })
		if err != nil {
			return err
		}
		ids := ranked(all, words, limit)
		agents, err := collect(ctx, q, in(sql("SELECT "+agentColumns+" FROM agent a WHERE a.id IN "), ids), scanAgent)
		if err == nil {
			err = loadNames(ctx, q, agents)
		}
		if err == nil {
			err = r.loadWorkCounts(ctx, q, agents)
		}
		slices.SortFunc(agents, func(a, b *archive.Agent) int { return cmp.Compare(slices.Index(ids, a.ID), slices.Index(ids, b.ID)) })
		for _, a := range agents {
			found = append(found, *a)
		}
		return err
	})
	return found, err
}

// allNames reads every name. Some thousands are few enough to be looked through; they are remembered until the next change.
func allNames(ctx context.Context, q querier) ([]calledBy, error) {
	var all []calledBy
	err := each(ctx, q, sql("SELECT n.agent, n.name FROM agent_name n JOIN agent a ON a.id = n.agent WHERE a.merged IS NULL ORDER BY n.agent, n.position"), func(row scanner) error {
		var id archive.AgentID
		var name string
		if err := row.Scan(&id, &name); err != nil {
			return err
		}
		if len(all) == 0 || all[len(all)-1].id != id {
			all = append(all, calledBy{id: id})
		}
		last := &all[len(all)-1]
		last.names = append(last.names, strings.Join(strings.Fields(viet.Fold(name)), " "))
		return nil
	})
	return all, err
}

func ranked(all []calledBy, words []string, limit int) []archive.AgentID {
	type hit struct {
		id   archive.AgentID
		rank int
	}
	var hits []hit
	for _, a := range all {
		best := 0
		for _, name := range a.names {
			best = max(best, likeness(name, words))
		}
		if best > 0 {
			hits = append(hits, hit{a.id, best})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.rank, a.rank) })
	ids := make([]archive.AgentID, min(len(hits), limit))
	for i := range ids {
		ids[i] = hits[i].id
	}
	return ids
}

// likeness is 3 when the name is what was typed, 2 when it begins so, 1 when it holds all the words, 0 otherwise.
func likeness(name string, words []string) int {
	typed := strings.Join(words, " ")
	switch {
	case name == typed:
		return 3
	case strings.HasPrefix(name, typed):
		return 2
	}
	held := strings.Fields(name)
	for _, w := range words {
		i := slices.IndexFunc(held, func(h string) bool { return strings.HasPrefix(h, w) })
		if i < 0 {
			return 0
		}
		held = slices.Delete(held, i, i+1)
	}
	return 1
}

// AgentsByName returns every agent one of whose names is this one, compared and guarded as AgentByName does.
func (tx *Tx) AgentsByName(ctx context.Context, name string) ([]archive.Agent, error) {
	key := viet.SortKey(name)
	if err := tx.lockName(ctx, "agent "+key+text(name)); err != nil {
		return nil, err
	}
	s := sql("SELECT "+agentColumns+" FROM agent a WHERE a.merged IS NULL AND a.id IN (SELECT agent FROM agent_name WHERE name_sort = ?", key)
	if key == "" { // a name without letters, such as "***", is only itself
		s.add(" AND name = ?", text(name))
	}
	agents, err := collect(ctx, tx.q, s.add(") ORDER BY a.id"), scanAgent)
	if err == nil {
		err = loadNames(ctx, tx.q, agents)
	}
	list := make([]archive.Agent, len(agents))
	for i, a := range agents {
		list[i] = *a
	}
	return list, err
}

// Agent returns an agent as it stands in this transaction, locked on PostgreSQL. NotFound "agent-missing".
func (tx *Tx) Agent(ctx context.Context, id archive.AgentID) (archive.Agent, error) {
	a, err := one(ctx, tx.q, sql("SELECT "+agentColumns+" FROM agent a WHERE a.id = ?"+tx.c.db.dialect().lockRow, id), scanAgent)
	if err != nil {
		return archive.Agent{}, missing(err, "agent-missing")
	}
	return *a, loadNames(ctx, tx.q, []*archive.Agent{a})
}
