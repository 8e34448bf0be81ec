package catalog

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"vannghe/internal/archive"
	"vannghe/internal/viet"
)

const agentColumns = "a.id, a.organisation, a.born, a.died, a.chapter, a.biography, coalesce(a.predecessor, ''), coalesce(a.successor, ''), coalesce(a.merged, '')"

func scanAgent(row scanner) (*archive.Agent, error) {
	a := &archive.Agent{}
	var organisation int64
	err := row.Scan(&a.ID, &organisation, &a.Born, &a.Died, &a.Chapter, &a.Biography, &a.Predecessor, &a.Successor, &a.MergedInto)
	a.Organisation = organisation == 1
	return a, err
}

// loadNames fills in the names of the agents.
func loadNames(ctx context.Context, q querier, agents []*archive.Agent) error {
	at := make(map[archive.AgentID]*archive.Agent, len(agents))
	ids := make([]archive.AgentID, len(agents))
	for i, a := range agents {
		at[a.ID], ids[i] = a, a.ID
	}
	for chunk := range chunks(ids) {
		s := in(sql("SELECT agent, name, kind, from_date, to_date FROM agent_name WHERE agent IN "), chunk).add(" ORDER BY agent, position")
		err := each(ctx, q, s, func(row scanner) error {
			var id archive.AgentID
			var n archive.AgentName
			err := row.Scan(&id, &n.Name, &n.Kind, &n.From, &n.To)
			if a := at[id]; a != nil {
				a.Names = append(a.Names, n)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// loadWorkCounts fills in how many works of each agent the viewer may see.
func (r *Reader) loadWorkCounts(ctx context.Context, q querier, agents []*archive.Agent) error {
	ids := make([]archive.AgentID, len(agents))
	for i, a := range agents {
		ids[i] = a.ID
	}
	counts, err := remembered(ctx, r, q, "works of agents", ids, workCounts)
	for _, a := range agents {
		a.Works = counts[a.ID]
	}
	return err
}

// workCounts costs one look at each work of the agents: a second for an author of 20,000.
func workCounts(ctx context.Context, q querier, v sight, ids []archive.AgentID) (map[archive.AgentID]int, error) {
	counts := make(map[archive.AgentID]int, len(ids))
	s := in(sql("SELECT c.agent, count(DISTINCT c.work) FROM credit c JOIN work w ON w.id = c.work WHERE c.agent IN "), ids)
	err := each(ctx, q, v.whereOf(s, "w").add(" GROUP BY c.agent"), func(row scanner) error {
		var id archive.AgentID
		var n int
		err := row.Scan(&id, &n)
		counts[id] = n
		return err
	})
	return counts, err
}

// Agent returns an agent with the number of its works that the viewer may see; it is found also when that is none.
// NotFound "agent-missing".
func (r *Reader) Agent(ctx context.Context, id archive.AgentID) (archive.Agent, error) {
	found, err := r.AgentsByID(ctx, []archive.AgentID{id})
	if err != nil {
		return archive.Agent{}, err
	}
	a, ok := found[id]
	if !ok {
		return archive.Agent{}, archive.Fail(archive.NotFound, "agent-missing")
	}
	return a, nil
}

// AgentsByID returns those of the agents that exist, each as Agent does.
func (r *Reader) AgentsByID(ctx context.Context, ids []archive.AgentID) (map[archive.AgentID]archive.Agent, error) {
	return r.agentsByID(ctx, ids, r.loadWorkCounts)
}

// UncountedAgents is AgentsByID without the numbers of works. Whoever only wants names must not pay for the counting: to name the 50 agents of a
// facet took 60 ms at 2,000 works with it, and making the search index anew grew with the square of the works.
func (r *Reader) UncountedAgents(ctx context.Context, ids []archive.AgentID) (map[archive.AgentID]archive.Agent, error) {
	return r.agentsByID(ctx, ids, func(context.Context, querier, []*archive.Agent) error { return nil })
}

// KnownAgents is UncountedAgents without those of whom the viewer may see no work: their names tell of what is not public. What it returns is shared
// and must not be changed.
func (r *Reader) KnownAgents(ctx context.Context, ids []archive.AgentID) (map[archive.AgentID]archive.Agent, error) {
	var found map[archive.AgentID]archive.Agent
	err := r.c.view(ctx, "read which agents are known", func(q querier) (err error) {
		found, err = remembered(ctx, r, q, "known agents", ids, knownAgents)
		return err
	})
	return found, err
}

func knownAgents(ctx context.Context, q querier, v sight, ids []archive.AgentID) (map[archive.AgentID]archive.Agent, error) {
	s := in(sql("SELECT "+agentColumns+" FROM agent a WHERE a.id IN "), ids)
	if !v.viewer.Staff() {
		s.add(" AND EXISTS (SELECT 1 FROM credit c JOIN work w ON w.id = c.work WHERE c.agent = a.id")
		v.whereOf(s, "w").add(")")
	}
	agents, err := collect(ctx, q, s, scanAgent)
	if err == nil {
		err = loadNames(ctx, q, agents)
	}
	known := make(map[archive.AgentID]archive.Agent, len(agents))
	for _, a := range agents {
		known[a.ID] = *a
	}
	return known, err
}

func (r *Reader) agentsByID(
	ctx context.Context, ids []archive.AgentID, count func(context.Context, querier, []*archive.Agent) error,
) (map[archive.AgentID]archive.Agent, error) {
	found := make(map[archive.AgentID]archive.Agent, len(ids))
	err := r.c.view(ctx, "read agents", func(q querier) error {
		for chunk := range chunks(ids) {
			agents, err := collect(ctx, q, in(sql("SELECT "+agentColumns+" FROM agent a WHERE a.id IN "), chunk), scanAgent)
			if err == nil {
				err = errors.Join(loadNames(ctx, q, agents), count(ctx, q, agents))
			}
			if err != nil {
				return err
			}
			for _, a := range agents {
				found[a.ID] = *a
			}
		}
		return nil
	})
	return found, err
}

// AgentFilter chooses the agents of a listing, which is in the order of a Vietnamese dictionary.
type AgentFilter struct {
	After  string // AgentPage.Next of the page before
	Size   int    // 1 to MaxSize; 0: DefaultSize
	Letter string // first letter of the name by which they are ordered, such as "Đ"; "": all
}

// AgentPage is a page of a listing of agents, with the letter under which each stands: "" under none.
type AgentPage struct {
	Agents  []archive.Agent
	Letters []string
	Next    string // the cursor of the page after, "" at the end
	Total   int    // of the whole listing
}

// Agents returns a page of the agents that have a work the viewer may see; to staff, of all. Invalid "cursor-invalid".
func (r *Reader) Agents(ctx context.Context, f AgentFilter) (AgentPage, error) {
	v := r.sight()
	size := min(cmp.Or(max(f.Size, 0), DefaultSize), MaxSize)
	s := v.listAgents(sql("SELECT a.name_sort, "+agentColumns), f)
	if f.After != "" {
		m, err := parseAgentMark(f.After)
		if err != nil {
			return AgentPage{}, archive.Fail(archive.Invalid, "cursor-invalid")
		}
		s.add(" AND (a.name_sort, a.id) > (?, ?)", *m.Text, m.ID)
	}
	s.add(" ORDER BY a.name_sort, a.id LIMIT ?", size+1)
	var page AgentPage
	err := r.c.view(ctx, "list agents", func(q querier) error {
		total, err := counted(ctx, r, q, v, "agents|"+f.Letter, func() (int, error) {
			return one(ctx, q, v.listAgents(sql("SELECT count(*)"), f), value[int])
		})
		if err != nil {
			return err
		}
		page, err = r.agentPage(ctx, q, s, size)
		page.Total = total
		return err
	})
	if err != nil {
		return AgentPage{}, err
	}
	return page, nil
}

// AgentLetters returns the letters under which the agents of the whole listing stand, in the order of the alphabet.
func (r *Reader) AgentLetters(ctx context.Context) ([]string, error) {
	v := r.sight()
	var letters []string
	err := r.c.view(ctx, "read the letters of agents", func(q querier) (err error) {
		letters, err = counted(ctx, r, q, v, "letters", func() ([]string, error) {
			s := v.listAgents(sql("SELECT DISTINCT substr(a.name_sort, 1, 1) AS letter"), AgentFilter{})
			return collect(ctx, q, s.add(" ORDER BY letter"), value[string])
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []string
	for _, key := range letters {
		if letter := letterOf(key); letter != "" {
			all = append(all, letter)
		}
	}
	return all, nil
}

func (v sight) listAgents(s *statement, f AgentFilter) *statement {
	s.add(" FROM agent a WHERE a.merged IS NULL")
	if key := viet.SortKey(f.Letter); key != "" {
		s.add(" AND a.name_sort >= ? AND a.name_sort < ?", key[:1], string(key[0]+1))
	}
	if !v.viewer.Staff() {
		s.add(" AND EXISTS (SELECT 1 FROM credit c JOIN work w ON w.id = c.work WHERE c.agent = a.id")
		v.whereOf(s, "w").add(")")
	}
	return s
}

func (r *Reader) agentPage(ctx context.Context, q querier, s *statement, size int) (AgentPage, error) {
	var keys []string
	agents, err := collect(ctx, q, s, func(row scanner) (*archive.Agent, error) {
		var key string
		a, err := scanAgent(prefixed{row, &key})
		keys = append(keys, key)
		return a, err
	})
	if err != nil {
		return AgentPage{}, err
	}
	var page AgentPage
	if len(agents) > size {
		agents = agents[:size]
		last := mark{Order: "agent", Text: &keys[size-1], ID: string(agents[size-1].ID)}
		page.Next = last.String()
	}
	if err := errors.Join(loadNames(ctx, q, agents), r.loadWorkCounts(ctx, q, agents)); err != nil {
		return AgentPage{}, err
	}
	for i, a := range agents {
		page.Agents, page.Letters = append(page.Agents, *a), append(page.Letters, letterOf(keys[i]))
	}
	return page, nil
}

func parseAgentMark(cursor string) (*mark, error) {
	m, err := parseMark(cursor)
	if err == nil && (m.Text == nil || m.Order != "agent") {
		err = base64.CorruptInputError(0)
	}
	return m, err
}

// AgentByName returns the agent one of whose names is this one, without regard to case, punctuation and the place of the
// tone mark; the oldest identifier when several are. NotFound "agent-missing"; until the end of the transaction nobody else is
// then told so of the same name, so that an agent is made once.
func (tx *Tx) AgentByName(ctx context.Context, name string) (archive.Agent, error) {
	key := viet.SortKey(name)
	if err := tx.lockName(ctx, "agent "+key+text(name)); err != nil {
		return archive.Agent{}, err
	}
	s := sql("SELECT "+agentColumns+" FROM agent a WHERE a.merged IS NULL AND a.id IN (SELECT agent FROM agent_name WHERE name_sort = ?", key)
	if key == "" { // a name without letters, such as "***", is only itself
		s.add(" AND name = ?", text(name))
	}
	a, err := one(ctx, tx.q, s.add(") ORDER BY a.id LIMIT 1"), scanAgent)
	if err != nil {
		return archive.Agent{}, missing(err, "agent-missing")
	}
	return *a, loadNames(ctx, tx.q, []*archive.Agent{a})
}

// PutAgent stores an agent with its names, of which there must be one, and announces it. Works is not read.
// Invalid "name-missing".
func (tx *Tx) PutAgent(ctx context.Context, a archive.Agent) error {
	if !archive.ValidID(string(a.ID)) {
		return archive.Fail(archive.Invalid, "id-invalid", string(a.ID))
	}
	if a.Name() == "" {
		return archive.Fail(archive.Invalid, "name-missing")
	}
	_, err := run(ctx, tx.q, upsert("agent", "id",
		[]string{"id", "organisation", "name_sort", "born", "died", "chapter", "biography", "predecessor", "successor"},
		a.ID, flag(a.Organisation), viet.SortKey(a.SortName()), text(a.Born), text(a.Died), text(a.Chapter), text(a.Biography),
		null(a.Predecessor), null(a.Successor)))
	if err != nil {
		return fmt.Errorf("store agent %s: %w", a.ID, err)
	}
	if err := tx.putNames(ctx, a); err != nil {
		return fmt.Errorf("store the names of agent %s: %w", a.ID, err)
	}
	tx.changed(ChangeAgent, string(a.ID))
	tx.owe("agent:" + string(a.ID))
	return nil
}

func (tx *Tx) putNames(ctx context.Context, a archive.Agent) error {
	if _, err := run(ctx, tx.q, sql("DELETE FROM agent_name WHERE agent = ?", a.ID)); err != nil {
		return err
	}
	for i, n := range a.Names {
		s := sql("INSERT INTO agent_name (agent, position, name, name_sort, kind, from_date, to_date) VALUES ").
			values(a.ID, i, text(n.Name), viet.SortKey(n.Name), n.Kind, text(n.From), text(n.To))
		if _, err := run(ctx, tx.q, s); err != nil {
			return err
		}
	}
	return nil
}

// AgentNamed returns the identifier of the agent that AgentByName would find, for staff. NotFound "agent-missing".
func (r *Reader) AgentNamed(ctx context.Context, name string) (archive.AgentID, error) {
	if err := r.staffOnly(); err != nil {
		return "", err
	}
	id, err := one(ctx, r.c.db.read(), sql("SELECT n.agent FROM agent_name n JOIN agent a ON a.id = n.agent WHERE n.name_sort = ? AND a.merged IS NULL ORDER BY n.agent LIMIT 1", viet.SortKey(name)), value[archive.AgentID])
	return id, r.c.fail(ctx, "look for a name", missing(err, "agent-missing"))
}

// MergeAgent says that one agent turned out to be another, or with "" that it did not. PutAgent leaves that as it is. NotFound "agent-missing".
func (tx *Tx) MergeAgent(ctx context.Context, from, into archive.AgentID) error {
	n, err := run(ctx, tx.q, sql("UPDATE agent SET merged = ? WHERE id = ?", null(into), from))
	if err != nil {
		return fmt.Errorf("merge agent %s: %w", from, err)
	}
	if n == 0 {
		return archive.Fail(archive.NotFound, "agent-missing")
	}
	tx.changed(ChangeAgent, string(from))
	tx.owe("agent:" + string(from))
	return nil
}
