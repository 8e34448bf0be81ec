package page

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vannghe/internal/archive"
	"vannghe/internal/catalog"
	"vannghe/internal/editorial"
	"vannghe/web/address"
	"vannghe/web/respond"
	"vannghe/web/ui"
)

const (
	manyBatches     = 20    // that are listed
	manyChoices     = 100   // works that are shown before something is chosen
	batchPageWorks  = 100   // works that a page of a batch shows
	manyCollections = 2_000 // that a form offers
)

// Batches chooses works and the change to be made to them, and lists earlier ones.
func (h *Handler) Batches(c *fiber.Ctx) error { return h.batches(c, c.Query, nil) }

// batches shows the page with what was asked or typed, after something was refused with the reason.
func (h *Handler) batches(c *fiber.Ctx, given func(string, ...string) string, refused error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	view, err := v.choosing(given)
	view.MergeFrom, view.MergeInto = given("bo-ten"), given("giu-ten")
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(c, refused)
	}
	return respond.Unkept(c, status, ui.BatchesPage(v.text, v.deskPage(v.text.Text("batch.title"), address.Batches), view))
}

// choiceOf is the filter that was asked for. NotFound "agent-missing" for a name that nobody has.
func (v *visit) choiceOf(given func(string, ...string) string) (catalog.ChoiceFilter, error) {
	f := catalog.ChoiceFilter{Genre: archive.GenreID(given("the-loai")), Collection: archive.CollectionID(given("chuyen-muc")),
		State: archive.State(given("trang-thai")), Text: given("chu")}
	name := strings.TrimSpace(given("tac-gia"))
	if name == "" {
		return f, nil
	}
	var err error
	f.Agent, err = v.reader.AgentNamed(v.ctx, name)
	return f, err
}

func (v *visit) choosing(given func(string, ...string) string) (ui.Batches, error) {
	view := ui.Batches{Path: v.text.Path(address.Batches), Desk: v.text.Path(address.Desk), Given: map[string]string{}, Asked: given("tim") != ""}
	for _, name := range append([]string{"the-loai", "chuyen-muc", "trang-thai", "tac-gia", "chu", "sua"}, batchInputs()...) {
		view.Given[name] = given(name)
	}
	for _, g := range v.around.genres {
		view.Genres = append(view.Genres, ui.Option{Value: string(g.ID), Label: v.names[g.ID]})
	}
	collections, err := v.reader.EveryCollection(v.ctx, manyCollections)
	if err != nil {
		return view, err
	}
	for _, c := range collections {
		view.Collections = append(view.Collections, ui.Option{Value: string(c.ID), Label: c.Title})
	}
	for _, s := range []archive.State{archive.Draft, archive.Submitted, archive.ChangesRequested, archive.Approved, archive.Published} {
		view.States = append(view.States, ui.Option{Value: string(s), Label: v.text.Text("state." + string(s))})
	}
	if err := v.earlierBatches(&view); err != nil || !view.Asked {
		return view, err
	}
	f, err := v.choiceOf(given)
	if archive.CodeOf(err) == archive.NotFound {
		return view, nil // nobody has the name, so there are no works
	}
	if err != nil {
		return view, err
	}
	list, _, err := v.reader.Choices(v.ctx, f, editorial.MostOfBatch)
	view.Total = len(list)
	for _, c := range list[:min(len(list), manyChoices)] {
		view.Works = append(view.Works, ui.Option{Value: string(c.ID), Label: c.Title, Help: v.text.Text("state." + string(c.State))})
	}
	return view, err
}

func (v *visit) earlierBatches(view *ui.Batches) error {
	list, err := v.reader.Batches(v.ctx, manyBatches)
	for _, b := range list {
		view.List = append(view.List, ui.BatchEntry{URL: v.text.Path(address.Batch(b.ID)), What: v.editLine(b.Edit), Stage: string(b.Stage), Begun: b.Created})
	}
	return err
}

// batchInputs are the names of the fields that hold the value of each field of a batch.
func batchInputs() []string {
	var names []string
	for _, f := range archive.BatchFields() {
		names = append(names, "gia-tri-"+string(f))
	}
	return append(names, "vai", "vai-bot")
}

// PlanBatch begins a batch for what was chosen.
func (h *Handler) PlanBatch(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	id, err := v.planBatch()
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Batch(id))
	case archive.Invalid, archive.NotFound, archive.TooLarge:
		return h.batches(c, c.FormValue, err)
	default:
		return err
	}
}

