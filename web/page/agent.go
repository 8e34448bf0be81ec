package page

import (
	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// agentsPerPage is how many names the list of authors shows at once.
const agentsPerPage = 100

// Agents lists authors and organisations in the order of the alphabet.
func (h *Handler) Agents(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	list, err := v.reader.Agents(v.ctx, catalog.AgentFilter{After: c.Query("after"), Size: agentsPerPage})
	if err != nil {
		return err
	}
	group := ui.IndexGroup{}
	for _, a := range list.Agents {
		group.Links = append(group.Links, ui.Link{Label: a.Name(), URL: v.text.Path(address.Agent(a.ID, a.Name())), Count: a.Works})
	}
	title := v.text.Text("facet.person")
	return v.send(ui.IndexPage(v.text, v.page(title, agentsPath), ui.Index{
		Title: title, Groups: []ui.IndexGroup{group}, Next: v.next(agentsPath, list.Next),
	}))
}

// Agent is the page of a person or an organisation.
func (h *Handler) Agent(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	id, ok := address.ID[archive.AgentID](c.Params("agent"))
	if !ok {
		return archive.Fail(archive.NotFound, "agent-missing")
	}
	agent, err := v.reader.Agent(v.ctx, id)
	if err != nil {
		return err
	}
	if agent.Works == 0 && !v.viewer.Staff() {
		return archive.Fail(archive.NotFound, "agent-missing") // known so far from what is not public
	}
	path := address.Agent(agent.ID, agent.Name())
	if moved, err := v.canonical(path); moved {
		return err
	}
	list, err := v.reader.Works(v.ctx, catalog.WorkFilter{Agent: id, After: c.Query("after")})
	if err != nil {
		return err
	}
	view := agentView(agent)
	view.Total, view.Next = list.Total, v.next(path, list.Next)
	if view.Shelves, err = v.byGenre(list.Works); err != nil {
		return err
	}
	if view.Predecessor, view.Successor, err = v.lineage(agent); err != nil {
		return err
	}
	p := v.page(agent.Name(), path)
	p.Type = "profile"
	return v.send(ui.AgentPage(v.text, p, view))
}

func agentView(a archive.Agent) ui.Agent {
	view := ui.Agent{
		Name: a.Name(), Organisation: a.Organisation, Born: a.Born, Died: a.Died, Chapter: a.Chapter, Biography: paragraphs(a.Biography),
	}
	for i, n := range a.Names {
		if i > 0 {
			view.OtherNames = append(view.OtherNames, ui.AgentName{Name: n.Name, Kind: n.Kind, From: n.From, To: n.To})
		}
	}
	return view
}

// byGenre puts works on a shelf for each genre, in the order in which genres first occur.
func (v *visit) byGenre(works []archive.Work) ([]ui.Shelf, error) {
	entries, err := v.entries(works)
	if err != nil {
		return nil, err
	}
	var shelves []ui.Shelf
	at := map[archive.GenreID]int{}
	for i, e := range entries {
		genre := works[i].Genre
		n, seen := at[genre]
		if !seen {
			n = len(shelves)
			at[genre] = n
			shelves = append(shelves, ui.Shelf{Title: v.names[genre]})
		}
		shelves[n].Works = append(shelves[n].Works, e)
	}
	for i := range shelves {
		shelves[i].Form = formOf(shelves[i].Works)
	}
	return shelves, nil
}

// lineage links what a body was before and what it became.
func (v *visit) lineage(a archive.Agent) (before, after *ui.Link, err error) {
	if a.Predecessor == "" && a.Successor == "" {
		return nil, nil, nil
	}
	agents, err := v.reader.AgentsByID(v.ctx, []archive.AgentID{a.Predecessor, a.Successor})
	if err != nil {
		return nil, nil, err
	}
	link := func(id archive.AgentID) *ui.Link {
		found, ok := agents[id]
		if !ok {
			return nil
		}
		return &ui.Link{Label: found.Name(), URL: v.text.Path(address.Agent(id, found.Name()))}
	}
	return link(a.Predecessor), link(a.Successor), nil
}
