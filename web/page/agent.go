package page

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/viet"
	"vannghe/web/address"
	"vannghe/web/ui"
)

// agentsPerPage is how many names the list of authors shows at once.
const agentsPerPage = 100

// Agents lists authors and organisations in the order of the alphabet, all of them or those under one letter.
func (h *Handler) Agents(c *fiber.Ctx) error {
	v, err := h.open(c)
	if err != nil {
		return err
	}
	letters, err := v.reader.AgentLetters(v.ctx)
	if err != nil {
		return err
	}
	letter := knownLetter(c.Query("letter"))
	list, err := v.reader.Agents(v.ctx, catalog.AgentFilter{After: c.Query("after"), Size: agentsPerPage, Letter: letter})
	if err != nil {
		return err
	}
	view := ui.Index{
		Title: v.text.Text("facet.person"), Letters: letterRow(v.text, letters, letter), Groups: v.agentGroups(list), Next: v.next(agentsPath, list.Next),
	}
	if view.Next != "" && letter != "" {
		view.Next += "&letter=" + url.QueryEscape(letter)
	}
	return v.send(ui.IndexPage(v.text, v.page(view.Title, agentsPath), view))
}

// knownLetter is the letter of the alphabet that was asked for, "" for none.
func knownLetter(asked string) string {
	letter := strings.ToUpper(viet.Normalize(asked))
	if utf8.RuneCountInString(letter) != 1 || !strings.Contains(catalog.Letters, letter) {
		return ""
	}
	return letter
}

// letterRow is the alphabet: a letter under which somebody stands leads there. Of the foreign letters only those are shown.
func letterRow(t ui.Text, present []string, now string) []ui.Link {
	row := []ui.Link{{Label: t.Text("index.all"), URL: t.Path(agentsPath), Current: now == ""}}
	for _, r := range catalog.Letters {
		link := ui.Link{Label: string(r), Current: string(r) == now}
		if slices.Contains(present, link.Label) {
			link.URL = t.Path(agentsPath) + "?letter=" + url.QueryEscape(link.Label)
		}
		if link.URL != "" || !strings.ContainsRune("FJWZ", r) {
			row = append(row, link)
		}
	}
	return row
}

// agentGroups puts those who stand under one letter together.
func (v *visit) agentGroups(list catalog.AgentPage) []ui.IndexGroup {
	var groups []ui.IndexGroup
	for i, a := range list.Agents {
		label := cmp.Or(list.Letters[i], v.text.Text("index.other"))
		if n := len(groups); n == 0 || groups[n-1].Label != label {
			groups = append(groups, ui.IndexGroup{Label: label})
		}
		group := &groups[len(groups)-1]
		group.Links = append(group.Links, ui.Link{Label: a.Name(), URL: v.text.Path(address.Agent(a.ID, a.Name())), Count: a.Works})
	}
	return groups
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
	if agent.Works == 0 && agent.MergedInto == "" && !v.viewer.Staff() {
		return archive.Fail(archive.NotFound, "agent-missing") // known so far from what is not public
	}
	if agent.MergedInto != "" {
		return v.mergedAgent(agent)
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
	view.Feed = address.Feed(path)
	p.Subscribed = append([]ui.Offered{v.feed(agent.Name(), path)}, p.Subscribed...)
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

// mergedAgent leads to the agent that this one turned out to be, if the viewer may know of it.
func (v *visit) mergedAgent(a archive.Agent) error {
	into, err := v.reader.Agent(v.ctx, a.MergedInto)
	if err == nil && into.Works == 0 && !v.viewer.Staff() {
		err = archive.Fail(archive.NotFound, "agent-missing")
	}
	if err != nil {
		return err
	}
	return v.moved(address.Agent(into.ID, into.Name()))
}