// PlanMerge begins the merging of two agents.
func (h *Handler) PlanMerge(c *fiber.Ctx) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	var id archive.BatchID
	from, err := v.agentGiven(c.FormValue("bo-ten"))
	if err == nil {
		var into archive.AgentID
		if into, err = v.agentGiven(c.FormValue("giu-ten")); err == nil {
			id, err = h.Editorial.As(v.viewer).PlanMerge(v.ctx, from, into)
		}
	}
	switch archive.CodeOf(err) {
	case "":
		return v.seeOther(address.Batch(id))
	case archive.Invalid, archive.NotFound, archive.Conflict, archive.TooLarge:
		return h.batches(c, c.FormValue, err)
	default:
		return err
	}
}

// agentGiven is the agent that a name or the address of a page means: two who bear one name are told apart by their addresses.
func (v *visit) agentGiven(given string) (archive.AgentID, error) {
	given = strings.TrimSpace(given)
	if _, last, page := strings.Cut(given, "/tac-gia/"); page {
		if id, ok := address.ID[archive.AgentID](last); ok {
			return id, nil
		}
	}
	return v.reader.AgentNamed(v.ctx, given)
}

func (v *visit) planBatch() (archive.BatchID, error) {
	works, err := v.chosenWorks()
	if err != nil {
		return "", err
	}
	return v.Editorial.As(v.viewer).PlanBatch(v.ctx, batchEdit(v.c), works)
}

// chosenWorks are the works that the form chooses, without those that it leaves out.
func (v *visit) chosenWorks() (works []archive.WorkID, err error) {
	f, err := v.choiceOf(v.c.FormValue)
	if err != nil {
		return nil, err
	}
	list, more, err := v.reader.Choices(v.ctx, f, editorial.MostOfBatch)
	if err != nil {
		return nil, err
	}
	if more {
		return nil, archive.Fail(archive.TooLarge, "batch-too-large", editorial.MostOfBatch)
	}
	var left []string
	for _, id := range v.c.Request().PostArgs().PeekMulti("bo") {
		left = append(left, string(id))
	}
	for _, c := range list {
		if !slices.Contains(left, string(c.ID)) {
			works = append(works, c.ID)
		}
	}
	return works, nil
}

func batchEdit(c *fiber.Ctx) archive.BatchEdit {
	field := archive.BatchField(c.FormValue("sua"))
	value := c.FormValue("gia-tri-" + string(field))
	switch field {
	case archive.BatchCredit:
		return archive.BatchEdit{Field: field, Name: value, Relator: archive.Relator(c.FormValue("vai"))}
	case archive.BatchUncredit:
		return archive.BatchEdit{Field: field, Name: value, Relator: archive.Relator(c.FormValue("vai-bot"))}
	default:
		return archive.BatchEdit{Field: field, Value: value}
	}
}

// Batch shows what a batch will do or did, work by work.
func (h *Handler) Batch(c *fiber.Ctx) error { return h.batch(c, nil) }

func (h *Handler) batch(c *fiber.Ctx, refused error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	b, err := v.reader.Batch(v.ctx, namedBatch(c))
	if err != nil {
		return err
	}
	view, err := v.batchView(b)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status, view.Wrong = respond.Refused(c, refused)
	}
	return respond.Unkept(c, status, ui.BatchPage(v.text, v.deskPage(view.What, address.Batch(b.ID)), view))
}

func namedBatch(c *fiber.Ctx) archive.BatchID { return archive.BatchID(c.Params("batch")) }

func (v *visit) batchView(b catalog.Batch) (ui.Batch, error) {
	view := ui.Batch{Base: v.text.Path(address.Batch(b.ID)), All: v.text.Path(address.Batches), Stage: string(b.Stage), What: v.editLine(b.Edit), Begun: b.Created,
		Counts: map[string]int{}, Done: b.Next - 1, Merge: b.Edit.Field == archive.BatchMerge}
	counts, err := v.reader.BatchCounts(v.ctx, b.ID)
	if err != nil {
		return view, err
	}
	asked := catalog.BatchFate(v.c.Query("xem"))
	view.Tabs = []ui.Link{{Label: v.text.Text("intake.all-rows"), URL: view.Base, Current: asked == ""}}
	for fate, n := range counts {
		view.Works += n
		view.Counts[string(fate)] = n
	}
	for _, fate := range catalog.BatchFates() {
		if n := counts[fate]; n > 0 {
			view.Tabs[0].Count += n
			view.Tabs = append(view.Tabs, ui.Link{Label: v.text.Text("batch.fate." + string(fate)), URL: view.Base + "?xem=" + string(fate), Count: n, Current: asked == fate})
		}
	}
	return view, v.batchWorks(&view, b, asked)
}

func (v *visit) batchWorks(view *ui.Batch, b catalog.Batch, asked catalog.BatchFate) error {
	var fate *catalog.BatchFate
	if asked != "" {
		fate = &asked
	}
	list, err := v.reader.BatchWorks(v.ctx, b.ID, fate, max(v.c.QueryInt("sau"), 0), batchPageWorks+1)
	if err != nil {
		return err
	}
	if len(list) > batchPageWorks {
		list = list[:batchPageWorks]
		q := url.Values{"sau": {strconv.Itoa(list[len(list)-1].Number)}}
		if asked != "" {
			q.Set("xem", string(asked))
		}
		view.Next = view.Base + "?" + q.Encode()
	}
	ids := make([]archive.WorkID, len(list))
	for n := range list {
		ids[n] = list[n].Work
	}
	works, err := v.reader.WorksByID(v.ctx, ids)
	if err != nil {
		return err
	}
	titles := map[archive.WorkID]string{}
	for _, w := range works {
		titles[w.ID] = w.Title
	}
	for _, w := range list {
		row := ui.BatchRow{Title: titles[w.Work], URL: v.text.Path(address.Review(w.Work)), Fate: string(w.Fate)}
		if w.Before != w.After && b.Edit.Field != archive.BatchMerge {
			row.Before, row.After = v.fieldText(b.Edit, w.Before), v.fieldText(b.Edit, w.After)
		}
		if e := w.Remark.Error(); e != nil {
			row.Remark = v.text.Sentence(e)
		}
		view.Rows = append(view.Rows, row)
	}
	return nil
}

// editLine says in words what a batch does.
func (v *visit) editLine(e archive.BatchEdit) string {
	shown := v.valueText(e, e.Value)
	switch {
	case e.Field == archive.BatchMerge:
		return v.text.Text("batch.line.merge", e.Name, shown)
	case e.Field == archive.BatchCredit || e.Field == archive.BatchUncredit:
		shown = e.Name
		if e.Relator != "" {
			shown += " (" + ui.RelatorName(v.text, e.Relator) + ")"
		}
	case shown == "":
		shown = v.text.Text("batch.nothing")
	}
	return v.text.Text("batch.line."+string(e.Field), shown)
}

// valueText is one value in words.
func (v *visit) valueText(e archive.BatchEdit, value string) string {
	switch e.Field {
	case archive.BatchGenre:
		return v.names[archive.GenreID(value)]
	case archive.BatchAudience:
		return v.text.Text("audience." + value)
	case archive.BatchStatement:
		return rights(v.text, archive.Rights{Statement: value}).Name
	case archive.BatchDate:
		return v.text.Date(archive.Date(value))
	case archive.BatchMerge:
		if a, err := v.reader.Agent(v.ctx, archive.AgentID(value)); err == nil {
			return a.Name()
		}
	case archive.BatchGather, archive.BatchScatter:
		if c, err := v.reader.Collection(v.ctx, archive.CollectionID(value)); err == nil {
			return c.Title
		}
	}
	return value
}

// fieldText is what a work holds of the field, in words.
func (v *visit) fieldText(e archive.BatchEdit, kept string) string {
	switch e.Field {
	case archive.BatchCredit, archive.BatchUncredit:
		var credits []archive.Credit
		if json.Unmarshal([]byte(kept), &credits) != nil {
			return kept
		}
		var names []string
		for _, c := range credits {
			names = append(names, c.Name+" ("+ui.RelatorName(v.text, c.Relator)+")")
		}
		return strings.Join(names, "; ")
	case archive.BatchGather, archive.BatchScatter:
		var ids []archive.CollectionID
		if json.Unmarshal([]byte(kept), &ids) != nil {
			return kept
		}
		known, err := v.reader.KnownCollections(v.ctx, ids)
		if err != nil {
			return kept
		}
		var titles []string
		for _, id := range ids {
			titles = append(titles, known[id].Title)
		}
		return strings.Join(titles, "; ")
	}
	var value string
	if json.Unmarshal([]byte(kept), &value) != nil {
		return kept
	}
	return v.valueText(e, value)
}

// ApplyBatch makes the change.
func (h *Handler) ApplyBatch(c *fiber.Ctx) error { return h.turnBatch(c, (*editorial.Desk).ApplyBatch) }

// UndoBatch takes it back.
func (h *Handler) UndoBatch(c *fiber.Ctx) error { return h.turnBatch(c, (*editorial.Desk).UndoBatch) }

func (h *Handler) turnBatch(c *fiber.Ctx, turn func(*editorial.Desk, context.Context, archive.BatchID) error) error {
	v, err := h.openDesk(c)
	if err != nil {
		return err
	}
	err = turn(h.Editorial.As(v.viewer), v.ctx, namedBatch(c))
	if archive.CodeOf(err) == archive.Conflict {
		return h.batch(c, err)
	}
	if err != nil {
		return err
	}
	return v.seeOther(address.Batch(namedBatch(c)))
}
